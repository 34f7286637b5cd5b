/* The verdict of `check --as` for a person: fit or not, what lacks, and what closes the gap. */
#include <stdlib.h>
#include <string.h>

#include "findings.h"
#include "text.h"
#include "view.h"

#define LISTED_NAMES 12 /* of one kind; more are only counted, unless --all asks for them */
#define INDENT       2
#define SCRIPT_LINES 24

/* How many needs there are, unmet, unknown and met. */
struct need_counts {
    size_t unmet;
    size_t unknown;
    size_t met;
};

static struct need_counts
count_needs(const pgcs_assessment *assessment) {
    struct need_counts counts = {0};
    pgcs_need *cursor = pgcs_need_new(assessment);
    while (pgcs_need_next(cursor)) {
        int met = pgcs_need_is_met(cursor);
        counts.unmet += met == 0;
        counts.unknown += met < 0;
        counts.met += met > 0;
    }
    pgcs_need_free(cursor);
    return counts;
}

/* --- what lacks -------------------------------------------------------------------------- */

/* Needs of one privilege for one reason, on several objects. */
struct group {
    int met; /* 0 or -1 */
    uint64_t privilege;
    const char *reason;
    char *names; /* ", " between them */
    size_t count;
};

struct groups {
    struct group *items;
    size_t count;
};

static struct group *
find_group(struct groups *groups, pgcs_need *cursor) {
    const char *reason = pgcs_need_reason(cursor);
    struct group wanted = {
        .met = pgcs_need_is_met(cursor),
        .privilege = pgcs_need_privilege(cursor),
        .reason = reason == NULL ? "" : reason,
    };
    for (size_t i = 0; i < groups->count; i++) {
        struct group *group = &groups->items[i];
        if (group->met == wanted.met && group->privilege == wanted.privilege &&
            strcmp(group->reason, wanted.reason) == 0)
            return group;
    }
    groups->items = text_grow(groups->items, (groups->count + 1) * sizeof *groups->items);
    wanted.names = text_copy("");
    groups->items[groups->count] = wanted;
    return &groups->items[groups->count++];
}

static struct groups
group_needs(const pgcs_assessment *assessment, bool all) {
    struct groups groups = {0};
    pgcs_need *cursor = pgcs_need_new(assessment);
    while (pgcs_need_next(cursor) && pgcs_need_is_met(cursor) <= 0) {
        struct group *group = find_group(&groups, cursor);
        group->count++;
        if (!all && group->count > LISTED_NAMES)
            continue;
        char *name = view_need(cursor);
        char *longer =
            text_format("%s%s%s", group->names, *group->names == '\0' ? "" : ", ", name);
        free(group->names);
        free(name);
        group->names = longer;
    }
    pgcs_need_free(cursor);
    return groups;
}

/* "TRUNCATE on 8 objects: the table is emptied with TRUNCATE", and which they are. */
static void
print_group(const struct sink *sink, const struct group *group, bool all) {
    const char *what =
        group->privilege == 0 ? "ownership" : pgcs_privilege_name(group->privilege);
    char *why = text_safe(group->reason, strlen(group->reason));
    char *rest = text_format("%s: %s", group->met == 0 ? "" : ", perhaps", why);
    sink_put(sink, group->met == 0 ? STYLE_BAD : STYLE_WARNING, what);
    sink_wrap(sink, strlen(what), INDENT, rest);
    char *names =
        all || group->count <= LISTED_NAMES
            ? text_copy(group->names)
            : text_format("%s ... and %zu more", group->names, group->count - LISTED_NAMES);
    (void)fprintf(sink->stream, "%*s", INDENT, "");
    sink_wrap(sink, INDENT, INDENT, names);
    free(names);
    free(rest);
    free(why);
}

static void
print_unmet(const struct sink *sink, const pgcs_assessment *assessment, bool all) {
    struct groups groups = group_needs(assessment, all);
    if (groups.count > 0)
        view_heading(sink, "Missing");
    for (size_t i = 0; i < groups.count; i++) {
        print_group(sink, &groups.items[i], all);
        free(groups.items[i].names);
    }
    free(groups.items);
}

/* --- what closes the gap ----------------------------------------------------------------- */

static size_t
count_lines(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++)
        count += *text == '\n';
    return count;
}

/* The statements that close the gap, where they are few; else how to get them. */
static void
print_script(const struct sink *sink, const pgcs_assessment *assessment) {
    const pgcs_text *script = NULL;
    if (pgcs_assessment_script(assessment, &script, NULL) != PGCS_OK)
        return;
    const char *text = pgcs_text_data(script);
    if (*text == '\0') {
        pgcs_text_unref(script);
        return;
    }
    if (count_lines(text) <= SCRIPT_LINES) {
        view_heading(sink, "What the owner has to run");
        while (*text != '\0') {
            size_t size = strcspn(text, "\n");
            char *safe = text_safe(text, size);
            (void)fprintf(sink->stream, "  %s\n", safe);
            free(safe);
            text += size + (text[size] == '\n');
        }
    } else {
        (void)fputs(
            "\n'pgconnspec grants' with the same options prints the statements that the "
            "owner has to run.\n",
            sink->stream);
    }
    pgcs_text_unref(script);
}

/* --- all together ------------------------------------------------------------------------ */

static void
print_counts(const struct sink *sink, const char *verdict, const char *purpose,
             struct need_counts counts) {
    size_t count = counts.unmet + counts.unknown + counts.met;
    char *missing = counts.unmet == 0   ? text_copy("none is missing")
                    : counts.unmet == 1 ? text_copy("1 is missing")
                                        : text_format("%zu are missing", counts.unmet);
    char *unknown = counts.unknown == 0 ? text_copy("")
                                        : text_format(" and %zu can't be told", counts.unknown);
    char *text = text_format(" as %s: of %zu privilege%s that the job needs, %s%s", purpose,
                             count, count == 1 ? "" : "s", missing, unknown);
    sink_wrap(sink, strlen(verdict), INDENT, text);
    free(text);
    free(unknown);
    free(missing);
}

void
view_verdict(const struct sink *sink, const struct examination *examination,
             const struct options *options) {
    const pgcs_assessment *assessment = examination->assessment;
    if (assessment == NULL)
        return;
    bool fit = pgcs_assessment_is_sufficient(assessment) != 0;
    const char *verdict = fit ? "FIT" : "NOT FIT";
    (void)fputc('\n', sink->stream);
    sink_put(sink, fit ? STYLE_GOOD : STYLE_BAD, verdict);
    print_counts(sink, verdict,
                 options->purpose == PGCS_PURPOSE_SOURCE ? "a source" : "a destination",
                 count_needs(assessment));
    findings_print(sink, pgcs_assessment_report(assessment), PGCS_SEVERITY_NOTE,
                   (struct typed){0});
    print_unmet(sink, assessment, options_has(options, OPTION_ALL));
    print_script(sink, assessment);
}
