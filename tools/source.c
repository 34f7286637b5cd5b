/*
 * From the command line to a spec. The order in which sources win: options (-h, --sslmode ...),
 * then the spec itself, then the service, PG* variables, the password file: libpq's order.
 */
#include "source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "text.h"

#define SPEC_LIMIT ((size_t)1 << 20) /* as the library's own limit */
#define FILE_LIMIT ((size_t)16 << 20)

uint32_t
source_parse_flags(const struct options *options) {
    if (options_has(options, OPTION_STRICT))
        return PGCS_PARSE_RFC3986;
    static const uint32_t helpful[] = {PGCS_PARSE_FOREIGN, PGCS_PARSE_REPAIR};
    uint32_t flags = 0;
    for (size_t i = 0; i < sizeof helpful / sizeof helpful[0]; i++) {
        if (pgcs_supports(PGCS_KIND_PARSE_FLAG, helpful[i]))
            flags |= helpful[i];
    }
    return flags;
}

char *
read_all(FILE *stream, size_t limit, size_t *size) {
    size_t capacity = 4096;
    char *data = text_grow(NULL, capacity);
    size_t used = 0;
    while (!feof(stream) && !ferror(stream) && used <= limit) {
        if (capacity - used < 2) {
            /* realloc() would leave a copy of a secret behind. */
            char *larger = text_grow(NULL, 2 * capacity);
            memcpy(larger, data, used);
            explicit_bzero(data, used);
            free(data);
            data = larger;
            capacity *= 2;
        }
        used += fread(data + used, 1, capacity - used - 1, stream);
    }
    data[used < capacity ? used : capacity - 1] = '\0';
    if (!ferror(stream) && used <= limit) {
        *size = used;
        return data;
    }
    explicit_bzero(data, used);
    free(data);
    errno = used > limit ? EFBIG : errno;
    return NULL;
}

/* The command's own fault; owns message. */
static bool
fault(struct source *source, char *message, const char *hint) {
    free(source->fault);
    source->fault = message;
    source->fault_hint = hint;
    return false;
}

/* A file that was asked for by name. */
static char *
read_file(struct source *source, const char *path, size_t *size) {
    FILE *stream = fopen(path, "re");
    char *data = stream == NULL ? NULL : read_all(stream, FILE_LIMIT, size);
    int error = errno;
    if (stream != NULL)
        (void)fclose(stream);
    if (data == NULL && strncmp(path, "-----BEGIN", 10) == 0)
        (void)fault(source, text_copy("PEM text where the path of a file is wanted"),
                    "Write it to a file that only you can read, and give the path of that.");
    else if (data == NULL)
        (void)fault(source, text_format("can't read %s: %s", path, strerror(error)), NULL);
    return data;
}

/* "-" is one spec on standard input, so that no list of processes shows it. */
static bool
read_standard_input(struct source *source) {
    size_t size = 0;
    source->memory = read_all(stdin, SPEC_LIMIT, &size);
    if (source->memory == NULL)
        return fault(source, text_format("can't read standard input: %s", strerror(errno)),
                     NULL);
    while (size > 0 && (source->memory[size - 1] == '\n' || source->memory[size - 1] == '\r'))
        size--;
    source->typed = (struct typed){source->memory, size};
    return true;
}

static bool
read_variable(struct source *source, const struct options *options) {
    const char *name = options->value[OPTION_VARIABLE];
    pgcs_env *env = pgcs_env_new();
    bool good = pgcs_env_capture_variable(env, name, &source->error) == PGCS_OK &&
                pgcs_spec_parse_variable(env, name, options->value[OPTION_VARIABLE_PREFIX],
                                         source_parse_flags(options), &source->spec,
                                         &source->error) == PGCS_OK;
    pgcs_env_free(env);
    const char *value = getenv(name);
    if (value != NULL) {
        source->memory = text_copy(value);
        source->typed = (struct typed){source->memory, strlen(source->memory)};
    }
    return good;
}

static bool
parse_typed(struct source *source, const struct options *options) {
    return pgcs_spec_parse(source->typed.text, source->typed.size, source_parse_flags(options),
                           &source->spec, &source->error) == PGCS_OK;
}

/* The spec as it was typed, before any option; NULL in source->spec for the host form. */
static bool
read_text(struct source *source, const struct options *options, size_t which) {
    if (options_has(options, OPTION_VARIABLE))
        return read_variable(source, options);
    if (which >= options->spec_count)
        return true;
    const char *text = options->specs[which];
    source->typed = (struct typed){text, strlen(text)};
    if (strcmp(text, "-") == 0 && !read_standard_input(source))
        return false;
    return parse_typed(source, options);
}

static bool
replace_spec(struct source *source, pgcs_builder *builder) {
    const pgcs_spec *spec = NULL;
    if (pgcs_builder_finish(builder, 0, &spec, &source->error) != PGCS_OK)
        return false;
    pgcs_spec_unref(source->spec);
    source->spec = spec;
    return true;
}

static pgcs_builder *
builder_of(const struct source *source) {
    return source->spec == NULL ? pgcs_builder_new() : pgcs_builder_new_from(source->spec);
}

/* Options that stand for a parameter; --name, the label, is none of libpq's. */
static const struct {
    enum option_id id;
    const char *key;
} option_keys[] = {
    {OPTION_HOST, "host"},       {OPTION_PORT, "port"},       {OPTION_USER, "user"},
    {OPTION_DATABASE, "dbname"}, {OPTION_SSLMODE, "sslmode"}, {OPTION_SERVICE, "service"},
    {OPTION_NAME, NULL},
};
#define OPTION_KEYS (sizeof option_keys / sizeof option_keys[0])

/* What stands in options wins over what stands in the spec. */
static bool
apply_options(struct source *source, const struct options *options) {
    bool any = source->spec == NULL;
    for (size_t i = 0; i < OPTION_KEYS; i++)
        any = any || options_has(options, option_keys[i].id);
    if (!any)
        return true;
    pgcs_builder *builder = builder_of(source);
    bool good = true;
    for (size_t i = 0; good && i < OPTION_KEYS; i++) {
        const char *value = options->value[option_keys[i].id];
        const char *key = option_keys[i].key;
        if (value == NULL)
            continue;
        pgcs_status status =
            key == NULL ? pgcs_builder_set_label(builder, value, &source->error)
                        : pgcs_builder_set(builder, key, value, strlen(value), &source->error);
        good = status == PGCS_OK;
    }
    good = good && replace_spec(source, builder);
    pgcs_builder_free(builder);
    return good;
}

bool
source_set(struct source *source, const char *key, const char *value) {
    pgcs_builder *builder = builder_of(source);
    bool good =
        pgcs_builder_set(builder, key, value, strlen(value), &source->error) == PGCS_OK &&
        replace_spec(source, builder);
    pgcs_builder_free(builder);
    return good;
}

/* --- what stands around the spec ------------------------------------------------- */

/* A file of the person's home, or the one that a variable names; NULL when it isn't there. */
static char *
home_file(const char *variable, const char *name) {
    const char *path = getenv(variable);
    if (path != NULL && *path != '\0')
        return text_copy(path);
    const char *home = getenv("HOME");
    return home == NULL ? NULL : text_format("%s/%s", home, name);
}

/* libpq does not read a password file that others may read, and neither do we. */
static bool
is_private(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISREG(status.st_mode))
        return false;
    if ((status.st_mode & (S_IRWXG | S_IRWXO)) == 0)
        return true;
    char *message = text_format("the password file %s is not read: others may read it", path);
    complain_text(message, "Run chmod 0600 on it.");
    free(message);
    return false;
}

static bool
add_passfile(pgcs_env *env, const pgcs_spec *spec, pgcs_error **error) {
    const char *named = pgcs_spec_get(spec, "passfile");
    char *path = named == NULL ? home_file("PGPASSFILE", ".pgpass") : text_copy(named);
    size_t size = 0;
    FILE *stream = path != NULL && is_private(path) ? fopen(path, "re") : NULL;
    char *text = stream == NULL ? NULL : read_all(stream, FILE_LIMIT, &size);
    if (stream != NULL)
        (void)fclose(stream);
    bool good = text == NULL || pgcs_env_set_passfile(env, text, size, error) == PGCS_OK;
    if (text != NULL)
        explicit_bzero(text, size);
    free(text);
    free(path);
    return good;
}

/* The person's file first, then the system's: the first section of a name wins. */
static bool
add_servicefile(pgcs_env *env, pgcs_error **error) {
    char *paths[2] = {home_file("PGSERVICEFILE", ".pg_service.conf"), NULL};
    const char *system = getenv("PGSYSCONFDIR");
    paths[1] =
        text_format("%s/pg_service.conf", system == NULL ? "/etc/postgresql-common" : system);
    char *joined = text_copy("");
    for (size_t i = 0; i < 2; i++) {
        FILE *stream = paths[i] == NULL ? NULL : fopen(paths[i], "re");
        size_t size = 0;
        char *text = stream == NULL ? NULL : read_all(stream, FILE_LIMIT, &size);
        if (stream != NULL)
            (void)fclose(stream);
        if (text != NULL) {
            char *longer = text_format("%s%s\n", joined, text);
            text_wipe(joined);
            joined = longer;
        }
        text_wipe(text);
        free(paths[i]);
    }
    bool good = *joined == '\0' ||
                pgcs_env_set_servicefile(env, joined, strlen(joined), error) == PGCS_OK;
    text_wipe(joined);
    return good;
}

static bool
resolve_spec(struct source *source) {
    const pgcs_spec *resolved = NULL;
    pgcs_env *env = pgcs_env_new();
    bool good = pgcs_env_capture(env, &source->error) == PGCS_OK &&
                add_passfile(env, source->spec, &source->error) &&
                add_servicefile(env, &source->error) &&
                pgcs_spec_resolve(source->spec, env, 0, &resolved, &source->error) == PGCS_OK;
    pgcs_env_free(env);
    if (!good)
        return false;
    pgcs_spec_unref(source->spec);
    source->spec = resolved;
    return true;
}

/* --- TLS ------------------------------------------------------------------------- */

static bool
find_policy(struct source *source, const struct options *options) {
    const char *name = options->value[OPTION_POLICY];
    if (name == NULL)
        return true;
    source->policy = pgcs_policy_find(name);
    if (source->policy != NULL)
        return true;
    return fault(source, text_format("there is no policy \"%s\"", name),
                 "Run pgconnspec explain --policy list to see the names.");
}

/* A key that is not encrypted comes in without a passphrase; the others ask for it. */
static bool
set_key(struct source *source, pgcs_tls_builder *builder, const struct options *options) {
    const char *path = options->value[OPTION_CLIENT_KEY];
    size_t size = 0;
    char *pem = read_file(source, path, &size);
    if (pem == NULL)
        return false;
    char *passphrase = NULL;
    if (strstr(pem, "ENCRYPTED") != NULL && !options_has(options, OPTION_FROM))
        passphrase = terminal_ask_secret("Passphrase of the client's key: ");
    bool good = pgcs_tls_builder_set_key(builder, pem, size, passphrase,
                                         passphrase == NULL ? 0 : strlen(passphrase),
                                         &source->error) == PGCS_OK;
    text_wipe(passphrase);
    explicit_bzero(pem, size);
    free(pem);
    return good;
}

typedef pgcs_status
pem_setter(pgcs_tls_builder *builder, const char *pem, size_t size, pgcs_error **error);

static bool
set_pem(struct source *source, pgcs_tls_builder *builder, const char *path, pem_setter *set) {
    size_t size = 0;
    char *pem = read_file(source, path, &size);
    if (pem == NULL)
        return false;
    bool good = set(builder, pem, size, &source->error) == PGCS_OK;
    free(pem);
    return good;
}

/* The files that the spec itself names are read here as well: what is wrong with them is told
 * before anybody connects. */
static bool
names_files(const pgcs_spec *spec) {
    static const char *const keys[] = {"sslrootcert", "sslcert", "sslkey", "sslcrl"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (pgcs_spec_get(spec, keys[i]) != NULL)
            return true;
    }
    return false;
}

static bool
read_tls(struct source *source, const struct options *options) {
    const char *root = options->value[OPTION_ROOT_CERT];
    const char *certificate = options->value[OPTION_CLIENT_CERT];
    const char *key = options->value[OPTION_CLIENT_KEY];
    const char *name = options->value[OPTION_SERVER_NAME];
    bool named = names_files(source->spec);
    if (root == NULL && certificate == NULL && key == NULL && name == NULL && !named)
        return true;
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    bool good =
        (root == NULL || set_pem(source, builder, root, pgcs_tls_builder_set_roots)) &&
        (certificate == NULL ||
         set_pem(source, builder, certificate, pgcs_tls_builder_set_certificate)) &&
        (key == NULL || set_key(source, builder, options)) &&
        (name == NULL ||
         pgcs_tls_builder_set_server_name(builder, name, &source->error) == PGCS_OK) &&
        (!named || pgcs_tls_builder_load(builder, source->spec, &source->error) == PGCS_OK) &&
        pgcs_tls_builder_finish(builder, &source->tls, &source->error) == PGCS_OK;
    pgcs_tls_builder_free(builder);
    return good;
}

/* --- all together ---------------------------------------------------------------- */

/* libpq takes an empty spec for the local default connection; mostly a variable was not set. */
static bool
is_empty_spec(struct source *source) {
    if (source->typed.text == NULL || source->typed.size > 0)
        return false;
    return !fault(source, text_copy("the spec is empty"),
                  "If it comes from a variable, see that it is set; the local default "
                  "connection is -d with the name of a database.");
}

/* What stands around the text that was parsed. */
static bool
complete(struct source *source, const struct options *options, bool resolve) {
    source->error_in_typed = false;
    if ((resolve && is_empty_spec(source)) || !apply_options(source, options))
        return false;
    bool needs_service = pgcs_spec_get(source->spec, "service") != NULL;
    return (!(resolve || needs_service) || resolve_spec(source)) &&
           (!resolve || read_tls(source, options));
}

bool
source_read(struct source *source, const struct options *options, size_t which, bool resolve) {
    *source = (struct source){.error_in_typed = true};
    return find_policy(source, options) && read_text(source, options, which) &&
           complete(source, options, resolve);
}

bool
source_read_line(struct source *source, const struct options *options, const char *text,
                 size_t size) {
    *source = (struct source){.error_in_typed = true, .typed = {text, size}};
    return find_policy(source, options) && parse_typed(source, options) &&
           complete(source, options, true);
}

void
source_complain(const struct source *source) {
    if (source->fault != NULL)
        complain_text(source->fault, source->fault_hint);
    else
        complain(source->error, source->error_in_typed ? source->typed : (struct typed){0});
}

json_t *
source_json_error(const struct source *source) {
    if (source->fault == NULL)
        return json_of_error(source->error, source->error_in_typed);
    json_t *error = json_object();
    json_put(error, "code", json_of_text(pgcs_status_name(PGCS_ERR_SYSTEM)));
    json_put(error, "message", json_of_text(source->fault));
    json_put(error, "hint", json_of_text(source->fault_hint));
    json_put(error, "field", json_null());
    json_put(error, "offset", json_null());
    json_put(error, "length", json_null());
    return error;
}

void
source_close(struct source *source) {
    pgcs_error_free(source->error);
    free(source->fault);
    pgcs_spec_unref(source->spec);
    pgcs_tls_unref(source->tls);
    if (source->memory != NULL)
        explicit_bzero(source->memory, strlen(source->memory));
    free(source->memory);
    *source = (struct source){0};
}
