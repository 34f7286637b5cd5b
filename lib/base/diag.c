/* Filling of diagnostics. */
#include "base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* 0: its arguments are checked where they are named, in the callers. */
DIAG_PRINTF(3, 0)
static void
print(char *out, size_t size, const char *format, va_list arguments) {
    if (vsnprintf(out, size, format, arguments) < 0)
        out[0] = '\0';
}

pgcs_status
diag_fail(struct diag *diag, pgcs_status status, const char *format, ...) {
    diag->status = status;
    diag->os_code = 0;
    diag->offset = DIAG_NO_PLACE;
    diag->length = DIAG_NO_PLACE;
    diag->sqlstate[0] = '\0';
    diag->field[0] = '\0';
    diag->hint[0] = '\0';
    va_list arguments;
    va_start(arguments, format);
    print(diag->message, sizeof diag->message, format, arguments);
    va_end(arguments);
    return status;
}

void
diag_hint(struct diag *diag, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    print(diag->hint, sizeof diag->hint, format, arguments);
    va_end(arguments);
}

void
diag_field(struct diag *diag, const char *field) {
    size_t size = strnlen(field, sizeof diag->field - 1);
    memcpy(diag->field, field, size);
    diag->field[size] = '\0';
}

void
diag_place(struct diag *diag, size_t offset, size_t length) {
    diag->offset = (int64_t)offset;
    diag->length = (int64_t)length;
}

pgcs_status
diag_nomem(struct diag *diag) {
    return diag_fail(diag, PGCS_ERR_NOMEM, "out of memory");
}

pgcs_status
diag_misuse(struct diag *diag, const char *what) {
    diag_fail(diag, PGCS_ERR_MISUSE, "%s", what);
    diag_hint(diag, "This is a mistake in the calling program, not in what its user typed.");
    return PGCS_ERR_MISUSE;
}

pgcs_status
diag_not_built(struct diag *diag, const char *what) {
    diag_fail(diag, PGCS_ERR_NOT_BUILT, "%s is not in this build of libpgconnspec", what);
    diag_hint(diag, "Use a build or a newer release that has it.");
    return PGCS_ERR_NOT_BUILT;
}

struct quoted
diag_quote(const char *data, size_t size) {
    static const char hex[] = "0123456789abcdef";
    struct quoted quoted;
    char *out = quoted.text;
    size_t shown = size < LIMIT_QUOTED_TOKEN ? size : LIMIT_QUOTED_TOKEN;
    for (size_t i = 0; i < shown; i++) {
        unsigned char byte = (unsigned char)data[i];
        if (byte >= 0x20 && byte < 0x7f) {
            *out++ = (char)byte;
        } else {
            *out++ = '\\';
            *out++ = 'x';
            *out++ = hex[byte >> 4];
            *out++ = hex[byte & 15];
        }
    }
    memcpy(out, shown < size ? "..." : "", shown < size ? 4 : 1);
    return quoted;
}
