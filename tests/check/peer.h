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

static inline struct peer
peer_start(peer_script *script) {
    struct peer peer;
    peer.listener = listen_anywhere(5, &peer.port);
    peer.process = fork();
    ck_assert_int_ge(peer.process, 0);
    if (peer.process != 0)
        return peer;
    for (;;) {
        int fd = accept(peer.listener, NULL, NULL);
        if (fd < 0)
            _exit(1);
        script(fd);
        close(fd);
    }
}

/*
 * The same with a process for each client: one that leaves early takes nobody with it. None
 * answers at once, so that the client has to wait.
 */
static inline struct peer
peer_start_crowd(peer_script *script) {
    struct peer peer;
    peer.listener = listen_anywhere(100, &peer.port);
    peer.process = fork();
    ck_assert_int_ge(peer.process, 0);
    if (peer.process != 0)
        return peer;
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        int fd = accept(peer.listener, NULL, NULL);
        if (fd < 0)
            _exit(1);
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            usleep(3000);
            script(fd);
            _exit(0);
        }
        close(fd);
    }
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

#endif
