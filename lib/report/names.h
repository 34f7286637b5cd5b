/* Names of codes, facts, severities, kinds and privileges. */
#ifndef REPORT_NAMES_H
#define REPORT_NAMES_H

#include <stdbool.h>

#include <pgconnspec/report.h>

/* Facts are numbered from here without gaps. */
#define FACT_FIRST PGCS_FACT_SERVER_VERSION

/* How many facts there are. */
#define X(name, number, label, kind) +1
enum {
    FACT_COUNT = 0
#include "report/facts.def"
};
#undef X

/* How many privileges there are: PGCS_PRIV_* are the bits 0 to PRIVILEGE_COUNT - 1. */
#define PRIVILEGE_COUNT 13

/* Each is NULL for a number that it does not know. */
const char *
code_name(int32_t code);
const char *
fact_name(pgcs_fact fact);
const char *
kind_name(pgcs_object_kind kind);
const char *
privilege_name(uint64_t privilege);

/* Number of the only bit set in @privilege, or -1. */
int
privilege_index(uint64_t privilege);

const char *
severity_name(pgcs_severity severity);

#endif
