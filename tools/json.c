/*
 * Everything is printed in ASCII: no name, however hostile, reaches a terminal as anything but
 * \u0000 to \uffff, and the output is valid JSON in every locale.
 */
#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"

/* jansson answers NULL only without memory: it was never given what is not UTF-8. */
static json_t *
must(json_t *value) {
    if (value == NULL) {
        (void)fputs("pgconnspec: out of memory\n", stderr);
        exit(2);
    }
    return value;
}

/* The text with U+FFFD for each byte that belongs to no character; free() it. */
static char *
replace_invalid(const char *text, size_t size, size_t *replaced_size) {
    static const char replacement[] = "\xef\xbf\xbd";
    char *replaced = text_grow(NULL, 3 * size + 1);
    size_t used = 0;
    for (size_t i = 0; i < size;) {
        uint32_t point = 0;
        size_t length = utf8_next(text + i, size - i, &point);
        const char *bytes = length == 0 ? replacement : text + i;
        size_t count = length == 0 ? 3 : length;
        memcpy(replaced + used, bytes, count);
        used += count;
        i += length == 0 ? 1 : length;
    }
    replaced[used] = '\0';
    *replaced_size = used;
    return replaced;
}

json_t *
json_of_text(const char *text) {
    if (text == NULL)
        return must(json_null());
    size_t size = strlen(text);
    if (utf8_is_valid(text, size))
        return must(json_stringn(text, size));
    char *replaced = replace_invalid(text, size, &size);
    json_t *value = must(json_stringn(replaced, size));
    free(replaced);
    return value;
}

json_t *
json_of_number(int64_t number) {
    return must(number == -1 || number == INT64_MIN ? json_null() : json_integer(number));
}

void
json_put(json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, must(value)) != 0)
        must(NULL);
}

void
json_append(json_t *array, json_t *value) {
    if (json_array_append_new(array, must(value)) != 0)
        must(NULL);
}

json_t *
json_of_error(const pgcs_error *error, bool has_place) {
    json_t *object = must(json_object());
    json_put(object, "code", json_of_text(pgcs_status_name(pgcs_error_status(error))));
    json_put(object, "message", json_of_text(pgcs_error_message(error)));
    json_put(object, "hint", json_of_text(pgcs_error_hint(error)));
    json_put(object, "field", json_of_text(pgcs_error_field(error)));
    json_put(object, "offset", json_of_number(has_place ? pgcs_error_offset(error) : -1));
    json_put(object, "length", json_of_number(has_place ? pgcs_error_length(error) : -1));
    return object;
}

static json_t *
json_of_finding(pgcs_findings *cursor) {
    json_t *object = must(json_object());
    json_put(object, "code", json_of_text(pgcs_finding_name(cursor)));
    json_put(object, "severity",
             json_of_text(pgcs_severity_name(pgcs_finding_severity(cursor))));
    json_put(object, "field", json_of_text(pgcs_finding_field(cursor)));
    if (pgcs_finding_object(cursor) != NULL)
        json_put(object, "object", json_of_text(pgcs_finding_object(cursor)));
    json_put(object, "offset", json_of_number(pgcs_finding_offset(cursor)));
    json_put(object, "length", json_of_number(pgcs_finding_length(cursor)));
    json_put(object, "message", json_of_text(pgcs_finding_message(cursor)));
    json_put(object, "hint", json_of_text(pgcs_finding_hint(cursor)));
    return object;
}

json_t *
json_of_findings(const pgcs_report *report) {
    json_t *array = must(json_array());
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_NOTE);
    while (pgcs_findings_next(cursor))
        json_append(array, json_of_finding(cursor));
    pgcs_findings_free(cursor);
    return array;
}

json_t *
json_of_failure(const pgcs_report *report) {
    if (pgcs_report_severity(report) != PGCS_SEVERITY_FAILURE)
        return NULL;
    json_t *findings = json_of_findings(report);
    json_t *first = json_incref(json_array_get(findings, 0));
    json_decref(findings);
    (void)json_object_del(first, "severity");
    return first;
}

json_t *
json_of_privileges(uint64_t privileges) {
    json_t *array = must(json_array());
    for (unsigned bit = 0; bit < 64; bit++) {
        const char *name = pgcs_privilege_name(privileges & UINT64_C(1) << bit);
        if (name != NULL)
            json_append(array, json_of_text(name));
    }
    return array;
}

/* jansson leaves DEL as it is; it stands only inside strings. */
static int
print_bytes(const char *bytes, size_t size, void *stream) {
    for (size_t i = 0; i < size;) {
        size_t plain = 0;
        while (i + plain < size && bytes[i + plain] != 0x7f)
            plain++;
        (void)fwrite(bytes + i, 1, plain, stream);
        i += plain;
        if (i < size) {
            (void)fputs("\\u007f", stream);
            i++;
        }
    }
    return 0;
}

void
json_print(FILE *stream, json_t *value) {
    if (json_dump_callback(must(value), print_bytes, stream,
                           JSON_ENSURE_ASCII | JSON_ENCODE_ANY) != 0)
        must(NULL);
    json_decref(value);
}
