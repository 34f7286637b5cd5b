/*
 * Servers that speak PostgreSQL's protocol and are something else, imitated: each is told by
 * its hints, and a check of it ends in a report that says what can't be read. What real servers
 * answer to these queries is tests/live/test_facts.c's.
 */
#include "check/peer.h"

#include <stdbool.h>

#include <pgconnspec/pgconnspec.h>

#define PROCESS "\0\0\0\7" /* as the login names it */

/* What a peer does; the one that is acting is set before it is started. */
struct imitation {
    const char *release;      /* server_version, reported at login */
    const char *parameter[2]; /* one more: name, value */
    const char *refusal;      /* SQLSTATE for the catalogs; NULL: it answers */
    const char *version;      /* version(); NULL: it refuses that as well */
    const char *hints[3];     /* what the catalogs have: a letter and a name */
    const char *user;         /* who logs in; NULL is "ali" */
    bool other_process;       /* than the login named, answers */
    /* what the report says; NULL: no such fact */
    int32_t cause;
    const char *message; /* of the failure */
    const char *flavor;
    const char *evidence;
    const char *pooler;
    const char *pooler_evidence;
};

/* --- imitating -------------------------------------------------------------------------------
 */

static const struct imitation *acting;
static int delay_ms;

static void
say_parameter(int fd, const char *name, const char *value) {
    char body[256];
    size_t size = (size_t)snprintf(body, sizeof body, "%s", name) + 1;
    size += (size_t)snprintf(body + size, sizeof body - size, "%s", value) + 1;
    say_message(fd, 'S', body, size);
}

static void
say_error(int fd, const char *sqlstate) {
    char body[128];
    int size = snprintf(body, sizeof body, "SERROR%cVERROR%cC%s%cMthat is not known here%c", 0,
                        0, sqlstate, 0, 0);
    body[size] = '\0';
    say_message(fd, 'E', body, (size_t)size + 1);
}

struct fields {
    char data[4096];
    size_t size;
};

static void
add(struct fields *fields, const char *data, size_t size) {
    uint32_t length = htonl((uint32_t)size);
    memcpy(fields->data + fields->size, &length, 4);
    memcpy(fields->data + fields->size + 4, data, size);
    fields->size += size + 4;
}

static void
add_text(struct fields *fields, const char *text) {
    add(fields, text, strlen(text));
}

/* The rows of a part, the first with the header before it; the trailer ends them. */
static void
begin_copy(int fd) {
    SAY(fd, 'H', "\1\0\1\0\1");
    SAY(fd, 'd', "PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0");
}

static void
end_copy(int fd) {
    SAY(fd, 'd', "\377\377");
    SAY(fd, 'c', "");
    SAY(fd, 'C', "COPY 1\0");
}

static void
say_row(int fd, char count, const struct fields *fields) {
    char body[4200] = {0, count};
    memcpy(body + 2, fields->data, fields->size);
    say_message(fd, 'd', body, fields->size + 2);
}

static void
say_facts(int fd) {
    static const char *const names[] = {"UTF8", "shop", "C C", "1 5"};
    struct fields row = {.size = 0};
    add_text(&row, "ali");
    add_text(&row, "ali");
    add(&row, "\0\0\100\1", 4);
    for (int i = 0; i < 3; i++)
        add(&row, "\0", 1);
    for (int i = 0; i < 4; i++)
        add_text(&row, names[i]);
    add(&row, "\1", 1);
    add_text(&row, acting->version);
    add(&row, acting->other_process ? "\0\0\0\11" : PROCESS, 4);
    add_text(&row, "");
    add(&row, "\0", 1);
    begin_copy(fd);
    say_row(fd, 15, &row);
    end_copy(fd);
}

static void
say_hints(int fd) {
    begin_copy(fd);
    for (int i = 0; i < 3 && acting->hints[i] != NULL; i++) {
        struct fields row = {.size = 0};
        add(&row, acting->hints[i], 1);
        add_text(&row, acting->hints[i] + 1);
        say_row(fd, 2, &row);
    }
    end_copy(fd);
}

static void
say_extensions(int fd) {
    struct fields row = {.size = 0};
    add(&row, "e", 1);
    add(&row, "\0\0\0\0", 4);
    add(&row, "\0\0\0\0", 4);
    add(&row, "\0\0\0\0", 4);
    add_text(&row, "plpgsql");
    add_text(&row, "1.0");
    begin_copy(fd);
    say_row(fd, 6, &row);
    end_copy(fd);
}

/* The answer to SELECT version(), session_user, current_user, current_database(). */
static void
say_plainly(int fd) {
    char head[256] = {0, 4};
    size_t size = 2;
    struct fields row = {.size = 0};
    for (int i = 0; i < 4; i++) {
        memcpy(head + size, "x\0\0\0\0\0\0\0\0\0\0\31\377\377\377\377\377\377\0\0", 20);
        size += 20;
    }
    say_message(fd, 'T', head, size);
    add_text(&row, acting->version);
    add_text(&row, "ali");
    add_text(&row, "ali");
    add_text(&row, "shop");
    char body[4200] = {0, 4};
    memcpy(body + 2, row.data, row.size);
    say_message(fd, 'D', body, row.size + 2);
    SAY(fd, 'C', "SELECT 1\0");
}

/* The next query of the client, cut off. */
static void
hear_query(int fd, char *text, size_t room) {
    char type;
    uint32_t size;
    hear(fd, &type, 1);
    hear(fd, &size, 4);
    size = ntohl(size) - 4;
    char *body = malloc(size + 1);
    hear(fd, body, size);
    body[size] = '\0';
    snprintf(text, room, "%s", body);
    free(body);
    if (type != 'Q')
        _exit(0);
}

static void
imitate(int fd) {
    char text[256];
    const char *state = "I";
    hear_startup(fd);
    usleep((useconds_t)delay_ms * 1000);
    SAY(fd, 'R', "\0\0\0\0");
    say_parameter(fd, "server_version", acting->release);
    say_parameter(fd, "server_encoding", "UTF8");
    say_parameter(fd, "TimeZone", "Asia/Tokyo");
    if (acting->parameter[0] != NULL)
        say_parameter(fd, acting->parameter[0], acting->parameter[1]);
    SAY(fd, 'K', PROCESS "\0\0\0\2");
    SAY(fd, 'Z', "I");
    for (;;) {
        hear_query(fd, text, sizeof text);
        usleep((useconds_t)delay_ms * 3000);
        if (strstr(text, "BEGIN") != NULL && acting->refusal == NULL) {
            SAY(fd, 'C', "BEGIN\0");
            say_facts(fd);
            say_hints(fd);
            say_extensions(fd);
            SAY(fd, 'C', "COMMIT\0");
        } else if (strstr(text, "BEGIN") != NULL) {
            say_error(fd, acting->refusal);
            state = "E";
        } else if (acting->version == NULL) {
            say_error(fd, "08P01");
        } else if (strcmp(state, "E") == 0 && strstr(text, "ROLLBACK") == NULL) {
            say_error(fd, "25P02");
        } else {
            say_plainly(fd);
            state = "I";
        }
        say_message(fd, 'Z', state, 1);
    }
}

/* --- checking --------------------------------------------------------------------------------
 */

static const pgcs_report *
report_on(const struct imitation *imitation) {
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    char text[256];
    acting = imitation;
    struct peer peer = peer_start(imitate);
    snprintf(text, sizeof text, "host=127.0.0.1 port=%d user=%s dbname=shop sslmode=disable",
             peer.port, imitation->user ? imitation->user : "ali");
    ck_assert_int_eq(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_sections(check, PGCS_SECTION_SESSION, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, 100000, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_run(check, NULL), PGCS_OK);
    const pgcs_report *report = pgcs_report_ref(pgcs_check_report(check));
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    peer_stop(&peer);
    return report;
}

#define PG_VERSION "PostgreSQL 15.4 on x86_64-pc-linux-gnu, compiled by gcc, 64-bit"
#define FOREIGN    " speaks PostgreSQL's protocol, but its catalogs are not PostgreSQL's"

static const struct imitation imitations[] = {
    {.release = "15.4", .version = PG_VERSION, .flavor = "PostgreSQL"},
    {.release = "8.0.2",
     .version = "PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2 "
                "20041017 (Red Hat 3.4.2-6.fc3), Redshift 1.0.77467",
     .refusal = "42704",
     .cause = PGCS_CAUSE_SERVER_FOREIGN,
     .message = "Redshift" FOREIGN,
     .flavor = "Redshift",
     .evidence = "its version holds Redshift"},
    {.release = "8.0.2",
     .refusal = "42704",
     .cause = PGCS_CAUSE_SERVER_FOREIGN,
     .message = "Redshift" FOREIGN,
     .flavor = "Redshift",
     .evidence = "its version is 8.0.2"},
    {.release = "13.0.0",
     .parameter = {"crdb_version", "CockroachDB CCL v23.1.11"},
     .version = "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27)",
     .refusal = "42601",
     .cause = PGCS_CAUSE_SERVER_FOREIGN,
     .message = "CockroachDB" FOREIGN,
     .flavor = "CockroachDB",
     .evidence = "it reports crdb_version at login"},
    /* Behind a pooler that keeps the parameter to itself. */
    {.release = "13.0.0",
     .version = "CockroachDB CCL v23.1.11 (x86_64-pc-linux-gnu, built 2023/09/27)",
     .refusal = "0A000",
     .cause = PGCS_CAUSE_SERVER_FOREIGN,
     .message = "CockroachDB" FOREIGN,
     .flavor = "CockroachDB",
     .evidence = "its version holds CockroachDB"},
    {.release = "15.12-YB-2025.1.0.0-b0",
     .version = "PostgreSQL 15.12-YB-2025.1.0.0-b0 on x86_64-pc-linux-gnu",
     .flavor = "YugabyteDB",
     .evidence = "its version holds -YB-"},
    {.release = "11.2-YB-2.18.0.0-b0",
     .version = "PostgreSQL 11.2-YB-2.18.0.0-b0 on x86_64-pc-linux-gnu",
     .refusal = "42704",
     .cause = PGCS_CAUSE_SERVER_TOO_OLD,
     .message = "the server's version 11.2 is too old to look around in",
     .flavor = "YugabyteDB",
     .evidence = "its version holds -YB-"},
    {.release = "9.6.24",
     .version = "PostgreSQL 9.6.24 on x86_64-pc-linux-gnu",
     .refusal = "42704",
     .cause = PGCS_CAUSE_SERVER_TOO_OLD,
     .message = "the server's version 9.6 is too old to look around in",
     .flavor = "PostgreSQL"},
    {.release = "1.18.0/bouncer",
     .refusal = "08P01",
     .cause = PGCS_CAUSE_SERVER_FOREIGN,
     .message = "connected to the pooler's own console, not to a database",
     .flavor = "PgBouncer",
     .evidence = "its version holds /bouncer"},
    /* Nobody that is known. */
    {.release = "14.0",
     .version = "something else 1.0",
     .refusal = "42883",
     .cause = PGCS_CAUSE_SERVER_FOREIGN,
     .message = "the server" FOREIGN,
     .flavor = "PostgreSQL"},
    {.release = "14.0",
     .refusal = "42601",
     .cause = PGCS_CAUSE_SERVER_FOREIGN,
     .message = "the server" FOREIGN},
    {.release = "15.4",
     .version = PG_VERSION,
     .hints = {"faurora_version", "srds", "rsupabase_admin"},
     .flavor = "Aurora",
     .evidence = "there is a function aurora_version()"},
    {.release = "15.4",
     .version = PG_VERSION,
     .hints = {"srds", "rrds_superuser"},
     .flavor = "RDS",
     .evidence = "there are settings rds.*"},
    {.release = "17.5",
     .version = "PostgreSQL 17.5 (6bc9ef8) on aarch64-unknown-linux-gnu",
     .hints = {"rneon_superuser", "sneon"},
     .flavor = "Neon",
     .evidence = "there are settings neon.*"},
    {.release = "15.4",
     .version = PG_VERSION,
     .hints = {"rsupabase_admin", "rpgbouncer"},
     .user = "ali.abcdefghijkl",
     .other_process = true,
     .flavor = "Supabase",
     .evidence = "there is a role supabase_admin",
     .pooler = "Supavisor",
     .pooler_evidence = "the login as ali.abcdefghijkl began a session of ali"},
    {.release = "15.4",
     .version = PG_VERSION,
     .hints = {"rpgbouncer"},
     .other_process = true,
     .flavor = "PostgreSQL",
     .pooler = "PgBouncer",
     .pooler_evidence = "the process that answers, 9, is not the one that the login named, 7; "
                        "there is a role pgbouncer"},
    /* The role alone says nothing of this connection. */
    {.release = "15.4", .version = PG_VERSION, .hints = {"rpgbouncer"}, .flavor = "PostgreSQL"},
    {.release = "15.4",
     .version = PG_VERSION,
     .other_process = true,
     .flavor = "PostgreSQL",
     .pooler = "unknown",
     .pooler_evidence = "the process that answers, 9, is not the one that the login named, 7"},
};

START_TEST(test_flavor__is_told_by_its_hints) {
    const struct imitation *row = &imitations[_i];
    const pgcs_report *report = report_on(row);
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    ck_assert_int_eq(pgcs_findings_next(at), row->cause != 0);
    ck_assert_pstr_eq(pgcs_finding_message(at), row->message);
    ck_assert_int_eq(pgcs_finding_code(at), row->cause);
    ck_assert_int_eq(pgcs_findings_next(at), 0);
    pgcs_findings_free(at);
    ck_assert(pgcs_report_has_fact(report, PGCS_FACT_SERVER_VERSION));
    ck_assert_pstr_eq(pgcs_report_fact(report, PGCS_FACT_FLAVOR), row->flavor);
    ck_assert_pstr_eq(pgcs_report_fact(report, PGCS_FACT_FLAVOR_EVIDENCE), row->evidence);
    ck_assert_pstr_eq(pgcs_report_fact(report, PGCS_FACT_POOLER), row->pooler);
    ck_assert_pstr_eq(pgcs_report_fact(report, PGCS_FACT_POOLER_EVIDENCE),
                      row->pooler_evidence);
    ck_assert_pstr_eq(pgcs_report_fact(report, PGCS_FACT_SERVER_VERSION_TEXT), row->version);
    ck_assert_pstr_eq(pgcs_report_fact(report, PGCS_FACT_USER), row->version ? "ali" : NULL);
    ck_assert_pstr_eq(pgcs_report_fact(report, PGCS_FACT_DATABASE),
                      row->version ? "shop" : NULL);
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_TIME_ZONE), "Asia/Tokyo");
    ck_assert_str_eq(pgcs_report_fact(report, PGCS_FACT_LOGIN_USER),
                     row->user ? row->user : "ali");
    pgcs_extensions *extensions = pgcs_extensions_new(report);
    ck_assert_int_eq(pgcs_extensions_next(extensions), row->cause == 0);
    ck_assert_pstr_eq(pgcs_extension_name(extensions), row->cause ? NULL : "plpgsql");
    ck_assert_pstr_eq(pgcs_extension_version(extensions), row->cause ? NULL : "1.0");
    pgcs_extensions_free(extensions);
    pgcs_report_unref(report);
}
END_TEST

/*
 * The login answers after a while, the query after three times as long: the shorter one counts.
 * It takes longer on a busy machine; with a while that is long enough, less than three.
 */
START_TEST(test_round_trip__is_the_shorter_exchange) {
    int64_t took = 0;
    for (delay_ms = 60; delay_ms < 5000; delay_ms *= 4) {
        const pgcs_report *report = report_on(&imitations[0]);
        took = pgcs_report_fact_int(report, PGCS_FACT_ROUND_TRIP_US);
        ck_assert_int_ge(took, delay_ms * 1000);
        ck_assert_int_ge(pgcs_report_fact_int(report, PGCS_FACT_CONNECT_MS), delay_ms);
        pgcs_report_unref(report);
        if (took < delay_ms * 2900)
            return;
    }
    ck_abort_msg("%lld us", (long long)took);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_flavor__is_told_by_its_hints, 0, ROWS(imitations));
    tcase_add_test(cases, test_round_trip__is_the_shorter_exchange);
}

int
main(void) {
    return suite_run("probe/flavor", fill, 60);
}
