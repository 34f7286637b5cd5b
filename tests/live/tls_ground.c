/* The ground of the TLS matrix. */
#include "live/tls_ground.h"

#include <sys/stat.h>
#include <unistd.h>

/* --- servers and materials ------------------------------------------------------------------
 */

const struct server servers[SERVERS] = {
    {"no TLS", false, GOOD, HBA_ALL, 0, 0, SAYS_NO, 0, 0, 0, PGCS_CAUSE_TLS_NOT_OFFERED, 0},
    {"good", true, GOOD, HBA_ALL, 0, 0, SHAKES, 1, 1, 0, 0, 0},
    {"wrong host", true, WRONG_HOST, HBA_ALL, 0, 0, SHAKES, 1, 0, 0,
     PGCS_CAUSE_CERTIFICATE_NAME, 0},
    {"unknown CA", true, UNKNOWN_CA, HBA_ALL, 0, 0, SHAKES, 0, 1, 0, PGCS_CAUSE_ISSUER_UNKNOWN,
     0},
    {"self-signed", true, SELF_SIGNED, HBA_ALL, 0, 0, SHAKES, 0, 1, 0,
     PGCS_CAUSE_CERTIFICATE_SELF_SIGNED, 0},
    {"expired", true, EXPIRED, HBA_ALL, 0, 0, SHAKES, 0, 1, 0, PGCS_CAUSE_CERTIFICATE_EXPIRED,
     0},
    {"revoked", true, REVOKED, HBA_ALL, 0, 0, SHAKES, 1, 1, 1, 0,
     PGCS_CAUSE_CERTIFICATE_REVOKED},
    {"intermediate sent", true, SENT, HBA_ALL, 0, 0, SHAKES, 1, 1, 1, 0,
     PGCS_CAUSE_CRL_UNUSABLE},
    {"intermediate missing", true, MISSING, HBA_ALL, 0, 0, SHAKES, 0, 1, 0,
     PGCS_CAUSE_ISSUER_UNKNOWN, 0},
    {"client certificate wanted", true, GOOD, HBA_IDENTITY, 0, 0, SHAKES, 1, 1, 0, 0, 0},
    {"hostssl", true, GOOD, HBA_TLS, 0, 0, SHAKES, 1, 1, 0, 0, 0},
    {"hostnossl", true, GOOD, HBA_PLAIN, 0, 0, SHAKES, 1, 1, 0, 0, 0},
    {"attacker says no", true, GOOD, HBA_ALL, ATTACK_SAYS_NO, 0, SAYS_NO, 0, 0, 0,
     PGCS_CAUSE_TLS_NOT_OFFERED, 0},
    {"attacker says no, and speaks TLS to the server", true, GOOD, HBA_TLS, ATTACK_SAYS_NO_TLS,
     0, SAYS_NO, 0, 0, 0, PGCS_CAUSE_TLS_NOT_OFFERED, 0},
    {"attacker with a certificate of his own", true, GOOD, HBA_ALL, ATTACK_POSES, UNKNOWN_CA,
     SHAKES, 0, 1, 0, PGCS_CAUSE_ISSUER_UNKNOWN, 0},
    {"attacker with a good certificate of another host", true, GOOD, HBA_ALL, ATTACK_POSES,
     WRONG_HOST, SHAKES, 1, 0, 0, PGCS_CAUSE_CERTIFICATE_NAME, 0},
    {"attacker closes", true, GOOD, HBA_ALL, ATTACK_CLOSES, 0, BREAKS, 0, 0, 0,
     PGCS_CAUSE_TLS_FAILED, 0},
    {"attacker resets", true, GOOD, HBA_ALL, ATTACK_RESETS, 0, BREAKS, 0, 0, 0,
     PGCS_CAUSE_CONNECTION_LOST, 0},
    {"attacker sends an error", true, GOOD, HBA_ALL, ATTACK_ERROR, 0, BREAKS, 0, 0, 0,
     PGCS_CAUSE_TLS_FAILED, 0},
    {"another protocol", true, GOOD, HBA_ALL, ATTACK_IS_OTHER, 0, BREAKS, 0, 0, 0,
     PGCS_CAUSE_NOT_POSTGRESQL, 0},
    {"attacker injects", true, GOOD, HBA_ALL, ATTACK_INJECTS, 0, BREAKS, 0, 0, 0,
     PGCS_CAUSE_TLS_TAMPERED, 0},
    {"attacker sends an alert", true, GOOD, HBA_ALL, ATTACK_SENDS_ALERT, 0, FAILS, 0, 0, 0,
     PGCS_CAUSE_TLS_FAILED, 0},
};

#define CLIENT " sslcert=@client.crt sslkey=@client.key"

const struct given materials[MATERIALS] = {
    {.name = "nothing"},
    {.name = "root", .root = 1},
    {.name = "another root", .other = 1},
    {.name = "root and client", .root = 1, .client = 1},
    {.name = "client", .client = 1},
    {.name = "root and list", .root = 1, .crl = 1},
    {.name = "root and name", .root = 1, .server_name = 1},
    {.name = "the system's roots", .root = 1, .system = 1},
    /* files that the spec names */
    {.name = "root file", .root = 1, .parameters = "sslrootcert=@root.crt"},
    {.name = "another root file", .other = 1, .parameters = "sslrootcert=@other.crt"},
    {.name = "root and client files",
     .root = 1,
     .client = 1,
     .parameters = "sslrootcert=@root.crt" CLIENT},
    {.name = "client files", .client = 1, .parameters = CLIENT},
    {.name = "root and list files",
     .root = 1,
     .crl = 1,
     .parameters = "sslrootcert=@root.crt sslcrl=@root.crl"},
    {.name = "key with its pass phrase",
     .root = 1,
     .client = 1,
     .parameters = "sslrootcert=@root.crt sslcert=@client.crt sslkey=@locked.key "
                   "sslpassword='words of the client'"},
    {.name = "client out of its time",
     .root = 1,
     .client = 1,
     .client_bad = 1,
     .parameters = "sslrootcert=@root.crt sslcert=@late.crt sslkey=@late.key"},
    {.name = "client of another authority",
     .root = 1,
     .client = 1,
     .client_bad = 1,
     .parameters = "sslrootcert=@root.crt sslcert=@foreign.crt sslkey=@foreign.key"},
    /* what can't be used: libpq passes over some of it, and connects in plaintext for more */
    {.name = "mistyped root",
     .root = 1,
     .parameters = "sslrootcert=@roott.crt",
     .fault = PGCS_ERR_SYSTEM},
    {.name = "garbage for a root",
     .root = 1,
     .parameters = "sslrootcert=@garbage",
     .fault = PGCS_ERR_PEM},
    {.name = "key for a root",
     .root = 1,
     .parameters = "sslrootcert=@client.key",
     .fault = PGCS_ERR_PEM},
    {.name = "certificate without key",
     .root = 1,
     .client = 1,
     .parameters = "sslrootcert=@root.crt sslcert=@client.crt",
     .fault = PGCS_ERR_CONFLICT},
    {.name = "key without certificate",
     .root = 1,
     .client = 1,
     .parameters = "sslrootcert=@root.crt sslkey=@client.key",
     .fault = PGCS_ERR_CONFLICT},
    {.name = "mistyped certificate",
     .root = 1,
     .client = 1,
     .parameters = "sslrootcert=@root.crt sslcert=@clientt.crt sslkey=@client.key",
     .fault = PGCS_ERR_SYSTEM},
    {.name = "key of another certificate",
     .root = 1,
     .client = 1,
     .parameters = "sslrootcert=@root.crt sslcert=@client.crt sslkey=@late.key",
     .fault = PGCS_ERR_KEY_MISMATCH},
    {.name = "key without its pass phrase",
     .root = 1,
     .client = 1,
     .parameters = "sslrootcert=@root.crt sslcert=@client.crt sslkey=@locked.key",
     .fault = PGCS_ERR_BAD_VALUE},
    {.name = "mistyped list",
     .root = 1,
     .crl = 1,
     .parameters = "sslrootcert=@root.crt sslcrl=@rott.crl",
     .fault = PGCS_ERR_SYSTEM},
    {.name = "certificate for a list",
     .root = 1,
     .crl = 1,
     .parameters = "sslrootcert=@root.crt sslcrl=@other.crt",
     .fault = PGCS_ERR_PEM},
};

struct ground ground;
/* --- everything that is made once ----------------------------------------------------------
 */

static char *other_pem, *client_key, *crl_pem;

/* A file of the server's, that its user owns. */
static void
write_file(const char *name, const char *text, mode_t mode) {
    char path[300];
    struct stat owner;
    snprintf(path, sizeof path, "%s/%s", ground.home, name);
    FILE *file = fopen(path, "we");
    MUST(file != NULL, "%s can't be written", path);
    fputs(text, file);
    MUST(fclose(file) == 0 && chmod(path, mode) == 0, "%s", path);
    MUST(stat(server("PGDATA"), &owner) == 0, "no PGDATA");
    if (geteuid() == 0)
        MUST(chown(path, owner.st_uid, owner.st_gid) == 0, "%s", path);
}

static void
write_identity(const char *name, const struct pki *identity) {
    char path[40];
    char *text = pki_certificate_pem(identity->certificate);
    snprintf(path, sizeof path, "%s.crt", name);
    write_file(path, text, 0644);
    free(text);
    text = pki_key_pem(identity->key, NULL);
    snprintf(path, sizeof path, "%s.key", name);
    write_file(path, text, 0600);
    free(text);
}

static void
make_certificates(void) {
    ground.root =
        pki_make((struct pki_wish){.common_name = "Good CA", .is_authority = true}, NULL);
    ground.other =
        pki_make((struct pki_wish){.common_name = "Other CA", .is_authority = true}, NULL);
    ground.between = pki_make((struct pki_wish){.common_name = "Between", .is_authority = true},
                              &ground.root);
    ground.client = pki_make(
        (struct pki_wish){.common_name = "postgres", .purpose = "clientAuth"}, &ground.root);
    const struct pki *const issuers[KINDS] = {
        &ground.root, &ground.root, &ground.other,   NULL,
        &ground.root, &ground.root, &ground.between, &ground.between};
    for (int i = 0; i < KINDS; i++) {
        struct pki_wish wish = {.common_name = "server",
                                .names = i == WRONG_HOST ? "DNS:other.test" : "DNS:db.test"};
        if (i == EXPIRED) {
            wish.from_day = -30;
            wish.to_day = -2;
        }
        ground.certificates[i] = pki_make(wish, issuers[i]);
        char name[40];
        char *text = pki_certificate_pem(ground.certificates[i].certificate);
        if (i == SENT)
            text = pki_join(text, pki_certificate_pem(ground.between.certificate));
        snprintf(name, sizeof name, "server%d.crt", i);
        write_file(name, text, 0644);
        free(text);
        text = pki_key_pem(ground.certificates[i].key, NULL);
        snprintf(name, sizeof name, "server%d.key", i);
        write_file(name, text, 0600);
        free(text);
    }
    ground.root_pem = pki_certificate_pem(ground.root.certificate);
    other_pem = pki_certificate_pem(ground.other.certificate);
    ground.client_pem = pki_certificate_pem(ground.client.certificate);
    client_key = pki_key_pem(ground.client.key, "words of the client");
    crl_pem = pki_crl_pem(&ground.root, ground.root.key, 30,
                          ground.certificates[REVOKED].certificate);
    write_file("root.crt", ground.root_pem, 0644);
    write_file("root.crl", crl_pem, 0644);
    write_file("other.crt", other_pem, 0644);
    write_file("garbage", "garbage", 0644);
    write_file("locked.key", client_key, 0600);
    write_identity("client", &ground.client);
    struct pki late =
        pki_make((struct pki_wish){.common_name = "postgres", .from_day = -30, .to_day = -2},
                 &ground.root);
    struct pki foreign = pki_make((struct pki_wish){.common_name = "postgres"}, &ground.other);
    write_identity("late", &late);
    write_identity("foreign", &foreign);
    pki_free(&late);
    pki_free(&foreign);
}

static void
make_tls(int i) {
    const struct given *given = &materials[i];
    if (given->parameters != NULL)
        return; /* the spec names all of it */
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const char *text = given->other ? other_pem : ground.root_pem;
    pgcs_status status = PGCS_OK;
    if (given->system)
        status |= pgcs_tls_builder_use_system_roots(builder, NULL);
    else if (given->root || given->other)
        status |= pgcs_tls_builder_set_roots(builder, text, strlen(text), NULL);
    if (given->client)
        status |= pgcs_tls_builder_set_certificate(builder, ground.client_pem,
                                                   strlen(ground.client_pem), NULL) |
                  pgcs_tls_builder_set_key(builder, client_key, strlen(client_key),
                                           "words of the client", 19, NULL);
    if (given->crl)
        status |= pgcs_tls_builder_set_crls(builder, crl_pem, strlen(crl_pem), NULL);
    if (given->server_name)
        status |= pgcs_tls_builder_set_server_name(builder, "db.test", NULL);
    status |= pgcs_tls_builder_finish(builder, &ground.tls[i], NULL);
    MUST(status == PGCS_OK, "material %s", given->name);
    pgcs_tls_builder_free(builder);
}

/* A ground.home and an environment that ask for the opposite of everything. */
static void
make_hostile(void) {
    static char path[300];
    snprintf(path, sizeof path, "%s/hostile", ground.home);
    MUST(mkdir(path, 0755) == 0, "%s", path);
    setenv("HOME", path, 1);
    snprintf(path, sizeof path, "%s/hostile/.postgresql", ground.home);
    MUST(mkdir(path, 0755) == 0, "%s", path);
    write_file("hostile/.postgresql/root.crt", other_pem, 0644);
    write_file("hostile/.postgresql/root.crl", "garbage", 0644);
    write_file("hostile/.postgresql/postgresql.crt", other_pem, 0644);
    write_file("hostile/.postgresql/postgresql.key", "garbage", 0600);
    static const char *const hostile[][2] = {
        {"PGSSLMODE", "disable"},        {"PGREQUIRESSL", "0"},
        {"PGSSLROOTCERT", "/nowhere"},   {"PGSSLCERT", "/nowhere"},
        {"PGSSLKEY", "/nowhere"},        {"PGSSLCRL", "/nowhere"},
        {"PGSSLCRLDIR", "/nowhere"},     {"PGSSLSNI", "0"},
        {"PGHOSTADDR", "203.0.113.1"},   {"PGSSLMINPROTOCOLVERSION", "TLSv1"},
        {"PGSSLNEGOTIATION", "direct"},  {"PGSSLMAXPROTOCOLVERSION", "TLSv1"},
        {"PGCHANNELBINDING", "disable"}, {"PGGSSENCMODE", "prefer"},
        {"PGREQUIREAUTH", "password"},   {"PGSSLCERTMODE", "disable"},
        {"PGOPTIONS", "-c nonsense=1"},  {"PGTARGETSESSIONATTRS", "standby"},
    };
    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++)
        setenv(hostile[i][0], hostile[i][1], 1);
    /* The system's roots are what OpenSSL takes for them; that is not hostile. */
    snprintf(path, sizeof path, "%s/root.crt", ground.home);
    setenv("SSL_CERT_FILE", path, 1);
    setenv("SSL_CERT_DIR", "/nowhere", 1);
}

/* --- switching the server ------------------------------------------------------------------
 */

/* The superuser's connection through the socket, whatever the environment says. */
static PGconn *
superuser(void) {
    char conninfo[500];
    snprintf(conninfo, sizeof conninfo,
             "host=%s hostaddr='' port=%d user=postgres dbname=postgres sslmode=disable "
             "options='' target_session_attrs=any gssencmode=disable channel_binding=prefer "
             "ssl_min_protocol_version=TLSv1.2 ssl_max_protocol_version=''%s%s",
             ground.home, ground.port, PQlibVersion() >= 160000 ? " require_auth=''" : "",
             PQlibVersion() >= 170000 ? " sslnegotiation=postgres" : "");
    PGconn *pg = PQconnectdb(conninfo);
    MUST(PQstatus(pg) == CONNECTION_OK, "%s", PQerrorMessage(pg));
    return pg;
}

/* Whether a new session sees the settings: the server reads all of them in one go. */
static bool
is_switched(const char *mark) {
    PGconn *pg = superuser();
    char *seen = value_of(pg, "SELECT current_setting('my.mark', true)");
    bool same = strcmp(seen, mark) == 0;
    free(seen);
    PQfinish(pg);
    return same;
}

void
ground_switch(const struct server *wanted) {
    char sql[1200], mark[40];
    static int count;
    snprintf(mark, sizeof mark, "%d-%d", (int)getpid(), count++);
    char *hba = pki_join(strdup("local all all trust\n"), strdup(wanted->hba));
    write_file("data/pg_hba.conf", hba, 0600);
    free(hba);
    const char *const settings[] = {"ssl_cert_file", "ssl_key_file", "ssl_ca_file"};
    const char *const ends[] = {".crt", ".key", NULL};
    PGconn *pg = superuser();
    for (int i = 0; i < 3; i++) {
        if (ends[i])
            snprintf(sql, sizeof sql, "ALTER SYSTEM SET %s = '%s/server%d%s'", settings[i],
                     ground.home, wanted->kind, ends[i]);
        else
            snprintf(sql, sizeof sql, "ALTER SYSTEM SET %s = '%s/root.crt'", settings[i],
                     ground.home);
        run_sql(pg, sql);
    }
    run_sql(pg, "ALTER SYSTEM SET log_connections = on");
    run_sql(pg, wanted->tls ? "ALTER SYSTEM SET ssl = on" : "ALTER SYSTEM SET ssl = off");
    PQclear(PQexec(pg, "SET my.mark = 'x'"));
    snprintf(sql, sizeof sql, "ALTER SYSTEM SET my.mark = '%s'", mark);
    run_sql(pg, sql);
    run_sql(pg, "SELECT pg_reload_conf()");
    PQfinish(pg);
    AWAIT(is_switched(mark), "the server did not take its settings");
}

int
ground_port(const struct server *wanted) {
    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    const struct pki *pose = &ground.certificates[wanted->posing_as];
    MUST(SSL_CTX_use_certificate(context, pose->certificate) == 1 &&
             SSL_CTX_use_PrivateKey(context, pose->key) == 1,
         "the attacker's certificate");
    return attacker_start(wanted->attack, context, ground.port);
}

void
ground_make(void) {
    snprintf(ground.home, sizeof ground.home, "%s", server("PGHOST"));
    ground.port = atoi(server("PGPORT"));
    make_certificates();
    for (int i = 0; i < MATERIALS; i++)
        make_tls(i);
    make_hostile();
}
