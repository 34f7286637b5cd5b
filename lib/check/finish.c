/* The end of a check: what it found becomes a report, judged by the policy. */
#include <string.h>
#include <time.h>

#include "base/limits.h"
#include "check/attempt.h"
#include "check/look.h"
#include "check/pair.h"
#include "policy/policy.h"
#include "report/report.h"
#include "tls/stage.h"

/* What is known of it once the answers are there. */
static void
set_conclusions(pgcs_check *check) {
    if (check->connection.answer_us > 0)
        report_set_int(check->gather.builder, PGCS_FACT_ROUND_TRIP_US,
                       check->connection.answer_us);
    flavor_report(&check->gather.flavor,
                  report_set_fact(check->gather.builder, PGCS_FACT_SESSION_USER),
                  check->gather.builder);
}

static void
add_news(pgcs_check *check, const struct news_list *list, pgcs_severity severity) {
    for (const struct news *news = list->first; news != NULL; news = news->next) {
        bool expected = severity < PGCS_SEVERITY_FAILURE &&
                        news->diag.status == PGCS_CAUSE_WRONG_SESSION_KIND;
        report_add_finding(check->gather.builder, expected ? PGCS_SEVERITY_NOTE : severity,
                           NULL, &news->diag);
    }
}

static void
add_server_too_old(pgcs_check *check, int version) {
    struct diag why;
    bool old_style = version < 100000; /* 9.6.24 */
    diag_fail(&why, PGCS_CAUSE_SERVER_TOO_OLD,
              "the server's version %d.%d is too old to look around in", version / 10000,
              old_style ? version / 100 % 100 : version % 10000);
    diag_hint(&why, "Objects and privileges can be read from PostgreSQL 13 on.");
    report_add_finding(check->gather.builder, PGCS_SEVERITY_FAILURE, NULL, &why);
}

/* Where privileges were read, and what that means. */
static void
add_origin(pgcs_check *check) {
    const char *from = query_privileges_from(&check->query);
    struct diag why;
    if (from != NULL)
        report_set_text(check->gather.builder, PGCS_FACT_PRIVILEGES_FROM, from, strlen(from));
    if (!check->standard)
        return;
    diag_fail(&why, PGCS_CODE_STANDARD_VIEW,
              "this role can't read the system catalogs: privileges are those that "
              "information_schema shows");
    diag_hint(&why,
              "It shows grants to the role, to PUBLIC and to roles that it inherits from; "
              "not owners, predefined roles, materialized views, and of sequences only "
              "USAGE. The role may have more: let it read pg_class and its like.");
    report_add_finding(check->gather.builder, PGCS_SEVERITY_WARNING, NULL, &why);
}

static void
add_too_many_sequences(pgcs_check *check) {
    struct diag why;
    diag_fail(&why, PGCS_CODE_TOO_MANY_SEQUENCES,
              "there are more than %d sequences: their last values were not read",
              LIMIT_LAST_VALUES);
    diag_hint(&why, "Reading one takes a lock on it. Ask for one schema, or for some tables.");
    report_add_finding(check->gather.builder, PGCS_SEVERITY_NOTE, NULL, &why);
}

static void
add_server_foreign(pgcs_check *check) {
    struct diag why;
    const char *name = flavor_name(&check->gather.flavor);
    if (name != NULL && strcmp(name, "PgBouncer") == 0) {
        diag_fail(&why, PGCS_CAUSE_SERVER_FOREIGN,
                  "connected to the pooler's own console, not to a database");
        diag_hint(&why, "Name a database that the pooler serves.");
        diag_field(&why, "dbname");
    } else {
        diag_fail(&why, PGCS_CAUSE_SERVER_FOREIGN,
                  "%s speaks PostgreSQL's protocol, but its catalogs are not PostgreSQL's",
                  name ? name : "the server");
        diag_hint(&why, "The connection works; objects and privileges can't be read.");
    }
    report_add_finding(check->gather.builder, PGCS_SEVERITY_FAILURE, NULL, &why);
}

static void
add_unreadable(pgcs_check *check, int version) {
    if (version > 0 && version < OLDEST_SERVER && !flavor_is_foreign(&check->gather.flavor))
        add_server_too_old(check, version);
    else
        add_server_foreign(check);
}

static void
add_changed(pgcs_check *check) {
    struct diag why;
    diag_fail(&why, PGCS_CODE_PRIVILEGES_CHANGED,
              "privileges changed while they were read, or follow rules of this server's own");
    diag_hint(&why, "Each is what the server said when it was asked for it; check again when "
                    "nobody changes them.");
    report_add_finding(check->gather.builder, PGCS_SEVERITY_WARNING, NULL, &why);
}

static void
add_schema_not_found(pgcs_check *check, const char *schema) {
    struct diag why;
    bool system = strncmp(schema, "pg_", 3) == 0 || strcmp(schema, "information_schema") == 0;
    if (system) {
        diag_fail(&why, PGCS_CODE_SCHEMA_NOT_FOUND,
                  "schema \"%s\" is the system's own, which is not reported",
                  diag_quote(schema, strlen(schema)).text);
        diag_hint(&why, "Name schemas of users only.");
    } else {
        diag_fail(&why, PGCS_CODE_SCHEMA_NOT_FOUND, "there is no schema \"%s\"",
                  diag_quote(schema, strlen(schema)).text);
        diag_hint(&why, "Check the spelling, and upper and lower case; names are not quoted.");
    }
    report_add_finding(check->gather.builder, PGCS_SEVERITY_WARNING, NULL, &why);
}

static void
add_table_not_found(pgcs_check *check, const struct scope_table *table) {
    struct diag why;
    diag_fail(&why, PGCS_CODE_TABLE_NOT_FOUND,
              "there is no table, view or sequence \"%s\" in schema \"%s\"",
              diag_quote(table->name, strlen(table->name)).text,
              diag_quote(table->schema, strlen(table->schema)).text);
    diag_hint(&why, "Check the spelling, and upper and lower case; names are not quoted.");
    report_add_finding(check->gather.builder, PGCS_SEVERITY_WARNING, NULL, &why);
}

/* What the check was limited to and is not there, as far as it was looked for. */
static void
add_not_found(pgcs_check *check) {
    if ((query_sections_read(&check->query) & PGCS_SECTION_OBJECTS) == 0)
        return;
    for (size_t i = 0; i < check->schema_count; i++)
        if (!gather_has_schema(&check->gather, check->schemas[i]))
            add_schema_not_found(check, check->schemas[i]);
    for (size_t i = 0; i < check->table_count; i++)
        if (!gather_has_table(&check->gather, &check->tables[i]))
            add_table_not_found(check, &check->tables[i]);
}

static struct judged
judged_by_policy(const pgcs_check *check) {
    return (struct judged){.spec = check->spec,
                           .tls = check->tls,
                           .libpq_version = libpq_version(),
                           .now_unix = (int64_t)time(NULL)};
}

pgcs_status
check_judge(pgcs_check *check, struct diag *diag) {
    struct judged judged = judged_by_policy(check);
    pgcs_status status = policy_evaluate(check->policy, &judged, &check->report, diag);
    if (status != PGCS_OK)
        return status;
    if (report_severity(check->report) == PGCS_SEVERITY_FAILURE) {
        check->phase = PHASE_DONE;
        check->state = PGCS_STATE_DONE;
    } else {
        check->report = report_unref(check->report);
    }
    return PGCS_OK;
}

/* What the policy has to say short of a failure. */
static pgcs_status
add_judgement(pgcs_check *check, struct diag *diag) {
    struct judged judged = judged_by_policy(check);
    return check->policy == NULL
               ? PGCS_OK
               : policy_judge(check->policy, &judged, check->gather.builder, diag);
}

/* Attempts that failed are no failure once another one did. */
pgcs_status
check_finish(pgcs_check *check, struct diag *diag) {
    bool connected = check->phase == PHASE_LOOKING || check->phase == PHASE_MEETING;
    int version = check->gather.server_version; /* a lost connection has none */
    if (connected)
        set_conclusions(check);
    connection_close(&check->connection);
    check->stage = stage_unref(check->stage);
    if (!connected && !gather_begin(&check->gather, 0))
        return diag_nomem(diag);
    add_news(check, &check->attempts,
             connected ? PGCS_SEVERITY_WARNING : PGCS_SEVERITY_FAILURE);
    add_news(check, &check->sections_failed, PGCS_SEVERITY_FAILURE);
    for (const struct tried *tried = check->tried; tried != NULL; tried = tried->next)
        report_add_attempt(check->gather.builder, &tried->attempt);
    if (connected && check->foreign)
        add_unreadable(check, version);
    if (connected)
        add_origin(check);
    if (check->gather.too_many_sequences)
        add_too_many_sequences(check);
    if (check->gather.unexplained > 0 || check->gather.missed > 0)
        add_changed(check);
    if (connected)
        add_not_found(check);
    if (check->gather.lookup.failed || check->gather.roles.failed || check->gather.kept.failed)
        return diag_nomem(diag);
    pgcs_status status = add_judgement(check, diag);
    if (status != PGCS_OK)
        return status;
    struct report_builder *builder = check->gather.builder;
    if (connected)
        report_note_sections(builder,
                             pair_sections_read(check, query_sections_read(&check->query)));
    if (check->met)
        report_note_pair(builder, check->pair_key);
    check->gather.builder = NULL;
    gather_free(&check->gather);
    status = report_finish(builder, &check->report, diag);
    check->phase = PHASE_DONE;
    check->state = PGCS_STATE_DONE;
    return status;
}
