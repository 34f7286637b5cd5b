/*
 * Files for libpq, which takes TLS material by path only. Best is a file without a name that
 * nobody else can open; where the system has no such thing, one in a directory of its own.
 */
#ifndef TLS_MEMFILE_H
#define TLS_MEMFILE_H

#include <stdbool.h>

#include "base/diag.h"
#include "base/scanner.h"

struct memfile;

/* Ways to make one, in the order in which they are tried. */
#define MEMFILE_MEMFD     (1u << 0) /* memfd_create(), seen through /proc/self/fd */
#define MEMFILE_UNNAMED   (1u << 1) /* O_TMPFILE, seen through /proc/self/fd */
#define MEMFILE_DIRECTORY (1u << 2) /* a file in a new directory, both for us alone */
#define MEMFILE_ANONYMOUS (MEMFILE_MEMFD | MEMFILE_UNNAMED)
#define MEMFILE_ALL       (MEMFILE_ANONYMOUS | MEMFILE_DIRECTORY)

/*
 * A file of mode 0600 that holds @data. Fails with PGCS_ERR_SYSTEM when none of @ways works.
 */
pgcs_status
memfile_new(struct slice data, unsigned ways, struct memfile **out, struct diag *diag);

/* Overwrite, close and remove. In a child that fork() made the parent's data stays. */
void
memfile_free(struct memfile *file);

/* What libpq is told; lives as long as the file. */
const char *
memfile_path(const struct memfile *file);

/* PGCS_ERR_SYSTEM when the path does not lead to our file any more. */
pgcs_status
memfile_check(const struct memfile *file, struct diag *diag);

#endif
