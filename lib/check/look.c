/*
 * The look around: facts of the connection, the parts that were asked for, and the report.
 * Where privileges changed while they were read, everything is asked again: a report shows one
 * state of the database.
 */
#include "check/look.h"

#include <stdio.h>
#include <string.h>

#include "base/limits.h"
#include "check/attempt.h"
#include "check/pair.h"
#include "report/report.h"
#include "spec/spec.h"
#include "tls/stage.h"

#define TIMES_ASKED 3 /* before changing privileges are taken as they are */

/* --- facts of the connection -----------------------------------------------------------------
 */

static void
set_text(pgcs_check *check, pgcs_fact fact, const char *text) {
    if (text != NULL && text[0] != '\0')
        report_set_text(check->gather.builder, fact, text, strlen(text));
}

static void
set_int(pgcs_check *check, pgcs_fact fact, int64_t value) {
    report_set_int(check->gather.builder, fact, value);
}

static void
set_tls_facts(pgcs_check *check) {
    bool in_use = connection_uses_tls(&check->connection);
    void *ssl = connection_ssl(&check->connection);
    set_int(check, PGCS_FACT_TLS_IN_USE, in_use);
    set_text(check, PGCS_FACT_TLS_VERIFIED, verified_name(check->verified));
    struct plan plan;
    struct diag ignored;
    if (ssl != NULL && plan_make(check->spec, check->tls, libpq_version(),
                                 check->order[check->turn], &plan, &ignored) == PGCS_OK) {
        session_report(&plan, ssl, check->gather.builder);
    } else if (in_use) {
        set_text(check, PGCS_FACT_TLS_VERSION,
                 connection_tls_attribute(&check->connection, "protocol"));
        set_text(check, PGCS_FACT_TLS_CIPHER,
                 connection_tls_attribute(&check->connection, "cipher"));
    }
}

/* As it was sent; NULL when it may be a piece of a secret. */
static const char *
login_user(const pgcs_check *check) {
    const char *user = spec_filled(check->spec, KEYWORD_USER);
    return user && spec_shown(check->spec, KEYWORD_USER, user) == user ? user : NULL;
}

static void
set_connection_facts(pgcs_check *check) {
    set_int(check, PGCS_FACT_SERVER_VERSION, connection_server_version(&check->connection));
    set_int(check, PGCS_FACT_HOST_INDEX, (int64_t)check->order[check->turn]);
    set_int(check, PGCS_FACT_CONNECT_MS, check->connect_ms);
    set_text(check, PGCS_FACT_SERVER_ADDRESS, connection_address(&check->connection));
    set_text(check, PGCS_FACT_LOGIN_USER, login_user(check));
    set_text(check, PGCS_FACT_TIME_ZONE, connection_parameter(&check->connection, "TimeZone"));
    if (check->sections & PGCS_SECTION_TLS)
        set_tls_facts(check);
}

/* --- asking ----------------------------------------------------------------------------------
 */

/* What the server gives a statement: it ends before we do, so that it can say why. */
static int64_t
server_timeout_ms(const pgcs_check *check) {
    if (check->deadline == NEVER)
        return 0;
    int64_t left = (check->deadline - clock_ms()) * 9 / 10;
    return left > 1 ? left : 1;
}

pgcs_status
look_send(pgcs_check *check, struct diag *diag) {
    check->scope =
        (struct scope){check->schemas,     check->schema_count,  check->tables,
                       check->table_count, check->wanted_tables, check->wanted_count};
    check->gather.scope = &check->scope;
    switch (query_send(&check->query, &check->scope, server_timeout_ms(check), diag)) {
    case QUERY_WAITS:
        return PGCS_OK;
    case QUERY_REFUSED:
        return diag->status;
    default:
        return look_lost(check, diag);
    }
}

static pgcs_status
ask(pgcs_check *check, struct diag *diag) {
    int version = connection_server_version(&check->connection);
    gather_free(&check->gather);
    if (!gather_begin(&check->gather, version))
        return diag_nomem(diag);
    flavor_at_login(&check->gather.flavor, &check->connection, login_user(check));
    check->foreign = version < OLDEST_SERVER || flavor_is_foreign(&check->gather.flavor);
    set_connection_facts(check);
    pair_reset(check);
    check->gather.seals = check->sealing ? &check->seals : NULL;
    check->sections_failed = (struct news_list){NULL, NULL};
    check->asked++;
    uint64_t wanted = version < OLDEST_SERVER ? parts_of_sections(PGCS_SECTION_SESSION)
                                              : pair_first_parts(check);
    check->query = (struct query){
        .connection = &check->connection,
        .gather = &check->gather,
        .wanted = check->foreign    ? PARTS_PLAIN
                  : check->standard ? parts_of_standard(wanted)
                                    : wanted,
        .pair_key = check->pair_key,
        .stays = check->pair_key != 0 && !check->foreign,
    };
    return look_send(check, diag);
}

pgcs_status
look_begin(pgcs_check *check, struct diag *diag) {
    check->phase = PHASE_LOOKING;
    check->connect_ms = check->last_tried->attempt.duration_ms;
    return ask(check, diag);
}

/* --- failures --------------------------------------------------------------------------------
 */

static const struct {
    const char *sqlstate;
    const char *sentence;
    const char *hint;
} reasons[] = {
    {"55P03", "somebody holds a lock on a system catalog",
     "A maintenance command such as VACUUM FULL may be at work; try again later."},
    {"57014", "the server cancelled it, or it took too long",
     "Give a longer time, or ask for one schema or for some tables."},
    {"42501", "the server does not let this role read it",
     "PostgreSQL lets everybody read it: somebody revoked that."},
    {"53100", "the server's disk is full", "Its log says more."},
    {"53200", "the server is out of memory",
     "Its log says more; asking for one schema needs less."},
    {"40001", "it conflicted with recovery on the standby", "Try again, or ask the primary."},
    {"22021", "a name in it is no text in the encoding of this database",
     "Roles are of all databases: one with another encoding may have named one so. Rename it."},
    {"", "the server's answer is not what PostgreSQL sends",
     "It may be something that only resembles PostgreSQL."},
};

/* The row for a SQLSTATE; their number when there is none. */
static size_t
reason_for(const char *sqlstate) {
    size_t i = 0, count = sizeof reasons / sizeof reasons[0];
    while (i < count && strcmp(reasons[i].sqlstate, sqlstate) != 0)
        i++;
    return i;
}

static pgcs_status
section_failed(pgcs_check *check, enum part part, const struct evidence *evidence,
               struct diag *diag) {
    struct diag why;
    char words[160];
    size_t i = reason_for(evidence->sqlstate);
    if (i < sizeof reasons / sizeof reasons[0]) {
        diag_fail(&why, PGCS_CODE_SECTION_FAILED, "%s could not be read: %s", part_label(part),
                  reasons[i].sentence);
        diag_hint(&why, "%s", reasons[i].hint);
    } else {
        filter_text(check->spec, evidence->text, words, sizeof words);
        if (words[0] == '\0')
            snprintf(words, sizeof words, "the server refused it");
        diag_fail(&why, PGCS_CODE_SECTION_FAILED, "%s could not be read: %s (%s)",
                  part_label(part), words, evidence->sqlstate);
        diag_hint(&why, "The server's log says more.");
    }
    memcpy(why.sqlstate, evidence->sqlstate, sizeof why.sqlstate);
    return keep_news(check, &check->sections_failed, &why, diag);
}

/* All that was asked for came, or will not come. */
static pgcs_status
string_is_over(pgcs_check *check, struct diag *diag) {
    return check->query.stays ? pair_meet(check, diag) : check_finish(check, diag);
}

/* PostgreSQL knows what is asked of the session: who does not is something else. */
static bool
speaks_otherwise(enum part part, const char *sqlstate) {
    bool unknown = strncmp(sqlstate, "42", 2) == 0 || strncmp(sqlstate, "0A", 2) == 0;
    return part == PART_FACTS && unknown && strcmp(sqlstate, "42501") != 0;
}

static bool
is_one_of(const char *sqlstate, const char *const *list) {
    while (*list != NULL && strcmp(*list, sqlstate) != 0)
        list++;
    return *list != NULL;
}

/*
 * Whether to ask for everything again: of information_schema where a catalog, a column or a
 * function of it is not for us; as before where something went away that was about to be read.
 */
static bool
begins_anew(pgcs_check *check, enum part part, const struct evidence *evidence) {
    static const char *const denied[] = {"42501", "42P01", "42703", "42883", "42704", NULL};
    static const char *const gone[] = {"XX000", "42P01", "42704", "3F000", NULL};
    if (check->met || part == PART_COUNT)
        return false;
    if (!check->standard && part_has_standard(part) && is_one_of(evidence->sqlstate, denied)) {
        check->standard = true;
        return true;
    }
    return check->asked < TIMES_ASKED && is_one_of(evidence->sqlstate, gone);
}

/*
 * Keep why each part failed; the rest may be asked again, in another transaction. Of a server
 * with other catalogs nothing is asked but its name, which it may well refuse.
 */
static pgcs_status
parts_failed(pgcs_check *check, struct diag *diag) {
    struct evidence evidence;
    pgcs_status status = PGCS_OK;
    enum part part = query_failed_part(&check->query, &evidence);
    if (!(part != PART_COUNT && speaks_otherwise(part, evidence.sqlstate)) &&
        begins_anew(check, part, &evidence))
        return ask(check, diag);
    while (part != PART_COUNT && status == PGCS_OK) {
        if (speaks_otherwise(part, evidence.sqlstate)) {
            check->foreign = true;
            check->query.wanted = PARTS_PLAIN;
            check->query.stays = false;
            break;
        }
        if (!part_is_optional(part))
            status = section_failed(check, part, &evidence, diag);
        part = query_failed_part(&check->query, &evidence);
    }
    if (status != PGCS_OK)
        return status;
    check->query.resumes = false;
    check->query.later = true;
    return check->query.wanted != 0 ? look_send(check, diag) : string_is_over(check, diag);
}

/* Then the connection went because the query had failed: PgBouncer does that in statement mode.
 */
static bool
is_of_query(const char *sqlstate) {
    return sqlstate[0] != '\0' && reason_for(sqlstate) < sizeof reasons / sizeof reasons[0];
}

pgcs_status
look_lost(pgcs_check *check, struct diag *diag) {
    struct target target = attempt_target(check);
    struct diag why;
    if (check->query.failed) {
        struct evidence evidence = {.text = check->query.text};
        memcpy(evidence.sqlstate, check->query.sqlstate, sizeof evidence.sqlstate);
        if (is_of_query(evidence.sqlstate)) {
            enum part part = query_current_part(&check->query);
            pgcs_status status = section_failed(check, part, &evidence, diag);
            return status == PGCS_OK ? check_finish(check, diag) : status;
        }
        classify(&target, &evidence, &why);
    } else {
        blame(&target, PGCS_CAUSE_CONNECTION_LOST, &why, "the connection was lost");
    }
    pgcs_status status = keep_news(check, &check->sections_failed, &why, diag);
    return status == PGCS_OK ? check_finish(check, diag) : status;
}

pgcs_status
look_timed_out(pgcs_check *check, struct diag *diag) {
    struct target target = attempt_target(check);
    struct diag why;
    if (check->phase == PHASE_LOOKING && query_is_complete(&check->query))
        return check_finish(check, diag);
    if (check->phase == PHASE_MEETING) {
        blame(&target, PGCS_CAUSE_TIMED_OUT, &why,
              "logged in, but the other side did not come in time");
        diag_hint(&why, "Look at the other side, or give a longer time.");
    } else {
        blame(&target, PGCS_CAUSE_TIMED_OUT, &why,
              "logged in, but reading the catalogs took too long: %s did not come in time",
              part_label(query_current_part(&check->query)));
        diag_hint(&why, "Give a longer time, or ask for one schema or for some tables.");
    }
    pgcs_status status = keep_news(check, &check->sections_failed, &why, diag);
    return status == PGCS_OK ? check_finish(check, diag) : status;
}

/* The server reads on while we sort: but not while it waits for us to take what it has sent. */
static void
use_pause(const pgcs_check *check) {
    struct report_builder *builder = check->gather.builder;
    if (report_is_behind(builder) && connection_is_quiet(&check->connection))
        report_catch_up(builder);
}

pgcs_status
look_continue(pgcs_check *check, struct diag *diag) {
    switch (query_step(&check->query)) {
    case QUERY_WAITS:
        use_pause(check);
        return PGCS_OK;
    case QUERY_PART_FAILED:
        return parts_failed(check, diag);
    case QUERY_LOST:
        return look_lost(check, diag);
    default:
        if (check->gather.unexplained > 0 && check->asked < TIMES_ASKED && !check->met)
            return ask(check, diag);
        return string_is_over(check, diag);
    }
}
