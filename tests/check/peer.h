/*
 * A scripted peer: a child process that listens on 127.0.0.1 and does to the one that connects
 * what a server, a proxy or something else might do.
 */
#ifndef TESTS_PEER_H
#define TESTS_PEER_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "suite.h"

typedef void
peer_script(int fd);

struct peer {
    pid_t process;
    int listener;
    int port;
};

/* A listening socket, its port in @port. */
static inline int
listen_anywhere(int backlog, int *port) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    ck_assert_int_eq(listen(fd, backlog), 0);
    ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* Returns twice, as fork() does: the child is to serve. */
static inline struct peer
peer_fork(int backlog) {
    struct peer peer;
    peer.listener = listen_anywhere(backlog, &peer.port);
    peer.process = fork();
    ck_assert_int_ge(peer.process, 0);
    return peer;
}

/* The next client. */
static inline int
peer_accept(const struct peer *peer) {
    int fd = accept(peer->listener, NULL, NULL);
    if (fd < 0)
        _exit(1);
    return fd;
}

/* A client of the process's own: returns in a new process for each of them. */
static inline int
peer_accept_each(const struct peer *peer) {
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = peer_accept(peer);
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            close(peer->listener);
            return fd;
        }
        close(fd);
    }
}

static inline struct peer
peer_start(peer_script *script) {
    struct peer peer = peer_fork(5);
    while (peer.process == 0) {
        int fd = peer_accept(&peer);
        script(fd);
        close(fd);
    }
    return peer;
}

/*
 * The same with a process for each client: one that leaves early takes nobody with it. None
 * answers at once, so that the client has to wait.
 */
static inline struct peer
peer_start_crowd(peer_script *script) {
    struct peer peer = peer_fork(100);
    if (peer.process == 0) {
        int fd = peer_accept_each(&peer);
        usleep(3000);
        script(fd);
        _exit(0);
    }
    return peer;
}

static inline void
peer_stop(struct peer *peer) {
    kill(peer->process, SIGKILL);
    waitpid(peer->process, NULL, 0);
    close(peer->listener);
}

/* --- what scripts are made of ---------------------------------------------------------------
 */

static inline void
say(int fd, const char *data, size_t size) {
    while (size > 0) {
        ssize_t sent = send(fd, data, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        data += sent;
        size -= (size_t)sent;
    }
}

static inline void
say_message(int fd, char type, const char *body, size_t size) {
    uint32_t length = htonl((uint32_t)size + 4);
    say(fd, &type, 1);
    say(fd, (const char *)&length, 4);
    say(fd, body, size);
}

/* A message whose body is a literal, without its terminator. */
#define SAY(fd, type, body) say_message(fd, type, body, sizeof(body) - 1)

/* Read @size bytes. */
static inline void
hear(int fd, void *data, size_t size) {
    char *at = data;
    while (size > 0) {
        ssize_t got = read(fd, at, size);
        if (got <= 0)
            _exit(0);
        at += got;
        size -= (size_t)got;
    }
}

static inline void
hear_startup(int fd) {
    uint32_t size;
    char body[4096];
    hear(fd, &size, 4);
    size = ntohl(size) - 4;
    if (size > sizeof body)
        _exit(1);
    hear(fd, body, size);
}

/* The next message of the client; its type. */
static inline char
hear_message(int fd) {
    char type;
    uint32_t size;
    hear(fd, &type, 1);
    hear(fd, &size, 4);
    char *body = malloc(ntohl(size));
    hear(fd, body, ntohl(size) - 4);
    free(body);
    return type;
}

/*
 * The begin of what the client says in TLS: it has read our answer to its request by then, and
 * what we say next does not come together with it.
 */
static inline void
hear_hello(int fd) {
    char header[5];
    hear(fd, header, sizeof header);
}

static inline void
be_silent(int fd) {
    char byte;
    while (read(fd, &byte, 1) > 0)
        ;
}

/* Let the client in, as PostgreSQL 15 does. */
static inline void
log_in(int fd) {
    hear_startup(fd);
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'S',
        "server_version\0"
        "15.4\0");
    SAY(fd, 'S', "server_encoding\0UTF8\0");
    SAY(fd, 'S', "standard_conforming_strings\0on\0");
    SAY(fd, 'K', "\0\0\0\1\0\0\0\2");
    SAY(fd, 'Z', "I");
}

/* The same of a server that tells what it is to be used for, "on" or "off" each. */
static inline void
log_in_to(int fd, const char *standby, const char *read_only) {
    char status[64];
    hear_startup(fd);
    SAY(fd, 'R', "\0\0\0\0");
    SAY(fd, 'S', "server_version\00015.4\0");
    SAY(fd, 'S', "server_encoding\0UTF8\0");
    int size = snprintf(status, sizeof status, "in_hot_standby%c%s", 0, standby);
    say_message(fd, 'S', status, (size_t)size + 1);
    size = snprintf(status, sizeof status, "default_transaction_read_only%c%s", 0, read_only);
    say_message(fd, 'S', status, (size_t)size + 1);
    SAY(fd, 'K', "\0\0\0\1\0\0\0\2");
    SAY(fd, 'Z', "I");
}

/* --- scripts that several tests follow ------------------------------------------------------
 */

static inline void
is_starting(int fd) {
    hear_startup(fd);
    SAY(fd, 'E', "SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0");
}

static inline void
is_full(int fd) {
    hear_startup(fd);
    SAY(fd, 'E', "SFATAL\0VFATAL\0C53300\0Msorry, too many clients already\0\0");
}

static inline void
hangs_up_after_startup(int fd) {
    hear_startup(fd);
}

static inline void
resets_after_startup(int fd) {
    struct linger at_once = {1, 0};
    hear_startup(fd);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

#endif
