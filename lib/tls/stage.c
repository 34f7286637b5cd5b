/*
 * The conninfo string. It lists every parameter that this libpq knows and would otherwise fill
 * from the environment, so that neither PG* variables nor the files of a home directory have a
 * say: what the plan assigns, else what the spec says, else libpq's own default, written out.
 * PGSERVICE alone can't be shut out: what a service could do harm with is written out as well.
 */
#include "tls/stage.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"
#include "base/text.h"
#include "spec/spec.h"
#include "spec/write.h"
#include "tls/builder.h"
#include "tls/key.h"
#include "tls/memfile.h"
#include "tls/plan.h"
#include "tls/system.h"

struct pgcs_stage {
    struct refs refs;
    char *conninfo;
    size_t size;
    struct memfile *files[MATERIAL_COUNT]; /* NULL where libpq needs none */
};

/* A stage being made: what is assigned to each keyword, over what the spec says. */
struct staging {
    struct plan plan;         /* of the host that asks most */
    const pgcs_tls *material; /* with what the spec's files hold; or NULL */
    size_t first;             /* hosts [first, last) */
    size_t last;
    const char *address; /* or NULL */
    unsigned ways;       /* MEMFILE_* that may be used */
    struct pgcs_stage *stage;
    struct buf passphrase; /* of a key that was encrypted here; terminated */
    struct buf hosts;
    struct buf addresses;
    struct buf ports;
    const char *assigned[KEYWORD_COUNT]; /* NULL where the spec or the default holds */
};

/* --- what the plan assigns -----------------------------------------------------------------
 */

/* An address to connect to, when the name to expect is not the host's. */
static pgcs_status
address_of(const struct staging *staging, const struct plan *plan, const char **out,
           struct diag *diag) {
    *out = staging->address ? staging->address : plan->host_address;
    if (*out != NULL || plan->is_socket || plan->server_name == NULL ||
        strcmp(plan->server_name, plan->host_name) == 0)
        return PGCS_OK;
    if (plan->host_kind == PGCS_HOST_IPV4 || plan->host_kind == PGCS_HOST_IPV6) {
        *out = plan->host_name;
        return PGCS_OK;
    }
    diag_fail(diag, PGCS_ERR_NOT_EXPRESSIBLE,
              "libpq can expect another name than the host's only of a numeric address");
    diag_hint(diag, "Give the address of the host as hostaddr, or check with this library, "
                    "which looks the host up itself.");
    diag_field(diag, "hostaddr");
    return PGCS_ERR_NOT_EXPRESSIBLE;
}

static pgcs_status
add_host(struct staging *staging, const struct plan *plan, struct diag *diag) {
    const char *address = NULL;
    pgcs_status status = address_of(staging, plan, &address, diag);
    if (status != PGCS_OK)
        return status;
    if (plan->host > staging->first) {
        buf_put_char(&staging->hosts, ',');
        buf_put_char(&staging->addresses, ',');
        buf_put_char(&staging->ports, ',');
    }
    bool named = plan->server_name != NULL && !plan->is_socket;
    const char *name = named ? plan->server_name : plan->host_name;
    if (name != NULL)
        buf_put_string(&staging->hosts, name);
    if (address != NULL)
        buf_put_string(&staging->addresses, address);
    int32_t port = spec_host(plan->spec, plan->host)->port;
    if (port > 0)
        buf_printf(&staging->ports, "%d", (int)port);
    return PGCS_OK;
}

/* All ways to authenticate that libpq knows: an empty require_auth would allow none of them. */
static const char *
every_method(int32_t libpq_version) {
    return LIBPQ_MAJOR(libpq_version) < 18 ? "password,md5,gss,sspi,scram-sha-256,none"
                                           : "password,md5,gss,sspi,scram-sha-256,oauth,none";
}

static void
assign_modes(struct staging *staging) {
    const struct plan *plan = &staging->plan;
    const char **assigned = staging->assigned;
    bool asks_tls = plan->mode >= SSLMODE_REQUIRE;
    assigned[KEYWORD_SSLMODE] = sslmode_word(plan->mode);
    assigned[KEYWORD_SSLCOMPRESSION] = "0";
    if (asks_tls || spec_filled(plan->spec, KEYWORD_GSSENCMODE) == NULL)
        assigned[KEYWORD_GSSENCMODE] = "disable";
    if (spec_filled(plan->spec, KEYWORD_SSLCERTMODE) == NULL)
        assigned[KEYWORD_SSLCERTMODE] = plan->has_certificate ? "allow" : "disable";
    if (spec_filled(plan->spec, KEYWORD_SSL_MIN_PROTOCOL_VERSION) == NULL)
        assigned[KEYWORD_SSL_MIN_PROTOCOL_VERSION] = "TLSv1.2";
    if (spec_filled(plan->spec, KEYWORD_REQUIRE_AUTH) == NULL)
        assigned[KEYWORD_REQUIRE_AUTH] = every_method(plan->libpq_version);
    if (spec_filled(plan->spec, KEYWORD_PASSWORD) != NULL)
        assigned[KEYWORD_PASSFILE] = NO_FILE;
}

/* --- files ---------------------------------------------------------------------------------
 */

/* A key for a file with a name: encrypted with a pass phrase that only the conninfo has. */
static pgcs_status
lock_key(struct staging *staging, struct buf *locked, struct diag *diag) {
    const pgcs_tls *tls = staging->material;
    struct pem pem;
    pgcs_status status = pem_read(tls->pem[MATERIAL_KEY], "sslkey", &pem, diag);
    if (status != PGCS_OK)
        return status;
    EVP_PKEY *key = key_decode(&pem.blocks[0], tls->passphrase, "sslkey", diag);
    status = key ? key_encrypt(key, locked, &staging->passphrase, diag) : diag->status;
    EVP_PKEY_free(key);
    pem_free(&pem);
    return status;
}

static pgcs_status
stage_key(struct staging *staging, struct memfile **out, struct diag *diag) {
    struct slice key = staging->material->pem[MATERIAL_KEY];
    pgcs_status status = memfile_new(key, staging->ways & MEMFILE_ANONYMOUS, out, diag);
    if (status != PGCS_ERR_SYSTEM)
        return status;
    struct buf locked = {0};
    status = lock_key(staging, &locked, diag);
    if (status == PGCS_OK)
        status =
            memfile_new((struct slice){locked.data, locked.size}, staging->ways, out, diag);
    buf_free(&locked);
    return status;
}

static pgcs_status
assign_text(struct staging *staging, enum material i, struct diag *diag) {
    const pgcs_tls *tls = staging->material;
    struct memfile **file = &staging->stage->files[i];
    pgcs_status status = i == MATERIAL_KEY
                             ? stage_key(staging, file, diag)
                             : memfile_new(tls->pem[i], staging->ways, file, diag);
    if (status != PGCS_OK)
        return status;
    staging->assigned[material_keywords[i]] = memfile_path(*file);
    if (i == MATERIAL_KEY)
        staging->assigned[KEYWORD_SSLPASSWORD] =
            staging->passphrase.size > 0 ? staging->passphrase.data : tls->passphrase.data;
    return PGCS_OK;
}

/* "system", and the certificates themselves for a libpq that would look for such a file. */
static pgcs_status
assign_system_roots(struct staging *staging, struct diag *diag) {
    struct memfile **file = &staging->stage->files[MATERIAL_ROOTS];
    staging->assigned[KEYWORD_SSLROOTCERT] = "system";
    if (LIBPQ_MAJOR(staging->plan.libpq_version) >= 16)
        return PGCS_OK;
    struct buf roots = {.limit = LIMIT_TLS_FILE};
    pgcs_status status = system_roots_read(&roots, diag);
    if (status == PGCS_OK)
        status = memfile_new((struct slice){roots.data, roots.size}, staging->ways, file, diag);
    if (status == PGCS_OK)
        staging->assigned[KEYWORD_SSLROOTCERT] = memfile_path(*file);
    buf_free(&roots);
    return status;
}

static pgcs_status
assign_material(struct staging *staging, enum material i, struct diag *diag) {
    const struct plan *plan = &staging->plan;
    const char **assigned = &staging->assigned[material_keywords[i]];
    *assigned = NO_FILE;
    if (plan->mode == SSLMODE_DISABLE)
        return PGCS_OK;
    if (i == MATERIAL_ROOTS && plan->roots == ROOTS_SYSTEM)
        return assign_system_roots(staging, diag);
    return tls_has(staging->material, i) ? assign_text(staging, i, diag) : PGCS_OK;
}

/* Whether the spec names a file that was not loaded yet. */
static bool
names_files(const struct plan *plan) {
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++) {
        bool is_system = i == MATERIAL_ROOTS && plan->roots == ROOTS_SYSTEM;
        if (plan_value(plan, material_keywords[i]) != NULL && !tls_has(plan->tls, i) &&
            !is_system)
            return true;
    }
    return false;
}

/*
 * Read the files now, and check what is in them: libpq would look for some of them only, ask
 * for a pass phrase on the terminal, and take a certificate in a revocation list for a root.
 */
static pgcs_status
load_files(struct staging *staging, struct diag *diag) {
    const struct plan *plan = &staging->plan;
    if (plan->mode == SSLMODE_DISABLE || !names_files(plan)) {
        staging->material = tls_ref(plan->tls);
        return PGCS_OK;
    }
    return material_complete(plan->tls, plan->spec, &staging->material, diag);
}

static pgcs_status
assign_files(struct staging *staging, struct diag *diag) {
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++) {
        pgcs_status status = assign_material(staging, i, diag);
        if (status != PGCS_OK)
            return status;
    }
    return PGCS_OK;
}

/* --- writing -------------------------------------------------------------------------------
 */

/* What a parameter is when nobody gave it; NULL leaves it out. */
static const char *
otherwise(enum keyword keyword) {
    switch (keyword) {
    case KEYWORD_SERVICE: /* an empty one is looked up, and fails */
        return NULL;
    case KEYWORD_PASSFILE:
        return NO_FILE;
    case KEYWORD_CONNECT_TIMEOUT:
        return "0";
    case KEYWORD_SSLPASSWORD:
    case KEYWORD_SSLKEYLOGFILE: /* a service could name one */
    case KEYWORD_REPLICATION:   /* and make it another kind of session */
        return "";
    case KEYWORD_SSLCERTMODE:
        return "allow";
    case KEYWORD_MIN_PROTOCOL_VERSION:
    case KEYWORD_MAX_PROTOCOL_VERSION:
        return "3.0";
    default:
        break;
    }
    const struct keyword_row *row = &keyword_rows[keyword];
    if (row->variable == NULL)
        return NULL;
    return row->value ? row->value : "";
}

static pgcs_status
fail_unknown(enum keyword keyword, int32_t libpq_version, struct diag *diag) {
    diag_fail(diag, PGCS_ERR_NOT_EXPRESSIBLE, "libpq %d has no parameter %s",
              (int)LIBPQ_MAJOR(libpq_version), keyword_name(keyword));
    diag_hint(diag, "Leave %s out, or use libpq %d or newer.", keyword_name(keyword),
              (int)keyword_rows[keyword].since);
    diag_field(diag, keyword_name(keyword));
    return PGCS_ERR_NOT_EXPRESSIBLE;
}

static pgcs_status
put_parameter(struct staging *staging, enum keyword keyword, struct buf *buf,
              struct diag *diag) {
    const struct plan *plan = &staging->plan;
    const char *fallback = otherwise(keyword);
    const char *said = keyword == KEYWORD_SERVICE ? NULL : spec_filled(plan->spec, keyword);
    const char *value = staging->assigned[keyword];
    if (value == NULL)
        value = said ? said : fallback;
    if (!keyword_is_known_to(keyword, plan->libpq_version)) {
        /* What an older libpq does anyway needs no word for it. */
        bool harmless = said == NULL || keyword_rows[keyword].since == 0 ||
                        keyword == KEYWORD_SSLCERTMODE || /* as CERTMODE_TOO_NEW has it */
                        (fallback != NULL && strcmp(said, fallback) == 0);
        return harmless ? PGCS_OK : fail_unknown(keyword, plan->libpq_version, diag);
    }
    if (value != NULL)
        write_keyword(buf, keyword, (struct slice){value, strlen(value)});
    return PGCS_OK;
}

static pgcs_status
write_conninfo(struct staging *staging, struct diag *diag) {
    pgcs_status status = PGCS_OK;
    struct buf buf = {0};
    for (int i = 0; i < KEYWORD_COUNT && status == PGCS_OK; i++)
        status = put_parameter(staging, (enum keyword)i, &buf, diag);
    buf_put_char(&buf, '\0');
    if (status == PGCS_OK)
        status = buf_status(&buf, diag);
    if (status != PGCS_OK) {
        buf_free(&buf);
        return status;
    }
    staging->stage->conninfo = buf.data; /* from here on it is the stage's to wipe and free */
    staging->stage->size = buf.size;
    return PGCS_OK;
}

/* --- stages --------------------------------------------------------------------------------
 */

static void
stage_free(struct pgcs_stage *stage) {
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++)
        memfile_free(stage->files[i]);
    secret_wipe(stage->conninfo, stage->size);
    free(stage->conninfo);
    free(stage);
}

/* Plan and judge each host; the strongest mode is told to libpq. */
static pgcs_status
plan_hosts(struct staging *staging, const pgcs_spec *spec, const pgcs_tls *tls,
           int32_t libpq_version, struct diag *diag) {
    for (size_t i = staging->first; i < staging->last; i++) {
        struct plan plan;
        pgcs_status status = plan_make(spec, tls, libpq_version, i, &plan, diag);
        if (status == PGCS_OK)
            status = plan_refuse(&plan, diag);
        if (status == PGCS_OK)
            status = add_host(staging, &plan, diag);
        if (status != PGCS_OK)
            return status;
        if (i == staging->first || plan.mode > staging->plan.mode)
            staging->plan = plan;
    }
    buf_put_char(&staging->hosts, '\0');
    buf_put_char(&staging->addresses, '\0');
    buf_put_char(&staging->ports, '\0');
    if (staging->hosts.failed || staging->addresses.failed || staging->ports.failed)
        return diag_nomem(diag);
    staging->assigned[KEYWORD_HOST] = staging->hosts.data;
    staging->assigned[KEYWORD_HOSTADDR] = staging->addresses.data;
    staging->assigned[KEYWORD_PORT] = staging->ports.data;
    return PGCS_OK;
}

static pgcs_status
stage_make(struct staging *staging, const pgcs_spec *spec, const pgcs_tls *tls,
           int32_t libpq_version, const pgcs_stage **out, struct diag *diag) {
    staging->stage = calloc(1, sizeof *staging->stage);
    if (staging->stage == NULL)
        return diag_nomem(diag);
    refs_init(&staging->stage->refs);
    pgcs_status status = plan_hosts(staging, spec, tls, libpq_version, diag);
    if (status == PGCS_OK)
        status = load_files(staging, diag);
    if (status == PGCS_OK) {
        assign_modes(staging);
        status = assign_files(staging, diag);
    }
    if (status == PGCS_OK)
        status = write_conninfo(staging, diag);
    if (status == PGCS_OK)
        *out = staging->stage;
    else
        stage_free(staging->stage);
    tls_unref(staging->material);
    buf_free(&staging->passphrase);
    buf_free(&staging->hosts);
    buf_free(&staging->addresses);
    buf_free(&staging->ports);
    return status;
}

pgcs_status
stage_new_by(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version, unsigned ways,
             const pgcs_stage **out, struct diag *diag) {
    assert(spec != NULL && out != NULL);
    struct staging staging = {.first = 0, .last = spec_host_count(spec), .ways = ways};
    return stage_make(&staging, spec, tls, libpq_version, out, diag);
}

pgcs_status
stage_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version,
          const pgcs_stage **out, struct diag *diag) {
    return stage_new_by(spec, tls, libpq_version, MEMFILE_ALL, out, diag);
}

pgcs_status
stage_host(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version, size_t host,
           const char *address, const pgcs_stage **out, struct diag *diag) {
    assert(spec != NULL && out != NULL && host < spec_host_count(spec));
    struct staging staging = {
        .first = host, .last = host + 1, .address = address, .ways = MEMFILE_ALL};
    return stage_make(&staging, spec, tls, libpq_version, out, diag);
}

const pgcs_stage *
stage_ref(const pgcs_stage *stage) {
    if (stage != NULL)
        refs_take(&((struct pgcs_stage *)stage)->refs);
    return stage;
}

const pgcs_stage *
stage_unref(const pgcs_stage *stage) {
    struct pgcs_stage *mutable = (struct pgcs_stage *)stage;
    if (mutable != NULL && refs_drop(&mutable->refs))
        stage_free(mutable);
    return NULL;
}

const char *
stage_conninfo(const pgcs_stage *stage) {
    return stage ? stage->conninfo : NULL;
}

pgcs_status
stage_check(const pgcs_stage *stage, struct diag *diag) {
    assert(stage != NULL);
    for (enum material i = MATERIAL_ROOTS; i < MATERIAL_COUNT; i++) {
        pgcs_status status = stage->files[i] ? memfile_check(stage->files[i], diag) : PGCS_OK;
        if (status != PGCS_OK)
            return status;
    }
    return PGCS_OK;
}
