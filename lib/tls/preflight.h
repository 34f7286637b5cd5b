/* Judgement of TLS material against a point in time. Pure. */
#ifndef TLS_PREFLIGHT_H
#define TLS_PREFLIGHT_H

#include "report/builder.h"
#include "tls/material.h"

/* Add what is to be said of @tls to @builder. */
void
preflight_add(const pgcs_tls *tls, int64_t now_unix, struct report_builder *builder);

pgcs_status
preflight(const pgcs_tls *tls, int64_t now_unix, const pgcs_report **out, struct diag *diag);

/* A day as 2026-09-30, in UTC, terminated; "an unknown day" for INT64_MIN. */
struct day {
    char text[32];
};
struct day
day_print(int64_t unix_seconds);

#endif
