/*
 * Peers that mean harm, or are far out of order: each ends in a report with a cause, within the
 * time, in clean words, and with nothing left open.
 */
#include "swarm.h"

#define TIMEOUT_MS  500
#define PATIENCE_MS 100000 /* for those that end by themselves, on a busy machine */

/* --- what they say ---------------------------------------------------------------------------
 */

static void
let_in(int fd) {
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'S', "server_version\00015.4\0");
    SAY(fd, 'S', "server_encoding\0UTF8\0");
    SAY(fd, 'K', "\0\0\0\1\0\0\0\2");
    SAY(fd, 'Z', "I");
}

static void
say_for_ever(int fd, char type, const char *body, size_t size) {
    char message[512];
    uint32_t length = htonl((uint32_t)size + 4);
    message[0] = type;
    memcpy(message + 1, &length, 4);
    memcpy(message + 5, body, size);
    char many[16384];
    size_t filled = 0;
    for (; filled + size + 5 <= sizeof many; filled += size + 5)
        memcpy(many + filled, message, size + 5);
    while (send(fd, many, filled, MSG_NOSIGNAL) == (ssize_t)filled)
        ;
}

#define FOR_EVER(fd, type, body) say_for_ever(fd, type, body, sizeof(body) - 1)

#define NOTICE "SNOTICE\0VNOTICE\0C00000\0Mdid you know?\0\0"

static void
floods_notices_before_login(int fd) {
    FOR_EVER(fd, 'N', NOTICE);
}

static void
floods_notices_after_login(int fd) {
    let_in(fd);
    FOR_EVER(fd, 'N', NOTICE);
}

static void
floods_notices_in_the_answer(int fd) {
    let_in(fd);
    hear_message(fd);
    FOR_EVER(fd, 'N', NOTICE);
}

static void
floods_settings_before_login(int fd) {
    SAY(fd, 'R', "\0\0\0\0");
    FOR_EVER(fd, 'S', "application_name\0me\0");
}

static void
floods_settings_in_the_answer(int fd) {
    let_in(fd);
    hear_message(fd);
    FOR_EVER(fd, 'S', "application_name\0me\0");
}

static void
floods_notifications(int fd) {
    let_in(fd);
    hear_message(fd);
    FOR_EVER(fd, 'A', "\0\0\0\1news\0of nothing\0");
}

static void
floods_results(int fd) {
    let_in(fd);
    hear_message(fd);
    FOR_EVER(fd, 'C', "SET\0");
}

static void
floods_errors(int fd) {
    let_in(fd);
    hear_message(fd);
    FOR_EVER(fd, 'E', "SERROR\0VERROR\0CXX000\0Magain\0\0");
}

static void
floods_authentication(int fd) {
    FOR_EVER(fd, 'R', "\0\0\0\3");
}

/* A message without an end, as long as libpq takes it. */
static void
begins_an_endless_message(int fd) {
    static const char zeros[65536];
    let_in(fd);
    hear_message(fd);
    SAY(fd, 'H', "\1\0\1\0\1");
    say(fd, "d\77\377\377\377", 5);
    for (int i = 0; i < 1000; i++)
        say(fd, zeros, sizeof zeros);
    be_silent(fd);
}

/* --- rows ------------------------------------------------------------------------------------
 */

#define COPY_HEADER "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0"

/* Rows of the parts that have any, the facts first. */
static void
begin_rows(int fd) {
    let_in(fd);
    hear_message(fd);
    SAY(fd, 'C', "BEGIN\0");
    SAY(fd, 'H', "\1\0\13\0\1\0\1\0\1\0\1\0\1\0\1\0\1\0\1\0\1\0\1\0\1");
    SAY(fd, 'd',
        COPY_HEADER "\0\13\0\0\0\2u0\0\0\0\2u0\0\0\0\4\0\0\0\12\0\0\0\1\0\0\0\0\1\0\0\0\0\1\0"
                    "\0\0\0\4UTF8\0\0\0\4shop\0\0\0\1C\0\0\0\0011\0\0\0\1\1");
    SAY(fd, 'd', "\377\377");
    SAY(fd, 'c', "");
    SAY(fd, 'C', "COPY 1\0");
    SAY(fd, 'H', "\1\0\2\0\1\0\1");
    SAY(fd, 'd', COPY_HEADER);
}

/* A million roles, then nothing more. */
static void
stalls_in_a_million_rows(int fd) {
    char many[21 * 1000];
    begin_rows(fd);
    for (size_t i = 0; i < 1000; i++)
        memcpy(many + i * 21, "d\0\0\0\24\0\2\0\0\0\4\0\1\0\0\0\0\0\2ro", 21);
    for (int i = 0; i < 1000; i++)
        say(fd, many, sizeof many);
    be_silent(fd);
}

static void
sends_rows_for_ever(int fd) {
    begin_rows(fd);
    FOR_EVER(fd, 'd', "\0\2\0\0\0\4\0\1\0\0\0\0\0\2ro");
}

/* --- errors that are none --------------------------------------------------------------------
 */

static void
errs_without_fields(int fd) {
    SAY(fd, 'E', "\0");
}

static void
errs_without_terminator(int fd) {
    SAY(fd, 'E', "SFATAL");
    be_silent(fd);
}

static void
errs_with_odd_bytes(int fd) {
    SAY(fd, 'E', "SFATAL\0CXX000\0M\33]0;owned\7\x9b\x9d\377\376\xc3(\x7f\r\v\ttext\0\0");
}

static void
errs_with_two_lines(int fd) {
    SAY(fd, 'E', "SFATAL\0CXX000\0Mone\nFATAL:  28P01: two\nLOCATION:  x, y.c:1\0\0");
}

static void
errs_with_a_password(int fd) {
    SAY(fd, 'E', "SFATAL\0CXX000\0Mis it canary-7c1f?\0\0");
}

static void
errs_with_odd_sqlstate(int fd) {
    SAY(fd, 'E', "SFATAL\0C\33[1m!\0Mtext\0\0");
}

static void
errs_at_length(int fd, bool logged_in, size_t size) {
    char *body = malloc(size + 32);
    memcpy(body, "SFATAL\0CXX000\0M", 15);
    memset(body + 15, 'x', size);
    memcpy(body + 15 + size, "\0\0", 2);
    say_message(fd, 'E', body, size + 17);
    if (logged_in)
        SAY(fd, 'Z', "I");
    free(body);
}

static void
errs_at_length_before_login(int fd) {
    errs_at_length(fd, false, 1 << 20);
}

static void
errs_at_length_after_login(int fd) {
    let_in(fd);
    while (hear_message(fd) == 'Q')
        errs_at_length(fd, true, 1 << 20);
}

/* The password begins where the words that are shown end. */
static void
errs_with_a_password_that_is_cut(int fd) {
    char body[4096] = "SFATAL\0CXX000\0M";
    memset(body + 15, ' ', 153);
    memcpy(body + 15 + 153, "canary-7c1f", 12);
    say_message(fd, 'E', body, 15 + 153 + 13);
}

static void
fails_a_part_with_a_password_that_is_cut(int fd) {
    char body[4096] = "SERROR\0CXX000\0M";
    memset(body + 15, ' ', 153);
    memcpy(body + 15 + 153, "canary-7c1f", 12);
    let_in(fd);
    while (hear_message(fd) == 'Q') {
        say_message(fd, 'E', body, 15 + 153 + 13);
        SAY(fd, 'Z', "I");
    }
}

/* --- logins that are none --------------------------------------------------------------------
 */

static void
asks_again_after_success(int fd) {
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'R', "\0\0\0\3");
    be_silent(fd);
}

static void
asks_after_the_login(int fd) {
    let_in(fd);
    SAY(fd, 'R', "\0\0\0\3");
    be_silent(fd);
}

static void
asks_in_the_answer(int fd) {
    let_in(fd);
    hear_message(fd);
    SAY(fd, 'R', "\0\0\0\3");
    be_silent(fd);
}

static void
is_ready_without_login(int fd) {
    SAY(fd, 'Z', "I");
    be_silent(fd);
}

static void
finishes_sasl_first(int fd) {
    SAY(fd, 'R', "\0\0\0\14v=AAAA");
    be_silent(fd);
}

static void
is_in_a_transaction(int fd) {
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'Z', "E");
    be_silent(fd);
}

static void
has_no_version(int fd) {
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'Z', "I");
    while (hear_message(fd) == 'Q') {
        SAY(fd, 'E', "SERROR\0VERROR\0C42601\0Msyntax error\0\0");
        SAY(fd, 'Z', "I");
    }
}

static void
has_an_old_version(int fd) {
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'S', "server_version\0008.0.2\0");
    SAY(fd, 'Z', "I");
    while (hear_message(fd) == 'Q') {
        SAY(fd, 'E', "SERROR\0VERROR\0C42601\0Msyntax error\0\0");
        SAY(fd, 'Z', "I");
    }
}

static const struct {
    void (*script)(int fd);
    int32_t code; /* 0 where it depends on the moment, or on libpq */
} hostile[] = {
    {floods_notices_before_login, PGCS_CAUSE_NOT_POSTGRESQL},
    {floods_notices_after_login, PGCS_CAUSE_TIMED_OUT},
    {floods_notices_in_the_answer, PGCS_CAUSE_TIMED_OUT},
    {floods_settings_before_login, PGCS_CAUSE_TIMED_OUT},
    {floods_settings_in_the_answer, PGCS_CAUSE_TIMED_OUT},
    {floods_notifications, PGCS_CAUSE_TIMED_OUT},
    {floods_results, PGCS_CAUSE_TIMED_OUT},
    {floods_errors, PGCS_CAUSE_TIMED_OUT},
    {floods_authentication, 0},
    {begins_an_endless_message, PGCS_CAUSE_TIMED_OUT},
    {stalls_in_a_million_rows, PGCS_CAUSE_TIMED_OUT},
    {sends_rows_for_ever, PGCS_CAUSE_TIMED_OUT},
    {errs_without_fields, 0},
    {errs_without_terminator, 0},
    {errs_with_odd_bytes, PGCS_CAUSE_UNKNOWN},
    {errs_with_two_lines, PGCS_CAUSE_UNKNOWN},
    {errs_with_a_password, PGCS_CAUSE_UNKNOWN},
    {errs_with_odd_sqlstate, PGCS_CAUSE_UNKNOWN},
    {errs_at_length_before_login, 0},
    {errs_at_length_after_login, PGCS_CODE_SECTION_FAILED},
    {errs_with_a_password_that_is_cut, PGCS_CAUSE_UNKNOWN},
    {fails_a_part_with_a_password_that_is_cut, PGCS_CODE_SECTION_FAILED},
    {asks_again_after_success, PGCS_CAUSE_NOT_POSTGRESQL},
    {asks_after_the_login, PGCS_CAUSE_TIMED_OUT},
    {asks_in_the_answer, PGCS_CAUSE_TIMED_OUT},
    {is_ready_without_login, PGCS_CAUSE_NOT_POSTGRESQL},
    {finishes_sasl_first, PGCS_CAUSE_NOT_POSTGRESQL},
    {is_in_a_transaction, PGCS_CAUSE_TIMED_OUT},
    {has_no_version, PGCS_CAUSE_SERVER_FOREIGN},
    {has_an_old_version, PGCS_CAUSE_SERVER_FOREIGN},
};

static void
be_hostile(int fd, int number) {
    if (number >= 0 && number < ROWS(hostile))
        hostile[number].script(fd);
}

static void
judge_hostile(int number, const pgcs_report *report) {
    int32_t code = assert_told(report);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    pgcs_findings_next(at);
    ck_assert_msg(hostile[number].code == 0 || code == hostile[number].code, "%d: %s: %s",
                  number, pgcs_finding_name(at), pgcs_finding_message(at));
    pgcs_findings_free(at);
}

START_TEST(test_hostile__have_their_cause) {
    int files = swarm_open_files();
    bool ends = hostile[_i].code != PGCS_CAUSE_TIMED_OUT && hostile[_i].code != 0;
    struct peer peer = swarm_start(be_hostile);
    swarm_run(peer.port, _i, _i + 1, "sslmode=disable", ends ? PATIENCE_MS : TIMEOUT_MS,
              judge_hostile);
    peer_stop(&peer);
    ck_assert_int_eq(swarm_open_files(), files);
}
END_TEST

/* --- every kind of message -------------------------------------------------------------------
 */

static const char *message_body;
static size_t message_size;

/* The number is the type of the first message. */
static void
says_a_byte_first(int fd, int number) {
    say_message(fd, (char)number, message_body, message_size);
    be_silent(fd);
}

static void
says_a_byte_logged_in(int fd, int number) {
    SAY(fd, 'R', "\0\0\0\0");
    say_message(fd, (char)number, message_body, message_size);
    be_silent(fd);
}

static void
says_a_byte_in_the_answer(int fd, int number) {
    let_in(fd);
    hear_message(fd);
    say_message(fd, (char)number, message_body, message_size);
    be_silent(fd);
}

/* The number is the kind of authentication. */
static void
asks_any_way(int fd, int number) {
    char body[64] = {0};
    body[3] = (char)number;
    memcpy(body + 4, message_body, message_size);
    say_message(fd, 'R', body, 4 + message_size);
    be_silent(fd);
}

static void
judge_told(int number, const pgcs_report *report) {
    (void)number;
    assert_told(report);
}

static const struct {
    swarm_script *script;
    const char *body;
    size_t size;
} bytes[] = {
    {says_a_byte_first, "", 0},
    {says_a_byte_first, "\0\0\0\0\0\0\0\0", 8},
    {says_a_byte_logged_in, "", 0},
    {says_a_byte_logged_in, "\377\377\377\377\377\377\377\377", 8},
    {says_a_byte_in_the_answer, "", 0},
    {says_a_byte_in_the_answer, "\0\1x\0\0\0\0\0\0\0\0\0", 12},
    {asks_any_way, "", 0},
    {asks_any_way, "\0\0\0\0", 4},
    {asks_any_way, "SCRAM-SHA-256\0\0", 15},
};

START_TEST(test_hostile__any_message) {
    message_body = bytes[_i].body;
    message_size = bytes[_i].size;
    int files = swarm_open_files();
    struct peer peer = swarm_start(bytes[_i].script);
    swarm_run(peer.port, 0, 256, "sslmode=disable", 500, judge_told);
    peer_stop(&peer);
    ck_assert_int_eq(swarm_open_files(), files);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_hostile__have_their_cause, 0, ROWS(hostile));
    tcase_add_loop_test(cases, test_hostile__any_message, 0, ROWS(bytes));
}

int
main(void) {
    return suite_run("check/hostile", fill, 60);
}
