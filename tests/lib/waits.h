/*
 * How often a thread called what may wait: the program's own poll(), recv() and their like,
 * which libpq's and OpenSSL's calls reach as well. A call on a socket or a pipe counts unless
 * the file is non-blocking, one with a time unless that is zero, whether something was there or
 * not: what is counted does not depend on how busy the machine is.
 */
#ifndef TESTS_WAITS_H
#define TESTS_WAITS_H

#include <dlfcn.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static _Thread_local int waits;

static inline void
count_wait_for(int fd, int flags) {
    struct stat file;
    int status = fcntl(fd, F_GETFL);
    bool waits_never = (flags & MSG_DONTWAIT) || status < 0 || (status & O_NONBLOCK) ||
                       fstat(fd, &file) != 0 || S_ISREG(file.st_mode);
    waits += !waits_never;
}

/* The program's own @name, of that type, and in it the C library's: real(). */
#define WAITS_HERE(name, result, ...)                                                          \
    typedef result name##_function(__VA_ARGS__);                                               \
    name##_function name##_here __asm__(#name);                                                \
    static inline name##_function *name##_there(void) {                                        \
        name##_function *real = NULL;                                                          \
        *(void **)&real = dlsym(RTLD_NEXT, #name);                                             \
        return real;                                                                           \
    }                                                                                          \
    result name##_here(__VA_ARGS__)

WAITS_HERE(poll, int, struct pollfd *fds, nfds_t count, int timeout_ms) {
    waits += timeout_ms != 0;
    return poll_there()(fds, count, timeout_ms);
}

WAITS_HERE(select, int, int count, fd_set *in, fd_set *out, fd_set *other,
           struct timeval *timeout) {
    waits += timeout == NULL || timeout->tv_sec != 0 || timeout->tv_usec != 0;
    return select_there()(count, in, out, other, timeout);
}

WAITS_HERE(usleep, int, useconds_t time_us) {
    waits++;
    return usleep_there()(time_us);
}

WAITS_HERE(connect, int, int fd, const struct sockaddr *address, socklen_t size) {
    count_wait_for(fd, 0);
    return connect_there()(fd, address, size);
}

WAITS_HERE(read, ssize_t, int fd, void *data, size_t size) {
    count_wait_for(fd, 0);
    return read_there()(fd, data, size);
}

WAITS_HERE(recv, ssize_t, int fd, void *data, size_t size, int flags) {
    count_wait_for(fd, flags);
    return recv_there()(fd, data, size, flags);
}

WAITS_HERE(write, ssize_t, int fd, const void *data, size_t size) {
    count_wait_for(fd, 0);
    return write_there()(fd, data, size);
}

WAITS_HERE(send, ssize_t, int fd, const void *data, size_t size, int flags) {
    count_wait_for(fd, flags);
    return send_there()(fd, data, size, flags);
}

#endif
