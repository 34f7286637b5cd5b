/*
 * A connection spec as the library holds it: libpq's parameters with their values, where each
 * came from and where it stood in the text. Immutable once finished. All of it lives in one
 * pool, which is one allocation for nearly every spec.
 *
 * The modules above read it with the inline functions here. Only lib/spec makes specs, with
 * draft.h.
 */
#ifndef SPEC_SPEC_H
#define SPEC_SPEC_H

#include <pgconnspec/spec.h>

#include <assert.h>

#include "base/diag.h"
#include "base/pool.h"
#include "base/refs.h"
#include "base/scanner.h"
#include "spec/keyword.h"

struct spec_value {
    const char *text;  /* as libpq means it: decoded, terminated, without a zero byte inside */
    uint32_t size;     /* bytes of text */
    uint32_t offset;   /* where it stood in the source, as it was written there */
    uint32_t length;   /* bytes that it took there */
    uint8_t keyword;   /* enum keyword */
    uint8_t origin;    /* pgcs_origin; offset and length mean nothing unless it is TEXT */
    uint8_t duplicate; /* an earlier value of the same parameter was overruled by this one */
    uint8_t suspect;   /* may hold a piece of a password that was not encoded */
};

/* One of the hosts that libpq would try. Texts are NULL where the list has no such item. */
struct spec_host {
    const char *name;
    const char *address;
    int32_t port; /* 0 when open, -1 when it is no port */
};

/* Something that a reader noticed but let pass; validation reports it. */
struct spec_note {
    struct spec_note *next;
    int32_t code;
    pgcs_severity severity;
    const char *field; /* static storage, or NULL */
    int64_t offset;    /* in the text that the reader was given; -1 when there is no place */
    int64_t length;
    const char *message;
    const char *hint;
};

/* How the source is written. */
enum spec_form {
    SPEC_FORM_NONE,    /* there is none: built, resolved or normalized */
    SPEC_FORM_URI,     /* libpq's URI */
    SPEC_FORM_KEYWORDS /* libpq's keyword/value */
};

struct pgcs_spec {
    struct refs refs;
    struct pool *pool;
    struct slice source; /* a copy of what was read; empty for SPEC_FORM_NONE */
    enum spec_form form;
    const char *label; /* or NULL */
    size_t count;
    struct spec_value *values;   /* in the order in which they were first set */
    uint8_t slot[KEYWORD_COUNT]; /* 1 + index into values, 0 when not set */
    size_t host_count;
    struct spec_host *hosts; /* &only when there is one */
    struct spec_host only;
    struct spec_note *notes; /* in the order in which they were made */
};

static inline const struct spec_value *
spec_find(const pgcs_spec *spec, enum keyword keyword) {
    unsigned slot = spec->slot[keyword];
    return slot == 0 ? NULL : &spec->values[slot - 1];
}

/* The value of a parameter, or NULL when it is not set; "" is set. */
static inline const char *
spec_value(const pgcs_spec *spec, enum keyword keyword) {
    const struct spec_value *value = spec_find(spec, keyword);
    return value == NULL ? NULL : value->text;
}

static inline bool
spec_is_set(const pgcs_spec *spec, enum keyword keyword) {
    return spec->slot[keyword] != 0;
}

/* The value of a parameter, or NULL when it is not set or empty. */
static inline const char *
spec_filled(const pgcs_spec *spec, enum keyword keyword) {
    const struct spec_value *value = spec_find(spec, keyword);
    return value == NULL || value->size == 0 ? NULL : value->text;
}

/* Hosts that libpq would try, one at least: without a host that one is open. */
static inline size_t
spec_host_count(const pgcs_spec *spec) {
    return spec->host_count;
}

static inline const struct spec_host *
spec_host(const pgcs_spec *spec, size_t i) {
    assert(i < spec->host_count);
    return &spec->hosts[i];
}

/* Is the value a secret, or may it be a piece of one? Then nobody shows it. */
bool
spec_value_is_private(const struct spec_value *value);

/* @text, which is of this parameter, as a message may show it: "***" where that is private. */
const char *
spec_shown(const pgcs_spec *spec, enum keyword keyword, const char *text);

/* The kind of a host as libpq tells them apart; of its address when it has no name. */
pgcs_host_kind
spec_host_kind(const struct spec_host *host);

/* The @i-th set parameter in libpq's order, or NULL past the end. */
const struct spec_value *
spec_value_at(const pgcs_spec *spec, size_t i);

const pgcs_spec *
spec_ref(const pgcs_spec *spec);
const pgcs_spec *
spec_unref(const pgcs_spec *spec); /* always NULL; wipes and frees with the last reference */

/*
 * Read libpq's two forms. The flags are PGCS_PARSE_*; @out is written on success only.
 */
pgcs_status
spec_parse(struct slice text, uint32_t flags, const pgcs_spec **out, struct diag *diag);

/* Is this exactly one PGCS_PARSE_* flag that this library has? */
bool
spec_supports_flag(int64_t flag);

#endif
