/*
 * Somebody on the path: a thread that listens, treats the client's request for TLS in one of
 * several hostile ways, and hands everything else on to a real server.
 */
#ifndef TESTS_LIVE_ATTACKER_H
#define TESTS_LIVE_ATTACKER_H

#include <openssl/ssl.h>
#include <stdbool.h>

enum attack {
    ATTACK_NONE,        /* listens only */
    ATTACK_SAYS_NO,     /* "N", then all in plaintext */
    ATTACK_SAYS_NO_TLS, /* the same, and TLS to the server, which sees nothing amiss */
    ATTACK_POSES,       /* "S", then TLS with the attacker's certificate */
    ATTACK_CLOSES,      /* closes on the request */
    ATTACK_RESETS,      /* resets */
    ATTACK_ERROR,       /* "E" and a message */
    ATTACK_IS_OTHER,    /* another protocol */
    ATTACK_INJECTS,     /* "S" and more behind it, then TLS as ATTACK_POSES */
    ATTACK_SENDS_ALERT, /* "S", then a fatal alert */
};

/* What somebody on the path got, by his own account. */
struct witness {
    bool in_clear; /* a startup message, and all behind it, in plaintext */
    bool last_too; /* of the last connection as well */
    bool fooled;   /* the client went on with the attacker's certificate */
};

/* Since it was asked the last time, or the start. */
struct witness
attacker_saw(void);

/*
 * Start; the thread ends with the process. @context is for the attacks that
 * speak TLS. Returns the port on
 * 127.0.0.1; the real server listens on @upstream there.
 */
int
attacker_start(enum attack attack, SSL_CTX *context, int upstream);

#endif
