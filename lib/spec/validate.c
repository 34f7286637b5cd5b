/*
 * Validation: everything that is wrong with a spec, at once. A failure is what libpq would
 * refuse or what can never work; a warning is what some libpq or some driver reads otherwise,
 * or what nobody means; a note is for the reader.
 */
#include <stdio.h>
#include <string.h>

#include "spec/judge.h"
#include "spec/reader.h"

/* libpq's first major versions of what is not a keyword. */
enum { BLANK_RULE_SINCE = 18, SYSTEM_ROOTS_SINCE = 16 };

pgcs_severity
judge_severity(const struct judge *judge, int major) {
    if (judge->libpq_version == 0)
        return (major < 0 ? -major * 10000 <= NEWEST_LIBPQ : major * 10000 > OLDEST_LIBPQ)
                   ? PGCS_SEVERITY_WARNING
                   : PGCS_SEVERITY_NONE;
    bool refuses = major < 0 ? judge->libpq_version >= -major * 10000
                             : judge->libpq_version < major * 10000;
    return refuses ? PGCS_SEVERITY_FAILURE : PGCS_SEVERITY_NONE;
}

void
judge_find(const struct judge *judge, pgcs_severity severity, int32_t code,
           enum keyword keyword, const char *message, const char *hint) {
    struct diag diag;
    diag_fail(&diag, code, "%s", message);
    diag_field(&diag, keyword_name(keyword));
    const struct spec_value *value = spec_find(judge->spec, keyword);
    if (value != NULL && value->origin == PGCS_ORIGIN_TEXT)
        diag_place(&diag, value->offset, value->length);
    if (hint != NULL)
        diag_hint(&diag, "%s", hint);
    report_add_finding(judge->report, severity, NULL, &diag);
}

struct quoted
judge_quote(const struct judge *judge, enum keyword keyword, struct slice piece) {
    if (spec_value_is_private(spec_find(judge->spec, keyword)))
        return diag_quote("***", 3);
    return diag_quote(piece.data, piece.size);
}

/* Does this libpq have the parameter at all? */
static void
judge_keyword(const struct judge *judge, enum keyword keyword) {
    const struct keyword_row *row = &keyword_rows[keyword];
    char message[LIMIT_DIAG_MESSAGE];
    pgcs_severity severity = judge_severity(judge, row->since);
    if (severity != PGCS_SEVERITY_NONE) {
        snprintf(message, sizeof message, "libpq before %d has no parameter %s", row->since,
                 row->name);
        judge_find(judge, severity, PGCS_CODE_LIBPQ_DIFFERS, keyword, message,
                   "Use a newer libpq, or leave it out.");
    }
    severity = row->until ? judge_severity(judge, -(row->until + 1)) : PGCS_SEVERITY_NONE;
    if (severity != PGCS_SEVERITY_NONE) {
        snprintf(message, sizeof message, "libpq has no parameter %s since %d", row->name,
                 row->until + 1);
        judge_find(judge, severity, PGCS_CODE_LIBPQ_DIFFERS, keyword, message,
                   "Leave it out: it had no effect before either.");
    }
}

static void
judge_duplicate(const struct judge *judge, const struct spec_value *value) {
    char message[LIMIT_DIAG_MESSAGE];
    if (!value->duplicate)
        return;
    snprintf(message, sizeof message, "%s is given more than once",
             keyword_name((enum keyword)value->keyword));
    judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_CODE_DUPLICATE, (enum keyword)value->keyword,
               message, "Give it once: libpq takes the last, other drivers the first or both.");
}

/* Is there TLS in every case? */
static bool
is_weak(const char *sslmode) {
    return sslmode == NULL || strcmp(sslmode, "disable") == 0 ||
           strcmp(sslmode, "allow") == 0 || strcmp(sslmode, "prefer") == 0;
}

/* The place of a parameter's value, or of its default, among those of its rule; or -1. */
static int
version_index(const struct judge *judge, enum keyword keyword) {
    const struct spec_value *value = spec_find(judge->spec, keyword);
    const char *standard = keyword_rows[keyword].value;
    if (value != NULL)
        return rule_index(keyword_rows[keyword].rule, (struct slice){value->text, value->size});
    return standard ? rule_index(keyword_rows[keyword].rule,
                                 (struct slice){standard, strlen(standard)})
                    : -1;
}

/* @low and @high are versions of the same rule: is the range empty? */
static void
judge_range(const struct judge *judge, enum keyword low, enum keyword high) {
    char message[LIMIT_DIAG_MESSAGE];
    bool stated = spec_is_set(judge->spec, low);
    int least = version_index(judge, low), most = version_index(judge, high);
    if (least < 0 || most < 0 || least <= most)
        return;
    snprintf(message, sizeof message, "%s%s%s%s is above %s", keyword_name(low),
             stated ? "" : " (by default ", stated ? "" : keyword_rows[low].value,
             stated ? "" : ")", keyword_name(high));
    judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_CONFLICT, stated ? low : high, message,
               "Let the lower one be at most the upper one.");
}

static void
judge_together(const struct judge *judge) {
    const pgcs_spec *spec = judge->spec;
    const char *sslmode = spec_value(spec, KEYWORD_SSLMODE);
    const char *roots = spec_value(spec, KEYWORD_SSLROOTCERT);
    const char *negotiation = spec_value(spec, KEYWORD_SSLNEGOTIATION);
    const char *binding = spec_value(spec, KEYWORD_CHANNEL_BINDING);
    bool system_roots = roots && strcmp(roots, "system") == 0;
    bool knows_system =
        judge->libpq_version == 0 || judge->libpq_version >= SYSTEM_ROOTS_SINCE * 10000;
    if (system_roots && knows_system && sslmode && strcmp(sslmode, "verify-full") != 0)
        judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_CONFLICT, KEYWORD_SSLMODE,
                   "sslrootcert=system with an sslmode weaker than verify-full",
                   "Use sslmode=verify-full: anybody can get a certificate from those roots.");
    if (negotiation && strcmp(negotiation, "direct") == 0 && is_weak(sslmode) &&
        !(system_roots && sslmode == NULL))
        judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_CONFLICT, KEYWORD_SSLNEGOTIATION,
                   "sslnegotiation=direct with an sslmode that allows plain text",
                   "Use sslmode=require, verify-ca or verify-full.");
    if (binding && strcmp(binding, "require") == 0 && sslmode && !strcmp(sslmode, "disable"))
        judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_CONFLICT, KEYWORD_CHANNEL_BINDING,
                   "channel_binding=require without TLS",
                   "Use sslmode=verify-full: there is nothing to bind to without TLS.");
    judge_range(judge, KEYWORD_SSL_MIN_PROTOCOL_VERSION, KEYWORD_SSL_MAX_PROTOCOL_VERSION);
    judge_range(judge, KEYWORD_MIN_PROTOCOL_VERSION, KEYWORD_MAX_PROTOCOL_VERSION);
    const struct spec_value *service = spec_find(spec, KEYWORD_SERVICE);
    if (service != NULL && service->size == 0)
        judge_find(judge, PGCS_SEVERITY_FAILURE, PGCS_ERR_BAD_VALUE, KEYWORD_SERVICE,
                   "the name of the service is empty", "Name a service, or leave it out.");
}

/* A piece of a password in the wrong place: say it once, where it begins. */
static void
judge_suspects(const struct judge *judge) {
    const struct spec_value *first = NULL;
    for (size_t i = 0; i < judge->spec->count; i++) {
        const struct spec_value *value = &judge->spec->values[i];
        if (value->suspect && (first == NULL || value->offset < first->offset))
            first = value;
    }
    if (first == NULL || judge->spec->form != SPEC_FORM_URI)
        return;
    judge_find(
        judge, PGCS_SEVERITY_WARNING, PGCS_CODE_UNENCODED, (enum keyword)first->keyword,
        "from here on this may be a piece of the password",
        "In a password write %40 for @, %2F for / and %3A for :; or, if an @ does belong "
        "to the database or the host, write %40 there.");
}

/* The rules of libpq 18 for blanks: it refuses some, and drops others. */
static void
judge_blanks(const struct judge *judge) {
    const pgcs_spec *spec = judge->spec, *other = NULL;
    pgcs_severity severity = judge_severity(judge, -BLANK_RULE_SINCE);
    struct diag diag;
    if (spec->form != SPEC_FORM_URI || severity == PGCS_SEVERITY_NONE ||
        memchr(spec->source.data, ' ', spec->source.size) == NULL)
        return;
    if (uri_read(spec->source, URI_RULES_18, &other, &diag) != PGCS_OK) {
        if (diag.status != PGCS_ERR_NOMEM)
            diag.status = PGCS_CODE_LIBPQ_DIFFERS;
        report_add_finding(judge->report, severity, NULL, &diag);
        return;
    }
    for (size_t i = 0; i < spec->count; i++) {
        enum keyword keyword = (enum keyword)spec->values[i].keyword;
        if (strcmp(spec->values[i].text, spec_value(other, keyword)) != 0)
            judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_CODE_LIBPQ_DIFFERS, keyword,
                       "libpq 18 drops the blanks at the ends, older versions keep them",
                       "Remove them, or write %20 if they are meant.");
    }
    spec_unref(other);
}

static void
report_notes(const struct judge *judge) {
    for (const struct spec_note *note = judge->spec->notes; note; note = note->next) {
        struct diag diag;
        diag_fail(&diag, note->code, "%s", note->message);
        if (note->field != NULL)
            diag_field(&diag, note->field);
        if (note->offset >= 0)
            diag_place(&diag, (size_t)note->offset, (size_t)note->length);
        if (note->hint != NULL)
            diag_hint(&diag, "%s", note->hint);
        report_add_finding(judge->report, note->severity, NULL, &diag);
    }
}

pgcs_status
spec_validate(const pgcs_spec *spec, int32_t libpq_version, const pgcs_report **out,
              struct diag *diag) {
    const struct judge judge = {spec, libpq_version, report_builder_new()};
    if (judge.report == NULL)
        return diag_nomem(diag);
    report_notes(&judge);
    for (int i = 0; i < KEYWORD_COUNT; i++) {
        const struct spec_value *value = spec_find(spec, (enum keyword)i);
        if (value == NULL)
            continue;
        judge_keyword(&judge, (enum keyword)i);
        judge_duplicate(&judge, value);
        judge_value(&judge, (enum keyword)i, value);
    }
    judge_hosts(&judge);
    judge_together(&judge);
    judge_suspects(&judge);
    judge_blanks(&judge);
    /* Who asks for one libpq has no other reader in mind. */
    if (libpq_version == 0)
        judge_drivers(&judge);
    return report_finish(judge.report, out, diag);
}
