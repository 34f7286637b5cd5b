/* Private poolers. */
#include "live/pooler.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PKI_NOW ((int64_t)time(NULL))

#include "live/live.h"
#include "tls/pki.h"

#define PGBOUNCER "/usr/sbin/pgbouncer"
#define HAPROXY   "/usr/sbin/haproxy"

/* Who runs the server runs them as well: neither wants to be root. */
static struct stat
server_owner(void) {
    struct stat owner;
    MUST(stat(server("PGDATA"), &owner) == 0, "no data folder");
    return owner;
}

static void
make_folder(struct pooler *pooler) {
    struct stat owner = server_owner();
    snprintf(pooler->folder, sizeof pooler->folder, "/tmp/pgcs-pooler.XXXXXX");
    MUST(mkdtemp(pooler->folder) != NULL, "no folder for a pooler");
    MUST(geteuid() != 0 || chown(pooler->folder, owner.st_uid, owner.st_gid) == 0, "chown");
}

static FILE *
open_file(const struct pooler *pooler, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "%s/%s", pooler->folder, name);
    FILE *file = fopen(path, "w");
    MUST(file != NULL, "%s can't be written", path);
    return file;
}

static void
become_server_user(void) {
    struct stat owner = server_owner();
    if (geteuid() == 0 && (setgid(owner.st_gid) != 0 || setuid(owner.st_uid) != 0))
        _exit(126);
}

/* Start it; its words go to a file. */
static void
launch(struct pooler *pooler, const char *program, const char *options,
       const char *configuration) {
    pooler->process = fork();
    MUST(pooler->process >= 0, "fork");
    if (pooler->process != 0)
        return;
    char path[64];
    snprintf(path, sizeof path, "%s/words", pooler->folder);
    become_server_user();
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails leaves nobody behind */
    FILE *words = freopen(path, "w", stderr);
    if (words == NULL || dup2(fileno(words), STDOUT_FILENO) < 0)
        _exit(126);
    snprintf(path, sizeof path, "%s/%s", pooler->folder, configuration);
    execl(program, program, options, path, NULL);
    _exit(127);
}

/* A socket that listens on a port of 127.0.0.1. */
static int
listen_anywhere(struct pooler *pooler) {
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    MUST(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 16) == 0 &&
             getsockname(fd, (struct sockaddr *)&address, &size) == 0,
         "no port to listen on");
    snprintf(pooler->port, sizeof pooler->port, "%d", ntohs(address.sin_port));
    snprintf(pooler->host, sizeof pooler->host, "127.0.0.1");
    return fd;
}

/* --- PgBouncer -------------------------------------------------------------------------------
 */

static void
write_users(const struct pooler *pooler) {
    PGconn *pg = connect_as("postgres", "postgres");
    PGresult *roles = query(pg, "SELECT replace(rolname, '\"', '\"\"') FROM pg_roles"
                                " WHERE rolcanlogin AND NOT rolsuper");
    FILE *file = open_file(pooler, "users");
    for (int i = 0; i < PQntuples(roles); i++)
        fprintf(file, "\"%s\" \"%s\"\n", PQgetvalue(roles, i, 0), ROLE_PASSWORD);
    fclose(file);
    PQclear(roles);
    PQfinish(pg);
}

/* Its log says so; a connection to try it by would count among its clients. */
static bool
is_up(const struct pooler *pooler) {
    char path[64], line[256];
    snprintf(path, sizeof path, "%s/log", pooler->folder);
    FILE *log = fopen(path, "r");
    bool up = false;
    while (log != NULL && !up && fgets(line, sizeof line, log) != NULL)
        up = strstr(line, "process up") != NULL;
    if (log != NULL)
        fclose(log);
    return up;
}

/* False when it ended, as it does where its port is taken. */
static bool
start_pgbouncer(struct pooler *pooler, const char *mode, const char *settings) {
    write_users(pooler);
    FILE *file = open_file(pooler, "ini");
    fprintf(
        file,
        "[databases]\n* = host=%s port=%s\nrenamed = host=%s port=%s dbname=gone\n"
        "dead = host=127.0.0.1 port=1\n[pgbouncer]\nunix_socket_dir = %s\n"
        "listen_port = %s\nlisten_addr =\nauth_type = scram-sha-256\nauth_file = %s/users\n"
        "pool_mode = %s\ndefault_pool_size = 1\nserver_reset_query =\nlogfile = %s/log\n%s\n",
        server("PGHOST"), server("PGPORT"), server("PGHOST"), server("PGPORT"), pooler->folder,
        pooler->port, pooler->folder, mode, pooler->folder, settings);
    fclose(file);
    launch(pooler, PGBOUNCER, "-q", "ini");
    bool ended = false;
    AWAIT(is_up(pooler) || (ended = waitpid(pooler->process, NULL, WNOHANG) != 0),
          "PgBouncer did not start; see %s", pooler->folder);
    return !ended;
}

struct pooler
pgbouncer_start(const char *mode, const char *settings) {
    struct pooler pooler = {.port = "6432"};
    make_folder(&pooler);
    memcpy(pooler.host, pooler.folder, sizeof pooler.host);
    MUST(start_pgbouncer(&pooler, mode, settings), "PgBouncer ended; see %s", pooler.folder);
    return pooler;
}

static void
write_file(const struct pooler *pooler, const char *name, const char *text) {
    FILE *file = open_file(pooler, name);
    fputs(text, file);
    fclose(file);
}

/* PgBouncer takes no descriptor: a port below those of outgoing connections, or another. */
struct pooler
pgbouncer_start_tls(void) {
    struct pooler pooler = {.process = -1, .host = "127.0.0.1"};
    char settings[256];
    make_folder(&pooler);
    struct pki pki = pki_make((struct pki_wish){.common_name = "pooler"}, NULL);
    char *certificate = pki_certificate_pem(pki.certificate);
    char *key = pki_key_pem(pki.key, NULL);
    write_file(&pooler, "certificate", certificate);
    write_file(&pooler, "key", key);
    free(certificate);
    free(key);
    pki_free(&pki);
    snprintf(settings, sizeof settings,
             "listen_addr = 127.0.0.1\nclient_tls_sslmode = require\n"
             "client_tls_key_file = %s/key\nclient_tls_cert_file = %s/certificate",
             pooler.folder, pooler.folder);
    unsigned port = (unsigned)getpid();
    for (int try = 0; try < 20; try++) {
        port = port * 7919 + 1;
        snprintf(pooler.port, sizeof pooler.port, "%u", 20000 + port % 12000);
        if (start_pgbouncer(&pooler, "transaction", settings))
            return pooler;
    }
    MUST(false, "PgBouncer ends; see %s", pooler.folder);
    return pooler;
}

/* --- HAProxy ---------------------------------------------------------------------------------
 */

struct pooler
haproxy_start(const char *server_port) {
    struct pooler pooler = {.process = -1};
    make_folder(&pooler);
    /* It inherits the socket: nobody can take the port, and nobody has to wait. */
    int listener = listen_anywhere(&pooler);
    FILE *file = open_file(&pooler, "cfg");
    fprintf(file,
            "defaults\n mode tcp\n timeout connect 60s\n timeout client 60s\n"
            " timeout server 60s\n retries 0\nfrontend door\n bind fd@%d\n"
            " default_backend servers\nbackend servers\n server one 127.0.0.1:%s\n",
            listener, server_port);
    fclose(file);
    launch(&pooler, HAPROXY, "-f", "cfg");
    close(listener);
    return pooler;
}

/* --- the end ---------------------------------------------------------------------------------
 */

void
pooler_stop(struct pooler *pooler) {
    static const char *const files[] = {"ini",   "cfg", "users",      "log",
                                        "words", "key", "certificate"};
    char path[64];
    kill(pooler->process, SIGKILL);
    waitpid(pooler->process, NULL, 0);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        snprintf(path, sizeof path, "%s/%s", pooler->folder, files[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/.s.PGSQL.%s", pooler->folder, pooler->port);
    unlink(path);
    rmdir(pooler->folder);
}
