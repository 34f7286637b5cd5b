/*
 * The connection in a few lines for a person: what answered, who we are to it, and what state
 * it is in. What is not known is not said.
 */
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "view.h"

#define LISTED 12 /* roles or extensions; of more only the number is said */

/* --- the server ------------------------------------------------------------------ */

/* "PostgreSQL 15.4", "PostgreSQL 9.6.24", "Aurora, PostgreSQL 15.4". */
static char *
describe_version(const pgcs_report *report) {
    int version = (int)pgcs_report_fact_int(report, PGCS_FACT_SERVER_VERSION);
    const char *flavor = pgcs_report_fact(report, PGCS_FACT_FLAVOR);
    bool plain = flavor == NULL || strcmp(flavor, "PostgreSQL") == 0;
    const char *before = plain ? "" : flavor;
    const char *comma = plain ? "" : ", ";
    if (version < 70400) /* nobody who speaks the protocol of today */
        return text_copy(plain ? "a server" : flavor);
    if (version >= 100000)
        return text_format("%s%sPostgreSQL %d.%d", before, comma, version / 10000,
                           version % 10000);
    return text_format("%s%sPostgreSQL %d.%d.%d", before, comma, version / 10000,
                       version / 100 % 100, version % 100);
}

static char *
describe_server(const struct examination *examination) {
    const pgcs_report *report = examination->report;
    const char *host = view_host(examination);
    const char *encoding = pgcs_report_fact(report, PGCS_FACT_ENCODING);
    const char *zone = pgcs_report_fact(report, PGCS_FACT_TIME_ZONE);
    char *port = view_port(examination);
    char *version = describe_version(report);
    char *text = text_format(
        "%s at %s:%s%s%s%s%s", version, host == NULL ? "the default host" : host, port,
        encoding == NULL ? "" : ", encoding ", encoding == NULL ? "" : encoding,
        zone == NULL ? "" : ", time zone ", zone == NULL ? "" : zone);
    free(version);
    free(port);
    return text;
}

/* "Aurora: there is a function aurora_version()"; "" where nothing tells. */
static char *
describe_hint(const pgcs_report *report, pgcs_fact fact, pgcs_fact evidence_fact) {
    const char *name = pgcs_report_fact(report, fact);
    const char *evidence = pgcs_report_fact(report, evidence_fact);
    if (name == NULL || evidence == NULL)
        return text_copy("");
    return text_format("%s: %s", name, evidence);
}

/* --- the role -------------------------------------------------------------------- */

static char *
describe_role(const pgcs_report *report) {
    const char *user = pgcs_report_fact(report, PGCS_FACT_USER);
    const char *session = pgcs_report_fact(report, PGCS_FACT_SESSION_USER);
    const char *login = pgcs_report_fact(report, PGCS_FACT_LOGIN_USER);
    int64_t superuser = pgcs_report_fact_int(report, PGCS_FACT_IS_SUPERUSER);
    if (user == NULL)
        return text_copy(login == NULL ? "" : login);
    bool acts_as_other = session != NULL && strcmp(user, session) != 0;
    bool sent_other = login != NULL && strcmp(login, session == NULL ? user : session) != 0;
    return text_format("%s%s%s%s%s%s", user, acts_as_other ? ", logged in as " : "",
                       acts_as_other ? session : "", sent_other ? ", sent as " : "",
                       sent_other ? login : "",
                       superuser == 1   ? ", a superuser"
                       : superuser == 0 ? ", not a superuser"
                                        : "");
}

static void
append(char **text, const char *separator, const char *more) {
    char *longer = text_format("%s%s%s", *text, **text == '\0' ? "" : separator, more);
    free(*text);
    *text = longer;
}

/* How many there are that are not listed. */
static void
append_rest(char **text, size_t count) {
    if (count <= LISTED)
        return;
    char *rest = text_format("and %zu more", count - LISTED);
    append(text, " ", rest);
    free(rest);
}

char *
view_membership(pgcs_memberships *cursor) {
    bool inherited = pgcs_membership_is_inherited(cursor) != 0;
    bool settable = pgcs_membership_is_settable(cursor) != 0;
    char *text = text_copy(inherited && settable ? ""
                           : inherited           ? "inherited only"
                           : settable            ? "by SET ROLE only"
                                                 : "neither inherited nor by SET ROLE");
    if (pgcs_membership_is_admin(cursor))
        append(&text, ", ", "may grant it");
    return text;
}

/* "readers, writers (by SET ROLE only), admins (may grant it)". */
static char *
describe_memberships(const pgcs_report *report) {
    pgcs_memberships *cursor = pgcs_memberships_new(report);
    char *text = text_copy("");
    size_t count = 0;
    while (pgcs_memberships_next(cursor)) {
        if (++count > LISTED)
            continue;
        char *how = view_membership(cursor);
        char *role =
            text_format(*how == '\0' ? "%s" : "%s (%s)", pgcs_membership_role(cursor), how);
        append(&text, ", ", role);
        free(role);
        free(how);
    }
    pgcs_memberships_free(cursor);
    append_rest(&text, count);
    return text;
}

/* A socket, or an address that is always this machine's own. */
static bool
stays_here(const struct examination *examination) {
    const char *host = view_host(examination);
    switch (pgcs_spec_host_kind(examination->source.spec, view_host_index(examination))) {
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
    if (!pgcs_report_has_fact(report, PGCS_FACT_IS_STANDBY))
        return text_copy("");
    return text_format("%s, %s", standby ? "standby" : "primary",
                       read_only ? "read-only" : "writable");
}

/* The facts are upper bounds: what the server needs to answer is in them. */
static char *
describe_latency(const pgcs_report *report) {
    int64_t round_trip = pgcs_report_fact_int(report, PGCS_FACT_ROUND_TRIP_US);
    if (round_trip < 0)
        return text_copy("");
    return text_format("%.1f ms or less; connected in %s ms", (double)round_trip / 1000,
                       pgcs_report_fact(report, PGCS_FACT_CONNECT_MS));
}

/* --- all of it ------------------------------------------------------------------- */

/* "plpgsql 1.0, pgcrypto 1.3". */
static char *
describe_extensions(const pgcs_report *report) {
    pgcs_extensions *cursor = pgcs_extensions_new(report);
    char *text = text_copy("");
    size_t count = 0;
    while (pgcs_extensions_next(cursor)) {
        if (++count > LISTED)
            continue;
        char *extension =
            text_format("%s %s", pgcs_extension_name(cursor), pgcs_extension_version(cursor));
        append(&text, ", ", extension);
        free(extension);
    }
    pgcs_extensions_free(cursor);
    append_rest(&text, count);
    return text;
}

struct view_summary
view_summarize(const struct examination *examination) {
    const pgcs_report *report = examination->report;
    return (struct view_summary){{
        {"server", describe_server(examination)},
        {"flavor", describe_hint(report, PGCS_FACT_FLAVOR, PGCS_FACT_FLAVOR_EVIDENCE)},
        {"pooler", describe_hint(report, PGCS_FACT_POOLER, PGCS_FACT_POOLER_EVIDENCE)},
        {"role", describe_role(report)},
        {"member of", describe_memberships(report)},
        {"TLS", describe_tls(examination)},
        {"state", describe_state(report)},
        {"round trip", describe_latency(report)},
        {"extensions", describe_extensions(report)},
    }};
}

void
view_summary_free(struct view_summary *summary) {
    for (size_t i = 0; i < VIEW_LINES; i++)
        free(summary->lines[i].text);
    *summary = (struct view_summary){0};
}
