/* What the formats of `check` share: how facts of the library are put. */
#include "view.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

#define ROW_PRIVILEGES                                                                         \
    (PGCS_PRIV_SELECT | PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE | PGCS_PRIV_DELETE |               \
     PGCS_PRIV_TRUNCATE | PGCS_PRIV_REFERENCES | PGCS_PRIV_TRIGGER | PGCS_PRIV_MAINTAIN)
#define COLUMN_PRIVILEGES                                                                      \
    (PGCS_PRIV_SELECT | PGCS_PRIV_INSERT | PGCS_PRIV_UPDATE | PGCS_PRIV_REFERENCES)

void
view_heading(const struct sink *sink, const char *title) {
    (void)fputc('\n', sink->stream);
    sink_put(sink, STYLE_STRONG, title);
    (void)fputc('\n', sink->stream);
}

const pgcs_text *
view_uri(const pgcs_spec *spec) {
    const pgcs_text *uri = NULL;
    if (spec == NULL || pgcs_spec_write(spec, PGCS_FORMAT_URI, 0, &uri, NULL) != PGCS_OK)
        return NULL;
    return uri;
}

size_t
view_host_index(const struct examination *examination) {
    int64_t index = pgcs_report_fact_int(examination->report, PGCS_FACT_HOST_INDEX);
    return index < 0 ? 0 : (size_t)index;
}

const char *
view_param(const pgcs_spec *spec, const char *key) {
    return pgcs_spec_is_secret(spec, key) ? NULL : pgcs_spec_get(spec, key);
}

const char *
view_host(const struct examination *examination) {
    const pgcs_spec *spec = examination->source.spec;
    size_t i = view_host_index(examination);
    if (pgcs_spec_is_secret(spec, "host") || pgcs_spec_is_secret(spec, "hostaddr"))
        return NULL;
    const char *name = pgcs_spec_host_name(spec, i);
    return name != NULL ? name : pgcs_spec_host_address(spec, i);
}

char *
view_port(const struct examination *examination) {
    const pgcs_spec *spec = examination->source.spec;
    int32_t port = pgcs_spec_host_port(spec, view_host_index(examination));
    if (pgcs_spec_is_secret(spec, "port"))
        return text_copy("***");
    return text_format("%d", port == 0 ? 5432 : (int)port);
}

char *
view_need(pgcs_need *cursor) {
    const char *schema = pgcs_need_schema(cursor);
    const char *object = pgcs_need_object(cursor);
    if (pgcs_need_object_kind(cursor) == PGCS_OBJECT_FUNCTION)
        return text_function(schema, object);
    return text_object(schema, object, pgcs_need_column(cursor));
}

char *
view_via(pgcs_objects *object, uint64_t privilege) {
    switch (pgcs_object_via(object, privilege)) {
    case PGCS_VIA_SUPERUSER:
        return text_copy("superuser");
    case PGCS_VIA_OWNER:
        return text_copy("owner");
    case PGCS_VIA_DIRECT:
        return text_copy("direct");
    case PGCS_VIA_PUBLIC:
        return text_copy("public");
    case PGCS_VIA_ROLE:
    case PGCS_VIA_PREDEFINED: {
        const char *role = pgcs_object_via_role(object, privilege);
        return text_format("role:%s", role == NULL ? "" : role);
    }
    default:
        return NULL;
    }
}

const char *
view_kind(pgcs_object_kind kind) {
    switch (kind) {
    case PGCS_OBJECT_PARTITIONED_TABLE:
        return "partitioned";
    case PGCS_OBJECT_FOREIGN_TABLE:
        return "foreign";
    default:
        return pgcs_object_kind_name(kind);
    }
}

uint64_t
view_privileges_of(pgcs_object_kind kind) {
    switch (kind) {
    case PGCS_OBJECT_DATABASE:
        return PGCS_PRIV_CONNECT | PGCS_PRIV_CREATE | PGCS_PRIV_TEMPORARY;
    case PGCS_OBJECT_SCHEMA:
        return PGCS_PRIV_USAGE | PGCS_PRIV_CREATE;
    case PGCS_OBJECT_SEQUENCE:
        return PGCS_PRIV_USAGE | PGCS_PRIV_SELECT | PGCS_PRIV_UPDATE;
    case PGCS_OBJECT_FUNCTION:
        return PGCS_PRIV_EXECUTE;
    case PGCS_OBJECT_COLUMN:
        return COLUMN_PRIVILEGES;
    case PGCS_OBJECT_TYPE:
    case PGCS_OBJECT_LANGUAGE:
    case PGCS_OBJECT_SERVER:
    case PGCS_OBJECT_FOREIGN_DATA_WRAPPER:
        return PGCS_PRIV_USAGE;
    default:
        return ROW_PRIVILEGES;
    }
}

char *
view_privilege_words(uint64_t privileges) {
    char *words = text_copy("");
    for (unsigned bit = 0; bit < 64; bit++) {
        const char *name = pgcs_privilege_name(privileges & UINT64_C(1) << bit);
        if (name == NULL)
            continue;
        char *longer = text_format("%s%s%s", words, *words == '\0' ? "" : " ", name);
        free(words);
        words = longer;
    }
    return words;
}

bool
view_column_adds(pgcs_objects *cursor, uint64_t *table) {
    uint64_t held = pgcs_object_privileges(cursor);
    if (pgcs_object_kind_of(cursor) == PGCS_OBJECT_COLUMN)
        return (held & ~*table) != 0;
    *table = held;
    return true;
}

/* Put @more behind @list, with @separator unless it is the first; both are freed. */
static char *
join(char *list, const char *separator, char *more) {
    char *longer = text_format("%s%s%s", list, *list == '\0' ? "" : separator, more);
    free(list);
    free(more);
    return longer;
}

char *
view_rights(pgcs_objects *object) {
    char *text = view_privilege_words(pgcs_object_privileges(object));
    uint64_t later = pgcs_object_after_set_role(object);
    const char *last = NULL;
    for (unsigned bit = 0; bit < 64; bit++) {
        const char *name = pgcs_privilege_name(later & UINT64_C(1) << bit);
        const char *role = name ? pgcs_object_set_role(object, UINT64_C(1) << bit) : NULL;
        if (role == NULL)
            continue;
        if (last == NULL || strcmp(last, role) != 0) {
            char *quoted = text_identifier(role);
            text = join(text, "; ", text_format("after SET ROLE %s", quoted));
            free(quoted);
        }
        text = join(text, " ", text_copy(name));
        last = role;
    }
    return *text == '\0' ? join(text, "", text_copy("none")) : text;
}

char *
view_reset(pgcs_objects *cursor) {
    bool usable = pgcs_object_is_usable(cursor) != 0;
    bool setval = usable && (pgcs_object_privileges(cursor) & PGCS_PRIV_UPDATE) != 0;
    bool restart = usable && pgcs_object_is_owned(cursor) != 0;
    const char *by_set_role[] = {pgcs_object_set_role(cursor, PGCS_PRIV_UPDATE),
                                 pgcs_object_set_role(cursor, 0)};
    static const char *const words[] = {"setval", "restart"};
    char *text = text_copy("");
    if (setval)
        text = join(text, ", ", text_copy(words[0]));
    if (restart)
        text = join(text, ", ", text_copy(words[1]));
    for (size_t i = 0; i < 2; i++) {
        if (by_set_role[i] == NULL)
            continue;
        char *quoted = text_identifier(by_set_role[i]);
        text = join(text, ", ", text_format("%s after SET ROLE %s", words[i], quoted));
        free(quoted);
    }
    return *text == '\0' ? join(text, "", text_copy("no")) : text;
}

const char *
view_unusable(pgcs_objects *object) {
    if (pgcs_object_is_usable(object))
        return "";
    return pgcs_object_kind_of(object) == PGCS_OBJECT_LANGUAGE ? "superusers only"
                                                               : "no USAGE on schema";
}

char *
view_last_value(pgcs_objects *cursor) {
    if (!pgcs_object_has_last_value(cursor))
        return text_copy("");
    return text_format("%lld", (long long)pgcs_object_last_value(cursor));
}

const char *
view_failure(const struct examination *examination) {
    if (examination->bad_spec)
        return "Bad spec";
    return examination_forbidden(examination) ? "Not tried" : "No connection";
}

char *
view_code_words(const char *name) {
    static const char *const prefixes[] = {"PGCS_CAUSE_", "PGCS_CODE_", "PGCS_RULE_",
                                           "PGCS_ERR_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            name += strlen(prefixes[i]);
    }
    char *words = text_copy(name);
    for (char *at = words; *at != '\0'; at++) {
        if (*at == '_')
            *at = ' ';
        else if (*at >= 'A' && *at <= 'Z')
            *at = (char)(*at - 'A' + 'a');
    }
    if (strncmp(words, "tls", 3) == 0)
        memcpy(words, "TLS", 3);
    return words;
}
