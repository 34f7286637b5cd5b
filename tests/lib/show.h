/*
 * Everything that a program may show of our objects, through the public interface alone: each
 * text goes to @to. Values of secret keys are left out: who asks for a password gets it. False
 * without memory.
 */
#ifndef TESTS_LIB_SHOW_H
#define TESTS_LIB_SHOW_H

#include <pgconnspec/pgconnspec.h>

#include <stdbool.h>

/* @text may be NULL; @what says what it is. */
typedef void
show_text(void *to, const char *what, const char *text);

void
show_error(const pgcs_error *error, show_text *show, void *to);
bool
show_report(const pgcs_report *report, show_text *show, void *to);
void
show_spec(const pgcs_spec *spec, show_text *show, void *to);
void
show_tls(const pgcs_tls *tls, show_text *show, void *to);
void
show_policies(show_text *show, void *to);
void
show_guarantee(const pgcs_guarantee *guarantee, show_text *show, void *to);
bool
show_assessment(const pgcs_assessment *assessment, show_text *show, void *to);

#endif
