/*
 * The secrets canary: a random password goes through every path of the library, and all that
 * the library then says is searched for it. It is made anew in each run and never printed.
 */
#ifndef CANARY_H
#define CANARY_H

#include <pgconnspec/pgconnspec.h>

#include <stdbool.h>

/*
 * Two cores of letters and digits, which every encoding leaves alone, with bytes between them
 * that each form has to escape in its own way.
 */
#define CANARY_CORE 16
struct canary {
    char first[CANARY_CORE + 1];
    char second[CANARY_CORE + 1];
};
extern struct canary canary;

void
canary_hatch(void);

/*
 * @template with the password in the place of "{raw}" (as it is), "{uri}" (percent-encoded),
 * "{quoted}" (for single quotes) or "{plain}" (without the bytes between the cores).
 */
char *
canary_expand(const char *template_text);

/* A show_text(): counts in *@to (a long) each text that has a piece of the password. */
void
canary_look(void *to, const char *what, const char *text);

/* How many texts called @what were looked at: a canary that looks at nothing finds nothing. */
long
canary_looked_at(const char *what);

/* Places in writable memory of this process, but for @except, that hold the whole first core.
 */
long
canary_in_memory(const void *except, size_t except_size);

/* All that can be done with a spec as text; returns how many texts had a piece of it. */
long
canary_through_text(const char *text, size_t size);
long
canary_through_env(const char *text);
long
canary_through_builder(const char *password);
long
canary_through_tls(const char *password);
long
canary_through_check(const char *text);

/* A certificate and its key, encrypted unless @phrase is empty, as PEM; in that order. */
void
canary_make_identity(const char *phrase, char *pem, size_t size);
/* How much of that text the certificate takes. */
size_t
canary_certificate_size(const char *pem);

#endif
