/*
 * OpenSSL's queue of errors, one for each thread, which the program that we run in reads as
 * well. Where OpenSSL leaves it alone, marks do; but some of its functions empty it (a
 * handshake, the default paths, a folder of certificates), and libpq does, and reads it: round
 * those, what lies there is set aside and put back.
 */
#ifndef TLS_ERRORS_H
#define TLS_ERRORS_H

struct tls_error;

/* Empty this thread's queue; what lay in it, or NULL. Without memory some of it is lost. */
struct tls_error *
tls_errors_set_aside(void);

/* Forget what came since, and let the queue be as it was. Marks in it are not kept. */
void
tls_errors_put_back(struct tls_error *kept);

#endif
