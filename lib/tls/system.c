/*
 * The system's roots. Before 16, libpq takes "system" for a file of that name; what OpenSSL
 * finds by its default paths is then handed over as a file. OpenSSL is asked for each
 * certificate: the default folder says which there may be, never which are trusted, so that
 * SSL_CERT_FILE and SSL_CERT_DIR hold as they do for a newer libpq. Of a folder that
 * SSL_CERT_DIR names, those are found that the default folder has, too.
 */
#include "tls/system.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>

#include "tls/errors.h"
#include "tls/file.h"

/* A file of the folder: eight hexadecimal digits of a subject, a dot, a number. */
static bool
is_hashed(const char *name) {
    size_t digits = strspn(name, "0123456789abcdef");
    const char *number = name + digits + 1;
    return digits == 8 && name[digits] == '.' && number[0] != '\0' &&
           strspn(number, "0123456789") == strlen(number);
}

/* Have OpenSSL look for whatever bears the subjects in that text; the store keeps it. */
static bool
look_up(X509_STORE_CTX *context, const struct buf *text) {
    BIO *reader = BIO_new_mem_buf(text->data, (int)text->size);
    X509 *candidate;
    while (reader != NULL &&
           (candidate = PEM_read_bio_X509_AUX(reader, NULL, NULL, NULL)) != NULL) {
        STACK_OF(X509) *found =
            X509_STORE_CTX_get1_certs(context, X509_get_subject_name(candidate));
        sk_X509_pop_free(found, X509_free);
        X509_free(candidate);
    }
    BIO_free(reader);
    return reader != NULL;
}

/* The same for a file of the folder. What can't be read is not trusted. */
static bool
look_up_file(X509_STORE_CTX *context, const char *path) {
    struct buf text = {.limit = LIMIT_TLS_FILE};
    struct diag why;
    pgcs_status status = file_read(path, false, "sslrootcert", &text, &why);
    bool ready = status != PGCS_ERR_NOMEM;
    if (status == PGCS_OK && text.size > 0)
        ready = look_up(context, &text);
    buf_free(&text);
    return ready;
}

/* False without memory, as the functions above. */
static bool
look_up_folder(X509_STORE_CTX *context, const char *folder) {
    errno = 0;
    DIR *listing = opendir(folder);
    bool ready = listing != NULL || errno != ENOMEM;
    const struct dirent *entry;
    while (ready && listing != NULL && (entry = readdir(listing)) != NULL) {
        char path[512];
        int size = snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (is_hashed(entry->d_name) && size < (int)sizeof path)
            ready = look_up_file(context, path);
    }
    if (listing != NULL)
        closedir(listing);
    return ready;
}

/* All that the store holds by now. False without memory. */
static bool
put_certificates(X509_STORE *store, struct buf *out) {
    STACK_OF(X509) *found = X509_STORE_get1_all_certs(store);
    BIO *writer = BIO_new(BIO_s_mem());
    bool written = found != NULL && writer != NULL;
    for (int i = 0; written && i < sk_X509_num(found); i++)
        written = PEM_write_bio_X509_AUX(writer, sk_X509_value(found, i)) == 1;
    char *text = NULL;
    long size = written ? BIO_get_mem_data(writer, &text) : 0;
    if (size > 0)
        buf_put(out, text, (size_t)size);
    BIO_free(writer);
    sk_X509_pop_free(found, X509_free);
    return written;
}

static bool
gather(const char *folder, struct buf *out) {
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    bool ready = store != NULL && context != NULL && X509_STORE_set_default_paths(store) == 1 &&
                 X509_STORE_CTX_init(context, store, NULL, NULL) == 1 &&
                 look_up_folder(context, folder) && put_certificates(store, out);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    return ready;
}

pgcs_status
system_roots_read_by(const char *folder, struct buf *out, struct diag *diag) {
    struct tls_error *found = tls_errors_set_aside();
    bool gathered = gather(folder, out);
    tls_errors_put_back(found);
    if (!gathered)
        return diag_nomem(diag);
    if (out->size > 0 || out->failed != PGCS_OK)
        return buf_status(out, diag);
    diag_fail(diag, PGCS_ERR_SYSTEM, "this system has no root certificates");
    diag_hint(diag, "Install them (the package ca-certificates, as a rule), or give the "
                    "certificate of the server's authority as sslrootcert.");
    diag_field(diag, "sslrootcert");
    return PGCS_ERR_SYSTEM;
}

pgcs_status
system_roots_read(struct buf *out, struct diag *diag) {
    return system_roots_read_by(X509_get_default_cert_dir(), out, diag);
}
