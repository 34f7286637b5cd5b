/* The tables of names. */
#include "report/names.h"

#include <stddef.h>

#include "base/status.h"

#define X(name, number) _Static_assert((name) == (number), "codes.def and report.h");
#include "report/codes.def"
#undef X

#define X(name, number, label, kind)                                                           \
    _Static_assert((name) == (number), "facts.def and report.h");
#include "report/facts.def"
#undef X

static const struct {
    int32_t code;
    const char *name;
} codes[] = {
#define X(name, number) {number, #name},
#include "report/codes.def"
#undef X
};

static const char *const facts[FACT_COUNT] = {
#define X(name, number, label, kind) [number - FACT_FIRST] = #label,
#include "report/facts.def"
#undef X
};

static const char *const kinds[] = {
    [PGCS_OBJECT_DATABASE] = "database",
    [PGCS_OBJECT_SCHEMA] = "schema",
    [PGCS_OBJECT_TABLE] = "table",
    [PGCS_OBJECT_PARTITIONED_TABLE] = "partitioned_table",
    [PGCS_OBJECT_VIEW] = "view",
    [PGCS_OBJECT_MATERIALIZED_VIEW] = "matview",
    [PGCS_OBJECT_FOREIGN_TABLE] = "foreign_table",
    [PGCS_OBJECT_SEQUENCE] = "sequence",
    [PGCS_OBJECT_FUNCTION] = "function",
    [PGCS_OBJECT_COLUMN] = "column",
    [PGCS_OBJECT_TYPE] = "type",
    [PGCS_OBJECT_LANGUAGE] = "language",
    [PGCS_OBJECT_SERVER] = "server",
    [PGCS_OBJECT_FOREIGN_DATA_WRAPPER] = "foreign_data_wrapper",
};

static const char *const privileges[PRIVILEGE_COUNT] = {
    "SELECT",   "INSERT", "UPDATE", "DELETE",  "TRUNCATE",  "REFERENCES", "TRIGGER",
    "MAINTAIN", "USAGE",  "CREATE", "CONNECT", "TEMPORARY", "EXECUTE",
};

_Static_assert(PGCS_PRIV_EXECUTE == UINT64_C(1) << (PRIVILEGE_COUNT - 1), "privileges");

const char *
code_name(int32_t code) {
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
        if (codes[i].code == code)
            return codes[i].name;
    return status_name(code);
}

const char *
fact_name(pgcs_fact fact) {
    if (fact < FACT_FIRST || fact >= FACT_FIRST + FACT_COUNT)
        return NULL;
    return facts[fact - FACT_FIRST];
}

const char *
kind_name(pgcs_object_kind kind) {
    if (kind < 0 || (size_t)kind >= sizeof kinds / sizeof kinds[0])
        return NULL;
    return kinds[kind];
}

int
privilege_index(uint64_t privilege) {
    for (int i = 0; i < PRIVILEGE_COUNT; i++)
        if (privilege == UINT64_C(1) << i)
            return i;
    return -1;
}

const char *
privilege_name(uint64_t privilege) {
    int index = privilege_index(privilege);
    return index < 0 ? NULL : privileges[index];
}

const char *
severity_name(pgcs_severity severity) {
    static const char *const names[] = {"none", "note", "warning", "failure"};
    return severity >= 0 && severity <= PGCS_SEVERITY_FAILURE ? names[severity] : names[0];
}
