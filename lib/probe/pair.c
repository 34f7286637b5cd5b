/* What the two checks of a pair ask for each other's sake: a lock, a look at it, and seals. */
#include <stdio.h>

#include "probe/gather.h"

bool
decode_lock(struct gather *gather, const struct copy_row *row) {
    (void)gather;
    bool taken = false;
    return copy_bool(row, 0, &taken);
}

bool
decode_lineage(struct gather *gather, const struct copy_row *row) {
    struct slice catalog, lineage;
    if (!copy_text(row, 0, &catalog) || !copy_text(row, 1, &lineage))
        return false;
    if (gather->seals != NULL)
        snprintf(gather->seals->catalog, sizeof gather->seals->catalog, "%.*s",
                 (int)catalog.size, catalog.data);
    report_set_text(gather->builder, PGCS_FACT_LINEAGE, lineage.data, lineage.size);
    return true;
}

bool
decode_proof(struct gather *gather, const struct copy_row *row) {
    bool seen = false;
    if (!copy_bool(row, 0, &seen))
        return false;
    report_set_int(gather->builder, PGCS_FACT_PARTNER_SEEN, seen);
    return true;
}

bool
decode_seal_column(struct gather *gather, const struct copy_row *row) {
    return gather->seals != NULL && seals_add_row(gather->seals, 'c', row);
}

bool
decode_seal_default(struct gather *gather, const struct copy_row *row) {
    return gather->seals != NULL && seals_add_row(gather->seals, 'd', row);
}

bool
decode_seal_key(struct gather *gather, const struct copy_row *row) {
    return gather->seals != NULL && seals_add_key(gather->seals, row);
}

bool
decode_seal_tree(struct gather *gather, const struct copy_row *row) {
    return gather->seals != NULL && seals_add_tree(gather->seals, row);
}
