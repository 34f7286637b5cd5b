/* The rules for host, hostaddr and port: each item, and the lists together. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "spec/host.h"
#include "spec/judge.h"

#define LONGEST_SOCKET_PATH 107 /* sizeof sun_path - 1 */
#define LONGEST_HOST_NAME   253 /* RFC 1035, without the dot at the end */
#define LONGEST_HOST_LABEL  63
#define ABSTRACT_SINCE      14
#define DEFAULT_PORT        5432

static void
fail(const struct judge *judge, enum keyword keyword, int32_t code, const char *message,
     const char *hint) {
    judge_find(judge, PGCS_SEVERITY_FAILURE, code, keyword, message, hint);
}

static bool
judge_socket(const struct judge *judge, const struct spec_host *host) {
    char message[LIMIT_DIAG_MESSAGE];
    int port = host->port > 0 ? host->port : DEFAULT_PORT;
    size_t size =
        strlen(host->name) + (size_t)snprintf(message, sizeof message, "/.s.PGSQL.%d", port);
    bool too_long = size > LONGEST_SOCKET_PATH;
    if (too_long) {
        snprintf(message, sizeof message, "a path of %zu bytes for a socket, more than %d",
                 size, LONGEST_SOCKET_PATH);
        fail(judge, KEYWORD_HOST, PGCS_CODE_NAME_TOO_LONG, message,
             "Let the server have a socket in a directory with a shorter name.");
    }
    pgcs_severity severity =
        host->name[0] == '@' ? judge_severity(judge, ABSTRACT_SINCE) : PGCS_SEVERITY_NONE;
    if (severity != PGCS_SEVERITY_NONE)
        judge_find(judge, severity, PGCS_CODE_LIBPQ_DIFFERS, KEYWORD_HOST,
                   "libpq before 14 takes an abstract socket for the name of a host",
                   "Use a newer libpq, or a socket in a directory.");
    return too_long || severity != PGCS_SEVERITY_NONE;
}

/* What is wrong with the bytes of a host's name, or NULL; the hint goes to @hint. */
static const char *
name_fault(struct slice name, const char **hint) {
    size_t label = 0;
    if (is_ipv6(name.data, name.size))
        return NULL;
    if (name.data[0] == '[') {
        *hint = "Brackets belong round an IPv6 address in front of the path of a URI only.";
        return "brackets in the host";
    }
    if (memmem(name.data, name.size, "://", 3) != NULL) {
        *hint = "Give the whole as a URI, or only the name of the server as the host.";
        return "a URI in place of the host";
    }
    if (memchr(name.data, ':', name.size) != NULL) {
        *hint = "Give the port as the parameter \"port\".";
        return "a colon in the host";
    }
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.data[i];
        label = c == '.' ? 0 : label + 1;
        if (c == '"' || c == '\'') {
            *hint = "Remove the quotes: a URI has none, and a keyword/value string single ones "
                    "round the whole value only.";
            return "quotes in the host";
        }
        if (c <= ' ' || c == 0x7f || strchr("/?#@[]%\\\"'<>&=;", c) != NULL) {
            *hint = "If it belongs to the password, encode it there, as %40 for @, %2F for / "
                    "and %3F for ?.";
            return "a character that no host has";
        }
        if (label > LONGEST_HOST_LABEL || name.size > LONGEST_HOST_NAME + 1) {
            *hint = "Look at where the name ends: no name of a host can be that long.";
            return "the name of the host is too long";
        }
    }
    return NULL;
}

/* "h,": libpq takes its default for the second one, which is hardly meant. */
static bool
judge_open_host(const struct judge *judge, const struct spec_host *host) {
    bool empty = host->name != NULL && host->name[0] == '\0' &&
                 (host->address == NULL || host->address[0] == '\0');
    empty &= spec_host_count(judge->spec) > 1;
    if (empty)
        judge_find(judge, PGCS_SEVERITY_WARNING, PGCS_ERR_BAD_VALUE, KEYWORD_HOST,
                   "an empty place in the list of hosts",
                   "Name the host or remove the comma: libpq takes a socket of this machine.");
    return empty;
}

/* "https://h/d" in the place of a host: the host is "https", and the rest the database. */
static bool
is_scheme_of_url(const struct judge *judge, const char *name) {
    static const char *const schemes[] = {"http", "https", "tcp", "postgres", "postgresql"};
    const char *dbname = spec_value(judge->spec, KEYWORD_DBNAME);
    if (judge->spec->form != SPEC_FORM_URI || dbname == NULL || dbname[0] != '/')
        return false;
    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strcasecmp(name, schemes[i]) == 0)
            return true;
    return false;
}

/* What a host in the list is called; true if there is something to be said of that. */
static bool
judge_host(const struct judge *judge, const struct spec_host *host) {
    const char *hint = NULL;
    if (host->name == NULL || host->name[0] == '\0')
        return judge_open_host(judge, host);
    struct slice name = {host->name, strlen(host->name)};
    judge_placeholder(judge, KEYWORD_HOST, name);
    judge_path(judge, KEYWORD_HOST, name);
    if (is_scheme_of_url(judge, host->name)) {
        fail(judge, KEYWORD_HOST, PGCS_ERR_BAD_VALUE, "a URL in place of the host",
             "Give only the name of the server, without a scheme in front.");
        return true;
    }
    if (host->name[0] == '/' || host->name[0] == '@')
        return judge_socket(judge, host);
    const char *fault = name_fault(name, &hint);
    if (fault != NULL)
        fail(judge, KEYWORD_HOST, PGCS_ERR_BAD_VALUE, fault, hint);
    return fault != NULL;
}

static bool
judge_address(const struct judge *judge, const char *address) {
    char message[LIMIT_DIAG_MESSAGE];
    struct in_addr parts; /* 127.1 and the like, which libpq takes as well */
    size_t size = address ? strlen(address) : 0;
    if (size == 0 || is_ipv6(address, size) || inet_aton(address, &parts))
        return false;
    snprintf(message, sizeof message, "\"%s\" is no numeric address",
             judge_quote(judge, KEYWORD_HOSTADDR, (struct slice){address, size}).text);
    fail(judge, KEYWORD_HOSTADDR, PGCS_ERR_BAD_VALUE, message,
         "Use an IPv4 or IPv6 address, or give the name as the host instead.");
    return true;
}

static void
judge_ports(const struct judge *judge, const struct spec_value *list) {
    char message[LIMIT_DIAG_MESSAGE];
    const char *rest = list->text;
    while (rest != NULL) {
        struct slice item = list_next(&rest);
        if (port_number(item) >= 0)
            continue;
        snprintf(message, sizeof message, "\"%s\" is no port",
                 judge_quote(judge, KEYWORD_PORT, item).text);
        if (memchr(item.data, ':', item.size) != NULL && !memchr(item.data, '@', item.size))
            fail(judge, KEYWORD_PORT, PGCS_ERR_BAD_VALUE, message,
                 "Put an IPv6 address in brackets, as in [::1]:5432. If this is a piece of the "
                 "password, encode the password.");
        else
            fail(judge, KEYWORD_PORT, PGCS_ERR_BAD_VALUE, message,
                 list->suspect ? "Use a number from 1 to 65535. If this is a piece of the "
                                 "password, encode "
                                 "the password: %40 for @, %2F for /, %3A for :."
                               : "Use a number from 1 to 65535.");
        return;
    }
}

static void
judge_counts(const struct judge *judge, const struct spec_value *names,
             const struct spec_value *addresses, const struct spec_value *ports) {
    char message[LIMIT_DIAG_MESSAGE];
    size_t name_count = names && names->size ? list_count(names->text) : 0;
    size_t address_count = addresses && addresses->size ? list_count(addresses->text) : 0;
    size_t port_count = ports && ports->size ? list_count(ports->text) : 0;
    size_t hosts = address_count ? address_count : name_count ? name_count : 1;
    if (name_count && address_count && name_count != address_count) {
        snprintf(message, sizeof message, "%zu hosts and %zu addresses", name_count,
                 address_count);
        fail(judge, KEYWORD_HOSTADDR, PGCS_ERR_HOST_LIST, message,
             "Give one address for each host, or none; an empty item is looked up by name.");
    }
    if (port_count > 1 && port_count != hosts) {
        snprintf(message, sizeof message, "%zu ports for %zu host%s", port_count, hosts,
                 hosts == 1 ? "" : "s");
        fail(judge, KEYWORD_PORT, PGCS_ERR_HOST_LIST, message,
             "Give one port for all hosts, or one for each.");
    }
}

void
judge_hosts(const struct judge *judge) {
    const pgcs_spec *spec = judge->spec;
    const struct spec_value *ports = spec_find(spec, KEYWORD_PORT);
    if (ports != NULL)
        judge_ports(judge, ports);
    size_t faults = 0;
    for (size_t i = 0; i < spec_host_count(spec) && faults < LIMIT_HOST_FAULTS; i++) {
        faults += judge_host(judge, spec_host(spec, i));
        faults += judge_address(judge, spec_host(spec, i)->address);
    }
    judge_counts(judge, spec_find(spec, KEYWORD_HOST), spec_find(spec, KEYWORD_HOSTADDR),
                 ports);
}
