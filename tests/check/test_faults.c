/* Peers that do not behave: each ends in a report with its cause, within the time. */
#include "peer.h"

#include <fcntl.h>
#include <stdbool.h>

#include <pgconnspec/pgconnspec.h>

#include "lib/gate.h"

/*
 * Those that only the deadline ends get as little time as will do on an idle machine; where
 * that was not enough to come as far as they must, more. All others end by themselves, and have
 * patience: only what hangs needs it. test_engine.c holds deadlines closely.
 */
#define TIMEOUT_MS  600
#define TIMES_MORE  8
#define TIMEOUT_END 40000
#define PATIENCE_MS 100000
#define GRACE_MS    60000

#define COPY_HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"
#define COPY_OUT    "\1\0\1\0\1" /* binary, one column */

/* --- scripts: before the login
 * ----------------------------------------------------------------
 */

static void
says_nothing(int fd) {
    be_silent(fd);
}

static void
hangs_up(int fd) {
    (void)fd;
}

static void
speaks_http(int fd) {
    hear_startup(fd);
    say(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    be_silent(fd);
}

static void
speaks_ssh(int fd) {
    say(fd, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", 32);
    be_silent(fd);
}

static void
wants_no_tls_then_stalls(int fd) {
    hear_startup(fd);
    say(fd, "N", 1);
    be_silent(fd);
}

static void
stalls_in_tls(int fd) {
    hear_startup(fd);
    say(fd, "S", 1);
    be_silent(fd);
}

static void
garbles_tls(int fd) {
    hear_startup(fd);
    say(fd, "S", 1);
    hear_hello(fd); /* libpq waits for ever when it reads both at once */
    say(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    be_silent(fd);
}

/* The first connection fails in TLS, the one that asks why meets silence. */
static void
garbles_tls_once(int fd) {
    static bool garbled;
    hear_startup(fd);
    say(fd, "S", 1);
    hear_hello(fd);
    if (!garbled)
        say(fd, "\25\3\1\0\2\2\50", 7); /* an alert: handshake failure */
    garbled = true;
    be_silent(fd);
}

static void
sends_half_a_message(int fd) {
    hear_startup(fd);
    say(fd, "R\0\0\0\10\0", 6);
    be_silent(fd);
}

static void
sends_huge_length(int fd) {
    hear_startup(fd);
    say(fd, "R\177\377\377\377", 5);
    be_silent(fd);
}

static void
asks_unknown_authentication(int fd) {
    hear_startup(fd);
    SAY(fd, 'R', "\0\0\0\143");
    be_silent(fd);
}

/* As a server whose catalogs somebody has locked. */
static void
accepts_and_stalls(int fd) {
    hear_startup(fd);
    SAY(fd, 'R', "\0\0\0\0");
    be_silent(fd);
}

static void
refuses_parameter(int fd) {
    hear_startup(fd);
    SAY(fd, 'E', "SFATAL\0C08P01\0Munsupported startup parameter: options\0\0");
}

static void
echoes_password(int fd) {
    hear_startup(fd);
    SAY(fd, 'E', "SFATAL\0VFATAL\0CXX000\0Mno canary-7c1f here\0\0");
}

/* --- scripts: after it
 * -------------------------------------------------------------------------
 */

static void
goes_silent(int fd) {
    log_in(fd);
    be_silent(fd);
}

static void
dies_at_the_query(int fd) {
    log_in(fd);
    hear_message(fd);
}

static void
is_terminated(int fd) {
    log_in(fd);
    hear_message(fd);
    SAY(fd, 'E', "SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0");
}

static void
sends_garbage_rows(int fd) {
    log_in(fd);
    hear_message(fd);
    SAY(fd, 'H', COPY_OUT);
    SAY(fd, 'd', "this is no row");
    SAY(fd, 'c', "");
    SAY(fd, 'C', "COPY 1\0");
    SAY(fd, 'Z', "I");
    be_silent(fd);
}

static void
sends_short_rows(int fd) {
    log_in(fd);
    hear_message(fd);
    SAY(fd, 'H', COPY_OUT);
    SAY(fd, 'd', COPY_HEADER "\0\1\0\0\0\1x");
    SAY(fd, 'd', "\377\377");
    SAY(fd, 'c', "");
    SAY(fd, 'C', "COPY 1\0");
    SAY(fd, 'Z', "I");
    be_silent(fd);
}

static void
asks_for_rows(int fd) {
    log_in(fd);
    hear_message(fd);
    SAY(fd, 'G', COPY_OUT);
    be_silent(fd);
}

static void
answers_more_than_asked(int fd) {
    log_in(fd);
    hear_message(fd);
    for (int i = 0; i < 100; i++) {
        SAY(fd, 'H', COPY_OUT);
        SAY(fd, 'd', COPY_HEADER "\377\377");
        SAY(fd, 'c', "");
        SAY(fd, 'C', "COPY 0\0");
    }
    SAY(fd, 'Z', "I");
    be_silent(fd);
}

static void
answers_nothing(int fd) {
    log_in(fd);
    for (;;) {
        hear_message(fd);
        SAY(fd, 'C', "BEGIN\0");
        SAY(fd, 'Z', "I");
    }
}

static void
stalls_in_a_row(int fd) {
    log_in(fd);
    hear_message(fd);
    SAY(fd, 'H', COPY_OUT);
    say(fd, "d\0\20\0\0" COPY_HEADER, 5 + 19);
    be_silent(fd);
}

static void
fails_every_part(int fd) {
    log_in(fd);
    for (;;) {
        hear_message(fd);
        SAY(fd, 'E', "SERROR\0VERROR\0C55P03\0Mcanceling statement due to lock timeout\0\0");
        SAY(fd, 'Z', "I");
    }
}

/* One byte at a time, up to the query. */
static void
drips(int fd) {
    static const char login[] = "R\0\0\0\10\0\0\0\0S\0\0\0\30server_version\0"
                                "15.4\0"
                                "Z\0\0\0\5I";
    hear_startup(fd);
    for (size_t i = 0; i < sizeof login - 1; i++) {
        say(fd, login + i, 1);
        usleep(2000);
    }
    for (;;) {
        hear_message(fd);
        SAY(fd, 'E', "SERROR\0VERROR\0C53200\0Mout of memory\0\0");
        SAY(fd, 'Z', "I");
    }
}

/* --- checking
 * ----------------------------------------------------------------------------------
 */

static int64_t
now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* A check of a port on this machine; its report, and how long it took. */
static const pgcs_report *
report_on(int port, const char *rest, int64_t timeout_ms, int64_t *took_ms) {
    char text[256];
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    snprintf(text, sizeof text,
             "host=127.0.0.1 port=%d user=ali dbname=shop password=canary-7c1f %s", port, rest);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, timeout_ms, NULL), PGCS_OK);
    int64_t start = now_ms();
    ck_assert_int_eq(pgcs_check_run(check, NULL), PGCS_OK);
    *took_ms = now_ms() - start;
    const pgcs_report *report = pgcs_report_ref(pgcs_check_report(check));
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    ck_assert_ptr_nonnull(report);
    return report;
}

static int
open_files(void) {
    int count = 0;
    for (int fd = 0; fd < 1024; fd++)
        count += fcntl(fd, F_GETFD) >= 0;
    return count;
}

static const struct {
    peer_script *script;
    const char *rest;
    int32_t cause;
    bool takes_all_time;
    const char *message; /* behind the target */
} faults[] = {
    {says_nothing, "sslmode=disable", PGCS_CAUSE_TIMED_OUT, true,
     "reached, but the login did not end in time"},
    {says_nothing, "sslmode=require", PGCS_CAUSE_TIMED_OUT, true,
     "reached, but TLS was not agreed on in time"},
    {hangs_up, "sslmode=disable", PGCS_CAUSE_CONNECTION_LOST, false, NULL},
    {hangs_up_after_startup, "sslmode=disable", PGCS_CAUSE_CONNECTION_LOST, false,
     "the peer closed the connection"},
    {hangs_up_after_startup, "sslmode=require", PGCS_CAUSE_TLS_FAILED, false,
     "the peer closed the connection when it was asked for TLS"},
    {resets_after_startup, "sslmode=disable", PGCS_CAUSE_CONNECTION_LOST, false, NULL},
    {speaks_http, "sslmode=disable", PGCS_CAUSE_NOT_POSTGRESQL, false,
     "what answers there is a web server"},
    {speaks_http, "sslmode=require", PGCS_CAUSE_NOT_POSTGRESQL, false,
     "what answers there is a web server"},
    {speaks_ssh, "sslmode=disable", PGCS_CAUSE_NOT_POSTGRESQL, false,
     "what answers there is an SSH server"},
    {wants_no_tls_then_stalls, "sslmode=require", PGCS_CAUSE_TLS_NOT_OFFERED, false,
     "the server offers no TLS, and sslmode=\"require\" asks for it"},
    {wants_no_tls_then_stalls, "sslmode=prefer", PGCS_CAUSE_TIMED_OUT, true,
     "reached, but the login did not end in time"},
    {stalls_in_tls, "sslmode=require", PGCS_CAUSE_TIMED_OUT, true,
     "reached, but TLS was not agreed on in time"},
    {garbles_tls, "sslmode=require", PGCS_CAUSE_TLS_TAMPERED, false,
     "what answered does not speak TLS"},
    {garbles_tls_once, "sslmode=require", PGCS_CAUSE_TLS_FAILED, true,
     "the server broke the handshake off: no cipher, curve or signature that both take"},
    {sends_half_a_message, "sslmode=disable", PGCS_CAUSE_TIMED_OUT, true,
     "reached, but the login did not end in time"},
    {sends_huge_length, "sslmode=disable", PGCS_CAUSE_NOT_POSTGRESQL, false, NULL},
    {asks_unknown_authentication, "sslmode=disable", PGCS_CAUSE_AUTHENTICATION_FAILED, false,
     "none of the server's ways to authenticate is known here"},
    {is_starting, "sslmode=disable", PGCS_CAUSE_STARTING_UP, false,
     "the server is starting up"},
    {is_full, "sslmode=disable", PGCS_CAUSE_TOO_MANY_CONNECTIONS, false,
     "the server has as many connections as it may have"},
    {refuses_parameter, "sslmode=disable", PGCS_CAUSE_POOLER_REFUSED, false,
     "a pooler refuses a parameter of the connection"},
    {echoes_password, "sslmode=disable", PGCS_CAUSE_UNKNOWN, false,
     "the connection failed for an unknown reason"},
    {goes_silent, "sslmode=disable", PGCS_CAUSE_TIMED_OUT, true,
     "logged in, but reading the catalogs took too long: the session did not come in time"},
    {dies_at_the_query, "sslmode=disable", PGCS_CAUSE_CONNECTION_LOST, false,
     "the peer closed the connection"},
    {is_terminated, "sslmode=disable", PGCS_CAUSE_SHUTTING_DOWN, false,
     "the server ended the session"},
    {sends_garbage_rows, "sslmode=disable", PGCS_CODE_SECTION_FAILED, false, NULL},
    {sends_short_rows, "sslmode=disable", PGCS_CODE_SECTION_FAILED, false, NULL},
    {asks_for_rows, "sslmode=disable", PGCS_CAUSE_NOT_POSTGRESQL, false,
     "what answers there does not speak PostgreSQL's protocol"},
    {answers_more_than_asked, "sslmode=disable", PGCS_CAUSE_NOT_POSTGRESQL, false,
     "what answers there does not speak PostgreSQL's protocol"},
    {answers_nothing, "sslmode=disable", PGCS_CODE_SECTION_FAILED, false, NULL},
    {stalls_in_a_row, "sslmode=disable", PGCS_CAUSE_TIMED_OUT, true,
     "logged in, but reading the catalogs took too long: the session did not come in time"},
    {fails_every_part, "sslmode=disable", PGCS_CODE_SECTION_FAILED, false, NULL},
    {drips, "sslmode=disable", PGCS_CODE_SECTION_FAILED, false, NULL},
    {accepts_and_stalls, "sslmode=disable", PGCS_CAUSE_TIMED_OUT, true,
     "the login was accepted, but no session began in time"},
    {goes_silent, "sslmode=disable target_session_attrs=read-write", PGCS_CAUSE_TIMED_OUT, true,
     "logged in, but the server did not say in time what kind of session it is"},
};

/* The first failure is of that code, and its message ends with @message. */
static bool
is_told(const pgcs_report *report, int32_t code, const char *message) {
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    bool told = pgcs_findings_next(at) && pgcs_finding_code(at) == code;
    const char *said = told ? pgcs_finding_message(at) : "";
    const char *end = message ? strstr(said, message) : NULL;
    told = told && (message == NULL || (end != NULL && strcmp(end, message) == 0));
    pgcs_findings_free(at);
    return told;
}

static void
assert_no_canary(const char *text) {
    ck_assert(text == NULL || strstr(text, "canary") == NULL);
}

START_TEST(test_faults__have_their_cause) {
    int open_before = open_files();
    struct peer peer = peer_start(faults[_i].script);
    char expected[512];
    int64_t took = 0, timeout_ms = faults[_i].takes_all_time ? TIMEOUT_MS : PATIENCE_MS;
    const pgcs_report *report = report_on(peer.port, faults[_i].rest, timeout_ms, &took);
    while (timeout_ms < TIMEOUT_END && !is_told(report, faults[_i].cause, faults[_i].message)) {
        peer_stop(&peer);
        pgcs_report_unref(report);
        timeout_ms *= TIMES_MORE;
        peer = peer_start(faults[_i].script);
        report = report_on(peer.port, faults[_i].rest, timeout_ms, &took);
    }
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    ck_assert_msg(pgcs_finding_code(at) == faults[_i].cause, "%s: %s", pgcs_finding_name(at),
                  pgcs_finding_message(at));
    snprintf(expected, sizeof expected, "\"127.0.0.1\" port %d: %s", peer.port,
             faults[_i].message ? faults[_i].message : "");
    if (faults[_i].message != NULL)
        ck_assert_str_eq(pgcs_finding_message(at), expected);
    assert_no_canary(pgcs_finding_message(at));
    assert_no_canary(pgcs_finding_hint(at));
    ck_assert_ptr_nonnull(pgcs_finding_hint(at));
    if (faults[_i].takes_all_time)
        ck_assert_int_ge(took, timeout_ms);
    ck_assert_int_lt(took, timeout_ms + GRACE_MS);
    pgcs_findings_free(at);
    pgcs_report_unref(report);
    peer_stop(&peer);
    ck_assert_int_eq(open_files(), open_before);
}
END_TEST

/* A listener whose queue is full: what is sent there is dropped. */
START_TEST(test_faults__dropped_packets) {
    int port = 0, fillers[16], count = 0;
    int listener = listen_anywhere(0, &port);
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (; count < 16; count++) {
        fillers[count] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        connect(fillers[count], (struct sockaddr *)&address, sizeof address);
    }
    bool told = false;
    for (int64_t timeout_ms = TIMEOUT_MS; timeout_ms < TIMEOUT_END && !told;
         timeout_ms *= TIMES_MORE) {
        int64_t took = 0;
        const pgcs_report *report = report_on(port, "sslmode=disable", timeout_ms, &took);
        told = is_told(report, PGCS_CAUSE_TIMED_OUT, ": no answer in time");
        ck_assert_int_lt(took, timeout_ms + GRACE_MS);
        pgcs_report_unref(report);
    }
    ck_assert(told);
    while (count > 0)
        close(fillers[--count]);
    close(listener);
}
END_TEST

/*
 * The first host takes its connect_timeout, not all of the time; the second one is tried, and
 * has to answer within the same.
 */
START_TEST(test_faults__next_host_after_connect_timeout) {
    struct peer silent = peer_start(says_nothing), full = peer_start(is_full);
    int32_t codes[3] = {0, 0, 0};
    for (int seconds = 1; seconds < 60 && codes[1] != PGCS_CAUSE_TOO_MANY_CONNECTIONS;
         seconds *= 6) {
        char text[256];
        const pgcs_spec *spec = NULL;
        pgcs_check *check = NULL;
        snprintf(text, sizeof text,
                 "host=127.0.0.1,127.0.0.1 port=%d,%d user=a sslmode=disable "
                 "connect_timeout=%d",
                 silent.port, full.port, seconds);
        ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_check_set_timeout_ms(check, PATIENCE_MS, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_check_run(check, NULL), PGCS_OK);
        pgcs_findings *at = pgcs_findings_new(pgcs_check_report(check), PGCS_SEVERITY_FAILURE);
        for (int i = 0; i < 3; i++)
            codes[i] = pgcs_findings_next(at) ? pgcs_finding_code(at) : 0;
        pgcs_findings_free(at);
        pgcs_check_free(check);
        pgcs_spec_unref(spec);
    }
    ck_assert_int_eq(codes[0], PGCS_CAUSE_TIMED_OUT);
    ck_assert_int_eq(codes[1], PGCS_CAUSE_TOO_MANY_CONNECTIONS);
    ck_assert_int_eq(codes[2], 0);
    peer_stop(&silent);
    peer_stop(&full);
}
END_TEST

/* Cancel after every number of steps: nothing stays open. */
START_TEST(test_faults__cancelled_at_any_step) {
    int open_before = open_files();
    struct peer peer = peer_start(goes_silent);
    char text[128];
    const pgcs_spec *spec = NULL;
    snprintf(text, sizeof text, "host=127.0.0.1 port=%d user=a sslmode=disable", peer.port);
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    for (int steps = 0; steps < 8; steps++) {
        pgcs_check *check = NULL;
        ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
        ck_assert_int_eq(pgcs_check_state(check), PGCS_STATE_NEW);
        ck_assert_int_eq(pgcs_check_socket(check), -1);
        for (int i = 0; i < steps; i++) {
            ck_assert_int_eq(pgcs_check_step(check, 0, NULL), PGCS_OK);
            ck_assert_int_eq(pgcs_check_state(check), PGCS_STATE_RUNNING);
            ck_assert_int_ge(pgcs_check_socket(check), 0);
            ck_assert_int_ne(pgcs_check_wants(check), 0);
            ck_assert_int_gt(pgcs_check_timeout_ms(check), 0);
            ck_assert_ptr_null(pgcs_check_report(check));
            usleep(3000);
        }
        pgcs_check_free(check);
    }
    pgcs_spec_unref(spec);
    peer_stop(&peer);
    ck_assert_int_eq(open_files(), open_before);
}
END_TEST

/* What fails before anything reaches a peer. */
static const struct {
    const char *text;
    int32_t code;
    const char *field; /* or NULL */
    const char *message;
} unsent[] = {
    /* Who runs the program is not who connects, unless somebody said so. */
    {"host=127.0.0.1 port=1", PGCS_CAUSE_SPEC_REFUSED, "user", "no user is named"},
    {"host=127.0.0.1 port=1 user=a replication=true", PGCS_CAUSE_SPEC_REFUSED, "replication",
     "not tried: in a replication session nothing can be asked of the catalogs"},
    {"host=none.such user=a", PGCS_CAUSE_NAME_NOT_RESOLVED, "host",
     "\"none.such\" port 5432: there is no host of that name"},
    /* A piece of a password reaches no name server. */
    {"host=S3cret@localhost user=a", PGCS_CAUSE_NAME_NOT_RESOLVED, "host",
     "\"***\" port 5432: no host has an \"@\" in its name"},
    {"postgresql://a:top@S3cret@localhost/d", PGCS_CAUSE_NAME_NOT_RESOLVED, "host",
     "\"***\" port 5432: no host has an \"@\" in its name"},
};

START_TEST(test_faults__unsent) {
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    ck_assert_int_eq(pgcs_spec_parse(unsent[_i].text, strlen(unsent[_i].text), 0, &spec, NULL),
                     PGCS_OK);
    ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_run(check, NULL), PGCS_OK);
    pgcs_findings *at = pgcs_findings_new(pgcs_check_report(check), PGCS_SEVERITY_FAILURE);
    ck_assert_int_eq(pgcs_findings_next(at), 1);
    ck_assert_int_eq(pgcs_finding_code(at), unsent[_i].code);
    ck_assert_pstr_eq(pgcs_finding_field(at), unsent[_i].field);
    ck_assert_str_eq(pgcs_finding_message(at), unsent[_i].message);
    ck_assert_int_eq(pgcs_findings_next(at), 0);
    pgcs_findings_free(at);
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_faults__have_their_cause, 0, ROWS(faults));
    tcase_add_test(cases, test_faults__dropped_packets);
    tcase_add_test(cases, test_faults__next_host_after_connect_timeout);
    tcase_add_test(cases, test_faults__cancelled_at_any_step);
    tcase_add_loop_test(cases, test_faults__unsent, 0, ROWS(unsent));
}

int
main(void) {
    return suite_run("check/faults", fill, 60);
}
