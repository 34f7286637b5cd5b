/*
 * libFuzzer target: any bytes through all that reads a spec, with libpq as the oracle where it
 * can read them as well. Built and run by tests/fuzz/run:
 *
 *   tests/fuzz/run 60
 */
#include <libpq-fe.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pgconnspec/pgconnspec.h>

#include "spec/keyword.h"
#include "spec/spec.h"

#define BOTH (PGCS_PARSE_REPAIR | PGCS_PARSE_FOREIGN)

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
insist(int truth) {
    if (!truth)
        abort();
}

/* Does the spec state a keyword that this libpq does not know, or does blank-18 part us? */
static int
is_of_another_version(const pgcs_spec *spec, const char *text) {
    if (PQlibVersion() >= 180000 && strpbrk(text, " \t\n\v\f\r") != NULL)
        return 1;
    for (size_t i = 0; i < spec->count; i++)
        if (!keyword_is_known_to((enum keyword)spec->values[i].keyword, PQlibVersion()))
            return 1;
    return 0;
}

/* libpq and we agree on every value, or both refuse. */
static void
compare(const char *text, const pgcs_spec *spec) {
    PQconninfoOption *theirs = PQconninfoParse(text, NULL);
    if (theirs == NULL) {
        insist(spec == NULL || is_of_another_version(spec, text));
        return;
    }
    insist(spec != NULL);
    size_t set = 0;
    for (PQconninfoOption *option = theirs; option->keyword != NULL; option++) {
        const char *ours = pgcs_spec_get(spec, option->keyword);
        set += option->val != NULL;
        insist((ours == NULL) == (option->val == NULL));
        insist(ours == NULL || strcmp(ours, option->val) == 0);
    }
    insist(set == pgcs_spec_size(spec));
    PQconninfoFree(theirs);
}

/* Every form can be asked for, and every judgement. */
static void
use(const pgcs_spec *spec) {
    for (pgcs_format format = PGCS_FORMAT_URI; format <= PGCS_FORMAT_NPGSQL; format++) {
        const pgcs_text *text = NULL;
        if (pgcs_spec_write(spec, format, PGCS_WRITE_SECRETS, &text, NULL) != PGCS_OK)
            continue;
        const pgcs_spec *again = NULL;
        if (format <= PGCS_FORMAT_KEYWORDS)
            insist(pgcs_spec_parse(pgcs_text_data(text), pgcs_text_size(text), 0, &again,
                                   NULL) == PGCS_OK);
        pgcs_spec_unref(again);
        pgcs_text_unref(text);
    }
    const pgcs_report *report = NULL;
    insist(pgcs_spec_validate(spec, 0, &report, NULL) == PGCS_OK);
    pgcs_report_unref(report);
    const pgcs_spec *normal = NULL;
    insist(pgcs_spec_normalize(spec, 0, &normal, NULL) == PGCS_OK);
    pgcs_spec_unref(normal);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    insist(text != NULL);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    const pgcs_spec *spec = NULL;
    pgcs_spec_parse(text, size, 0, &spec, NULL) == PGCS_OK ? use(spec) : (void)0;
    if (memchr(text, '\0', size) == NULL)
        compare(text, spec);
    pgcs_spec_unref(spec);
    spec = NULL;
    pgcs_spec_parse(text, size, BOTH, &spec, NULL) == PGCS_OK ? use(spec) : (void)0;
    pgcs_spec_unref(spec);
    const pgcs_text *shown = NULL;
    insist(pgcs_redact(text, size, &shown, NULL) == PGCS_OK || size > (1u << 20));
    pgcs_text_unref(shown);
    free(text);
    return 0;
}
