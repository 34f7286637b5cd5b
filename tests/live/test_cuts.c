/*
 * A real session, cut everywhere: what a server sent is recorded, then said again up to the
 * k-th byte by a peer that closes, resets or falls silent there. Each ends in time, with its
 * cause.
 */
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/un.h>

#include "check/swarm.h"
#include "live.h"

#define TIMEOUT_MS 60000 /* for those that end by themselves, on a busy machine */
#define SILENCE_MS 700

/* What the server sent, in memory that the recorder shares with us. */
struct recording {
    size_t login;    /* bytes before the first query */
    size_t complete; /* and up to the end of the last rows */
    size_t size;
    char data[1 << 22];
};

static struct recording *recording;

enum way { CLOSES, RESETS, STALLS, WAYS };

/* Where to cut: at and around the ends of messages, and at every so many bytes. */
static size_t cuts[65536];
static int cut_count;
static enum way way;

/* --- recording -------------------------------------------------------------------------------
 */

static int
connect_server(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%s", server("PGHOST"),
             server("PGPORT"));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        _exit(1);
    return fd;
}

/* Stand between the one that connects and the server. */
static void
record(int client) {
    static char data[65536];
    int upstream = connect_server();
    bool logged_in = false;
    struct pollfd fds[2] = {{client, POLLIN, 0}, {upstream, POLLIN, 0}};
    while (poll(fds, 2, -1) > 0) {
        bool from_server = fds[1].revents != 0;
        ssize_t size = read(from_server ? upstream : client, data, sizeof data);
        if (size <= 0)
            _exit(0);
        say(from_server ? client : upstream, data, (size_t)size);
        if (from_server) {
            if (recording->size + (size_t)size > sizeof recording->data)
                _exit(1);
            memcpy(recording->data + recording->size, data, (size_t)size);
            recording->size += (size_t)size;
            logged_in |= size >= 6 && memcmp(data + size - 6, "Z\0\0\0\5I", 6) == 0;
        } else if (logged_in && recording->login == 0) {
            recording->login = recording->size;
        }
    }
}

static void
add_cut(size_t at) {
    if (at < recording->size && cut_count < ROWS(cuts))
        cuts[cut_count++] = at;
}

/* The first messages, the ends of all that is sent, and a sample; with CUTS_ALL every byte. */
static void
find_cuts(void) {
    const char *end = recording->data;
    for (const char *at = end; at != NULL;) {
        size_t left = recording->size - (size_t)(at - recording->data);
        at = memmem(at, left, "COPY ", 5);
        end = at ? strchr(at, '\0') + 1 : end;
        at = at ? end : NULL;
    }
    recording->complete = (size_t)(end - recording->data);
    size_t at = 0, step = getenv("CUTS_ALL") ? 1 : recording->size / 150 + 1;
    for (int message = 0; message < 80 && at + 5 <= recording->size; message++) {
        uint32_t length;
        memcpy(&length, recording->data + at + 1, 4);
        add_cut(at);
        add_cut(at + 1);
        add_cut(at + 4);
        add_cut(at + 5);
        at += 1 + ntohl(length);
        add_cut(at - 1);
    }
    for (at = 0; at < recording->size; at += step)
        add_cut(at);
    for (at = 1; at < 100 && at < recording->size; at++)
        add_cut(recording->size - at);
}

/* A check of the server, recorded; it must find nothing wrong. */
static void
make_recording(void) {
    recording = mmap(NULL, sizeof *recording, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    MUST(recording != MAP_FAILED, "no memory to share");
    struct peer peer = peer_start(record);
    char port[12], text[200];
    snprintf(port, sizeof port, "%d", peer.port);
    snprintf(text, sizeof text,
             "host=127.0.0.1 port=%s user=postgres dbname='" FIXTURE_DATABASE
             "' sslmode=disable",
             port);
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    MUST(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK, "%s", text);
    MUST(pgcs_check_new(spec, NULL, NULL, &check, NULL) == PGCS_OK &&
             pgcs_check_run(check, NULL) == PGCS_OK,
         "the check can't be made");
    MUST(pgcs_report_severity(pgcs_check_report(check)) < PGCS_SEVERITY_FAILURE,
         "the check that is recorded failed");
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    peer_stop(&peer);
    MUST(recording->login > 0 && recording->size > recording->login, "nothing was recorded");
    find_cuts();
}

/* --- saying it again -------------------------------------------------------------------------
 */

static void
replay(int fd, int number) {
    size_t end = number < cut_count ? cuts[number] : recording->size;
    size_t first = end < recording->login ? end : recording->login;
    say(fd, recording->data, first);
    if (end >= recording->login) {
        hear_message(fd);
        say(fd, recording->data + first, end - first);
    }
    struct linger at_once = {1, 0};
    if (way == RESETS)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (way == STALLS || number >= cut_count)
        be_silent(fd);
}

static void
judge_cut(int number, const pgcs_report *report) {
    pgcs_findings *at = pgcs_findings_new(report, PGCS_SEVERITY_FAILURE);
    int failed = pgcs_findings_next(at);
    bool complete = number >= cut_count || cuts[number] >= recording->complete;
    if (complete && way == STALLS && failed) {
        /* All rows may have come too late on a busy machine. */
        ck_assert_int_eq(pgcs_finding_code(at), PGCS_CAUSE_TIMED_OUT);
    } else if (complete) {
        ck_assert_msg(!failed, "at byte %zu: %s",
                      number < cut_count ? cuts[number] : recording->size,
                      failed ? pgcs_finding_message(at) : "");
    } else {
        int32_t wanted = way == STALLS ? PGCS_CAUSE_TIMED_OUT : PGCS_CAUSE_CONNECTION_LOST;
        ck_assert_int_eq(failed, 1);
        ck_assert_msg(pgcs_finding_code(at) == wanted, "at byte %zu of %zu: %s: %s",
                      cuts[number], recording->size, pgcs_finding_name(at),
                      pgcs_finding_message(at));
        ck_assert_int_eq(pgcs_findings_next(at), 0);
        assert_told(report);
    }
    pgcs_findings_free(at);
}

START_TEST(test_cuts__end_with_their_cause) {
    way = (enum way)_i;
    int files = swarm_open_files();
    struct peer peer = swarm_start(replay);
    /* The last one is not cut. */
    swarm_run(peer.port, cut_count, cut_count + 1, "sslmode=disable", TIMEOUT_MS, judge_cut);
    swarm_run(peer.port, 0, cut_count, "sslmode=disable",
              way == STALLS ? SILENCE_MS : TIMEOUT_MS, judge_cut);
    peer_stop(&peer);
    ck_assert_int_eq(swarm_open_files(), files);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_unchecked_fixture(cases, make_recording, NULL);
    tcase_add_loop_test(cases, test_cuts__end_with_their_cause, 0, WAYS);
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    return suite_run("cuts", fill, 3600);
}
