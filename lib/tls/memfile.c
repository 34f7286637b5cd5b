/*
 * Files for libpq. Three dangers shape this: memfd_create() makes files that others may read
 * and execute, and libpq refuses such a key, so the mode is set; /proc may be missing, and then
 * libpq would take the path for a file that does not exist, so the path is tried first; and the
 * host program may close descriptors that are not its own, so that the number leads to another
 * file, or gets wiped as if it were ours: identity is compared each time.
 */
#include "tls/memfile.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U /* Linux 6.3 */
#endif

#define DIRECTORY_PREFIX "pgconnspec-"
#define FILE_NAME        "pem"
#define ATTEMPTS         8 /* at a directory that a sweep may take away under our hands */

struct memfile {
    int fd;
    int directory_fd; /* holds the lock that says "in use"; -1 without a directory */
    pid_t owner;      /* who made it: a forked child shares the data */
    dev_t device;
    ino_t inode;
    size_t size;
    char directory[64]; /* "" without a directory */
    char path[80];
};

/* --- writing and wiping ---------------------------------------------------------------------
 */

static bool
write_all(int fd, const char *data, size_t size) {
    size_t done = 0;
    while (done < size) {
        ssize_t put = pwrite(fd, data + done, size - done, (off_t)done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        done += (size_t)put;
    }
    return true;
}

static void
wipe_all(int fd, size_t size) {
    static const char zeros[4096];
    for (size_t at = 0; at < size;) {
        size_t part = size - at < sizeof zeros ? size - at : sizeof zeros;
        ssize_t put = pwrite(fd, zeros, part, (off_t)at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            break;
        at += (size_t)put;
    }
    if (ftruncate(fd, 0) != 0)
        return; /* all of it is zeros by now */
}

static bool
is_ours(const struct memfile *file, const struct stat *seen) {
    return seen->st_dev == file->device && seen->st_ino == file->inode &&
           S_ISREG(seen->st_mode) && (seen->st_mode & 07777) == 0600;
}

/* Fill the open file and see that its path leads back to it, as libpq will follow it. */
static bool
fill_and_probe(struct memfile *file, struct slice data) {
    struct stat made;
    if (fchmod(file->fd, 0600) != 0 || fstat(file->fd, &made) != 0)
        return false;
    file->device = made.st_dev;
    file->inode = made.st_ino;
    file->size = data.size;
    if (!write_all(file->fd, data.data, data.size))
        return false;
    struct stat seen;
    if (stat(file->path, &seen) != 0 || !is_ours(file, &seen))
        return false;
    int again = open(file->path, O_RDONLY | O_CLOEXEC);
    if (again < 0)
        return false;
    close(again);
    return true;
}

static void
name_by_descriptor(struct memfile *file) {
    snprintf(file->path, sizeof file->path, "/proc/self/fd/%d", file->fd);
}

/* --- the three ways ------------------------------------------------------------------------
 */

static bool
make_memfd(struct memfile *file) {
    file->fd = memfd_create("pgconnspec", MFD_CLOEXEC | MFD_NOEXEC_SEAL);
    if (file->fd < 0 && errno == EINVAL) /* an older kernel */
        file->fd = memfd_create("pgconnspec", MFD_CLOEXEC);
    if (file->fd < 0)
        return false;
    name_by_descriptor(file);
    return true;
}

static bool
make_unnamed(struct memfile *file) {
    file->fd = open("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file->fd < 0)
        return false;
    name_by_descriptor(file);
    return true;
}

/* Remove the directory @name under @base if it is ours and nobody holds its lock. */
static void
sweep_one(int base, const char *name) {
    int fd = openat(base, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return;
    struct stat seen;
    if (fstat(fd, &seen) == 0 && seen.st_uid == geteuid() &&
        flock(fd, LOCK_EX | LOCK_NB) == 0) {
        unlinkat(fd, FILE_NAME, 0);
        unlinkat(base, name, AT_REMOVEDIR);
    }
    close(fd);
}

/* Take away what processes that were killed have left. */
static void
sweep(const char *base) {
    DIR *listing = opendir(base);
    if (listing == NULL)
        return;
    const struct dirent *entry;
    while ((entry = readdir(listing)) != NULL)
        if (strncmp(entry->d_name, DIRECTORY_PREFIX, sizeof DIRECTORY_PREFIX - 1) == 0)
            sweep_one(dirfd(listing), entry->d_name);
    closedir(listing);
}

static bool
make_in_new_directory(struct memfile *file, const char *base) {
    /* mkdtemp() takes the six letters at the end for what it is to choose. */
    snprintf(file->directory, sizeof file->directory, "%s/" DIRECTORY_PREFIX "XXXXXX", base);
    if (mkdtemp(file->directory) == NULL)
        return false;
    file->directory_fd = open(file->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file->directory_fd >= 0 && flock(file->directory_fd, LOCK_EX | LOCK_NB) == 0)
        file->fd = openat(file->directory_fd, FILE_NAME,
                          O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file->fd >= 0)
        return true;
    if (file->directory_fd >= 0)
        close(file->directory_fd);
    file->directory_fd = -1;
    rmdir(file->directory);
    return false;
}

static bool
make_in_directory(struct memfile *file) {
    char runtime[32];
    snprintf(runtime, sizeof runtime, "/run/user/%lu", (unsigned long)geteuid());
    const char *const bases[] = {runtime, "/dev/shm", "/tmp"};
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        sweep(bases[i]);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (!make_in_new_directory(file, bases[i]))
                continue;
            snprintf(file->path, sizeof file->path, "%s/" FILE_NAME, file->directory);
            return true;
        }
    }
    file->directory[0] = '\0';
    return false;
}

static const struct {
    unsigned way;
    bool (*make)(struct memfile *file);
} makers[] = {
    {MEMFILE_MEMFD, make_memfd},
    {MEMFILE_UNNAMED, make_unnamed},
    {MEMFILE_DIRECTORY, make_in_directory},
};

/* --- the functions of the header -----------------------------------------------------------
 */

static void
discard(struct memfile *file) {
    struct stat seen;
    bool ours = file->fd >= 0 && fstat(file->fd, &seen) == 0 && seen.st_dev == file->device &&
                seen.st_ino == file->inode;
    bool owner = file->owner == getpid();
    if (ours && owner)
        wipe_all(file->fd, file->size);
    if (ours)
        close(file->fd);
    if (file->directory_fd >= 0 && owner) {
        unlinkat(file->directory_fd, FILE_NAME, 0);
        rmdir(file->directory);
    }
    if (file->directory_fd >= 0)
        close(file->directory_fd);
}

pgcs_status
memfile_new(struct slice data, unsigned ways, struct memfile **out, struct diag *diag) {
    assert(out != NULL);
    struct memfile *file = malloc(sizeof *file);
    if (file == NULL)
        return diag_nomem(diag);
    int reason = ENOSYS;
    for (size_t i = 0; i < sizeof makers / sizeof makers[0]; i++) {
        *file = (struct memfile){.fd = -1, .directory_fd = -1, .owner = getpid()};
        if ((ways & makers[i].way) == 0)
            continue;
        bool made = makers[i].make(file);
        if (made && fill_and_probe(file, data)) {
            *out = file;
            return PGCS_OK;
        }
        reason = errno;
        if (made)
            discard(file);
    }
    free(file);
    diag_fail(diag, PGCS_ERR_SYSTEM, "no private file can be made for TLS material");
    diag_hint(diag, "Mount /proc, or make /dev/shm or /tmp writable.");
    diag->os_code = reason;
    return PGCS_ERR_SYSTEM;
}

void
memfile_free(struct memfile *file) {
    if (file == NULL)
        return;
    discard(file);
    free(file);
}

const char *
memfile_path(const struct memfile *file) {
    return file->path;
}

pgcs_status
memfile_check(const struct memfile *file, struct diag *diag) {
    struct stat seen;
    if (stat(file->path, &seen) == 0 && is_ours(file, &seen) &&
        seen.st_size == (off_t)file->size)
        return PGCS_OK;
    diag_fail(diag, PGCS_ERR_SYSTEM, "the private file of the TLS material is gone");
    diag_hint(diag, "Something in this program closed a descriptor that was not its own.");
    return PGCS_ERR_SYSTEM;
}
