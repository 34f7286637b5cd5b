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

static size_t
host_index(const struct examination *examination) {
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
    size_t i = host_index(examination);
    if (pgcs_spec_is_secret(spec, "host") || pgcs_spec_is_secret(spec, "hostaddr"))
        return NULL;
    const char *name = pgcs_spec_host_name(spec, i);
    return name != NULL ? name : pgcs_spec_host_address(spec, i);
}

char *
view_port(const struct examination *examination) {
    const pgcs_spec *spec = examination->source.spec;
    int32_t port = pgcs_spec_host_port(spec, host_index(examination));
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

const char *
view_reset(pgcs_objects *cursor) {
    bool setval = (pgcs_object_privileges(cursor) & PGCS_PRIV_UPDATE) != 0;
    bool restart = pgcs_object_is_owned(cursor) != 0;
    if (!pgcs_object_is_usable(cursor))
        return "no";
    if (restart)
        return "setval, restart";
    return setval ? "setval" : "no";
}

static char *
describe_server(const struct examination *examination) {
    const pgcs_report *report = examination->report;
    int64_t version = pgcs_report_fact_int(report, PGCS_FACT_SERVER_VERSION);
    const char *host = view_host(examination);
    const char *encoding = pgcs_report_fact(report, PGCS_FACT_ENCODING);
    char *port = view_port(examination);
    char *text =
        text_format("PostgreSQL %d.%d at %s:%s%s%s", (int)(version / 10000),
                    (int)(version % 10000), host == NULL ? "the default host" : host, port,
                    encoding == NULL ? "" : ", encoding ", encoding == NULL ? "" : encoding);
    free(port);
    return text;
}

static char *
describe_role(const pgcs_report *report) {
    const char *user = pgcs_report_fact(report, PGCS_FACT_USER);
    const char *login = pgcs_report_fact(report, PGCS_FACT_SESSION_USER);
    bool acts_as_other = user != NULL && login != NULL && strcmp(user, login) != 0;
    return text_format("%s%s%s%s", user == NULL ? "unknown" : user,
                       acts_as_other ? ", logged in as " : "", acts_as_other ? login : "",
                       pgcs_report_fact_int(report, PGCS_FACT_IS_SUPERUSER) == 1
                           ? ", a superuser"
                           : ", not a superuser");
}

/* A socket, or an address that is always this machine's own. */
static bool
stays_here(const struct examination *examination) {
    const char *host = view_host(examination);
    switch (pgcs_spec_host_kind(examination->source.spec, host_index(examination))) {
    case PGCS_HOST_IPV4:
        return host != NULL && strncmp(host, "127.", 4) == 0;
    case PGCS_HOST_IPV6:
        return host != NULL && strcmp(host, "::1") == 0;
    case PGCS_HOST_NAME:
        return host != NULL && strcmp(host, "localhost") == 0;
    default:
        return true;
    }
}

static char *
describe_tls(const struct examination *examination) {
    static const struct {
        const char *verified;
        const char *meaning;
    } meanings[] = {
        {"none", "the server's certificate was not verified"},
        {"ca", "the certificate's signature was verified, not the server's name"},
        {"full", "the server's certificate and name were verified"},
    };
    const pgcs_report *report = examination->report;
    if (pgcs_report_fact_int(report, PGCS_FACT_TLS_IN_USE) != 1)
        return text_copy(stays_here(examination)
                             ? "not in use, within this machine"
                             : "not in use: data travels in the clear, for anybody on the "
                               "way to read and to change");
    const char *verified = pgcs_report_fact(report, PGCS_FACT_TLS_VERIFIED);
    const char *version = pgcs_report_fact(report, PGCS_FACT_TLS_VERSION);
    const char *meaning = NULL;
    for (size_t i = 0; verified != NULL && i < sizeof meanings / sizeof meanings[0]; i++) {
        if (strcmp(meanings[i].verified, verified) == 0)
            meaning = meanings[i].meaning;
    }
    return text_format("%s%s%s", version == NULL ? "in use" : version,
                       meaning == NULL ? "" : "; ", meaning == NULL ? "" : meaning);
}

static char *
describe_state(const pgcs_report *report) {
    bool standby = pgcs_report_fact_int(report, PGCS_FACT_IS_STANDBY) == 1;
    bool read_only = pgcs_report_fact_int(report, PGCS_FACT_IS_READ_ONLY) == 1;
    return text_format("%s, %s", standby ? "standby" : "primary",
                       read_only ? "read-only" : "writable");
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

struct view_summary
view_summarize(const struct examination *examination) {
    return (struct view_summary){
        .server = describe_server(examination),
        .role = describe_role(examination->report),
        .tls = describe_tls(examination),
        .state = describe_state(examination->report),
    };
}

void
view_summary_free(struct view_summary *summary) {
    free(summary->server);
    free(summary->role);
    free(summary->tls);
    free(summary->state);
    *summary = (struct view_summary){0};
}
