/* Somebody on the path: one connection after the other, until the process ends. */
#include "live/attacker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

static const char request[8] = {0, 0, 0, 8, 0x04, (char)0xd2, 0x16, 0x2f};

struct attacker {
    enum attack attack;
    SSL_CTX *context;
    int upstream;
    int listening;
};

/* A connection under attack: TLS or plaintext on the client's side. */
struct victim {
    int client;
    int server;
    SSL *ssl;      /* of the client's side, or NULL */
    SSL *upstream; /* of the server's side, or NULL */
    bool opaque;   /* TLS that is not ours passes */
};

static struct witness witness; /* under at_work */

static int
connect_to(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    close(fd);
    return -1;
}

static bool
send_all(int fd, const char *data, ssize_t size) {
    while (size > 0) {
        ssize_t sent = send(fd, data, (size_t)size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        data += sent;
        size -= sent;
    }
    return true;
}

static bool
from_client(struct victim *victim) {
    char data[16384];
    ssize_t size = victim->ssl ? SSL_read(victim->ssl, data, sizeof data)
                               : recv(victim->client, data, sizeof data, 0);
    if (size <= 0)
        return false;
    witness.fooled |= victim->ssl != NULL;
    witness.last_too |= victim->ssl == NULL && !victim->opaque;
    witness.in_clear |= witness.last_too;
    return victim->upstream ? SSL_write(victim->upstream, data, (int)size) == size
                            : send_all(victim->server, data, size);
}

static bool
from_server(struct victim *victim) {
    char data[16384];
    ssize_t size = victim->upstream ? SSL_read(victim->upstream, data, sizeof data)
                                    : recv(victim->server, data, sizeof data, 0);
    if (size <= 0)
        return false;
    return victim->ssl ? SSL_write(victim->ssl, data, (int)size) == size
                       : send_all(victim->client, data, size);
}

/* Hand on until either side has enough. */
static void
relay(struct victim *victim) {
    for (bool open = true; open;) {
        struct pollfd ready[2] = {{.fd = victim->client, .events = POLLIN},
                                  {.fd = victim->server, .events = POLLIN}};
        bool pending = victim->ssl != NULL && SSL_pending(victim->ssl) > 0;
        bool waiting = victim->upstream != NULL && SSL_pending(victim->upstream) > 0;
        if (poll(ready, 2, pending || waiting ? 0 : 60000) <= 0 && !pending && !waiting)
            return;
        if (pending || ready[0].revents)
            open = from_client(victim);
        if (open && (waiting || ready[1].revents))
            open = from_server(victim);
    }
}

static void
pose(const struct attacker *attacker, struct victim *victim) {
    victim->ssl = SSL_new(attacker->context);
    SSL_set_fd(victim->ssl, victim->client);
    if (SSL_accept(victim->ssl) == 1)
        relay(victim);
    SSL_free(victim->ssl);
    ERR_clear_error();
}

/* TLS of our own to the server, so that it has nothing to complain of. */
static void
relay_over_tls(struct victim *victim) {
    char answer;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    victim->upstream = SSL_new(context);
    SSL_set_fd(victim->upstream, victim->server);
    if (send_all(victim->server, request, 8) && recv(victim->server, &answer, 1, 0) == 1 &&
        answer == 'S' && SSL_connect(victim->upstream) == 1 && send_all(victim->client, "N", 1))
        relay(victim);
    SSL_free(victim->upstream);
    SSL_CTX_free(context);
    ERR_clear_error();
}

/* Hand the request and its answer on, and see what follows. */
static void
listen_in(struct victim *victim) {
    char answer, next;
    if (!send_all(victim->server, request, 8) || recv(victim->server, &answer, 1, 0) != 1 ||
        !send_all(victim->client, &answer, 1))
        return;
    if (answer == 'S' && recv(victim->client, &next, 1, MSG_PEEK) == 1)
        victim->opaque = next == 0x16; /* a handshake of TLS */
    relay(victim);
}

static void
reset(struct victim *victim) {
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    setsockopt(victim->client, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/* Read what is left, so that closing sends no reset that would overtake our last words. */
static void
drain(struct victim *victim) {
    char data[16384];
    shutdown(victim->client, SHUT_WR);
    while (recv(victim->client, data, sizeof data, 0) > 0)
        ;
}

static void
say(struct victim *victim, const char *text, ssize_t size) {
    send_all(victim->client, text, size);
    drain(victim);
}

static void
treat_request(const struct attacker *attacker, struct victim *victim) {
    char dropped[8];
    if (recv(victim->client, dropped, 8, MSG_WAITALL) != 8)
        return;
    switch (attacker->attack) {
    case ATTACK_SAYS_NO:
        if (send_all(victim->client, "N", 1))
            relay(victim);
        break;
    case ATTACK_SAYS_NO_TLS:
        relay_over_tls(victim);
        break;
    case ATTACK_NONE:
        listen_in(victim);
        break;
    case ATTACK_POSES:
        if (send_all(victim->client, "S", 1))
            pose(attacker, victim);
        break;
    case ATTACK_RESETS:
        reset(victim);
        break;
    case ATTACK_ERROR:
        say(victim, "E\0\0\0\35SFATAL\0C53300\0Mtoo many\0\0", 30);
        break;
    case ATTACK_IS_OTHER:
        say(victim, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
        break;
    case ATTACK_INJECTS:
        if (send_all(victim->client, "SR\0\0\0\10\0\0\0\0", 10))
            pose(attacker, victim);
        break;
    default:
        break;
    }
}

/* "S" alone, and the alert when the client has said hello. */
static void
alert(struct victim *victim) {
    char hello[16384];
    if (recv(victim->client, hello, 8, MSG_WAITALL) != 8 || !send_all(victim->client, "S", 1) ||
        recv(victim->client, hello, sizeof hello, 0) <= 0)
        return;
    say(victim, "\25\3\3\0\2\2\50", 7);
}

static void
serve(const struct attacker *attacker, int client) {
    char first[8];
    struct victim victim = {.client = client, .server = connect_to(attacker->upstream)};
    struct timeval patience = {.tv_sec = 60};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    witness.last_too = false;
    bool asks_tls =
        recv(client, first, 8, MSG_PEEK | MSG_WAITALL) == 8 && memcmp(first, request, 8) == 0;
    if (victim.server < 0)
        fprintf(stderr, "the attacker does not reach the server\n");
    else if (!asks_tls)
        relay(&victim);
    else if (attacker->attack == ATTACK_SENDS_ALERT)
        alert(&victim);
    else
        treat_request(attacker, &victim);
    close(victim.server);
    close(client);
}

/* Held while a client is served, and from the end of the process on. */
static pthread_mutex_t at_work = PTHREAD_MUTEX_INITIALIZER;

/* OpenSSL cleans up at the end of the process: by then nobody may be in a handshake. */
static void
wait_at_exit(void) {
    pthread_mutex_lock(&at_work);
}

struct witness
attacker_saw(void) {
    pthread_mutex_lock(&at_work);
    struct witness seen = witness;
    witness = (struct witness){.in_clear = false};
    pthread_mutex_unlock(&at_work);
    return seen;
}

static void *
attack_for_ever(void *argument) {
    const struct attacker *attacker = argument;
    for (;;) {
        int client = accept(attacker->listening, NULL, NULL);
        if (client < 0)
            continue;
        pthread_mutex_lock(&at_work);
        serve(attacker, client);
        pthread_mutex_unlock(&at_work);
    }
    return NULL;
}

int
attacker_start(enum attack attack, SSL_CTX *context, int upstream) {
    static struct attacker attackers[8]; /* at most, in one process */
    static int count;
    if (count == 8)
        abort();
    struct attacker *attacker = &attackers[count++];
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    pthread_t thread;
    signal(SIGPIPE, SIG_IGN);
    *attacker = (struct attacker){.attack = attack, .context = context, .upstream = upstream};
    attacker->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (bind(attacker->listening, (struct sockaddr *)&address, sizeof address) != 0 ||
        listen(attacker->listening, 16) != 0 ||
        getsockname(attacker->listening, (struct sockaddr *)&address, &size) != 0 ||
        pthread_create(&thread, NULL, attack_for_ever, attacker) != 0 ||
        (count == 1 && atexit(wait_at_exit) != 0))
        abort();
    pthread_detach(thread);
    return ntohs(address.sin_port);
}
