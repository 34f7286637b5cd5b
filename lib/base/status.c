/* The status table, and the questions it answers. */
#include "base/status.h"

struct status_row {
    pgcs_status status;
    pgcs_category category;
    const char *name;
};

#define X(name, number, category) _Static_assert((name) == (number), "status.def and common.h");
#include "base/status.def"
#undef X

static const struct status_row rows[] = {
#define X(name, number, category) {number, category, #name},
#include "base/status.def"
#undef X
};

static const struct status_row *
find(pgcs_status status) {
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return &rows[i];
    return NULL;
}

const char *
status_name(pgcs_status status) {
    const struct status_row *row = find(status);
    return row ? row->name : NULL;
}

pgcs_category
status_category(pgcs_status status) {
    const struct status_row *row = find(status);
    return row ? row->category : PGCS_CATEGORY_SYSTEM;
}
