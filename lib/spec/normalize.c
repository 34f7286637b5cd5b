/* The canonical spelling of a spec. */
#include "spec/normalize.h"

#include <arpa/inet.h>
#include <string.h>

#include "base/text.h"
#include "spec/draft.h"
#include "spec/host.h"
#include "spec/judge.h"

static void
put_lower(struct buf *out, struct slice text) {
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        buf_put_char(out, (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
    }
}

/* address ["%" zone]: the zone is a name of the system, and keeps its case. */
static void
put_ipv6(struct buf *out, struct slice text) {
    char address[INET6_ADDRSTRLEN], canonical[INET6_ADDRSTRLEN];
    struct in6_addr bits;
    const char *zone = memchr(text.data, '%', text.size);
    size_t size = zone ? (size_t)(zone - text.data) : text.size;
    memcpy(address, text.data, size);
    address[size] = '\0';
    if (inet_pton(AF_INET6, address, &bits) == 1 &&
        inet_ntop(AF_INET6, &bits, canonical, sizeof canonical) != NULL)
        buf_put_string(out, canonical);
    else
        buf_put(out, text.data, size);
    buf_put(out, text.data + size, text.size - size);
}

static void
put_host(struct buf *out, struct slice item) {
    if (is_ipv6(item.data, item.size))
        put_ipv6(out, item);
    else if (item.size > 0 && (item.data[0] == '/' || item.data[0] == '@'))
        buf_put(out, item.data, item.size);
    else
        put_lower(out, item);
}

static void
put_port(struct buf *out, struct slice item) {
    int32_t port = port_number(item);
    if (port > 0)
        buf_printf(out, "%d", (int)port);
    else
        buf_put(out, item.data, item.size);
}

typedef void
put_item(struct buf *out, struct slice item);

static void
put_list(struct buf *out, const char *list, put_item *put) {
    const char *rest = list;
    while (rest != NULL) {
        struct slice item = list_next(&rest);
        put(out, item);
        if (rest != NULL)
            buf_put_char(out, ',');
    }
}

/* Do all items of a written list say the same? Then the first stands for them all. */
static void
fold_list(struct buf *out) {
    const char *comma = memchr(out->data ? out->data : "", ',', out->size);
    if (comma == NULL || comma == out->data)
        return;
    size_t item = (size_t)(comma - out->data);
    if ((out->size + 1) % (item + 1) != 0)
        return;
    for (size_t i = item + 1; i < out->size; i += item + 1)
        if (memcmp(out->data + i, out->data, item) != 0 ||
            (i + item < out->size && out->data[i + item] != ','))
            return;
    out->size = item;
}

/* blanks? sign? digit+ blanks? without what is not needed */
static void
put_integer(struct buf *out, struct slice text) {
    size_t from = 0, to = text.size;
    while (from < to &&
           (text.data[from] == ' ' || (text.data[from] >= 9 && text.data[from] <= 13)))
        from++;
    while (to > from &&
           (text.data[to - 1] == ' ' || (text.data[to - 1] >= 9 && text.data[to - 1] <= 13)))
        to--;
    size_t digits = from;
    bool negative = digits < to && text.data[digits] == '-';
    digits += digits < to && (negative || text.data[digits] == '+');
    while (digits + 1 < to && text.data[digits] == '0')
        digits++;
    size_t i = digits;
    while (i < to && text.data[i] >= '0' && text.data[i] <= '9')
        i++;
    if (i < to || digits == to) {
        buf_put(out, text.data, text.size);
        return;
    }
    if (negative)
        buf_put_char(out, '-');
    buf_put(out, text.data + digits, to - digits);
}

static void
put_normal(struct buf *out, const struct spec_value *value) {
    struct slice text = {value->text, value->size};
    enum keyword_rule rule = keyword_rows[value->keyword].rule;
    switch (rule) {
    case KEYWORD_RULE_HOSTS:
    case KEYWORD_RULE_ADDRESSES:
        put_list(out, value->text, put_host);
        break;
    case KEYWORD_RULE_PORTS:
        put_list(out, value->text, put_port);
        fold_list(out);
        break;
    case KEYWORD_RULE_INTEGER:
        put_integer(out, text);
        break;
    case KEYWORD_RULE_TLS_VERSION:
        if (rule_index(rule, text) >= 0) {
            buf_put_string(out, "TLSv");
            buf_put(out, text.data + 4, text.size - 4);
            break;
        }
        buf_put(out, text.data, text.size);
        break;
    default:
        buf_put(out, text.data, text.size);
        break;
    }
}

pgcs_status
spec_normalize(const pgcs_spec *spec, const pgcs_spec **out, struct diag *diag) {
    struct draft draft;
    if (!draft_begin(&draft, (struct slice){"", 0}, SPEC_FORM_NONE))
        return diag_nomem(diag);
    bool good = spec->label == NULL || draft_label(&draft, spec->label);
    for (size_t i = 0; good && i < KEYWORD_COUNT; i++) {
        const struct spec_value *value = spec_find(spec, (enum keyword)i);
        if (value == NULL)
            continue;
        struct buf text = {.limit = 0};
        put_normal(&text, value);
        struct spec_value normal = *value;
        normal.text = text.data ? text.data : "";
        normal.size = (uint32_t)text.size;
        normal.duplicate = false;
        good = !text.failed && draft_set_as(&draft, &normal);
        buf_free(&text);
    }
    for (const struct spec_note *note = spec->notes; good && note != NULL; note = note->next)
        good = draft_note(&draft, note);
    if (good)
        return draft_finish(&draft, out, diag);
    draft_drop(&draft);
    return diag_nomem(diag);
}
