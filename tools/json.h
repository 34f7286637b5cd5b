/*
 * JSON by jansson, with what its callers would otherwise repeat.
 */
#ifndef TOOLS_JSON_H
#define TOOLS_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>
#include <pgconnspec/pgconnspec.h>

/* A string of any bytes: what is not UTF-8 becomes U+FFFD. null for NULL. */
json_t *
json_of_text(const char *text);
/* The number, or null for -1 and INT64_MIN, which mean "none" in this library. */
json_t *
json_of_number(int64_t number);
/* object[key] = value; owns value. */
void
json_put(json_t *object, const char *key, json_t *value);

/* Add to an array; owns value. */
void
json_append(json_t *array, json_t *value);

/* {"code","message","hint","field","offset","length"}; the place is null without has_place. */
json_t *
json_of_error(const pgcs_error *error, bool has_place);
/* All findings of a report, worst first; [] for NULL. */
json_t *
json_of_findings(const pgcs_report *report);
/* The worst finding in the shape of an error; NULL unless it is a failure. */
json_t *
json_of_failure(const pgcs_report *report);
/* ["SELECT", ...] */
json_t *
json_of_privileges(uint64_t privileges);

/* Print in ASCII, one line without an end, and drop the value. */
void
json_print(FILE *stream, json_t *value);

#endif
