/*
 * What a spec and its TLS material come to for one host: the facts that the rules judge, and
 * the mode that libpq will be told. Pure: no file, no clock, no network.
 */
#ifndef TLS_PLAN_H
#define TLS_PLAN_H

#include <stdbool.h>

#include <pgconnspec/report.h>

#include "base/diag.h"
#include "spec/spec.h"
#include "tls/material.h"

/* In the order of libpq's documentation, each at least as strong as the one before. */
enum sslmode {
    SSLMODE_DISABLE,
    SSLMODE_ALLOW,
    SSLMODE_PREFER,
    SSLMODE_REQUIRE,
    SSLMODE_VERIFY_CA,
    SSLMODE_VERIFY_FULL,
    SSLMODE_COUNT,
};

enum roots {
    ROOTS_NONE,
    ROOTS_TEXT,
    ROOTS_FILE,
    ROOTS_SYSTEM,
};

/* What libpq takes for "no such file", where an empty value would mean the default file. */
#define NO_FILE "/dev/null/none"

/* A part of libpq_version for the rules: 150020 is 15. */
#define LIBPQ_MAJOR(version) ((version) / 10000)

struct plan {
    const pgcs_spec *spec;
    const pgcs_tls *tls;   /* NULL when there is none */
    int32_t libpq_version; /* 0 when it is not known */
    size_t host;
    size_t host_count;
    pgcs_host_kind host_kind;
    const char *host_name;    /* NULL when there is none */
    const char *host_address; /* NULL when there is none */
    const char *server_name;  /* NULL unless given */
    enum roots roots;
    bool has_certificate;
    bool has_key;
    bool has_crl;
    bool is_socket;
    bool mode_stated;
    enum sslmode asked; /* what is stated, or taken for it */
    enum sslmode mode;  /* what libpq is told */
};

/* The parameter that names each kind of material. */
extern const enum keyword material_keywords[MATERIAL_COUNT];

/* The word of a mode, as libpq spells it. */
const char *
sslmode_word(enum sslmode mode);
bool
sslmode_find(const char *word, enum sslmode *out);

/*
 * Fill @plan for host @host of @spec. @tls may be NULL. Fails with
 * PGCS_ERR_BAD_VALUE only: an sslmode that is no word of libpq's.
 */
pgcs_status
plan_make(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version, size_t host,
          struct plan *plan, struct diag *diag);

/* A parameter of the spec; NULL when absent or empty, or when it names no file on purpose. */
const char *
plan_value(const struct plan *plan, enum keyword keyword);

/* Whether that value is @wanted. */
bool
plan_value_is(const struct plan *plan, enum keyword keyword, const char *wanted);

/* A row of rules.def. */
struct tls_rule {
    int32_t number;
    pgcs_severity severity;
    const char *name; /* "PGCS_RULE_CERTIFICATE_WITHOUT_KEY" */
    const char *field;
    const char *sentence;
    const char *remedy;
    bool (*is_broken)(const struct plan *plan);
};

#define X(name, number, severity, field, sentence, remedy) +1
enum {
    TLS_RULE_COUNT = 0
#include "tls/rules.def"
};
#undef X

const struct tls_rule *
tls_rule_at(size_t i);
/* NULL for a number that no row has. */
const struct tls_rule *
tls_rule_find(int32_t number);

/* How bad breaking @rule is here: some weigh more with some versions of libpq. */
pgcs_severity
tls_rule_severity(const struct tls_rule *rule, const struct plan *plan);

/*
 * Turn @plan, made without material, into what libpq makes of the spec by itself: it mends
 * nothing, and @root_found says whether the file of roots is there that it would look for.
 */
void
plan_make_bare(struct plan *plan, bool root_found);

/* Why libpq itself would not connect by such a plan; NULL when it would. */
const struct tls_rule *
plan_refusal_of_libpq(const struct plan *plan);

/* PGCS_ERR_CONFLICT on the first rule that is broken with a failure. */
pgcs_status
plan_refuse(const struct plan *plan, struct diag *diag);

#endif
