/*
 * The ground of the TLS matrix: servers and attackers, what the client is given, certificates
 * made when the program starts, and a home directory and an environment that ask for the
 * opposite of everything.
 */
#ifndef TESTS_LIVE_TLS_GROUND_H
#define TESTS_LIVE_TLS_GROUND_H

#include <time.h>

#define PKI_NOW ((int64_t)time(NULL))

#include "live/attacker.h"
#include "live/live.h"
#include "tls/pki.h"

/* The servers' certificates. */
enum certificate_kind {
    GOOD,
    WRONG_HOST,
    UNKNOWN_CA,
    SELF_SIGNED,
    EXPIRED,
    REVOKED,
    SENT,
    MISSING,
    KINDS,
};

/* Who may come in. */
#define HBA_ALL      "host all all 127.0.0.1/32 trust\n"
#define HBA_TLS      "hostssl all all 127.0.0.1/32 trust\n"
#define HBA_PLAIN    "hostnossl all all 127.0.0.1/32 trust\n"
#define HBA_IDENTITY "hostssl all all 127.0.0.1/32 trust clientcert=verify-ca\n"

/* What a TLS handshake with the server comes to, before any certificate is looked at. */
enum handshake {
    SHAKES,
    SAYS_NO, /* libpq may go on in plaintext, on the same connection */
    BREAKS,  /* no fallback in any mode */
    FAILS,   /* libpq's prefer falls back */
};

struct server {
    const char *name;
    bool tls;
    enum certificate_kind kind;
    const char *hba;
    enum attack attack;
    enum certificate_kind posing_as; /* of ATTACK_POSES */
    enum handshake handshake;
    bool chain; /* the certificate comes from the good authority and is in force */
    bool name_fits;
    bool revoked;    /* the good authority's list says so, or lacks an authority */
    pgcs_code cause; /* of a failure to verify, or of the handshake */
    pgcs_code revoked_cause;
};

#define SERVERS 22
extern const struct server servers[SERVERS];
#define SERVER_WANTS_CLIENT (&servers[9])

/* What the client is given. */
struct given {
    const char *name;
    bool root;   /* the good authority's */
    bool other;  /* another one's instead */
    bool client; /* certificate and key */
    bool crl;
    bool server_name; /* the host of the spec is another */
    bool system;      /* the good authority's as the system's */
    bool client_bad;  /* a certificate that the server does not take */
    /* Files that the spec names, @ for their folder; NULL where all of it is text. */
    const char *parameters;
    pgcs_status fault; /* why that can't be used, or 0 */
};

#define MATERIALS       26
#define MATERIALS_QUICK 8 /* the first ones: each kind of trust, as text */
#define MATERIAL_CLIENT 3 /* root and client */
extern const struct given materials[MATERIALS];

/* Made by ground_make(). */
struct ground {
    struct pki root, other, between, client, certificates[KINDS];
    char *root_pem, *client_pem;
    const pgcs_tls *tls[MATERIALS];
    int port;       /* of the real server */
    char home[200]; /* the server's folder: both can read it */
};
extern struct ground ground;

void
ground_make(void);

/* Let the server be as @wanted says, for every session from now on. */
void
ground_switch(const struct server *wanted);

/* The port of whoever stands before the server: an attacker, or one who only listens. */
int
ground_port(const struct server *wanted);

#endif
