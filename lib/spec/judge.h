/* Validation: the judge, and the rules that it goes by. */
#ifndef SPEC_JUDGE_H
#define SPEC_JUDGE_H

#include "report/builder.h"
#include "spec/spec.h"

struct judge {
    const pgcs_spec *spec;
    int libpq_version; /* 0 is every version from OLDEST_LIBPQ to NEWEST_LIBPQ */
    struct report_builder *report;
};

#define OLDEST_LIBPQ 130000
#define NEWEST_LIBPQ 180000

/* All problems of @spec at once, with what its reader noticed. */
pgcs_status
spec_validate(const pgcs_spec *spec, int32_t libpq_version, const pgcs_report **out,
              struct diag *diag);

/* A finding on the value of @keyword, whose place it gets. @hint may be NULL. */
void
judge_find(const struct judge *judge, pgcs_severity severity, int32_t code,
           enum keyword keyword, const char *message, const char *hint);

/* A piece of the value of @keyword in quotes, or stars where it may be one of a secret. */
struct quoted
judge_quote(const struct judge *judge, enum keyword keyword, struct slice piece);

/*
 * How bad it is that libpq before @major, or with a negative one from -@major on, refuses
 * something: a failure if that is the version asked for, a warning if it is one of all.
 */
pgcs_severity
judge_severity(const struct judge *judge, int major);

/* What the rule of its keyword says of one value. */
void
judge_value(const struct judge *judge, enum keyword keyword, const struct spec_value *value);

/* Bytes at the ends of a value, and control characters. */
void
judge_bytes(const struct judge *judge, enum keyword keyword, struct slice value);

/* Is it percent-encoded where nobody decodes it? */
void
judge_encoded(const struct judge *judge, enum keyword keyword, struct slice value);

/* Is it what an example has in the place of a value? */
void
judge_placeholder(const struct judge *judge, enum keyword keyword, struct slice value);

/* The name of a user or a database. */
void
judge_name(const struct judge *judge, enum keyword keyword, struct slice value);

/* The path of a file. */
void
judge_path(const struct judge *judge, enum keyword keyword, struct slice path);

/* Host, hostaddr and port, each and together. */
void
judge_hosts(const struct judge *judge);

/* What drivers other than libpq make of the URI that is written for the spec. */
void
judge_drivers(const struct judge *judge);

/* Number of a value among the values of its rule, or -1. */
int
rule_index(enum keyword_rule rule, struct slice value);

#endif
