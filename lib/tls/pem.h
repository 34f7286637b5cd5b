/*
 * PEM text as people have it: with a byte order mark, Windows line ends, \n spelled out,
 * quotes, indentation, all on one line, or base64 round the lot. What is plainly meant is
 * repaired and noted; what is not PEM is named.
 */
#ifndef TLS_PEM_H
#define TLS_PEM_H

#include "base/scanner.h"
#include "base/text.h"

enum block_kind {
    BLOCK_CERTIFICATE,
    BLOCK_KEY,
    BLOCK_ENCRYPTED_KEY,
    BLOCK_CRL,
    BLOCK_PARAMETERS, /* of an elliptic curve: stands before its key, and says nothing new */
    BLOCK_REQUEST,
    BLOCK_PUBLIC_KEY,
    BLOCK_SSH_KEY,
    BLOCK_PKCS7,
    BLOCK_OTHER,
    BLOCK_KIND_COUNT,
};

/* "certificate", "private key" and so on, for messages. */
const char *
block_kind_name(enum block_kind kind);

struct block {
    enum block_kind kind;
    struct slice label; /* in the text of the pem: "CERTIFICATE" */
    struct slice text;  /* the whole block, canonical, with its last newline */
};

/* What was repaired. */
#define REPAIR_MARK         (1u << 0) /* a byte order mark */
#define REPAIR_LINE_ENDS    (1u << 1) /* CR, with or without LF */
#define REPAIR_SPELLED_ENDS (1u << 2) /* backslash and n in place of a line end */
#define REPAIR_QUOTES       (1u << 3)
#define REPAIR_INDENTATION  (1u << 4)
#define REPAIR_ONE_LINE     (1u << 5) /* blanks in place of line ends */
#define REPAIR_BASE64       (1u << 6) /* base64 of the whole PEM file */
#define REPAIR_COUNT        7

/* A sentence for one bit of the above. */
const char *
repair_sentence(unsigned repair);

struct pem {
    struct buf text; /* canonical blocks, one after the other */
    struct block *blocks;
    size_t count;
    unsigned repairs;
};

/*
 * Read @input, which came as @field. Fails with PGCS_ERR_PEM, PGCS_ERR_ENCODING or
 * PGCS_ERR_LIMIT, and then leaves nothing behind. At least one block otherwise. No message
 * quotes the input, which may be a key.
 */
pgcs_status
pem_read(struct slice input, const char *field, struct pem *out, struct diag *diag);

/* Wipe and free. */
void
pem_free(struct pem *pem);

/* --- steps, each with a file of its own ----------------------------------------------------
 */

/*
 * normalize.c: undo what happened to the text as a whole, so that blocks stand in it: fills
 * @out and adds to @repairs.
 */
pgcs_status
pem_unwrap(struct slice input, const char *field, struct buf *out, unsigned *repairs,
           struct diag *diag);

/* foreign.c: @input is no PEM; say what it is and how to convert it. PGCS_ERR_PEM always. */
pgcs_status
pem_name_foreign(struct slice input, const char *field, struct diag *diag);

/* normalize.c: decode base64 with blanks anywhere; false when it is none. */
bool
base64_decode(struct slice input, struct buf *out);

#endif
