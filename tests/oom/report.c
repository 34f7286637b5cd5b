/* Scenarios: reports with all that they hold, made by the internal builder, and their walks. */
#include "report/builder.h"
#include "report/structure.h"

#include <stdio.h>
#include <string.h>

#include "lib/show.h"
#include "oom/oom.h"
#include "oom/sample.h"

static struct slice
text(const char *string) {
    return (struct slice){string, strlen(string)};
}

static uint32_t
name(struct report_builder *builder, const char *string) {
    return report_add_name(builder, string, strlen(string));
}

static void
fill(struct report_builder *builder) {
    report_set_int(builder, PGCS_FACT_SERVER_VERSION, 150018);
    report_set_text(builder, PGCS_FACT_USER, "reader", 6);
    struct diag diag;
    diag_fail(&diag, PGCS_CAUSE_REFUSED, "connection refused by %s", "h");
    diag_hint(&diag, "Start the server.");
    diag_field(&diag, "port");
    report_add_finding(builder, PGCS_SEVERITY_WARNING, NULL, &diag);
    report_add_attempt(builder, &(struct attempt){.host = "h",
                                                  .address = "10.0.0.1",
                                                  .port = 5432,
                                                  .duration_ms = 3,
                                                  .cause = PGCS_CAUSE_REFUSED});
    struct object_set held = {.held = PGCS_PRIV_SELECT,
                              .grantable = PGCS_PRIV_SELECT,
                              .owner = name(builder, "owner"),
                              .owned = false,
                              .via = {PGCS_VIA_ROLE}};
    held.via_role[0] = held.owner;
    struct object object = {.kind = PGCS_OBJECT_SEQUENCE,
                            .schema = name(builder, "shop"),
                            .set = report_add_set(builder, &held),
                            .name = text("item_id_seq"),
                            .belongs_to = text("shop.item.id"),
                            .usable = true};
    report_add_object(builder, &object);
    object.kind = PGCS_OBJECT_TABLE;
    object.name = text("item");
    object.belongs_to = (struct slice){0};
    report_add_object(builder, &object);
    report_add_grant(builder, &(struct grant){.kind = PGCS_OBJECT_TABLE,
                                              .schema = object.schema,
                                              .object = name(builder, "item"),
                                              .grantor = held.owner,
                                              .grantee = name(builder, "reader"),
                                              .column = text("id"),
                                              .privileges = PGCS_PRIV_SELECT});
    report_add_membership(builder, text("staff"), MEMBERSHIP_DIRECT | MEMBERSHIP_INHERITED);
    report_add_piece(builder, &(struct piece){.kind = PIECE_EXTENSION,
                                              .schema = NO_NAME,
                                              .relation = NO_NAME,
                                              .name = text("plpgsql"),
                                              .texts = {text("1.0")}});
}

pgcs_status
sample_report(const pgcs_report **out) {
    struct report_builder *builder = report_builder_new();
    if (builder == NULL)
        return PGCS_ERR_NOMEM;
    fill(builder);
    struct diag diag;
    return report_finish(builder, out, &diag);
}

static pgcs_status
walk(void) {
    const pgcs_report *report = NULL;
    pgcs_status status = sample_report(&report);
    if (status != PGCS_OK)
        return status;
    size_t seen = 0;
    const pgcs_report *second = pgcs_report_ref(report);
    pgcs_report_unref(report);
    if (!show_report(second, oom_show, &seen))
        status = PGCS_ERR_NOMEM;
    pgcs_report_unref(second);
    return status;
}

/* So many objects that some are sorted, and what was sorted is merged, before all have come. */
static pgcs_status
sorted_while_they_come(void) {
    struct report_builder *builder = report_builder_new();
    if (builder == NULL)
        return PGCS_ERR_NOMEM;
    struct object_set set = {.owner = NO_NAME};
    struct object object = {.kind = PGCS_OBJECT_TABLE,
                            .schema = name(builder, "shop"),
                            .set = report_add_set(builder, &set)};
    for (unsigned i = 0; i < 33000; i++) {
        char bytes[8];
        object.name = (struct slice){
            bytes, (size_t)snprintf(bytes, sizeof bytes, "%u", i * 31337u % 33000u)};
        report_add_object(builder, &object);
        if (report_is_behind(builder))
            report_catch_up(builder);
    }
    const pgcs_report *report = NULL;
    struct diag diag;
    pgcs_status status = report_finish(builder, &report, &diag);
    pgcs_report_unref(report);
    return status;
}

static pgcs_status
names(void) {
    return pgcs_supports(PGCS_KIND_STATUS, PGCS_ERR_SYNTAX) && pgcs_version() != NULL &&
                   pgcs_version_number() == PGCS_VERSION_NUMBER
               ? PGCS_OK
               : PGCS_ERR_LIBRARY;
}

const struct scenario report_scenarios[] = {
    {"walk", walk, PGCS_OK},
    {"sorted while they come", sorted_while_they_come, PGCS_OK},
    {"names", names, PGCS_OK},
    {NULL, NULL, 0},
};
