/*
 * `--format csv` by RFC 4180: the objects of check, with names exactly as they are, and the
 * differences of compare. A terminal gets them made safe.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"
#include "view.h"

void
csv_field(const struct sink *sink, const char *text, const char *end) {
    char *safe = isatty(fileno(sink->stream)) ? text_safe(text, strlen(text)) : text_copy(text);
    if (safe[strcspn(safe, "\",\r\n")] == '\0') {
        (void)fputs(safe, sink->stream);
    } else {
        (void)fputc('"', sink->stream);
        for (const char *byte = safe; *byte != '\0'; byte++) {
            if (*byte == '"')
                (void)fputc('"', sink->stream);
            (void)fputc(*byte, sink->stream);
        }
        (void)fputc('"', sink->stream);
    }
    (void)fputs(end, sink->stream);
    free(safe);
}

static const char *
or_empty(const char *text) {
    return text == NULL ? "" : text;
}

static const char *
yes_no(int answer) {
    return answer ? "true" : "false";
}

/* "SELECT=owner INSERT=role:NAME"; free() it. */
static char *
via_words(pgcs_objects *object) {
    char *words = text_copy("");
    uint64_t held = pgcs_object_privileges(object);
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t privilege = held & UINT64_C(1) << bit;
        char *way = privilege == 0 ? NULL : view_via(object, privilege);
        if (way == NULL)
            continue;
        char *longer = text_format("%s%s%s=%s", words, *words == '\0' ? "" : " ",
                                   pgcs_privilege_name(privilege), way);
        free(words);
        free(way);
        words = longer;
    }
    return words;
}

/* "INSERT=NAME OWNERSHIP=NAME"; free() it. */
static char *
set_role_words(pgcs_objects *object) {
    char *words = text_copy("");
    uint64_t later = pgcs_object_after_set_role(object);
    for (unsigned bit = 0; bit <= 64; bit++) {
        uint64_t privilege = bit < 64 ? later & UINT64_C(1) << bit : 0;
        const char *name = bit < 64 ? pgcs_privilege_name(privilege) : "OWNERSHIP";
        const char *role = name == NULL ? NULL : pgcs_object_set_role(object, privilege);
        if (role == NULL)
            continue;
        char *longer = text_format("%s%s%s=%s", words, *words == '\0' ? "" : " ", name, role);
        free(words);
        words = longer;
    }
    return words;
}

static void
print_object(const struct sink *sink, pgcs_objects *object) {
    char *privileges = view_privilege_words(pgcs_object_privileges(object));
    char *grantable = view_privilege_words(pgcs_object_grantable(object));
    char *via = via_words(object);
    char *set_role = set_role_words(object);
    char *last = view_last_value(object);
    csv_field(sink, pgcs_object_kind_name(pgcs_object_kind_of(object)), ",");
    csv_field(sink, or_empty(pgcs_object_schema(object)), ",");
    csv_field(sink, or_empty(pgcs_object_name(object)), ",");
    csv_field(sink, or_empty(pgcs_object_column(object)), ",");
    csv_field(sink, or_empty(pgcs_object_owner(object)), ",");
    csv_field(sink, privileges, ",");
    csv_field(sink, grantable, ",");
    csv_field(sink, via, ",");
    csv_field(sink, yes_no(pgcs_object_is_usable(object)), ",");
    csv_field(sink, yes_no(pgcs_object_has_row_security(object)), ",");
    csv_field(sink, or_empty(pgcs_object_belongs_to(object)), ",");
    csv_field(sink, yes_no(pgcs_object_is_owned(object)), ",");
    csv_field(sink, set_role, ",");
    csv_field(sink, last, "\r\n");
    free(privileges);
    free(grantable);
    free(via);
    free(set_role);
    free(last);
}

void
view_csv(const struct sink *sink, const struct examination *examination) {
    (void)fputs("kind,schema,name,column,owner,privileges,grantable,via,usable,row_security,"
                "owned_by,is_owner,set_role,last_value\r\n",
                sink->stream);
    pgcs_objects *cursor = pgcs_objects_new(examination->report, NULL, 0);
    while (pgcs_objects_next(cursor))
        print_object(sink, cursor);
    pgcs_objects_free(cursor);
}

void
view_csv_differences(const struct sink *sink, const pgcs_report *report) {
    (void)fputs("severity,code,object,message,hint\r\n", sink->stream);
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    while (pgcs_findings_next(cursor)) {
        csv_field(sink, pgcs_severity_name(pgcs_finding_severity(cursor)), ",");
        csv_field(sink, pgcs_finding_name(cursor), ",");
        csv_field(sink, or_empty(pgcs_finding_object(cursor)), ",");
        csv_field(sink, pgcs_finding_message(cursor), ",");
        csv_field(sink, or_empty(pgcs_finding_hint(cursor)), "\r\n");
    }
    pgcs_findings_free(cursor);
}
