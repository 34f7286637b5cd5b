/*
 * pgconnspec explain: what TLS will really do against whom, and whether that is what a policy
 * wants. Offline.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "commands.h"
#include "findings.h"
#include "json.h"
#include "source.h"
#include "text.h"
#include "view.h"

static const pgcs_attacker attackers[] = {PGCS_ATTACKER_LISTENS, PGCS_ATTACKER_INTERFERES,
                                          PGCS_ATTACKER_CERTIFIED};
#define ATTACKERS (sizeof attackers / sizeof attackers[0])

/* What is known of one spec. */
struct explanation {
    struct source source;
    const pgcs_guarantee *guarantee;
    const pgcs_guarantee *alone; /* what libpq makes of it without us; or NULL */
    const pgcs_report *report;   /* of the policy */
};

/* --- the list of policies ---------------------------------------------------------------- */

static bool
has_rule(const pgcs_policy *policy, pgcs_rule rule) {
    for (size_t i = 0; i < pgcs_policy_rule_count(policy); i++) {
        if (pgcs_policy_rule_at(policy, i) == rule)
            return true;
    }
    return false;
}

/* Its name and purpose, and the rules that the first policy does not have. */
static void
print_policy(const struct sink *sink, const pgcs_policy *policy) {
    const pgcs_policy *first = pgcs_policy_at(0);
    sink_put(sink, STYLE_STRONG, pgcs_policy_name(policy));
    (void)fprintf(sink->stream, "%s\n  ", pgcs_policy_is_retired(policy) ? " (withdrawn)" : "");
    sink_wrap(sink, 2, 2, pgcs_policy_summary(policy));
    if (policy == first)
        return;
    for (size_t i = 0; i < pgcs_policy_rule_count(policy); i++) {
        pgcs_rule rule = pgcs_policy_rule_at(policy, i);
        if (has_rule(first, rule))
            continue;
        (void)fputs("  - never: ", sink->stream);
        sink_wrap(sink, 11, 4, pgcs_rule_summary(rule));
    }
}

static int
list_policies(const struct options *options) {
    struct sink sink;
    if (!sink_open(&sink, options->value[OPTION_OUTPUT], options->colour))
        return EXIT_BAD_USAGE;
    for (size_t i = 0; i < pgcs_policy_count(); i++)
        print_policy(&sink, pgcs_policy_at(i));
    return sink_close(&sink) ? EXIT_FIT : EXIT_BAD_USAGE;
}

/* --- one spec ---------------------------------------------------------------------------- */

static bool
is_kept(const struct explanation *explanation) {
    return pgcs_guarantee_refusal(explanation->guarantee) == NULL &&
           pgcs_report_severity(explanation->report) < PGCS_SEVERITY_FAILURE;
}

static void
print_attackers(const struct sink *sink, const pgcs_guarantee *guarantee, size_t indent) {
    for (size_t i = 0; i < ATTACKERS; i++) {
        bool holds = pgcs_guarantee_holds(guarantee, attackers[i]) != 0;
        (void)fprintf(sink->stream, "%*sagainst %s: ", (int)indent, "",
                      pgcs_attacker_name(attackers[i]));
        sink_put(sink, holds ? STYLE_GOOD : STYLE_BAD, holds ? "safe" : "NOT safe");
        (void)fprintf(sink->stream, "\n%*s", (int)indent + 2, "");
        sink_wrap(sink, indent + 2, indent + 2,
                  pgcs_guarantee_sentence(guarantee, attackers[i]));
    }
}

static bool
is_same(const pgcs_guarantee *a, const pgcs_guarantee *b) {
    bool same = strcmp(pgcs_guarantee_mode(a), pgcs_guarantee_mode(b)) == 0;
    for (size_t i = 0; i < ATTACKERS; i++)
        same = same &&
               pgcs_guarantee_holds(a, attackers[i]) == pgcs_guarantee_holds(b, attackers[i]);
    return same && pgcs_guarantee_refusal(a) == NULL && pgcs_guarantee_refusal(b) == NULL;
}

/* The same spec in another program, where that is something else. */
static void
print_alone(const struct sink *sink, const struct explanation *explanation) {
    const pgcs_guarantee *alone = explanation->alone;
    const pgcs_guarantee *ours = explanation->guarantee;
    if (alone == NULL || (ours != NULL && is_same(ours, alone)))
        return;
    (void)fputs("  with libpq alone, as in psql", sink->stream);
    int32_t rule = pgcs_guarantee_refusal_rule(alone);
    if (rule == 0) {
        (void)fprintf(sink->stream, ", which connects by sslmode %s:\n",
                      pgcs_guarantee_mode(alone));
        print_attackers(sink, alone, 4);
    } else if (ours != NULL && pgcs_guarantee_refusal_rule(ours) == rule) {
        (void)fputs(": refused as well\n", sink->stream);
    } else {
        (void)fputs(": refused, as ", sink->stream);
        sink_wrap(sink, 42, 4, pgcs_guarantee_refusal(alone));
    }
}

static void
print_mode(const struct sink *sink, const struct explanation *explanation) {
    const pgcs_spec *spec = explanation->source.spec;
    bool is_stated = pgcs_spec_origin(spec, "sslmode") != PGCS_ORIGIN_DEFAULT;
    const char *stated = is_stated ? view_param(spec, "sslmode") : NULL;
    (void)fprintf(sink->stream, "  sslmode %s", stated == NULL ? "not stated" : stated);
    if (pgcs_guarantee_refusal(explanation->guarantee) == NULL)
        (void)fprintf(sink->stream, ", carried out as %s",
                      pgcs_guarantee_mode(explanation->guarantee));
    (void)fputc('\n', sink->stream);
}

static void
print_text(const struct sink *sink, const struct explanation *explanation) {
    const struct source *source = &explanation->source;
    const pgcs_guarantee *guarantee = explanation->guarantee;
    const char *refusal = pgcs_guarantee_refusal(guarantee);
    const char *advice = pgcs_guarantee_advice(guarantee);
    const pgcs_text *uri = view_uri(source->spec);
    (void)fprintf(sink->stream, "%s\n", pgcs_text_data(uri));
    pgcs_text_unref(uri);
    print_mode(sink, explanation);
    if (refusal != NULL) {
        (void)fputs("  ", sink->stream);
        sink_put(sink, STYLE_BAD, "refused");
        (void)fputs(": ", sink->stream);
        sink_wrap(sink, 11, 4, refusal);
    } else {
        print_attackers(sink, guarantee, 2);
    }
    print_alone(sink, explanation);
    if (advice != NULL) {
        sink_put(sink, STYLE_STRONG, "  what helps most: ");
        sink_wrap(sink, 19, 4, advice);
    }
    (void)fprintf(sink->stream, "\npolicy %s: ", pgcs_policy_name(source->policy));
    sink_put(sink, is_kept(explanation) ? STYLE_GOOD : STYLE_BAD,
             is_kept(explanation) ? "kept" : "NOT kept");
    (void)fputc('\n', sink->stream);
    findings_print(sink, explanation->report, PGCS_SEVERITY_NOTE, source->typed);
}

static json_t *
json_of_guarantees(const pgcs_guarantee *guarantee) {
    json_t *array = json_array();
    for (size_t i = 0; i < ATTACKERS; i++) {
        json_t *object = json_object();
        json_put(object, "attacker", json_of_text(pgcs_attacker_name(attackers[i])));
        json_put(object, "holds", json_boolean(pgcs_guarantee_holds(guarantee, attackers[i])));
        json_put(object, "sentence",
                 json_of_text(pgcs_guarantee_sentence(guarantee, attackers[i])));
        json_append(array, object);
    }
    return array;
}

static json_t *
json_of_alone(const pgcs_guarantee *alone) {
    json_t *object = json_object();
    json_put(object, "mode", json_of_text(pgcs_guarantee_mode(alone)));
    json_put(object, "guarantees", json_of_guarantees(alone));
    json_put(object, "refusal", json_of_text(pgcs_guarantee_refusal(alone)));
    return object;
}

static void
print_json(const struct sink *sink, const struct explanation *explanation, bool good) {
    const struct source *source = &explanation->source;
    const pgcs_guarantee *guarantee = explanation->guarantee;
    json_t *object = json_object();
    json_put(object, "ok", json_boolean(good && is_kept(explanation)));
    if (good) {
        const pgcs_text *uri = view_uri(source->spec);
        json_put(object, "uri", json_of_text(uri == NULL ? NULL : pgcs_text_data(uri)));
        pgcs_text_unref(uri);
        json_put(object, "policy", json_of_text(pgcs_policy_name(source->policy)));
        json_put(object, "mode", json_of_text(pgcs_guarantee_mode(guarantee)));
        json_put(object, "local", json_boolean(pgcs_guarantee_is_local(guarantee)));
        json_put(object, "guarantees", json_of_guarantees(guarantee));
        json_put(object, "refusal", json_of_text(pgcs_guarantee_refusal(guarantee)));
        json_put(object, "advice", json_of_text(pgcs_guarantee_advice(guarantee)));
        json_put(object, "libpq_alone", json_of_alone(explanation->alone));
        json_put(object, "findings", json_of_findings(explanation->report));
    } else {
        json_put(object, "error", source_json_error(source));
    }
    json_print(sink->stream, object);
    (void)fputc('\n', sink->stream);
}

/* Whether the file is there that libpq would take its roots from. */
static bool
finds_roots(const pgcs_spec *spec) {
    const char *named = pgcs_spec_get(spec, "sslrootcert");
    if (named != NULL && *named != '\0')
        return access(named, F_OK) == 0;
    const char *home = getenv("HOME");
    char *path = text_format("%s/.postgresql/root.crt", home == NULL ? "" : home);
    bool found = access(path, F_OK) == 0;
    free(path);
    return found;
}

static bool
find_out(struct explanation *explanation, const struct options *options) {
    struct source *source = &explanation->source;
    int32_t version = pgcs_libpq_version();
    bool good = source_read(source, options, 0, true);
    /* Also where a file is not there: libpq may pass over that. */
    if (source->spec != NULL && pgcs_spec_get(source->spec, "service") == NULL &&
        pgcs_guarantee_of_libpq(source->spec, version, finds_roots(source->spec),
                                &explanation->alone, NULL) != PGCS_OK)
        explanation->alone = NULL;
    if (!good)
        return false;
    if (source->policy == NULL)
        source->policy = pgcs_policy_find("default");
    return pgcs_guarantee_new(source->spec, source->tls, version, &explanation->guarantee,
                              &source->error) == PGCS_OK &&
           pgcs_policy_evaluate_for(source->policy, source->spec, source->tls, version,
                                    (int64_t)time(NULL), &explanation->report,
                                    &source->error) == PGCS_OK;
}

/* Nothing is explained; but where it is the spec's root that can't be used, libpq may go on
 * without it. */
static void
print_unread(const struct sink *sink, const struct explanation *explanation) {
    const struct source *source = &explanation->source;
    const char *field = source->error == NULL ? NULL : pgcs_error_field(source->error);
    source_complain(source);
    if (explanation->alone != NULL && field != NULL && strcmp(field, "sslrootcert") == 0 &&
        pgcs_spec_get(source->spec, "sslrootcert") != NULL &&
        pgcs_guarantee_refusal(explanation->alone) == NULL)
        print_alone(sink, explanation);
}

int
run_explain(const struct options *options) {
    const char *policy = options->value[OPTION_POLICY];
    if (policy != NULL && strcmp(policy, "list") == 0)
        return list_policies(options);
    struct explanation explanation = {.report = NULL};
    struct sink sink;
    bool good = find_out(&explanation, options);
    int status = EXIT_BAD_USAGE;
    if (sink_open(&sink, options->value[OPTION_OUTPUT], options->colour)) {
        if (options->format == FORMAT_JSON)
            print_json(&sink, &explanation, good);
        else if (good)
            print_text(&sink, &explanation);
        else
            print_unread(&sink, &explanation);
        if (sink_close(&sink) && good)
            status = is_kept(&explanation) ? EXIT_FIT : EXIT_NOT_FIT;
    }
    pgcs_guarantee_unref(explanation.guarantee);
    pgcs_guarantee_unref(explanation.alone);
    pgcs_report_unref(explanation.report);
    source_close(&explanation.source);
    return status;
}
