/* A proxy in a process of its own: see proxy.h. */
#include "proxy.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "live.h"

#define CHUNK 65536

/* Bytes on their way, in the order in which they are due. */
struct chunk {
    struct chunk *next;
    int64_t due; /* in microseconds */
    size_t size;
    char data[];
};

struct way {
    int from;
    int to;
    struct chunk *first;
    struct chunk **last;
};

/* The client's messages, as they are cut anywhere. */
struct reader {
    char header[5];
    size_t have;
    size_t skip;
    bool keeping; /* the first query is under way */
    char *query;
};

static int64_t
now_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static struct sockaddr_un
address_in(const char *folder) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s/.s.PGSQL.%s", folder,
             server("PGPORT"));
    return address;
}

static int
connect_server(void) {
    struct sockaddr_un address = address_in(server("PGHOST"));
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        _exit(1);
    return fd;
}

static void
keep_byte(struct reader *reader, struct traffic *traffic, char byte) {
    if (traffic->query_size % CHUNK == 0)
        reader->query = realloc(reader->query, traffic->query_size + CHUNK);
    reader->query[traffic->query_size++] = byte;
}

static void
read_messages(struct reader *reader, struct traffic *traffic, const char *data, size_t size) {
    for (size_t i = 0; i < size; i++) {
        if (reader->skip > 0) {
            reader->skip--;
            if (reader->keeping)
                keep_byte(reader, traffic, data[i]);
            continue;
        }
        reader->header[reader->have++] = data[i];
        if (reader->have < 5)
            continue;
        const unsigned char *length = (const unsigned char *)reader->header + 1;
        reader->have = 0;
        reader->skip = ((size_t)length[0] << 24 | (size_t)length[1] << 16 |
                        (size_t)length[2] << 8 | length[3]) -
                       4;
        reader->keeping = reader->header[0] == 'Q' && traffic->queries == 0;
        traffic->queries += reader->header[0] == 'Q';
        traffic->others += reader->header[0] != 'Q' && reader->header[0] != 'X';
    }
}

/* Take what has come; false at the end. */
static bool
take(struct way *way, int delay_ms, struct chunk **taken) {
    struct chunk *chunk = malloc(sizeof *chunk + CHUNK);
    ssize_t size = read(way->from, chunk->data, CHUNK);
    if (size <= 0) {
        free(chunk);
        return false;
    }
    chunk->next = NULL;
    chunk->size = (size_t)size;
    chunk->due = now_us() + (int64_t)delay_ms * 1000;
    *way->last = chunk;
    way->last = &chunk->next;
    *taken = chunk;
    return true;
}

/* Pass on what is due; false when nobody takes it. */
static bool
pass_on(struct way *way) {
    while (way->first != NULL && way->first->due <= now_us()) {
        struct chunk *chunk = way->first;
        if (write(way->to, chunk->data, chunk->size) != (ssize_t)chunk->size)
            return false;
        way->first = chunk->next;
        if (way->first == NULL)
            way->last = &way->first;
        free(chunk);
    }
    return true;
}

/* Microseconds until something is due, at most a second. */
static int64_t
until_due(const struct way *a, const struct way *b) {
    int64_t due = now_us() + 1000000;
    if (a->first != NULL && a->first->due < due)
        due = a->first->due;
    if (b->first != NULL && b->first->due < due)
        due = b->first->due;
    int64_t wait = due - now_us();
    return wait > 0 ? wait : 0;
}

static void
watch(struct way *up, struct way *down, int delay_ms, struct reader *reader,
      struct traffic *traffic) {
    struct pollfd fds[2] = {{up->from, POLLIN, 0}, {down->from, POLLIN, 0}};
    bool logged_in = false, server_spoke = false;
    struct chunk *taken = NULL;
    for (;;) {
        struct timespec wait = {.tv_nsec = (until_due(up, down) % 1000000) * 1000};
        if (ppoll(fds, 2, &wait, NULL) < 0 || !pass_on(up) || !pass_on(down))
            return;
        if (fds[1].revents != 0) {
            if (!take(down, delay_ms, &taken))
                return;
            server_spoke = true;
            /* The login ends with ReadyForQuery, which is the last the server says of it. */
            logged_in |=
                taken->size >= 6 && memcmp(taken->data + taken->size - 6, "Z\0\0\0\5I", 6) == 0;
        } else if (fds[0].revents != 0) {
            if (!take(up, delay_ms, &taken))
                return;
            if (logged_in) {
                traffic->turns += server_spoke && taken->data[0] != 'X';
                server_spoke = false;
                read_messages(reader, traffic, taken->data, taken->size);
            }
        }
    }
}

static void
write_all(int fd, const void *data, size_t size) {
    const char *bytes = data;
    while (size > 0) {
        ssize_t written = write(fd, bytes, size);
        if (written <= 0)
            _exit(1);
        bytes += written;
        size -= (size_t)written;
    }
}

static void
serve(int listener, int result, int delay_ms) {
    struct traffic traffic = {0, 0, 0, 0};
    struct reader reader = {.query = NULL};
    int client = accept(listener, NULL, NULL), back = connect_server();
    struct way up = {client, back, NULL, &up.first};
    struct way down = {back, client, NULL, &down.first};
    watch(&up, &down, delay_ms, &reader, &traffic);
    close(client);
    close(back);
    write_all(result, &traffic, sizeof traffic);
    write_all(result, reader.query, traffic.query_size);
    _exit(0);
}

void
proxy_start(struct proxy *proxy, int delay_ms) {
    int ends[2];
    strcpy(proxy->folder, "/tmp/pgcs-proxy.XXXXXX");
    MUST(mkdtemp(proxy->folder) != NULL, "no folder for the proxy");
    struct sockaddr_un address = address_in(proxy->folder);
    proxy->listener = socket(AF_UNIX, SOCK_STREAM, 0);
    MUST(bind(proxy->listener, (struct sockaddr *)&address, sizeof address) == 0 &&
             listen(proxy->listener, 1) == 0 && pipe(ends) == 0,
         "no socket for the proxy");
    proxy->child = fork();
    if (proxy->child == 0)
        serve(proxy->listener, ends[1], delay_ms);
    close(ends[1]);
    proxy->result = ends[0];
}

static void
read_all(int fd, void *data, size_t size) {
    char *bytes = data;
    while (size > 0) {
        ssize_t have = read(fd, bytes, size);
        MUST(have > 0, "the proxy died");
        bytes += have;
        size -= (size_t)have;
    }
}

struct traffic
proxy_end(struct proxy *proxy, char **query) {
    struct traffic traffic;
    read_all(proxy->result, &traffic, sizeof traffic);
    char *text = calloc(1, traffic.query_size + 1);
    read_all(proxy->result, text, traffic.query_size);
    close(proxy->result);
    waitpid(proxy->child, NULL, 0);
    close(proxy->listener);
    struct sockaddr_un address = address_in(proxy->folder);
    unlink(address.sun_path);
    rmdir(proxy->folder);
    if (query != NULL)
        *query = text;
    else
        free(text);
    return traffic;
}
