#ifndef PGCS_COMPARE_H
#define PGCS_COMPARE_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>
#include <pgconnspec/report.h>

PGCS_BEGIN_DECLS

/* --- compare: where a source and a destination differ ------------------------------------ */

/**
 * Hold the structure of a destination against that of a source: schemas, tables, columns,
 * types, nullability, defaults, identity and generated columns with the options of their
 * sequences, keys, partitions, inheritance, triggers, row level security, enum labels, domains,
 * composite types, ranges, collations, extensions, encoding and locale.
 * Both reports need PGCS_SECTION_STRUCTURE; without PGCS_SECTION_EXPRESSIONS checks,
 * rules, policies and the like are not compared, and a finding says so. Pure. @p out holds one
 * finding PGCS_DIFFERENCE_* for each difference: FAILURE where a copy would break or lose data,
 * WARNING where it may, NOTE otherwise; and a FAILURE when both reports are of the very same
 * database. Places of dropped columns make no difference. @p flags is 0.
 *
 * Errors: PGCS_ERR_MISUSE for NULL, PGCS_ERR_UNSUPPORTED for other flags, PGCS_ERR_LIMIT for
 * more differences than a report holds, PGCS_ERR_NOMEM. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_status
pgcs_report_compare(const pgcs_report *source, const pgcs_report *destination, uint32_t flags,
                    const pgcs_report **out, pgcs_error **err);

PGCS_END_DECLS

#endif
