/* Which server it is, and what stands before it. */
#include "probe/flavor.h"

#include <stdio.h>
#include <string.h>

/* Kinds of evidence; the values of those that hints.sql asks for are its letters. */
enum {
    PARAMETER = 'p',
    RELEASE = 'e',
    VERSION = 'v',
    FUNCTION = 'f',
    SETTING = 's',
    ROLE = 'r',
};

enum { FLAVOR, POOLER };

static const struct row {
    uint8_t of;
    char kind;
    bool foreign;
    const char *name;
    const char *evidence;
} rows[] = {
#define X(of, name, kind, evidence, foreign) {of, kind, foreign, name, evidence},
#include "probe/flavors.def"
#undef X
};
#define COUNT (sizeof rows / sizeof rows[0])
_Static_assert(COUNT <= 32, "rows of flavors.def are bits of a number");

/* --- seeing ----------------------------------------------------------------------------------
 */

static bool
contains(struct slice text, const char *part) {
    return memmem(text.data, text.size, part, strlen(part)) != NULL;
}

void
flavor_note_version(struct flavor *flavor, struct slice version) {
    flavor->asked = true;
    for (size_t i = 0; i < COUNT; i++)
        if (rows[i].kind == VERSION && contains(version, rows[i].evidence))
            flavor->seen |= UINT32_C(1) << i;
}

bool
flavor_note_hint(struct flavor *flavor, char kind, struct slice name) {
    bool known = false;
    for (size_t i = 0; i < COUNT; i++) {
        if (rows[i].kind != kind || !slice_is(name, rows[i].evidence))
            continue;
        flavor->seen |= UINT32_C(1) << i;
        known = true;
    }
    return known;
}

void
flavor_at_login(struct flavor *flavor, const struct connection *connection,
                const char *login_user) {
    const char *release = connection_parameter(connection, "server_version");
    *flavor = (struct flavor){.login_user = login_user,
                              .login_process = connection_process(connection)};
    if (release == NULL)
        release = "";
    for (size_t i = 0; i < COUNT; i++) {
        const char *evidence = rows[i].evidence;
        if ((rows[i].kind == PARAMETER && connection_parameter(connection, evidence) != NULL) ||
            (rows[i].kind == RELEASE && strcmp(release, evidence) == 0) ||
            (rows[i].kind == VERSION && strstr(release, evidence) != NULL))
            flavor->seen |= UINT32_C(1) << i;
    }
}

void
flavor_put_hints(struct buf *out, char kind) {
    const char *separator = "";
    for (size_t i = 0; i < COUNT; i++) {
        if (rows[i].kind != kind)
            continue;
        buf_printf(out, "%s'%s'", separator, rows[i].evidence);
        separator = ", ";
    }
}

/* --- concluding ------------------------------------------------------------------------------
 */

static const struct row *
first_seen(const struct flavor *flavor, uint8_t of) {
    for (size_t i = 0; i < COUNT; i++)
        if (rows[i].of == of && (flavor->seen & UINT32_C(1) << i))
            return &rows[i];
    return NULL;
}

bool
flavor_is_foreign(const struct flavor *flavor) {
    const struct row *row = first_seen(flavor, FLAVOR);
    return row != NULL && row->foreign;
}

const char *
flavor_name(const struct flavor *flavor) {
    const struct row *row = first_seen(flavor, FLAVOR);
    return row ? row->name : NULL;
}

static void
set(struct report_builder *builder, pgcs_fact fact, const char *text) {
    report_set_text(builder, fact, text, strlen(text));
}

static void
report_flavor(const struct row *row, struct report_builder *builder) {
    static const struct {
        char kind;
        const char *before;
        const char *behind;
    } forms[] = {
        {PARAMETER, "it reports ", " at login"}, {RELEASE, "its version is ", ""},
        {VERSION, "its version holds ", ""},     {FUNCTION, "there is a function ", "()"},
        {SETTING, "there are settings ", ".*"},  {ROLE, "there is a role ", ""},
    };
    char text[128];
    size_t i = 0;
    while (forms[i].kind != row->kind)
        i++;
    snprintf(text, sizeof text, "%s%s%s", forms[i].before, row->evidence, forms[i].behind);
    set(builder, PGCS_FACT_FLAVOR, row->name);
    set(builder, PGCS_FACT_FLAVOR_EVIDENCE, text);
}

/* "postgres.tenant" logs in as "postgres": what is behind the dot was for somebody in between.
 */
static bool
names_tenant(const char *login_user, const char *session_user) {
    if (login_user == NULL || session_user == NULL)
        return false;
    size_t size = strlen(session_user);
    return strncmp(login_user, session_user, size) == 0 && login_user[size] == '.';
}

static void
report_pooler(const struct flavor *flavor, const char *session_user,
              struct report_builder *builder) {
    char text[512];
    const struct row *row = first_seen(flavor, POOLER);
    if (names_tenant(flavor->login_user, session_user)) {
        snprintf(text, sizeof text, "the login as %s began a session of %s", flavor->login_user,
                 session_user);
        set(builder, PGCS_FACT_POOLER, "Supavisor");
        set(builder, PGCS_FACT_POOLER_EVIDENCE, text);
        return;
    }
    if (flavor->session_process == 0 || flavor->session_process == flavor->login_process)
        return;
    snprintf(text, sizeof text,
             "the process that answers, %u, is not the one that the login named, %u%s%s",
             (unsigned)flavor->session_process, (unsigned)flavor->login_process,
             row ? "; there is a role " : "", row ? row->evidence : "");
    set(builder, PGCS_FACT_POOLER, row ? row->name : "unknown");
    set(builder, PGCS_FACT_POOLER_EVIDENCE, text);
}

void
flavor_report(const struct flavor *flavor, const char *session_user,
              struct report_builder *builder) {
    const struct row *row = first_seen(flavor, FLAVOR);
    if (row != NULL)
        report_flavor(row, builder);
    else if (flavor->asked)
        set(builder, PGCS_FACT_FLAVOR, "PostgreSQL");
    report_pooler(flavor, session_user, builder);
}
