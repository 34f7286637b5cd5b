/*
 * What `check` found, printed in each of its formats.
 */
#ifndef TOOLS_VIEW_H
#define TOOLS_VIEW_H

#include "examine.h"
#include "options.h"
#include "terminal.h"

void
view_text(const struct sink *sink, const struct examination *examination,
          const struct options *options);
void
view_json(const struct sink *sink, const struct examination *examination,
          const struct options *options);
void
view_csv(const struct sink *sink, const struct examination *examination);
/* One row a difference. */
void
view_csv_differences(const struct sink *sink, const pgcs_report *report);
void
view_html(const struct sink *sink, const struct examination *examination,
          const struct options *options);

/* A field by RFC 4180, quoted where it must be, and what ends it. */
void
csv_field(const struct sink *sink, const char *text, const char *end);

/* Parts of the text: an empty line and a title; the verdict, where there is one. */
void
view_heading(const struct sink *sink, const char *title);
void
view_verdict(const struct sink *sink, const struct examination *examination,
             const struct options *options);

/* The spec's URI without secrets; NULL where it has none. Unref it. */
const pgcs_text *
view_uri(const pgcs_spec *spec);
/* The value of a parameter; NULL where it is not set or must not be shown. */
const char *
view_param(const pgcs_spec *spec, const char *key);
/* Which host of the spec answered; the first when none did. */
size_t
view_host_index(const struct examination *examination);
/* Host of the spec that answered, or the first; NULL for the default, or when it
 * must not be shown. */
const char *
view_host(const struct examination *examination);
/* Its port as text, "5432" where it is left open; free() it. */
char *
view_port(const struct examination *examination);

/* In two words why there is no connection. */
const char *
view_failure(const struct examination *examination);
/* The name of a cause or another code as words: "PGCS_CAUSE_PASSWORD_WRONG" as "password
 * wrong"; free() it. */
char *
view_code_words(const char *name);
/* The connection in a few lines for a person. */
#define VIEW_SERVER 0 /* the line that names the server */
#define VIEW_LINES  9
struct view_summary {
    struct {
        const char *label; /* "server" */
        char *text;        /* "" when there is nothing to say */
    } lines[VIEW_LINES];
};
struct view_summary
view_summarize(const struct examination *examination);
void
view_summary_free(struct view_summary *summary);

/* What is not as usual in how a role is held; "" when it is inherited and SET ROLE takes it.
 * free() it. */
char *
view_membership(pgcs_memberships *cursor);

/* The object of a need as a person names it, safe to show; free() it. */
char *
view_need(pgcs_need *cursor);

/* How one privilege is held: "owner", "superuser", "public", "direct", "role:NAME"; free() it.
 * NULL when it is not held. */
char *
view_via(pgcs_objects *object, uint64_t privilege);
/* All that the role holds and, behind that, what it would hold after SET ROLE: "SELECT; after
 * SET ROLE grp INSERT UPDATE"; "none" for nothing. Safe to show; free() it. */
char *
view_rights(pgcs_objects *object);
/* Why it can't be used; "" when it can. */
const char *
view_unusable(pgcs_objects *object);
/* A word for the kind: "table", "partitioned", "view", "column" ... */
const char *
view_kind(pgcs_object_kind kind);
/* The privileges that PostgreSQL has for this kind of object. */
uint64_t
view_privileges_of(pgcs_object_kind kind);
/* "SELECT INSERT", in the order of the bits; free() it. */
char *
view_privilege_words(uint64_t privileges);

/* False for a column on which the role holds no more than on its table; *table holds that
 * between calls, in the cursor's order. */
bool
view_column_adds(pgcs_objects *cursor, uint64_t *table);
/* What this role may do to move a sequence: "setval, restart", "restart after SET ROLE grp",
 * "no" and so on. Safe to show; free() it. */
char *
view_reset(pgcs_objects *cursor);
/* The last value of a sequence; "" when it is not known. free() it. */
char *
view_last_value(pgcs_objects *cursor);

#define KIND_BIT(kind) (UINT32_C(1) << (kind))
/* What has no privilege but USAGE. */
#define USAGE_KINDS                                                                            \
    (KIND_BIT(PGCS_OBJECT_TYPE) | KIND_BIT(PGCS_OBJECT_LANGUAGE) |                             \
     KIND_BIT(PGCS_OBJECT_SERVER) | KIND_BIT(PGCS_OBJECT_FOREIGN_DATA_WRAPPER))
/* What holds rows. */
#define RELATION_KINDS                                                                         \
    (KIND_BIT(PGCS_OBJECT_TABLE) | KIND_BIT(PGCS_OBJECT_PARTITIONED_TABLE) |                   \
     KIND_BIT(PGCS_OBJECT_VIEW) | KIND_BIT(PGCS_OBJECT_MATERIALIZED_VIEW) |                    \
     KIND_BIT(PGCS_OBJECT_FOREIGN_TABLE))

#endif
