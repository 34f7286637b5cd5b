/*
 * A TLS handshake of our own, to find out why libpq's failed. Nothing of the spec is sent but
 * the server's name: no user, no password, no client certificate. It moves no bytes itself:
 *
 *   connect a socket to the address;
 *   until diagnosis_is_done():
 *       send what diagnosis_output() gives, and tell with diagnosis_sent() how much went;
 *       when there is nothing to send, read, and hand it to diagnosis_received() (0 bytes: the
 *       peer has closed);
 *   diagnosis_result() says what is wrong.
 *
 * OpenSSL empties the thread's queue of errors in every handshake, this one as well as libpq's.
 *
 * It may be dropped at any point; a result before the end tells of the peer's silence.
 */
#ifndef TLS_DIAGNOSE_H
#define TLS_DIAGNOSE_H

#include <stdbool.h>

#include "base/scanner.h"
#include "tls/plan.h"

struct diagnosis;

/*
 * Begin for host @host of @spec; @tls may be NULL. What they are must live as long as the
 * diagnosis.
 */
pgcs_status
diagnosis_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version, size_t host,
              struct diagnosis **out, struct diag *diag);
void
diagnosis_free(struct diagnosis *diagnosis);

bool
diagnosis_is_done(const struct diagnosis *diagnosis);

/* What is to be sent now; it moves with the next call of diagnosis_sent(). */
struct slice
diagnosis_output(struct diagnosis *diagnosis);
void
diagnosis_sent(struct diagnosis *diagnosis, size_t size);
void
diagnosis_received(struct diagnosis *diagnosis, const char *data, size_t size);

/*
 * What is wrong: true, and @diag with a pgcs_code for a status, a sentence and a remedy. False
 * when this handshake went well and the server is what the spec asks for at @now_unix.
 */
bool
diagnosis_result(const struct diagnosis *diagnosis, int64_t now_unix, struct diag *diag);

/*
 * Whether all went well without the client certificate that there is, which the server asked
 * for: where the connection broke off with it, it was that.
 */
bool
diagnosis_suspects_client(const struct diagnosis *diagnosis);

#endif
