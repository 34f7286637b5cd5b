/* The exported functions of compare.h: not landed yet. */
#include <pgconnspec/compare.h>

#include "base/diag.h"
#include "base/error.h"

/* What a function whose capability has not landed yet answers. */
static pgcs_status
not_built(pgcs_error **err) {
    struct diag diag;
    diag_not_built(&diag, "compare");
    return error_raise(&diag, err);
}

pgcs_status
pgcs_report_compare(const pgcs_report *source, const pgcs_report *destination, uint32_t flags,
                    const pgcs_report **out, pgcs_error **err) {
    (void)source;
    (void)destination;
    (void)flags;
    (void)out;
    return not_built(err);
}
