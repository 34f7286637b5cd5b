/* What a check sends: one string after the login, whatever is asked for. */
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live.h"

/* What a proxy saw of the client once it was logged in. */
struct traffic {
    int queries;
    int others; /* messages but the farewell */
    int turns;  /* how often the client spoke after the server had */
};

static int
connect_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%s", path,
             server("PGPORT"));
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        _exit(1);
    return fd;
}

static bool
pass_on(int from, int to, char *data, ssize_t *size) {
    *size = read(from, data, 65536);
    return *size > 0 && write(to, data, (size_t)*size) == *size;
}

/* Messages of the client, counted as they begin; they may be cut anywhere. */
static void
count_messages(struct traffic *traffic, const char *data, size_t size, size_t *skip,
               char header[5], size_t *have) {
    for (size_t i = 0; i < size; i++) {
        if (*skip > 0) {
            (*skip)--;
            continue;
        }
        header[(*have)++] = data[i];
        if (*have < 5)
            continue;
        *have = 0;
        *skip =
            ((size_t)(unsigned char)header[1] << 24 | (size_t)(unsigned char)header[2] << 16 |
             (size_t)(unsigned char)header[3] << 8 | (unsigned char)header[4]) -
            4;
        traffic->queries += header[0] == 'Q';
        traffic->others += header[0] != 'Q' && header[0] != 'X';
    }
}

/* Pass on between the one that connects and the server, then write what was seen. */
static void
proxy(int listener, int result) {
    static char data[65536];
    struct traffic traffic = {0, 0, 0};
    char header[5];
    size_t skip = 0, have = 0;
    bool logged_in = false, server_spoke = false;
    int client = accept(listener, NULL, NULL);
    struct pollfd fds[2] = {{client, POLLIN, 0}, {connect_socket(server("PGHOST")), POLLIN, 0}};
    ssize_t size = 0;
    while (poll(fds, 2, -1) > 0) {
        if (fds[1].revents != 0) {
            if (!pass_on(fds[1].fd, client, data, &size))
                break;
            server_spoke = true;
            /* The login ends with ReadyForQuery, which is the last the server says of it. */
            logged_in |= size >= 6 && memcmp(data + size - 6, "Z\0\0\0\5I", 6) == 0;
            continue;
        }
        if (!pass_on(client, fds[1].fd, data, &size))
            break;
        if (!logged_in)
            continue;
        traffic.turns += server_spoke && data[0] != 'X';
        server_spoke = false;
        count_messages(&traffic, data, (size_t)size, &skip, header, &have);
    }
    if (write(result, &traffic, sizeof traffic) < 0)
        _exit(1);
    _exit(0);
}

static const uint32_t sections[] = {0x1, 0x0f, 0x7f, 0xff};

START_TEST(test_wire__one_round_trip) {
    char folder[] = "/tmp/pgcs-proxy.XXXXXX", path[108];
    int result[2];
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/.s.PGSQL.%s", folder, server("PGPORT"));
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int listener = socket(AF_UNIX, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(listener, 1), 0);
    ck_assert_int_eq(pipe(result), 0);
    pid_t child = fork();
    if (child == 0)
        proxy(listener, result[1]);
    pgcs_check *check = check_of(
        spec_for(folder, server("PGPORT"), "inheritor", ROLE_PASSWORD, FIXTURE_DATABASE));
    ck_assert_int_eq(pgcs_check_set_sections(check, sections[_i], NULL), PGCS_OK);
    const pgcs_report *report = report_of(check);
    assert_no_findings(report);
    struct traffic traffic;
    ck_assert_int_eq(read(result[0], &traffic, sizeof traffic), sizeof traffic);
    waitpid(child, NULL, 0);
    unlink(path);
    rmdir(folder);
    close(listener);
    ck_assert_int_eq(traffic.queries, 1);
    ck_assert_int_eq(traffic.others, 0);
    ck_assert_int_eq(traffic.turns, 1);
    pgcs_report_unref(report);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_wire__one_round_trip, 0, ROWS(sections));
}

int
main(int count, char **arguments) {
    make_fixture(count > 1 ? arguments[1] : ".");
    return suite_run("wire", fill, 60);
}
