/* The form with fields: collects parameters and hosts, then makes a spec. */
#include "spec/builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "spec/draft.h"
#include "spec/host.h"

#define SHORTEST_LABEL 3
#define LONGEST_LABEL  100
#define LAST_PORT      65535

struct field {
    struct buf text;
    size_t items; /* of a comma list; 0 when unset or empty */
    bool set;
    bool suspect; /* came from a spec where it may be a piece of a password */
};

/* What the reader of a spec noticed, as long as it holds for what is made of that. */
struct kept_note {
    struct kept_note *next;
    struct spec_note note;
    char texts[]; /* message and hint */
};

struct pgcs_builder {
    struct field fields[KEYWORD_COUNT];
    struct kept_note *notes;
    bool port_for_all;             /* the port was set on its own: it is for every host */
    char label[LONGEST_LABEL + 1]; /* "" when there is none */
};

pgcs_builder *
builder_new(void) {
    return calloc(1, sizeof(pgcs_builder));
}

static bool
put_field(struct field *field, struct slice value) {
    struct buf text = {.limit = LIMIT_SPEC_SIZE};
    buf_put(&text, value.data, value.size);
    if (text.failed)
        return false;
    buf_free(&field->text);
    field->text = text;
    field->set = true;
    field->suspect = false;
    field->items = value.size > 0;
    for (size_t i = 0; i < value.size; i++)
        field->items += value.data[i] == ',';
    return true;
}

/* Copy a note. It has no place any more: the builder has no text. */
static struct kept_note *
note_new(const struct spec_note *note) {
    const char *hint = note->hint ? note->hint : "";
    size_t message_size = strlen(note->message) + 1, hint_size = strlen(hint) + 1;
    struct kept_note *kept = malloc(sizeof *kept + message_size + hint_size);
    if (kept == NULL)
        return NULL;
    kept->next = NULL;
    kept->note = *note;
    kept->note.next = NULL;
    kept->note.offset = kept->note.length = -1;
    kept->note.message = memcpy(kept->texts, note->message, message_size);
    char *hint_copy = memcpy(kept->texts + message_size, hint, hint_size);
    kept->note.hint = note->hint ? hint_copy : NULL;
    return kept;
}

static bool
keep_notes(pgcs_builder *builder, const struct spec_note *notes) {
    struct kept_note **last = &builder->notes;
    for (const struct spec_note *note = notes; note != NULL; note = note->next) {
        *last = note_new(note);
        if (*last == NULL)
            return false;
        last = &(*last)->next;
    }
    return true;
}

/* A parameter is set or taken away: what was said of its old value holds no more. */
static void
forget_notes(pgcs_builder *builder, enum keyword keyword, bool set) {
    struct kept_note **link = &builder->notes;
    while (*link != NULL) {
        struct kept_note *kept = *link;
        const struct spec_note *note = &kept->note;
        bool same = note->field != NULL && strcmp(note->field, keyword_name(keyword)) == 0;
        /* A check that was dropped is not made good by saying even less. */
        if (!same || (!set && note->code == PGCS_CODE_TLS_DROPPED)) {
            link = &kept->next;
            continue;
        }
        *link = kept->next;
        free(kept);
    }
}

pgcs_builder *
builder_new_from(const pgcs_spec *spec) {
    pgcs_builder *builder = builder_new();
    if (builder == NULL)
        return NULL;
    if (!keep_notes(builder, spec->notes)) {
        builder_free(builder);
        return NULL;
    }
    for (size_t i = 0; i < spec->count; i++) {
        const struct spec_value *value = &spec->values[i];
        struct slice text = {value->text, value->size};
        if (!put_field(&builder->fields[value->keyword], text)) {
            builder_free(builder);
            return NULL;
        }
        builder->fields[value->keyword].suspect = value->suspect;
    }
    builder->port_for_all = builder->fields[KEYWORD_PORT].items == 1;
    if (spec->label != NULL)
        memcpy(builder->label, spec->label, strlen(spec->label) + 1);
    return builder;
}

void
builder_free(pgcs_builder *builder) {
    if (builder == NULL)
        return;
    for (int i = 0; i < KEYWORD_COUNT; i++)
        buf_free(&builder->fields[i].text);
    while (builder->notes != NULL) {
        struct kept_note *next = builder->notes->next;
        free(builder->notes);
        builder->notes = next;
    }
    free(builder);
}

/* The keyword that a program names. */
static pgcs_status
find_keyword(const char *key, enum keyword *keyword, struct diag *diag) {
    *keyword = keyword_find(key, strlen(key));
    if (*keyword != KEYWORD_NONE)
        return PGCS_OK;
    diag_fail(diag, PGCS_ERR_UNKNOWN_KEY, "libpq has no parameter \"%s\"",
              diag_quote(key, strlen(key)).text);
    enum keyword guess = keyword_guess(key, strlen(key));
    if (guess != KEYWORD_NONE)
        diag_hint(diag, "Perhaps it should be \"%s\".", keyword_name(guess));
    return PGCS_ERR_UNKNOWN_KEY;
}

pgcs_status
builder_set(pgcs_builder *builder, const char *key, struct slice value, struct diag *diag) {
    enum keyword keyword;
    if (find_keyword(key, &keyword, diag) != PGCS_OK)
        return diag->status;
    const char *zero = memchr(value.data, '\0', value.size);
    if (zero != NULL) {
        diag_fail(diag, PGCS_ERR_ENCODING, "a zero byte in %s", keyword_name(keyword));
        diag_place(diag, (size_t)(zero - value.data), 1);
        diag_field(diag, keyword_name(keyword));
        diag_hint(diag, "Remove it: no part of a connection can hold one.");
        return PGCS_ERR_ENCODING;
    }
    if (value.size > LIMIT_SPEC_SIZE) {
        diag_fail(diag, PGCS_ERR_LIMIT, "%s is longer than %zu bytes", keyword_name(keyword),
                  LIMIT_SPEC_SIZE);
        diag_field(diag, keyword_name(keyword));
        return PGCS_ERR_LIMIT;
    }
    if (!put_field(&builder->fields[keyword], value))
        return diag_nomem(diag);
    forget_notes(builder, keyword, true);
    if (keyword == KEYWORD_PORT)
        builder->port_for_all = builder->fields[keyword].items == 1;
    return PGCS_OK;
}

pgcs_status
builder_unset(pgcs_builder *builder, const char *key, struct diag *diag) {
    enum keyword keyword;
    if (find_keyword(key, &keyword, diag) != PGCS_OK)
        return diag->status;
    buf_free(&builder->fields[keyword].text);
    builder->fields[keyword].set = false;
    builder->fields[keyword].items = 0;
    forget_notes(builder, keyword, false);
    return PGCS_OK;
}

/* label = 3*100(a-z / 0-9 / "-") */
pgcs_status
builder_set_label(pgcs_builder *builder, const char *label, struct diag *diag) {
    size_t size = strnlen(label, LONGEST_LABEL + 1);
    size_t good = strspn(label, "abcdefghijklmnopqrstuvwxyz0123456789-");
    if (size < SHORTEST_LABEL || size > LONGEST_LABEL || good < size) {
        diag_fail(diag, PGCS_ERR_BAD_VALUE, "not a name for a connection");
        diag_field(diag, "label");
        if (good < size)
            diag_place(diag, good, 1);
        diag_hint(diag, "Use %d to %d lower-case letters, digits and hyphens.", SHORTEST_LABEL,
                  LONGEST_LABEL);
        return PGCS_ERR_BAD_VALUE;
    }
    memcpy(builder->label, label, size + 1);
    return PGCS_OK;
}

/* --- hosts ---------------------------------------------------------------------------------
 */

static pgcs_status
fail_host(struct diag *diag, enum keyword keyword, const char *message, const char *hint) {
    diag_fail(diag, PGCS_ERR_BAD_VALUE, "%s", message);
    diag_field(diag, keyword_name(keyword));
    diag_hint(diag, "%s", hint);
    return PGCS_ERR_BAD_VALUE;
}

/* A name that can't be one, for the reason that a person most likely had for it. */
static pgcs_status
check_name(struct slice name, struct diag *diag) {
    if (name.size == 0)
        return fail_host(diag, KEYWORD_HOST, "the host is empty",
                         "Enter the name or the address of the server.");
    if (memchr(name.data, ',', name.size) != NULL)
        return fail_host(diag, KEYWORD_HOST, "a comma in the host",
                         "Add each host of a list on its own.");
    if (name.data[0] == '/' || name.data[0] == '@' || is_ipv6(name.data, name.size))
        return PGCS_OK;
    if (memmem(name.data, name.size, "://", 3) != NULL)
        return fail_host(diag, KEYWORD_HOST, "a URI in place of the host",
                         "Enter only the name of the server, or read the whole as a URI.");
    for (size_t i = 0; i < name.size; i++) {
        unsigned char c = (unsigned char)name.data[i];
        if (c == ':')
            return fail_host(diag, KEYWORD_HOST, "a colon in the host",
                             "Enter the port in its own field.");
        if (c <= ' ' || c == 0x7f || strchr("/?#@[]%\\\"'<>&=;", c) != NULL) {
            fail_host(diag, KEYWORD_HOST, "a character that no host name has",
                      "Enter the name of the server and nothing else.");
            diag_place(diag, i, 1);
            return PGCS_ERR_BAD_VALUE;
        }
    }
    return PGCS_OK;
}

/* An IPv6 address may come in the brackets that it has in a URI. */
static struct slice
without_brackets(const char *text) {
    size_t size = strlen(text);
    if (size > 2 && text[0] == '[' && text[size - 1] == ']' && is_ipv6(text + 1, size - 2))
        return (struct slice){text + 1, size - 2};
    return (struct slice){text, size};
}

/* Append @item to the list in @field, in which @hosts other hosts have a place. */
static void
append(struct field *field, size_t hosts, struct slice item) {
    if (!field->set && item.size == 0)
        return;
    for (size_t i = field->items ? field->items : 1; i < hosts; i++)
        buf_put_char(&field->text, ',');
    if (hosts > 0)
        buf_put_char(&field->text, ',');
    buf_put(&field->text, item.data, item.size);
    field->set = true;
    field->items = hosts + 1;
}

/* As append(), but one port stands for all hosts until a host has another one. */
static void
append_port(pgcs_builder *builder, size_t hosts, struct slice port) {
    struct field *field = &builder->fields[KEYWORD_PORT];
    struct buf *text = &field->text;
    char one[12];
    size_t size = text->size;
    if (port.size == 0 && (hosts == 0 || builder->port_for_all))
        return;
    if (hosts == 0)
        size = text->size = 0;
    if (field->items == 1 && hosts > 0) {
        if (size == port.size && memcmp(text->data, port.data, size) == 0)
            return;
        for (size_t i = 1; i < hosts && size < sizeof one; i++) {
            memcpy(one, text->data, size);
            buf_put_char(text, ',');
            buf_put(text, one, size);
            field->items++;
        }
    }
    builder->port_for_all = false;
    append(field, hosts, port);
}

/* A field that could not grow is broken from then on. */
static pgcs_status
check_buffers(const pgcs_builder *builder, struct diag *diag) {
    for (int i = 0; i < KEYWORD_COUNT; i++)
        if (buf_status(&builder->fields[i].text, diag) != PGCS_OK)
            return diag->status;
    return PGCS_OK;
}

static pgcs_status
check_host(struct slice name, struct slice address, int32_t port, struct diag *diag) {
    if (name.data != NULL && check_name(name, diag) != PGCS_OK)
        return diag->status;
    if (address.data != NULL && !is_ipv4(address.data, address.size) &&
        !is_ipv6(address.data, address.size))
        return fail_host(diag, KEYWORD_HOSTADDR, "not a numeric address",
                         "Enter an IPv4 or IPv6 address, or a name as the host instead.");
    if (port < 0 || port > LAST_PORT) {
        diag_fail(diag, PGCS_ERR_BAD_VALUE, "%d is not a port", (int)port);
        diag_field(diag, keyword_name(KEYWORD_PORT));
        diag_hint(diag, "Use a number from 1 to %d, or 0 for the default.", LAST_PORT);
        return PGCS_ERR_BAD_VALUE;
    }
    return PGCS_OK;
}

pgcs_status
builder_add_host(pgcs_builder *builder, const char *name, const char *address, int32_t port,
                 struct diag *diag) {
    struct slice host = name ? without_brackets(name) : (struct slice){NULL, 0};
    struct slice numeric = address ? without_brackets(address) : (struct slice){NULL, 0};
    if (check_host(host, numeric, port, diag) != PGCS_OK)
        return diag->status;
    struct field *names = &builder->fields[KEYWORD_HOST];
    struct field *addresses = &builder->fields[KEYWORD_HOSTADDR];
    size_t hosts = names->items > addresses->items ? names->items : addresses->items;
    char number[12] = "";
    if (port > 0)
        snprintf(number, sizeof number, "%d", (int)port);
    append(names, hosts, host);
    append(addresses, hosts, numeric);
    append_port(builder, hosts, (struct slice){number, strlen(number)});
    return check_buffers(builder, diag);
}

pgcs_status
builder_finish(pgcs_builder *builder, const pgcs_spec **out, struct diag *diag) {
    struct draft draft;
    if (check_buffers(builder, diag) != PGCS_OK)
        return diag->status;
    if (!draft_begin(&draft, (struct slice){"", 0}, SPEC_FORM_NONE))
        return diag_nomem(diag);
    bool good = true;
    for (int i = 0; good && i < KEYWORD_COUNT; i++) {
        const struct field *field = &builder->fields[i];
        const struct spec_value value = {
            .text = field->text.size ? field->text.data : "",
            .size = (uint32_t)field->text.size,
            .keyword = (uint8_t)i,
            .origin = PGCS_ORIGIN_BUILDER,
            .suspect = field->suspect,
        };
        if (field->set)
            good = draft_set_as(&draft, &value);
    }
    for (const struct kept_note *kept = builder->notes; good && kept; kept = kept->next)
        good = draft_note(&draft, &kept->note);
    if (good && builder->label[0] != '\0')
        good = draft_label(&draft, builder->label);
    if (good)
        return draft_finish(&draft, out, diag);
    draft_drop(&draft);
    return diag_nomem(diag);
}
