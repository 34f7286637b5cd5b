/*
 * Attempts. By libpq's rules: an address that can't be reached makes way for the host's next
 * one, a server that is starting up or of the wrong kind for the next host; whatever else a
 * server says is final.
 */
#include "check/attempt.h"

#include <assert.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/text.h"
#include "check/handshake.h"
#include "check/look.h"
#include "spec/spec.h"
#include "tls/plan.h"
#include "tls/stage.h"

#define DEFAULT_PORT 5432

static const struct spec_host *
current_host(const pgcs_check *check) {
    return spec_host(check->spec, check->order[check->turn]);
}

static int32_t
current_port(const pgcs_check *check) {
    int32_t port = current_host(check)->port;
    return port > 0 ? port : DEFAULT_PORT;
}

/* --- order -----------------------------------------------------------------------------------
 */

static bool
is_value(const pgcs_check *check, enum keyword keyword, const char *value) {
    const char *said = spec_filled(check->spec, keyword);
    return said != NULL && strcmp(said, value) == 0;
}

/* A number below @bound; without randomness always the last one, which changes nothing. */
static size_t
random_below(size_t bound) {
    uint64_t number = 0;
    if (getrandom(&number, sizeof number, GRND_NONBLOCK) != (ssize_t)sizeof number)
        return bound - 1;
    return (size_t)(number % bound);
}

/* 0, 1, 2 ... @count - 1, shuffled where load_balance_hosts says so. */
static void
fill_order(const pgcs_check *check, size_t *order, size_t count) {
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    if (!is_value(check, KEYWORD_LOAD_BALANCE_HOSTS, "random"))
        return;
    for (size_t i = count; i > 1; i--) {
        size_t other = random_below(i), mine = order[i - 1];
        order[i - 1] = order[other];
        order[other] = mine;
    }
}

void
attempts_order(pgcs_check *check) {
    fill_order(check, check->order, spec_host_count(check->spec));
}

/* As libpq does, for the addresses of a name as for the hosts of the list. */
static pgcs_status
order_addresses(pgcs_check *check, struct diag *diag) {
    size_t count = resolve_count(check->resolution);
    size_t *order = realloc(check->address_order, count * sizeof *order);
    if (order == NULL)
        return diag_nomem(diag);
    check->address_order = order;
    fill_order(check, order, count);
    return PGCS_OK;
}

/* The address whose turn it is; NULL behind the last one, and where no name was looked up. */
static const char *
current_address(const pgcs_check *check) {
    const struct resolution *resolution = check->resolution;
    if (resolution == NULL || check->phase == PHASE_RESOLVING ||
        check->address >= resolve_count(resolution))
        return NULL;
    return resolve_address(resolution, check->address_order[check->address]);
}

/* --- telling ---------------------------------------------------------------------------------
 */

pgcs_status
keep_news(pgcs_check *check, struct news_list *list, const struct diag *news,
          struct diag *diag) {
    struct news *kept = pool_alloc(check->pool, sizeof *kept);
    if (kept == NULL)
        return diag_nomem(diag);
    *kept = (struct news){.next = NULL, .diag = *news};
    if (list->first == NULL)
        list->first = kept;
    else
        list->last->next = kept;
    list->last = kept;
    return PGCS_OK;
}

static const char *
filled(const char *text) {
    return text != NULL && text[0] != '\0' ? text : NULL;
}

static enum tls_use
tls_use_of(const pgcs_check *check) {
    struct plan plan;
    struct diag ignored;
    if (plan_make(check->spec, check->tls, libpq_version(), check->order[check->turn], &plan,
                  &ignored) != PGCS_OK ||
        plan.is_socket || plan.mode == SSLMODE_ALLOW || plan.mode == SSLMODE_PREFER)
        return TLS_ANY;
    return plan.mode == SSLMODE_DISABLE ? TLS_NEVER : TLS_ALWAYS;
}

struct target
attempt_target(const pgcs_check *check) {
    const struct spec_host *host = current_host(check);
    struct target target = {.spec = check->spec,
                            .host = filled(host->name),
                            .address = filled(host->address),
                            .port = check->port,
                            .tls = tls_use_of(check)};
    const char *found = current_address(check);
    if (found != NULL)
        target.address = found;
    if (check->connection.pg != NULL) {
        const char *known = filled(connection_host(&check->connection));
        if (known != NULL && (known[0] == '/' || known[0] == '@'))
            target.socket = known;
        if (target.host == NULL)
            target.host = known;
    }
    return target;
}

/* --- ends of an attempt ----------------------------------------------------------------------
 */

static void
close_attempt(pgcs_check *check) {
    connection_close(&check->connection);
    check->stage = stage_unref(check->stage);
    check->attempt_deadline = NEVER;
}

static const char *
keep_text(pgcs_check *check, const char *text) {
    return text == NULL ? NULL : pool_copy(check->pool, text, strlen(text));
}

/* In numbers; NULL for a socket, and where there is none. */
static const char *
address_of(const pgcs_check *check, const struct target *target) {
    pgcs_host_kind kind = spec_host_kind(current_host(check));
    if (target->socket != NULL || target->address != NULL)
        return target->socket != NULL ? NULL : target->address;
    return kind == PGCS_HOST_IPV4 || kind == PGCS_HOST_IPV6 ? target->host : NULL;
}

/* Keep what was tried and how long that took; @cause is 0 for what led to a session. */
static pgcs_status
keep_tried(pgcs_check *check, pgcs_code cause, struct diag *diag) {
    struct target target = attempt_target(check);
    const char *host = target.socket ? target.socket : target.host;
    const char *shown = host ? spec_shown(check->spec, KEYWORD_HOST, host) : NULL;
    const char *address = address_of(check, &target);
    struct tried *tried = pool_alloc(check->pool, sizeof *tried);
    if (tried == NULL)
        return diag_nomem(diag);
    *tried = (struct tried){.attempt = {.host = keep_text(check, shown),
                                        .address = keep_text(check, address),
                                        .port = current_port(check),
                                        .host_index = (int64_t)check->order[check->turn],
                                        .start_ms = check->attempt_start - check->start,
                                        .duration_ms = clock_ms() - check->attempt_start,
                                        .cause = cause}};
    if ((shown != NULL && tried->attempt.host == NULL) ||
        (address != NULL && tried->attempt.address == NULL))
        return diag_nomem(diag);
    *(check->tried == NULL ? &check->tried : &check->last_tried->next) = tried;
    check->last_tried = tried;
    return PGCS_OK;
}

/* The next address of the host, or the next host. */
static void
attempt_next(pgcs_check *check, enum then then) {
    check->address++;
    if (then == NEXT_ADDRESS && current_address(check) != NULL) {
        check->phase = PHASE_ADDRESS;
        return;
    }
    check->turn++;
    check->phase = PHASE_HOST;
}

/* Keep why there was none, then go on or give up. */
static pgcs_status
attempt_ended(pgcs_check *check, const struct diag *why, enum then then, struct diag *diag) {
    pgcs_status status = keep_news(check, &check->attempts, why, diag);
    if (status != PGCS_OK)
        return status;
    close_attempt(check);
    if (then == GIVE_UP)
        return check_finish(check, diag);
    attempt_next(check, then);
    return PGCS_OK;
}

static pgcs_status
attempt_failed(pgcs_check *check, const struct diag *why, enum then then, struct diag *diag) {
    pgcs_status status = keep_tried(check, why->status, diag);
    return status == PGCS_OK ? attempt_ended(check, why, then, diag) : status;
}

/* What a server said holds for all of its addresses; that it can't be reached, for one. */
static enum then
what_follows(const struct diag *why, bool next) {
    if (!next)
        return GIVE_UP;
    bool answered = why->sqlstate[0] != '\0' || why->status == PGCS_CAUSE_WRONG_SESSION_KIND;
    return answered ? NEXT_HOST : NEXT_ADDRESS;
}

static pgcs_status
connection_failed(pgcs_check *check, struct diag *diag) {
    if (connection_is_out_of_memory(&check->connection))
        return diag_nomem(diag);
    struct target target = attempt_target(check);
    struct evidence evidence;
    struct diag why;
    connection_evidence(&check->connection, &evidence);
    bool next = classify(&target, &evidence, &why);
    enum then then = what_follows(&why, next);
    if (why.sqlstate[0] == '\0' && handshake_begin(check, &why, then))
        return PGCS_OK;
    return attempt_failed(check, &why, then, diag);
}

pgcs_status
attempt_diagnosed(pgcs_check *check, bool timed_out, struct diag *diag) {
    if (!timed_out && !handshake_continue(check))
        return PGCS_OK;
    struct handshake handshake = check->handshake;
    handshake_drop(check);
    return attempt_failed(check, &handshake.why, handshake.then, diag);
}

/* A name server that is slow is slow for all addresses: what times out is the host. */
static void
blame_resolver(const struct target *target, bool begun, struct diag *why) {
    blame(target, PGCS_CAUSE_TIMED_OUT, why, "%s",
          begun ? "the name was not resolved in time"
                : "the name's turn to be resolved did not come in time, so many others wait");
    diag_hint(why,
              "The name server does not answer; check the resolver, or give a longer time.");
}

static void
blame_peer(const struct target *target, enum connection_stage stage, struct diag *why) {
    static const char reaching[] =
        "Check the address and the port: a firewall may drop what is sent there, or what "
        "listens there is no PostgreSQL, or overloaded.";
    static const char locked[] =
        "The server is overloaded, or somebody holds a lock on a system "
        "catalog, as VACUUM FULL does; try again later.";
    static const struct {
        const char *sentence;
        const char *hint;
    } rows[STAGE_COUNT] = {
        [STAGE_REACHING] = {"no answer in time", reaching},
        [STAGE_NEGOTIATING] = {"reached, but TLS was not agreed on in time", reaching},
        [STAGE_AUTHENTICATING] = {"reached, but the login did not end in time", reaching},
        [STAGE_STARTING] = {"the login was accepted, but no session began in time", locked},
        [STAGE_CHOOSING] = {"logged in, but the server did not say in time what kind of "
                            "session it is",
                            locked},
    };
    blame(target, PGCS_CAUSE_TIMED_OUT, why, "%s", rows[stage].sentence);
    diag_hint(why, "%s", rows[stage].hint);
}

pgcs_status
attempt_timed_out(pgcs_check *check, struct diag *diag) {
    struct target target = attempt_target(check);
    bool everything = clock_ms() >= check->deadline;
    struct diag why;
    if (check->phase == PHASE_RESOLVING)
        blame_resolver(&target, resolve_is_begun(check->resolution), &why);
    else
        blame_peer(&target, connection_stage(&check->connection), &why);
    return attempt_failed(check, &why, everything ? GIVE_UP : NEXT_ADDRESS, diag);
}

/* True, with the news kept, when there is no time left to begin an attempt. */
static bool
is_too_late(pgcs_check *check, pgcs_status *status, struct diag *diag) {
    if (clock_ms() < check->deadline)
        return false;
    struct target target = attempt_target(check);
    struct diag why;
    blame(&target, PGCS_CAUSE_TIMED_OUT, &why, "not tried: there was no time left");
    diag_hint(&why, "Give a longer time, or a connect_timeout so that the first hosts leave "
                    "some of it.");
    *status = attempt_ended(check, &why, GIVE_UP, diag);
    return true;
}

/* --- an address ------------------------------------------------------------------------------
 */

/* What of the spec doesn't hold for one host alone, and what we need of the session. */
static pgcs_status
write_conninfo(const pgcs_check *check, struct buf *out, struct diag *diag) {
    const char *attrs = spec_filled(check->spec, KEYWORD_TARGET_SESSION_ATTRS);
    buf_put_string(out, stage_conninfo(check->stage));
    buf_put_string(out, " client_encoding=UTF8");
    if (attrs != NULL && strcmp(attrs, "prefer-standby") == 0)
        buf_printf(out, " target_session_attrs=%s", check->pass == 0 ? "standby" : "any");
    buf_put(out, "", 1);
    return buf_status(out, diag);
}

static int64_t
connect_deadline(const pgcs_check *check) {
    const char *text = spec_filled(check->spec, KEYWORD_CONNECT_TIMEOUT);
    int64_t seconds = 0;
    for (; text != NULL && *text >= '0' && *text <= '9' && seconds < INT32_MAX; text++)
        seconds = seconds * 10 + (*text - '0');
    return seconds > 0 ? clock_ms() + seconds * 1000 : NEVER;
}

/* Whether the session is what was asked for: libpq is not believed, its session is looked at.
 */
static bool
is_as_asked(pgcs_check *check, struct diag *why) {
    struct plan plan;
    return plan_make(check->spec, check->tls, libpq_version(), check->order[check->turn], &plan,
                     why) == PGCS_OK &&
           session_judge(&plan, connection_uses_tls(&check->connection),
                         connection_ssl(&check->connection), &check->verified, why) == PGCS_OK;
}

static pgcs_status
attempt_opened(pgcs_check *check, struct diag *diag) {
    struct diag why;
    check->attempt_deadline = NEVER;
    if (!is_as_asked(check, &why))
        return attempt_failed(check, &why, GIVE_UP, diag);
    pgcs_status status = keep_tried(check, 0, diag);
    return status == PGCS_OK ? look_begin(check, diag) : status;
}

static pgcs_status
attempt_result(pgcs_check *check, enum connection_result result, struct diag *diag) {
    switch (result) {
    case CONNECTION_WAITS:
        return PGCS_OK;
    case CONNECTION_OPEN:
        return attempt_opened(check, diag);
    default:
        return connection_failed(check, diag);
    }
}

pgcs_status
attempt_address(pgcs_check *check, struct diag *diag) {
    const char *address = current_address(check);
    struct diag why;
    struct buf conninfo = {0};
    pgcs_status status = PGCS_OK;
    if (is_too_late(check, &status, diag))
        return status;
    check->phase = PHASE_CONNECTING;
    check->attempt_start = clock_ms();
    check->attempt_deadline = connect_deadline(check);
    status = stage_host(check->spec, check->tls, libpq_version(), check->order[check->turn],
                        address, &check->stage, &why);
    if (status == PGCS_OK)
        status = write_conninfo(check, &conninfo, &why);
    if (status != PGCS_OK) {
        buf_free(&conninfo);
        return status == PGCS_ERR_NOMEM ? diag_nomem(diag)
                                        : attempt_failed(check, &why, GIVE_UP, diag);
    }
    enum connection_result result = connection_start(
        &check->connection, conninfo.data, is_value(check, KEYWORD_SSLNEGOTIATION, "direct"));
    buf_free(&conninfo);
    return attempt_result(check, result, diag);
}

/* libpq opens our files in one of the next steps: until then anybody may have closed them. */
pgcs_status
attempt_continue(pgcs_check *check, struct diag *diag) {
    struct diag why;
    if (stage_check(check->stage, &why) != PGCS_OK)
        return attempt_failed(check, &why, false, diag);
    return attempt_result(check, connection_step(&check->connection), diag);
}

/* --- a host ----------------------------------------------------------------------------------
 */

/* A name with an "@" holds a piece of a password, as a rule: no name server gets to see it. */
static pgcs_status
host_withheld(pgcs_check *check, struct diag *diag) {
    struct target target = attempt_target(check);
    struct diag why;
    blame(&target, PGCS_CAUSE_NAME_NOT_RESOLVED, &why, "no host has an \"@\" in its name");
    diag_hint(&why, "Write an \"@\" in a user or a password as %%40.");
    diag_field(&why, "host");
    return attempt_failed(check, &why, NEXT_HOST, diag);
}

pgcs_status
attempt_host(pgcs_check *check, struct diag *diag) {
    resolve_drop(check->resolution);
    check->resolution = NULL;
    check->address = 0;
    if (check->turn == spec_host_count(check->spec)) {
        bool again =
            is_value(check, KEYWORD_TARGET_SESSION_ATTRS, "prefer-standby") && check->pass == 0;
        if (!again)
            return check_finish(check, diag);
        check->pass = 1;
        check->turn = 0;
    }
    pgcs_status status = PGCS_OK;
    const struct spec_host *host = current_host(check);
    snprintf(check->port, sizeof check->port, "%d", (int)current_port(check));
    if (is_too_late(check, &status, diag))
        return status;
    check->phase = PHASE_ADDRESS;
    check->attempt_start = clock_ms();
    if (spec_host_kind(host) != PGCS_HOST_NAME || filled(host->address) != NULL)
        return PGCS_OK;
    if (strchr(host->name, '@') != NULL)
        return host_withheld(check, diag);
    check->phase = PHASE_RESOLVING;
    check->attempt_deadline = connect_deadline(check);
    return resolve_start(host->name, &check->resolution, diag);
}

static pgcs_status
resolution_failed(pgcs_check *check, int error, struct diag *diag) {
    struct target target = attempt_target(check);
    struct diag why;
    if (error == EAI_MEMORY)
        return diag_nomem(diag);
    if (error == EAI_AGAIN) {
        blame(&target, PGCS_CAUSE_NAME_NOT_RESOLVED, &why, "no name server knows the name now");
        diag_hint(&why, "Check the network and the resolver, then try again.");
    } else {
        blame(&target, PGCS_CAUSE_NAME_NOT_RESOLVED, &why, "there is no host of that name");
        diag_hint(&why, "Check the spelling; a short name may need its domain.");
    }
    diag_field(&why, "host");
    return attempt_failed(check, &why, NEXT_HOST, diag);
}

pgcs_status
attempt_resolved(pgcs_check *check, struct diag *diag) {
    int error = resolve_error(check->resolution);
    if (error != 0)
        return resolution_failed(check, error, diag);
    check->phase = PHASE_ADDRESS;
    check->attempt_deadline = NEVER;
    return order_addresses(check, diag);
}
