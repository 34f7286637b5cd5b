/* The exported functions of compare.h. */
#include <pgconnspec/compare.h>

#include "base/error.h"
#include "compare/compare.h"

pgcs_status
pgcs_report_compare(const pgcs_report *source, const pgcs_report *destination, uint32_t flags,
                    const pgcs_report **out, pgcs_error **err) {
    struct diag diag;
    pgcs_status status = PGCS_OK;
    if (source == NULL || destination == NULL || out == NULL) {
        status = diag_misuse(&diag, "source, destination or out is NULL");
    } else if (flags != 0) {
        status =
            diag_fail(&diag, PGCS_ERR_UNSUPPORTED, "flags that this version does not know");
        diag_hint(&diag, "Pass 0.");
    } else {
        status = compare_reports(source, destination, out, &diag);
    }
    return status == PGCS_OK ? PGCS_OK : error_raise(&diag, err);
}
