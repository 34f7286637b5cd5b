/* OpenSSL's queue of errors, which libpq reads as well. */
#ifndef TLS_ERRORS_H
#define TLS_ERRORS_H

/* Empty this thread's queue: libpq would take what lies there for the reason of its failure. */
void
tls_clear_errors(void);

#endif
