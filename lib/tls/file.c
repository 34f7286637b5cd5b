/*
 * Files that the user names. libpq connects without a client certificate when its file is
 * missing, prints stray bytes where a file can't be read (with OpenSSL 3), and tells of a key
 * that others may read only after it has connected; so they are looked at before.
 */
#include "tls/file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static pgcs_status
fail(const char *path, const char *field, int os_code, const char *what, struct diag *diag) {
    diag_fail(diag, os_code ? PGCS_ERR_SYSTEM : PGCS_ERR_BAD_VALUE, "%s file \"%s\" %s", field,
              diag_quote(path, strlen(path)).text, what);
    diag_field(diag, field);
    diag->os_code = os_code;
    return diag->status;
}

static pgcs_status
fail_open(const char *path, const char *field, int os_code, struct diag *diag) {
    fail(path, field, os_code,
         os_code == ENOENT || os_code == ENOTDIR ? "does not exist" : "can't be read", diag);
    if (strncmp(path, "-----BEGIN", 10) == 0)
        diag_hint(diag, "This is PEM text where a path is expected: hand it over as TLS "
                        "material, or write it to a file.");
    else if (os_code == ENOENT && path[0] != '/')
        diag_hint(diag, "A relative path is looked up from the directory that the program "
                        "runs in; give an absolute one.");
    else
        diag_hint(diag, "Correct the path, or let this user read the file and all "
                        "directories above it.");
    return PGCS_ERR_SYSTEM;
}

/* libpq's rule: root's keys may be read by a group, all others by their owner only. */
static bool
key_is_private(const struct stat *seen) {
    mode_t forbidden = seen->st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
    return (seen->st_mode & forbidden) == 0;
}

static pgcs_status
judge(const char *path, bool is_key, const char *field, const struct stat *seen,
      struct diag *diag) {
    if (!S_ISREG(seen->st_mode)) {
        fail(path, field, 0, "is not a regular file", diag);
        diag_hint(diag, "Give the path of a plain file.");
        return diag->status;
    }
    if (seen->st_size > (off_t)LIMIT_TLS_FILE) {
        fail(path, field, 0, "is too large", diag);
        diag_hint(diag, "Certificates and keys take a few kilobytes; the limit is 1 MiB.");
        diag->status = PGCS_ERR_LIMIT;
        return diag->status;
    }
    if (is_key && !key_is_private(seen)) {
        fail(path, field, 0, "can be read by others", diag);
        diag_hint(diag, "Take the rights away (chmod 600): libpq refuses such a key.");
        return diag->status;
    }
    return PGCS_OK;
}

static pgcs_status
open_and_judge(const char *path, bool is_key, const char *field, int *out, struct diag *diag) {
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return fail_open(path, field, errno, diag);
    struct stat seen;
    pgcs_status status = fstat(fd, &seen) == 0 ? judge(path, is_key, field, &seen, diag)
                                               : fail_open(path, field, errno, diag);
    if (status != PGCS_OK) {
        close(fd);
        return status;
    }
    *out = fd;
    return PGCS_OK;
}

pgcs_status
file_read(const char *path, bool is_key, const char *field, struct buf *out,
          struct diag *diag) {
    assert(path != NULL && field != NULL && out != NULL);
    int fd = -1;
    pgcs_status status = open_and_judge(path, is_key, field, &fd, diag);
    if (status != PGCS_OK)
        return status;
    size_t had = out->size;
    while (buf_reserve(out, 4096)) {
        ssize_t got = read(fd, out->data + out->size, 4096);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            status = fail_open(path, field, errno, diag);
        if (got <= 0)
            break;
        out->size += (size_t)got;
        if (out->size - had > LIMIT_TLS_FILE) {
            status = diag_fail(diag, PGCS_ERR_LIMIT, "%s file is too large", field);
            break;
        }
    }
    close(fd);
    return status == PGCS_OK ? buf_status(out, diag) : status;
}
