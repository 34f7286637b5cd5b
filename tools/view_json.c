/*
 * `check --format json`. One object of the database a line, written as it comes: a million of
 * them need no more memory than the report itself.
 */
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "text.h"
#include "view.h"

static json_t *
json_of_connection(const struct examination *examination) {
    const pgcs_spec *spec = examination->source.spec;
    const pgcs_text *uri = view_uri(spec);
    char *port = view_port(examination);
    json_t *connection = json_object();
    json_put(connection, "name", json_of_text(pgcs_spec_label(spec)));
    json_put(connection, "ok", json_boolean(examination_connected(examination)));
    json_put(connection, "host", json_of_text(view_host(examination)));
    json_put(connection, "port",
             *port < '0' || *port > '9' ? json_null() : json_integer(atoi(port)));
    json_put(connection, "user", json_of_text(view_param(spec, "user")));
    json_put(connection, "database", json_of_text(view_param(spec, "dbname")));
    json_put(connection, "uri", json_of_text(uri == NULL ? NULL : pgcs_text_data(uri)));
    free(port);
    pgcs_text_unref(uri);
    return connection;
}

/* Also the bytes of a name that JSON can't hold, so that no two names look alike. */
static void
put_name(json_t *object, const char *key, const char *name) {
    json_put(object, key, json_of_text(name));
    if (name == NULL || utf8_is_valid(name, strlen(name)))
        return;
    char *hex = text_grow(NULL, 2 * strlen(name) + 1);
    for (size_t i = 0; name[i] != '\0'; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", (unsigned)(unsigned char)name[i]);
    char *key_hex = text_format("%s_hex", key);
    json_put(object, key_hex, json_of_text(hex));
    free(key_hex);
    free(hex);
}

/* Facts that are 0 or 1 are named as a question or a state. */
static json_t *
json_of_fact(const pgcs_report *report, pgcs_fact fact, const char *name) {
    int64_t number = pgcs_report_fact_int(report, fact);
    bool asks = strncmp(name, "is_", 3) == 0 || strcmp(name, "tls_in_use") == 0;
    if (number == INT64_MIN)
        return json_of_text(pgcs_report_fact(report, fact));
    return asks ? json_boolean(number != 0) : json_integer(number);
}

/* Where it knocked, in that order; the one that led to a session has no cause. */
static json_t *
json_of_attempts(const pgcs_report *report) {
    json_t *attempts = json_array();
    pgcs_attempts *cursor = pgcs_attempts_new(report);
    while (pgcs_attempts_next(cursor)) {
        json_t *attempt = json_object();
        json_put(attempt, "host", json_of_text(pgcs_attempt_host(cursor)));
        json_put(attempt, "address", json_of_text(pgcs_attempt_address(cursor)));
        json_put(attempt, "port", json_integer(pgcs_attempt_port(cursor)));
        json_put(attempt, "start_ms", json_integer(pgcs_attempt_start_ms(cursor)));
        json_put(attempt, "duration_ms", json_integer(pgcs_attempt_duration_ms(cursor)));
        json_put(attempt, "cause", json_of_text(pgcs_attempt_cause_name(cursor)));
        json_append(attempts, attempt);
    }
    pgcs_attempts_free(cursor);
    return attempts;
}

static json_t *
json_of_memberships(const pgcs_report *report) {
    json_t *list = json_array();
    pgcs_memberships *cursor = pgcs_memberships_new(report);
    while (pgcs_memberships_next(cursor)) {
        json_t *role = json_object();
        put_name(role, "role", pgcs_membership_role(cursor));
        json_put(role, "direct", json_boolean(pgcs_membership_is_direct(cursor)));
        json_put(role, "inherited", json_boolean(pgcs_membership_is_inherited(cursor)));
        json_put(role, "settable", json_boolean(pgcs_membership_is_settable(cursor)));
        json_put(role, "admin", json_boolean(pgcs_membership_is_admin(cursor)));
        json_append(list, role);
    }
    pgcs_memberships_free(cursor);
    return list;
}

static json_t *
json_of_extensions(const pgcs_report *report) {
    json_t *list = json_array();
    pgcs_extensions *cursor = pgcs_extensions_new(report);
    while (pgcs_extensions_next(cursor)) {
        json_t *extension = json_object();
        put_name(extension, "name", pgcs_extension_name(cursor));
        put_name(extension, "version", pgcs_extension_version(cursor));
        json_append(list, extension);
    }
    pgcs_extensions_free(cursor);
    return list;
}

/* Every fact that the library knows, in their order; those of TLS in an object of their own. */
static json_t *
json_of_facts(const pgcs_report *report) {
    json_t *facts = json_object();
    json_t *tls = json_object();
    for (pgcs_fact fact = PGCS_FACT_SERVER_VERSION; pgcs_supports(PGCS_KIND_FACT, fact);
         fact++) {
        const char *name = pgcs_fact_name(fact);
        if (name == NULL || !pgcs_report_has_fact(report, fact))
            continue;
        bool of_tls = strncmp(name, "tls_", 4) == 0;
        json_put(of_tls ? tls : facts, of_tls ? name + 4 : name,
                 json_of_fact(report, fact, name));
    }
    json_put(facts, "tls", tls);
    json_put(facts, "memberships", json_of_memberships(report));
    json_put(facts, "extensions", json_of_extensions(report));
    return facts;
}

static json_t *
json_of_via(pgcs_objects *object) {
    json_t *via = json_object();
    uint64_t held = pgcs_object_privileges(object);
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t privilege = held & UINT64_C(1) << bit;
        const char *name = pgcs_privilege_name(privilege);
        if (name == NULL)
            continue;
        char *way = view_via(object, privilege);
        json_put(via, name, json_of_text(way));
        free(way);
    }
    return via;
}

/* What could be done after SET ROLE, by the role for it; NULL where there is nothing. */
static json_t *
json_of_set_role(pgcs_objects *object) {
    uint64_t later = pgcs_object_after_set_role(object);
    const char *owner = pgcs_object_set_role(object, 0);
    if (later == 0 && owner == NULL)
        return NULL;
    json_t *roles = json_object();
    for (unsigned bit = 0; bit < 64; bit++) {
        const char *name = pgcs_privilege_name(later & UINT64_C(1) << bit);
        if (name != NULL)
            put_name(roles, name, pgcs_object_set_role(object, UINT64_C(1) << bit));
    }
    if (owner != NULL)
        put_name(roles, "OWNERSHIP", owner);
    return roles;
}

static json_t *
json_of_object(pgcs_objects *cursor) {
    pgcs_object_kind kind = pgcs_object_kind_of(cursor);
    json_t *object = json_object();
    json_put(object, "kind", json_of_text(pgcs_object_kind_name(kind)));
    put_name(object, "schema", pgcs_object_schema(cursor));
    put_name(object, "name", pgcs_object_name(cursor));
    if (kind == PGCS_OBJECT_COLUMN)
        put_name(object, "column", pgcs_object_column(cursor));
    put_name(object, "owner", pgcs_object_owner(cursor));
    json_put(object, "privileges", json_of_privileges(pgcs_object_privileges(cursor)));
    json_put(object, "grantable", json_of_privileges(pgcs_object_grantable(cursor)));
    json_put(object, "via", json_of_via(cursor));
    json_t *set_role = json_of_set_role(cursor);
    if (set_role != NULL)
        json_put(object, "set_role", set_role);
    json_put(object, "usable", json_boolean(pgcs_object_is_usable(cursor)));
    json_put(object, "row_security", json_boolean(pgcs_object_has_row_security(cursor)));
    if (kind == PGCS_OBJECT_SEQUENCE) {
        json_t *sequence = json_object();
        put_name(sequence, "owned_by", pgcs_object_belongs_to(cursor));
        json_put(sequence, "is_owner", json_boolean(pgcs_object_is_owned(cursor)));
        if (pgcs_object_has_last_value(cursor))
            json_put(sequence, "last_value", json_integer(pgcs_object_last_value(cursor)));
        json_put(object, "sequence", sequence);
    }
    return object;
}

static void
print_objects(FILE *stream, const pgcs_report *report) {
    pgcs_objects *cursor = pgcs_objects_new(report, NULL, 0);
    const char *separator = "\n  ";
    (void)fputs("\"objects\": [", stream);
    while (pgcs_objects_next(cursor)) {
        (void)fputs(separator, stream);
        json_print(stream, json_of_object(cursor));
        separator = ",\n  ";
    }
    (void)fputs("]", stream);
    pgcs_objects_free(cursor);
}

static json_t *
json_of_need(pgcs_need *cursor) {
    uint64_t privilege = pgcs_need_privilege(cursor);
    json_t *need = json_object();
    json_put(need, "kind", json_of_text(pgcs_object_kind_name(pgcs_need_object_kind(cursor))));
    put_name(need, "schema", pgcs_need_schema(cursor));
    put_name(need, "name", pgcs_need_object(cursor));
    put_name(need, "column", pgcs_need_column(cursor));
    json_put(need, "privilege",
             json_of_text(privilege == 0 ? "OWNERSHIP" : pgcs_privilege_name(privilege)));
    int met = pgcs_need_is_met(cursor);
    json_put(need, "met", met < 0 ? json_null() : json_boolean(met));
    json_put(need, "why", json_of_text(pgcs_need_reason(cursor)));
    json_put(need, "remedy", json_of_text(pgcs_need_remedy(cursor)));
    if (pgcs_need_set_role(cursor) != NULL)
        put_name(need, "set_role", pgcs_need_set_role(cursor));
    return need;
}

static void
print_assessment(FILE *stream, const pgcs_assessment *assessment, int32_t purpose) {
    const pgcs_text *script = NULL;
    pgcs_need *cursor = pgcs_need_new(assessment);
    const char *separator = "\n   ";
    (void)fprintf(stream, "{\"purpose\": \"%s\", \"sufficient\": %s, \"needs\": [",
                  purpose == PGCS_PURPOSE_SOURCE ? "source" : "destination",
                  pgcs_assessment_is_sufficient(assessment) ? "true" : "false");
    while (pgcs_need_next(cursor)) {
        (void)fputs(separator, stream);
        json_print(stream, json_of_need(cursor));
        separator = ",\n   ";
    }
    pgcs_need_free(cursor);
    (void)fputs("],\n \"findings\": ", stream);
    json_print(stream, json_of_findings(pgcs_assessment_report(assessment)));
    (void)fputs(",\n \"script\": ", stream);
    if (pgcs_assessment_script(assessment, &script, NULL) != PGCS_OK)
        script = NULL;
    json_print(stream, json_of_text(script == NULL ? NULL : pgcs_text_data(script)));
    pgcs_text_unref(script);
    (void)fputs("}", stream);
}

void
view_json(const struct sink *sink, const struct examination *examination,
          const struct options *options) {
    FILE *stream = sink->stream;
    const struct source *source = &examination->source;
    (void)fputs("{\"connection\": ", stream);
    json_print(stream, json_of_connection(examination));
    (void)fputs(",\n\"facts\": ", stream);
    json_print(stream, json_of_facts(examination->report));
    (void)fputs(",\n\"attempts\": ", stream);
    json_print(stream, json_of_attempts(examination->report));
    (void)fputs(",\n\"findings\": ", stream);
    json_print(stream, json_of_findings(examination->report));
    (void)fputs(",\n", stream);
    print_objects(stream, examination->report);
    (void)fputs(",\n\"assessment\": ", stream);
    if (examination->assessment == NULL)
        (void)fputs("null", stream);
    else
        print_assessment(stream, examination->assessment, options->purpose);
    json_t *error = examination->bad_spec ? json_of_failure(examination->report) : NULL;
    if (source->error != NULL || source->fault != NULL)
        error = source_json_error(source);
    if (error != NULL) {
        (void)fputs(",\n\"error\": ", stream);
        json_print(stream, error);
    }
    (void)fputs("}\n", stream);
}
