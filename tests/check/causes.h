/* The table of causes, as tests see it: each row by its name, and the words that it comes to.
 */
#ifndef TESTS_CAUSES_H
#define TESTS_CAUSES_H

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <pgconnspec/report.h>

#include "suite.h"

#define X(id, sqlstate, texts, os_code, tls, code, next, field, sentence, hint) CAUSE_##id,
enum cause_id {
#include "probe/causes.def"
    CAUSE_COUNT,
};
#undef X

static const struct {
    const char *name;
    const char *sqlstate;
    int32_t code;
    const char *field;
    const char *sentence;
    const char *hint;
} cause_rows[CAUSE_COUNT] = {
#define X(id, sqlstate, texts, os_code, tls, code, next, field, sentence, hint)                \
    {#id, sqlstate, code, field, sentence, hint},
#include "probe/causes.def"
#undef X
};

/* What stands for {user}, {database} and {mode}. */
struct cause_words {
    const char *user;
    const char *database;
    const char *mode;
};

static inline void
expand_words(const char *text, const struct cause_words *words, char *out, size_t size) {
    size_t length = 0;
    while (*text != '\0' && length + 1 < size) {
        const char *value = strncmp(text, "{user}", 6) == 0        ? words->user
                            : strncmp(text, "{database}", 10) == 0 ? words->database
                            : strncmp(text, "{mode}", 6) == 0      ? words->mode
                                                                   : NULL;
        if (value == NULL) {
            out[length++] = *text++;
            continue;
        }
        length += (size_t)snprintf(out + length, size - length, "\"%s\"", value);
        text = strchr(text, '}') + 1;
    }
    out[length] = '\0';
}

/* Whether the first failure of @report is that cause, in its words. */
static inline bool
is_cause(const pgcs_report *report, enum cause_id id, const struct cause_words *words) {
    char message[1024];
    expand_words(cause_rows[id].sentence, words, message, sizeof message);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    bool is = pgcs_findings_next(at) && pgcs_finding_code(at) == cause_rows[id].code &&
              strstr(pgcs_finding_message(at), message) != NULL;
    pgcs_findings_free(at);
    return is;
}

/* The first failure of @report must say what the row says, behind @where unless that is NULL.
 */
static inline void
assert_cause(const pgcs_report *report, enum cause_id id, const char *where,
             const struct cause_words *words) {
    char message[1024], hint[1024];
    expand_words(cause_rows[id].sentence, words, message, sizeof message);
    expand_words(cause_rows[id].hint, words, hint, sizeof hint);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    ck_assert_msg(pgcs_findings_next(at) == 1, "%s: no failure", cause_rows[id].name);
    const char *said = pgcs_finding_message(at);
    const char *behind = where ? said + strlen(where) : strstr(said, message);
    ck_assert_msg(where == NULL || strncmp(said, where, strlen(where)) == 0, "%s: %s: %s",
                  cause_rows[id].name, pgcs_finding_name(at), said);
    ck_assert_msg(behind != NULL && strcmp(behind, message) == 0, "%s: %s: %s",
                  cause_rows[id].name, pgcs_finding_name(at), said);
    ck_assert_int_eq(pgcs_finding_code(at), cause_rows[id].code);
    ck_assert_pstr_eq(pgcs_finding_field(at), cause_rows[id].field);
    ck_assert_str_eq(pgcs_finding_hint(at), hint);
    pgcs_findings_free(at);
}

#endif
