/*
 * Host lists, lined up as libpq does it when it connects: as many hosts as hostaddr has items,
 * else as host has; one port for all, or one for each. Where the lists disagree nothing is
 * lost: the longer one counts, and validation tells. Source: libpq's documentation,
 * "Specifying Multiple Hosts".
 */
#include "spec/host.h"

#include <arpa/inet.h>
#include <string.h>

#include "spec/spec.h"

#define LAST_PORT 65535

size_t
list_count(const char *text) {
    size_t count = 1;
    while ((text = strchr(text, ',')) != NULL) {
        count++;
        text++;
    }
    return count;
}

struct slice
list_next(const char **rest) {
    const char *comma = strchr(*rest, ',');
    struct slice item = {.data = *rest,
                         .size = comma ? (size_t)(comma - *rest) : strlen(*rest)};
    *rest = comma ? comma + 1 : NULL;
    return item;
}

static bool
is_blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* blanks? sign? digit+ blanks?, as strtol(3) and libpq after it have it. */
int32_t
port_number(struct slice text) {
    if (text.size == 0)
        return 0;
    size_t i = 0;
    while (i < text.size && is_blank(text.data[i]))
        i++;
    if (i < text.size && text.data[i] == '+')
        i++;
    size_t digits = i;
    int32_t number = 0;
    for (; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++) {
        number = number * 10 + (text.data[i] - '0');
        if (number > LAST_PORT)
            return -1;
    }
    if (i == digits || number == 0)
        return -1;
    while (i < text.size && is_blank(text.data[i]))
        i++;
    return i == text.size ? number : -1;
}

bool
is_ipv4(const char *data, size_t size) {
    char text[INET_ADDRSTRLEN];
    struct in_addr address;
    if (size == 0 || size >= sizeof text)
        return false;
    memcpy(text, data, size);
    text[size] = '\0';
    return inet_pton(AF_INET, text, &address) == 1;
}

bool
is_ipv6(const char *data, size_t size) {
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    if (memchr(data, ':', size) == NULL)
        return false;
    const char *zone = memchr(data, '%', size);
    if (zone != NULL) {
        if (zone + 1 == data + size)
            return false;
        size = (size_t)(zone - data);
    }
    if (size == 0 || size >= sizeof text)
        return false;
    memcpy(text, data, size);
    text[size] = '\0';
    return inet_pton(AF_INET6, text, &address) == 1;
}

pgcs_host_kind
spec_host_kind(const struct spec_host *host) {
    const char *text = host->name && host->name[0] ? host->name : host->address;
    if (text == NULL || text[0] == '\0')
        return PGCS_HOST_NONE;
    if (text[0] == '/')
        return PGCS_HOST_SOCKET_DIR;
    if (text[0] == '@')
        return PGCS_HOST_SOCKET_ABSTRACT;
    size_t size = strlen(text);
    if (is_ipv4(text, size))
        return PGCS_HOST_IPV4;
    return is_ipv6(text, size) ? PGCS_HOST_IPV6 : PGCS_HOST_NAME;
}

/* A copy of a list with its commas cut, or NULL without memory. */
static char *
cut_copy(struct pool *pool, const struct spec_value *list) {
    char *copy = pool_copy(pool, list->text, list->size);
    for (char *comma = copy; comma && (comma = strchr(comma, ',')) != NULL; comma++)
        *comma = '\0';
    return copy;
}

/* The next item of a list that cut_copy() made, "" items too. */
static char *
cut_next(char **rest, size_t *left) {
    if (*left == 0)
        return NULL;
    char *item = *rest;
    (*left)--;
    *rest += strlen(item) + 1;
    return item;
}

static bool
fill_list(pgcs_spec *spec, const struct spec_value *names, size_t name_count,
          const struct spec_value *addresses, size_t address_count) {
    spec->hosts = pool_alloc(spec->pool, spec->host_count * sizeof *spec->hosts);
    char *name = names ? cut_copy(spec->pool, names) : NULL;
    char *address = addresses ? cut_copy(spec->pool, addresses) : NULL;
    if (spec->hosts == NULL || (names && !name) || (addresses && !address))
        return false;
    const char *port = spec_filled(spec, KEYWORD_PORT);
    int32_t number = 0;
    bool one_port = port == NULL || strchr(port, ',') == NULL;
    if (port != NULL && one_port)
        number = port_number(list_next(&port));
    for (size_t i = 0; i < spec->host_count; i++) {
        if (!one_port)
            number = port ? port_number(list_next(&port)) : 0;
        spec->hosts[i] = (struct spec_host){.name = cut_next(&name, &name_count),
                                            .address = cut_next(&address, &address_count),
                                            .port = number};
    }
    return true;
}

bool
hosts_fill(pgcs_spec *spec) {
    const struct spec_value *names = spec_find(spec, KEYWORD_HOST);
    const struct spec_value *addresses = spec_find(spec, KEYWORD_HOSTADDR);
    const struct spec_value *port = spec_find(spec, KEYWORD_PORT);
    size_t name_count = names && names->size > 0 ? list_count(names->text) : 0;
    size_t address_count = addresses && addresses->size > 0 ? list_count(addresses->text) : 0;
    spec->host_count = name_count > address_count ? name_count : address_count;
    if (spec->host_count > 1)
        return fill_list(spec, name_count ? names : NULL, name_count,
                         address_count ? addresses : NULL, address_count);
    spec->host_count = 1;
    spec->hosts = &spec->only;
    spec->only = (struct spec_host){
        .name = names ? names->text : NULL,
        .address = addresses ? addresses->text : NULL,
        .port = port ? port_number((struct slice){port->text, port->size}) : 0,
    };
    return true;
}
