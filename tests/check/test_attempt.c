/*
 * Attempts: which addresses are knocked at, and in which order, next to libpq itself in a world
 * of our own: this program has getaddrinfo() and connect(), for libpq and for the library
 * alike.
 *
 * Names are "h2" for host 2 with the addresses 10.9.2.0, 10.9.2.1 ...; what an address does is
 * drawn anew for each case.
 */
#include "peer.h"

#include <dlfcn.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>

#include <libpq-fe.h>
#include <pgconnspec/pgconnspec.h>

/* --- peers -----------------------------------------------------------------------------------
 */

static void
be_a_server(int fd, const char *standby, const char *read_only) {
    log_in_to(fd, standby, read_only);
    char type;
    if (read(fd, &type, 1) < 0)
        _exit(1);
}

static void
primary(int fd) {
    be_a_server(fd, "off", "off");
}

static void
standby(int fd) {
    be_a_server(fd, "on", "off");
}

static void
read_only(int fd) {
    be_a_server(fd, "off", "on");
}

/* What an address may do; what has no script is an errno of connect(). */
enum manner {
    REFUSES,
    UNREACHABLE,
    FIRST_PEER,
    HANGS_UP = FIRST_PEER,
    STARTING,
    FULL,
    PRIMARY,
    STANDBY,
    READ_ONLY,
    MANNERS
};
static peer_script *const scripts[MANNERS] = {[HANGS_UP] = hangs_up_after_startup,
                                              [STARTING] = is_starting,
                                              [FULL] = is_full,
                                              [PRIMARY] = primary,
                                              [STANDBY] = standby,
                                              [READ_ONLY] = read_only};

/* --- the world -------------------------------------------------------------------------------
 */

#define HOSTS     4
#define ADDRESSES 3
#define MOST      64

static struct world {
    int count[HOSTS]; /* of addresses; 0: no such name */
    enum manner manner[HOSTS][ADDRESSES];
    int port[MANNERS]; /* of the peers, on 127.0.0.1 */
    int knocks[MOST];  /* host * ADDRESSES + address, in the order in which they came */
    int knock_count;
} world;

static const char *
name_of(int host) {
    static const char *const names[HOSTS] = {"h0", "h1", "h2", "h3"};
    return names[host];
}

static struct addrinfo *
entry(int host, int address, struct addrinfo *next) {
    struct addrinfo *info = calloc(1, sizeof *info + sizeof(struct sockaddr_in));
    struct sockaddr_in *in = (struct sockaddr_in *)(info + 1);
    *in = (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_addr.s_addr = htonl(0x0a090000u | (unsigned)host << 8 | (unsigned)address)};
    info->ai_family = AF_INET;
    info->ai_socktype = SOCK_STREAM;
    info->ai_addr = (struct sockaddr *)in;
    info->ai_addrlen = sizeof *in;
    info->ai_next = next;
    return info;
}

int
getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
            struct addrinfo **out) {
    struct in_addr number;
    int host = -1, address = 0;
    (void)hints;
    *out = NULL;
    for (int i = 0; i < HOSTS; i++)
        host = strcmp(name, name_of(i)) == 0 ? i : host;
    bool is_name = host >= 0;
    if (!is_name && inet_pton(AF_INET, name, &number) == 1) {
        host = (int)(ntohl(number.s_addr) >> 8 & 255);
        address = (int)(ntohl(number.s_addr) & 255);
    }
    if (host < 0)
        return EAI_NONAME;
    if (!is_name)
        *out = entry(host, address, NULL);
    else
        for (int i = world.count[host]; i-- > 0;)
            *out = entry(host, i, *out);
    for (struct addrinfo *at = *out; at != NULL && service != NULL; at = at->ai_next)
        ((struct sockaddr_in *)at->ai_addr)->sin_port = htons((uint16_t)atoi(service));
    return *out == NULL ? EAI_NONAME : 0;
}

void
freeaddrinfo(struct addrinfo *first) {
    while (first != NULL) {
        struct addrinfo *next = first->ai_next;
        free(first);
        first = next;
    }
}

typedef int
connect_function(int fd, const struct sockaddr *address, socklen_t size);

/* The C library's own declaration takes a union for the address. */
connect_function connect_here __asm__("connect");

int
connect_here(int fd, const struct sockaddr *address, socklen_t size) {
    connect_function *real = NULL;
    *(void **)&real = dlsym(RTLD_NEXT, "connect");
    struct sockaddr_in in;
    memcpy(&in, address, sizeof in);
    uint32_t number = ntohl(in.sin_addr.s_addr);
    if (in.sin_family != AF_INET || number >> 16 != 0x0a09)
        return real(fd, address, size);
    int host = (int)(number >> 8 & 255), which = (int)(number & 255);
    enum manner manner = world.manner[host][which];
    if (world.knock_count < MOST)
        world.knocks[world.knock_count++] = host * ADDRESSES + which;
    errno = manner == REFUSES ? ECONNREFUSED : EHOSTUNREACH;
    if (manner < FIRST_PEER)
        return -1;
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    in.sin_port = htons((uint16_t)world.port[manner]);
    return real(fd, (struct sockaddr *)&in, sizeof in);
}

/* --- cases -----------------------------------------------------------------------------------
 */

static uint32_t seed;

static int
draw(int bound) {
    seed = seed * 1664525u + 1013904223u;
    return (int)((seed >> 8) % (uint32_t)bound);
}

/* Hosts and what they do; failures twice as often as what ends the search. */
static void
draw_world(void) {
    static const enum manner often[] = {REFUSES,  REFUSES,   UNREACHABLE, STARTING,
                                        HANGS_UP, FULL,      STARTING,    PRIMARY,
                                        STANDBY,  READ_ONLY, STANDBY,     READ_ONLY};
    for (int host = 0; host < HOSTS; host++) {
        world.count[host] = draw(8) == 0 ? 0 : 1 + draw(ADDRESSES);
        for (int i = 0; i < ADDRESSES; i++)
            world.manner[host][i] = often[draw(ROWS(often))];
    }
}

/* A spec for some of the hosts, by name, by address or by both. */
static void
draw_spec(char *text, size_t size, const char *attrs) {
    char hosts[128] = "", addresses[128] = "", ports[64] = "";
    int count = 1 + draw(HOSTS);
    bool with_addresses = draw(4) == 0;
    for (int i = 0; i < count; i++) {
        int host = draw(HOSTS);
        const char *comma = i > 0 ? "," : "";
        size_t length = strlen(hosts);
        if (draw(5) == 0)
            snprintf(hosts + length, sizeof hosts - length, "%s10.9.%d.%d", comma, host,
                     draw(ADDRESSES));
        else
            snprintf(hosts + length, sizeof hosts - length, "%s%s", comma, name_of(host));
        length = strlen(addresses);
        if (draw(2) == 0)
            snprintf(addresses + length, sizeof addresses - length, "%s10.9.%d.%d", comma, host,
                     draw(ADDRESSES));
        else
            snprintf(addresses + length, sizeof addresses - length, "%s", comma);
        length = strlen(ports);
        snprintf(ports + length, sizeof ports - length, "%s%d", comma, 5432 + draw(3));
    }
    snprintf(text, size,
             "host=%s %s%s%s port=%s user=a password=b sslmode=disable gssencmode=disable "
             "target_session_attrs=%s",
             hosts, with_addresses ? "hostaddr='" : "", with_addresses ? addresses : "",
             with_addresses ? "'" : "", ports, attrs);
}

static void
write_knocks(char *out, size_t size) {
    size_t length = 0;
    out[0] = '\0';
    for (int i = 0; i < world.knock_count && length < size; i++)
        length += (size_t)snprintf(out + length, size - length, " 10.9.%d.%d",
                                   world.knocks[i] / ADDRESSES, world.knocks[i] % ADDRESSES);
}

static const pgcs_report *
run_check(const char *text) {
    const pgcs_spec *spec = NULL;
    pgcs_check *check = NULL;
    ck_assert_msg(pgcs_spec_parse(text, strlen(text), 0, &spec, NULL) == PGCS_OK, "%s", text);
    ck_assert_int_eq(pgcs_check_new(spec, NULL, NULL, &check, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_set_timeout_ms(check, 120000, NULL), PGCS_OK);
    ck_assert_int_eq(pgcs_check_run(check, NULL), PGCS_OK);
    const pgcs_report *report = pgcs_report_ref(pgcs_check_report(check));
    pgcs_check_free(check);
    pgcs_spec_unref(spec);
    ck_assert_ptr_nonnull(report);
    return report;
}

/* The attempts of the report are the knocks, each with its cause and its place in time. */
static void
assert_attempts(const pgcs_report *report, const char *text) {
    char said[MOST * 12] = "", knocks[MOST * 12];
    size_t length = 0;
    int64_t before = 0;
    bool connected = pgcs_report_has_fact(report, PGCS_FACT_SERVER_VERSION);
    pgcs_code last = -1;
    pgcs_attempts *at = pgcs_attempts_new(report);
    while (pgcs_attempts_next(at)) {
        const char *address = pgcs_attempt_address(at);
        last = pgcs_attempt_cause(at);
        if (address != NULL)
            length += (size_t)snprintf(said + length, sizeof said - length, " %s", address);
        else
            ck_assert_int_eq(last, PGCS_CAUSE_NAME_NOT_RESOLVED);
        ck_assert_int_ge(pgcs_attempt_start_ms(at), before);
        ck_assert_int_ge(pgcs_attempt_duration_ms(at), 0);
        before = pgcs_attempt_start_ms(at) + pgcs_attempt_duration_ms(at);
        ck_assert_int_ge(pgcs_attempt_port(at), 5432);
        ck_assert_int_ge(pgcs_attempt_host_index(at), 0);
        ck_assert_ptr_nonnull(pgcs_attempt_host(at));
        ck_assert((last == 0) == (pgcs_attempt_cause_name(at) == NULL));
    }
    pgcs_attempts_free(at);
    write_knocks(knocks, sizeof knocks);
    ck_assert_msg(strcmp(said, knocks) == 0, "%s:\n  told: %s\n  made: %s", text, said, knocks);
    ck_assert_int_eq(connected, last == 0);
}

static const char *const attrs[] = {"any",     "read-write", "read-only",
                                    "primary", "standby",    "prefer-standby"};
#define ROUNDS 150

START_TEST(test_attempt__in_the_order_of_libpq) {
    struct peer peers[MANNERS];
    char text[512], libpq[MOST * 12], ours[MOST * 12];
    for (int i = FIRST_PEER; i < MANNERS; i++) {
        peers[i] = peer_start(scripts[i]);
        world.port[i] = peers[i].port;
    }
    seed = (uint32_t)_i * 7919u + 1;
    int several = 0;
    for (int round = 0; round < ROUNDS; round++) {
        draw_world();
        draw_spec(text, sizeof text, attrs[_i]);
        world.knock_count = 0;
        PQfinish(PQconnectdb(text));
        write_knocks(libpq, sizeof libpq);
        several += world.knock_count > 1;
        world.knock_count = 0;
        const pgcs_report *report = run_check(text);
        write_knocks(ours, sizeof ours);
        ck_assert_msg(strcmp(libpq, ours) == 0, "%s:\n  libpq:%s\n  ours: %s", text, libpq,
                      ours);
        assert_attempts(report, text);
        pgcs_report_unref(report);
    }
    ck_assert_int_gt(several, ROUNDS / 4);
    for (int i = FIRST_PEER; i < MANNERS; i++)
        peer_stop(&peers[i]);
}
END_TEST

/* --- load_balance_hosts ----------------------------------------------------------------------
 */

#define DRAWS 3000

struct counts {
    int first[HOSTS]; /* how often a host came first */
    int low;          /* how often the first address of the host that came first did */
};

static void
count_knocks(struct counts *counts) {
    bool seen[HOSTS] = {false};
    ck_assert_int_eq(world.knock_count, 6);
    for (int i = 0; i < 6; i++) {
        int host = world.knocks[i] / ADDRESSES;
        bool begins = i == 0 || world.knocks[i - 1] / ADDRESSES != host;
        ck_assert_msg(!begins || !seen[host], "the addresses of a host stay together");
        seen[host] = true;
    }
    counts->first[world.knocks[0] / ADDRESSES]++;
    counts->low += world.knocks[0] % ADDRESSES == 0;
}

/* Seven standard deviations: not in a hundred thousand million runs by chance. */
static void
assert_even(int count, int of, int ways) {
    double mean = (double)of / ways, off = count - mean;
    double variance = mean * (1 - 1.0 / ways);
    ck_assert_msg(off * off < 49 * variance, "%d of %d, not about 1 in %d", count, of, ways);
}

START_TEST(test_attempt__any_order_is_as_likely) {
    const char *text = "host=h0,h1,h2 user=a sslmode=disable gssencmode=disable "
                       "load_balance_hosts=random";
    struct counts ours = {{0}, 0}, libpq = {{0}, 0};
    for (int host = 0; host < HOSTS; host++) {
        world.count[host] = 2;
        for (int i = 0; i < ADDRESSES; i++)
            world.manner[host][i] = REFUSES;
    }
    for (int i = 0; i < DRAWS; i++) {
        world.knock_count = 0;
        pgcs_report_unref(run_check(text));
        count_knocks(&ours);
    }
    for (int i = 0; i < DRAWS; i++) {
        world.knock_count = 0;
        PQfinish(PQconnectdb(text));
        count_knocks(&libpq);
    }
    for (int host = 0; host < 3; host++)
        assert_even(ours.first[host], DRAWS, 3);
    assert_even(ours.low, DRAWS, 2);
    for (int host = 0; host < 3; host++)
        assert_even(libpq.first[host], DRAWS, 3);
    assert_even(libpq.low, DRAWS, 2);
}
END_TEST

/* --- what an attempt tells -------------------------------------------------------------------
 */

START_TEST(test_attempt__tells_host_address_time_and_cause) {
    struct peer full = peer_start(is_full);
    world.port[FULL] = full.port;
    world.count[1] = 2;
    world.manner[1][0] = REFUSES;
    world.manner[1][1] = FULL;
    world.knock_count = 0;
    const pgcs_report *report =
        run_check("host=nowhere,/no/such/folder,h1 hostaddr=,, port=1,2,3 user=a "
                  "sslmode=disable");
    static const struct {
        int64_t host_index;
        const char *host;
        const char *address;
        int32_t port;
        pgcs_code cause;
        const char *name;
    } wanted[] = {
        {0, "nowhere", NULL, 1, PGCS_CAUSE_NAME_NOT_RESOLVED, "PGCS_CAUSE_NAME_NOT_RESOLVED"},
        {1, "/no/such/folder", NULL, 2, PGCS_CAUSE_SOCKET_MISSING, "PGCS_CAUSE_SOCKET_MISSING"},
        {2, "h1", "10.9.1.0", 3, PGCS_CAUSE_REFUSED, "PGCS_CAUSE_REFUSED"},
        {2, "h1", "10.9.1.1", 3, PGCS_CAUSE_TOO_MANY_CONNECTIONS,
         "PGCS_CAUSE_TOO_MANY_CONNECTIONS"},
    };
    pgcs_attempts *at = pgcs_attempts_new(report);
    ck_assert_ptr_null(pgcs_attempt_host(at));
    ck_assert_int_eq(pgcs_attempt_host_index(at), -1);
    ck_assert_int_eq(pgcs_attempt_start_ms(at), -1);
    ck_assert_int_eq(pgcs_attempt_cause(at), 0);
    for (int i = 0; i < ROWS(wanted); i++) {
        ck_assert_int_eq(pgcs_attempts_next(at), 1);
        ck_assert_int_eq(pgcs_attempt_host_index(at), wanted[i].host_index);
        ck_assert_str_eq(pgcs_attempt_host(at), wanted[i].host);
        ck_assert_pstr_eq(pgcs_attempt_address(at), wanted[i].address);
        ck_assert_int_eq(pgcs_attempt_port(at), wanted[i].port);
        ck_assert_int_eq(pgcs_attempt_cause(at), wanted[i].cause);
        ck_assert_str_eq(pgcs_attempt_cause_name(at), wanted[i].name);
    }
    ck_assert_int_eq(pgcs_attempts_next(at), 0);
    ck_assert_ptr_null(pgcs_attempt_cause_name(at));
    pgcs_attempts_free(at);
    pgcs_report_unref(report);
    peer_stop(&full);
}
END_TEST

/*
 * The first address takes all of its connect_timeout, which its attempt shows; the next has the
 * same time for itself, and answers within it.
 */
START_TEST(test_attempt__has_a_time_of_its_own) {
    struct peer full = peer_start(is_full), silent = peer_start(be_silent);
    world.port[FULL] = full.port;
    world.port[HANGS_UP] = silent.port;
    world.count[1] = 2;
    world.manner[1][0] = HANGS_UP;
    world.manner[1][1] = FULL;
    pgcs_code cause = 0;
    for (int seconds = 1; seconds < 60 && cause != PGCS_CAUSE_TOO_MANY_CONNECTIONS;
         seconds *= 6) {
        char text[80];
        snprintf(text, sizeof text, "host=h1 user=a sslmode=disable connect_timeout=%d",
                 seconds);
        const pgcs_report *report = run_check(text);
        pgcs_attempts *at = pgcs_attempts_new(report);
        ck_assert_int_eq(pgcs_attempts_next(at), 1);
        ck_assert_int_eq(pgcs_attempt_cause(at), PGCS_CAUSE_TIMED_OUT);
        ck_assert_int_ge(pgcs_attempt_duration_ms(at), seconds * 1000);
        int64_t end = pgcs_attempt_start_ms(at) + pgcs_attempt_duration_ms(at);
        ck_assert_int_eq(pgcs_attempts_next(at), 1);
        cause = pgcs_attempt_cause(at);
        ck_assert_int_ge(pgcs_attempt_start_ms(at), end);
        pgcs_attempts_free(at);
        pgcs_report_unref(report);
    }
    ck_assert_int_eq(cause, PGCS_CAUSE_TOO_MANY_CONNECTIONS);
    peer_stop(&full);
    peer_stop(&silent);
}
END_TEST

static void
fill(TCase *cases) {
    if (PQlibVersion() >= 140000) /* before, one that is starting up was the end */
        tcase_add_loop_test(cases, test_attempt__in_the_order_of_libpq, 0, ROWS(attrs));
    if (PQlibVersion() >= 160000) /* it refuses the parameter before */
        tcase_add_test(cases, test_attempt__any_order_is_as_likely);
    tcase_add_test(cases, test_attempt__tells_host_address_time_and_cause);
    tcase_add_test(cases, test_attempt__has_a_time_of_its_own);
}

int
main(void) {
    return suite_run("check/attempt", fill, 60);
}
