/*
 * Allocation failure torture. A scenario is run once for each allocation that our code makes in
 * it, with that one failing, and once more for each with that one and all after it failing. It
 * must end with PGCS_ERR_NOMEM or as it ends without a failure, never crash, and leak nothing.
 */
#ifndef OOM_H
#define OOM_H

#include <pgconnspec/pgconnspec.h>

struct scenario {
    const char *name;
    pgcs_status (*run)(void);
    pgcs_status expected; /* how it ends when no allocation fails */
};

/* Rows of one file; a row without a name ends them. */
extern const struct scenario spec_scenarios[];
extern const struct scenario report_scenarios[];
extern const struct scenario tls_scenarios[];
extern const struct scenario judge_scenarios[];
extern const struct scenario check_scenarios[];
extern const struct scenario live_scenarios[];

/*
 * Look at the outcome of one call: there is an error exactly when the call failed, it says the
 * same status and has a message. Frees the error, sets it to NULL, returns the status.
 */
pgcs_status
oom_judge(pgcs_status status, pgcs_error **err);

/* For a call that has no status: if it gave nothing, then for lack of memory. */
pgcs_status
oom_given(const void *made);

/* Something that must hold did not; the scenario fails with @why. */
void
oom_fault(const char *why);

/* Takes texts that nobody wants to see; reads them. */
void
oom_show(void *to, const char *what, const char *text);

/* Spec of @text, which must be good. */
pgcs_status
oom_spec(const char *text, const pgcs_spec **out);

#endif
