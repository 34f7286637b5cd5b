/* OpenSSL's queue of errors. */
#include "tls/errors.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>

struct tls_error {
    struct tls_error *next;
    unsigned long code;
    int line;
    char *file;     /* or NULL, as the two below */
    char *function; /* copies: OpenSSL frees its own */
    char *data;
};

static char *
copy_of(const char *text) {
    return text ? strdup(text) : NULL;
}

struct tls_error *
tls_errors_set_aside(void) {
    struct tls_error *first = NULL;
    struct tls_error **end = &first;
    const char *file, *function, *data;
    int line, flags;
    unsigned long code;
    while ((code = ERR_get_error_all(&file, &line, &function, &data, &flags)) != 0) {
        struct tls_error *kept = malloc(sizeof *kept);
        if (kept == NULL)
            continue;
        bool told = (flags & ERR_TXT_STRING) != 0;
        *kept = (struct tls_error){.code = code,
                                   .line = line,
                                   .file = copy_of(file),
                                   .function = copy_of(function),
                                   .data = told ? copy_of(data) : NULL};
        *end = kept;
        end = &kept->next;
    }
    return first;
}

void
tls_errors_put_back(struct tls_error *kept) {
    ERR_clear_error();
    while (kept != NULL) {
        struct tls_error *next = kept->next;
        ERR_new();
        ERR_set_debug(kept->file, kept->line, kept->function);
        ERR_set_error(ERR_GET_LIB(kept->code), ERR_GET_REASON(kept->code),
                      kept->data ? "%s" : NULL, kept->data);
        free(kept->file);
        free(kept->function);
        free(kept->data);
        free(kept);
        kept = next;
    }
}
