/* The exported functions of common.h and error.h. */
#include <pgconnspec/common.h>
#include <pgconnspec/error.h>

#include "base/error.h"
#include "base/status.h"
#include "base/text.h"

pgcs_category
pgcs_status_category(pgcs_status status) {
    return status_category(status);
}

const char *
pgcs_status_name(pgcs_status status) {
    const char *name = status_name(status);
    return name ? name : "PGCS_ERR_?";
}

const char *
pgcs_version(void) {
    return PGCS_VERSION_STRING;
}

uint32_t
pgcs_version_number(void) {
    return PGCS_VERSION_NUMBER;
}

const char *
pgcs_text_data(const pgcs_text *text) {
    return text_data(text);
}

size_t
pgcs_text_size(const pgcs_text *text) {
    return text_size(text);
}

const pgcs_text *
pgcs_text_ref(const pgcs_text *text) {
    return text_ref(text);
}

const pgcs_text *
pgcs_text_unref(const pgcs_text *text) {
    return text_unref(text);
}

void
pgcs_error_free(pgcs_error *error) {
    error_free(error);
}

pgcs_status
pgcs_error_status(const pgcs_error *error) {
    const struct diag *diag = error_diag(error);
    return diag ? diag->status : PGCS_OK;
}

static const char *
or_null(const char *string) {
    return string[0] == '\0' ? NULL : string;
}

const char *
pgcs_error_message(const pgcs_error *error) {
    const struct diag *diag = error_diag(error);
    return diag ? diag->message : NULL;
}

const char *
pgcs_error_hint(const pgcs_error *error) {
    const struct diag *diag = error_diag(error);
    return diag ? or_null(diag->hint) : NULL;
}

const char *
pgcs_error_field(const pgcs_error *error) {
    const struct diag *diag = error_diag(error);
    return diag ? or_null(diag->field) : NULL;
}

int64_t
pgcs_error_offset(const pgcs_error *error) {
    const struct diag *diag = error_diag(error);
    return diag ? diag->offset : DIAG_NO_PLACE;
}

int64_t
pgcs_error_length(const pgcs_error *error) {
    const struct diag *diag = error_diag(error);
    return diag ? diag->length : DIAG_NO_PLACE;
}

const char *
pgcs_error_sqlstate(const pgcs_error *error) {
    const struct diag *diag = error_diag(error);
    return diag ? or_null(diag->sqlstate) : NULL;
}

int32_t
pgcs_error_os_code(const pgcs_error *error) {
    const struct diag *diag = error_diag(error);
    return diag ? diag->os_code : 0;
}
