/*
 * A handshake of our own. PostgreSQL's request for TLS is answered by one byte; then OpenSSL
 * runs over two memory BIOs without verifying, so that the handshake comes to its end and the
 * server's chain can be verified in peace.
 *
 * PostgreSQL documentation, 55.2.10 "SSL Session Encryption".
 */
#include "tls/diagnose.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "tls/alert.h"
#include "tls/errors.h"
#include "tls/verify.h"

static const char tls_request[8] = {0, 0, 0, 8, 0x04, (char)0xd2, 0x16, 0x2f};

/* ALPN, as PostgreSQL 17 has it: a length, then the name. */
static const unsigned char alpn[] = "\012postgresql";

enum step {
    STEP_REQUEST,   /* the request for TLS goes out */
    STEP_ANSWER,    /* one byte is to come */
    STEP_HANDSHAKE, /* TLS */
    STEP_AFTER,     /* shaken; in TLS 1.3 a refusal comes only now */
    STEP_DONE,
};

/* How it ended. */
enum outcome {
    OUTCOME_NONE, /* not yet */
    OUTCOME_SHAKEN,
    OUTCOME_NO_TLS,     /* 'N' */
    OUTCOME_ERROR,      /* 'E' */
    OUTCOME_OTHER,      /* another byte */
    OUTCOME_CLOSED,     /* before the answer */
    OUTCOME_BROKEN_OFF, /* in the handshake */
    OUTCOME_INJECTED,   /* bytes behind the answer */
    OUTCOME_ALERT,
    OUTCOME_FAILED, /* by our side */
};

struct diagnosis {
    struct plan plan;
    enum step step;
    enum outcome outcome;
    size_t request_sent;
    int alert;          /* of OUTCOME_ALERT */
    const char *reason; /* of OUTCOME_FAILED: OpenSSL's, static storage */
    bool version_failed;
    bool no_tls_spoken;
    bool wants_client; /* the server asked for a client certificate */
    SSL_CTX *context;
    SSL *ssl;
    BIO *incoming; /* the SSL's */
    BIO *outgoing; /* the SSL's */
};

/* --- setting up ----------------------------------------------------------------------------
 */

static int
version_number(const char *word, int otherwise) {
    if (word == NULL)
        return otherwise;
    if (strcasecmp(word, "TLSv1.3") == 0)
        return TLS1_3_VERSION;
    if (strcasecmp(word, "TLSv1.2") == 0)
        return TLS1_2_VERSION;
    return otherwise;
}

/* The name that libpq would send: none for an address. */
static const char *
name_to_send(const struct plan *plan) {
    const char *name = plan->server_name ? plan->server_name : plan->host_name;
    const char *wish = plan_value(plan, KEYWORD_SSLSNI);
    if (name == NULL || (wish != NULL && wish[0] != '1'))
        return NULL;
    bool is_address = strspn(name, "0123456789.") == strlen(name) || strchr(name, ':') != NULL;
    return is_address ? NULL : name;
}

/* OpenSSL's callback: the server asks for a client certificate, and gets none. */
static int
note_request(SSL *ssl, X509 **certificate, EVP_PKEY **key) {
    struct diagnosis *diagnosis = SSL_get_app_data(ssl);
    (void)certificate;
    (void)key;
    diagnosis->wants_client = true;
    return 0;
}

static bool
set_up(struct diagnosis *diagnosis) {
    const struct plan *plan = &diagnosis->plan;
    diagnosis->context = SSL_CTX_new(TLS_client_method());
    if (diagnosis->context == NULL)
        return false;
    SSL_CTX_set_verify(diagnosis->context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_min_proto_version(
        diagnosis->context,
        version_number(plan_value(plan, KEYWORD_SSL_MIN_PROTOCOL_VERSION), TLS1_2_VERSION));
    SSL_CTX_set_max_proto_version(
        diagnosis->context,
        version_number(plan_value(plan, KEYWORD_SSL_MAX_PROTOCOL_VERSION), 0));
    diagnosis->ssl = SSL_new(diagnosis->context);
    diagnosis->incoming = BIO_new(BIO_s_mem());
    diagnosis->outgoing = BIO_new(BIO_s_mem());
    if (!diagnosis->ssl || !diagnosis->incoming || !diagnosis->outgoing) {
        BIO_free(diagnosis->incoming);
        BIO_free(diagnosis->outgoing);
        return false;
    }
    BIO_set_mem_eof_return(diagnosis->incoming, -1);
    BIO_set_mem_eof_return(diagnosis->outgoing, -1);
    SSL_CTX_set_client_cert_cb(diagnosis->context, note_request);
    SSL_set_app_data(diagnosis->ssl, diagnosis);
    SSL_set_bio(diagnosis->ssl, diagnosis->incoming, diagnosis->outgoing);
    SSL_set_connect_state(diagnosis->ssl);
    const char *name = name_to_send(plan);
    return (name == NULL || SSL_set_tlsext_host_name(diagnosis->ssl, name) == 1) &&
           SSL_set_alpn_protos(diagnosis->ssl, alpn, sizeof alpn - 1) == 0;
}

/* --- TLS -----------------------------------------------------------------------------------
 */

static void
end(struct diagnosis *diagnosis, enum outcome outcome) {
    diagnosis->step = STEP_DONE;
    diagnosis->outcome = outcome;
}

/* Why OpenSSL stopped, from its queue. An alert's reason is its number over a constant. */
static void
end_failed(struct diagnosis *diagnosis) {
    unsigned long error = ERR_peek_last_error();
    int reason = ERR_GET_REASON(error);
    bool is_alert = ERR_GET_LIB(error) == ERR_LIB_SSL && reason > SSL_AD_REASON_OFFSET &&
                    reason < SSL_AD_REASON_OFFSET + 256;
    diagnosis->alert = is_alert ? reason - SSL_AD_REASON_OFFSET : -1;
    diagnosis->reason = ERR_reason_error_string(error);
    diagnosis->version_failed =
        reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_WRONG_SSL_VERSION;
    diagnosis->no_tls_spoken = reason == SSL_R_WRONG_VERSION_NUMBER;
    end(diagnosis, is_alert ? OUTCOME_ALERT : OUTCOME_FAILED);
}

static void
shake(struct diagnosis *diagnosis) {
    int done = SSL_do_handshake(diagnosis->ssl);
    int error = SSL_get_error(diagnosis->ssl, done);
    if (done == 1) {
        /* Say good-bye: the server then says so too, or why it refuses. */
        SSL_shutdown(diagnosis->ssl);
        diagnosis->step = STEP_AFTER;
        diagnosis->outcome = OUTCOME_SHAKEN;
    } else if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) {
        end_failed(diagnosis);
    }
}

/* What the server says to our good-bye. */
static void
listen_on(struct diagnosis *diagnosis) {
    char dropped[256];
    int got = SSL_read(diagnosis->ssl, dropped, sizeof dropped);
    int error = SSL_get_error(diagnosis->ssl, got);
    if (got <= 0 && error == SSL_ERROR_SSL)
        end_failed(diagnosis);
    else if (got <= 0 && error != SSL_ERROR_WANT_READ)
        end(diagnosis, OUTCOME_SHAKEN);
}

/* Go on with TLS as far as the bytes reach. */
static void
go_on(struct diagnosis *diagnosis) {
    struct tls_error *found = tls_errors_set_aside();
    if (diagnosis->step == STEP_HANDSHAKE)
        shake(diagnosis);
    if (diagnosis->step == STEP_AFTER)
        listen_on(diagnosis);
    tls_errors_put_back(found);
}

/* --- PostgreSQL ----------------------------------------------------------------------------
 */

static void
take_answer(struct diagnosis *diagnosis, const char *data, size_t size) {
    if (data[0] == 'N') {
        end(diagnosis, OUTCOME_NO_TLS);
    } else if (data[0] == 'E') {
        end(diagnosis, OUTCOME_ERROR);
    } else if (data[0] != 'S') {
        end(diagnosis, OUTCOME_OTHER);
    } else if (size > 1) {
        end(diagnosis, OUTCOME_INJECTED);
    } else {
        diagnosis->step = STEP_HANDSHAKE;
        go_on(diagnosis);
    }
}

static void
take_end(struct diagnosis *diagnosis) {
    if (diagnosis->step <= STEP_ANSWER)
        end(diagnosis, OUTCOME_CLOSED);
    else
        end(diagnosis, diagnosis->step == STEP_AFTER ? OUTCOME_SHAKEN : OUTCOME_BROKEN_OFF);
}

/* --- moving bytes --------------------------------------------------------------------------
 */

pgcs_status
diagnosis_new(const pgcs_spec *spec, const pgcs_tls *tls, int32_t libpq_version, size_t host,
              struct diagnosis **out, struct diag *diag) {
    assert(spec != NULL && out != NULL && host < spec_host_count(spec));
    struct plan plan;
    pgcs_status status = plan_make(spec, tls, libpq_version, host, &plan, diag);
    if (status != PGCS_OK)
        return status;
    struct diagnosis *made = calloc(1, sizeof *made);
    ERR_set_mark();
    bool ready = made != NULL && (made->plan = plan, set_up(made));
    ERR_pop_to_mark();
    if (!ready) {
        diagnosis_free(made);
        return diag_nomem(diag);
    }
    const char *negotiation = plan_value(&plan, KEYWORD_SSLNEGOTIATION);
    made->step = STEP_REQUEST;
    if (negotiation != NULL && strcmp(negotiation, "direct") == 0) {
        made->step = STEP_HANDSHAKE;
        go_on(made);
    }
    *out = made;
    return PGCS_OK;
}

void
diagnosis_free(struct diagnosis *diagnosis) {
    if (diagnosis == NULL)
        return;
    SSL_free(diagnosis->ssl);
    SSL_CTX_free(diagnosis->context);
    free(diagnosis);
}

bool
diagnosis_is_done(const struct diagnosis *diagnosis) {
    return diagnosis->step == STEP_DONE;
}

struct slice
diagnosis_output(struct diagnosis *diagnosis) {
    if (diagnosis->step == STEP_REQUEST)
        return (struct slice){tls_request + diagnosis->request_sent,
                              sizeof tls_request - diagnosis->request_sent};
    if (diagnosis->step == STEP_ANSWER)
        return (struct slice){"", 0};
    char *data = NULL;
    long size = BIO_get_mem_data(diagnosis->outgoing, &data);
    return (struct slice){size > 0 ? data : "", size > 0 ? (size_t)size : 0};
}

void
diagnosis_sent(struct diagnosis *diagnosis, size_t size) {
    assert(size <= diagnosis_output(diagnosis).size);
    if (diagnosis->step == STEP_REQUEST) {
        diagnosis->request_sent += size;
        if (diagnosis->request_sent == sizeof tls_request)
            diagnosis->step = STEP_ANSWER;
        return;
    }
    char dropped[1024];
    while (size > 0) {
        size_t part = size < sizeof dropped ? size : sizeof dropped;
        if (BIO_read(diagnosis->outgoing, dropped, (int)part) != (int)part)
            return;
        size -= part;
    }
}

void
diagnosis_received(struct diagnosis *diagnosis, const char *data, size_t size) {
    if (diagnosis->step == STEP_DONE)
        return;
    if (size == 0) {
        take_end(diagnosis);
    } else if (diagnosis->step <= STEP_ANSWER) {
        take_answer(diagnosis, data, size);
    } else if (size > INT32_MAX || BIO_write(diagnosis->incoming, data, (int)size) <= 0) {
        end(diagnosis, OUTCOME_NONE);
    } else {
        go_on(diagnosis);
    }
}

/* --- the result ----------------------------------------------------------------------------
 */

static const struct {
    pgcs_code code;
    const char *sentence;
    const char *remedy;
} endings[] = {
    [OUTCOME_NONE] = {PGCS_CAUSE_TLS_FAILED, "the peer went silent in the TLS handshake",
                      "A firewall may let short packets through and drop long ones; or what "
                      "listens there is overloaded."},
    [OUTCOME_NO_TLS] = {PGCS_CAUSE_TLS_NOT_OFFERED, "the server says that it has no TLS",
                        "Set ssl = on on the server. If it has TLS, somebody on the way takes "
                        "it away: do not go on without."},
    [OUTCOME_ERROR] = {PGCS_CAUSE_TLS_FAILED,
                       "the server answered the request for TLS with an error",
                       "Look into the server's log; it may have too many connections."},
    [OUTCOME_OTHER] = {PGCS_CAUSE_NOT_POSTGRESQL, "what answered is no PostgreSQL",
                       "Check host and port."},
    [OUTCOME_CLOSED] = {PGCS_CAUSE_TLS_FAILED,
                        "the peer closed the connection when it was asked for TLS",
                        "What listens there may be no PostgreSQL, or a proxy that does not "
                        "know the request."},
    [OUTCOME_BROKEN_OFF] = {PGCS_CAUSE_TLS_FAILED,
                            "the peer closed the connection in the TLS handshake",
                            "Look into the server's log; with sslnegotiation=direct the server "
                            "must be PostgreSQL 17 or newer."},
    [OUTCOME_INJECTED] = {PGCS_CAUSE_TLS_TAMPERED,
                          "there were bytes in plaintext behind the server's answer",
                          "Somebody on the path injects data: do not connect from here."},
};

/* The server's certificate against the spec. */
static bool
judge_certificate(const struct diagnosis *diagnosis, int64_t now_unix, struct diag *diag) {
    X509 *certificate = SSL_get1_peer_certificate(diagnosis->ssl);
    if (certificate == NULL)
        return false;
    struct verification verification = {
        .plan = &diagnosis->plan,
        .certificate = certificate,
        .chain = SSL_get_peer_cert_chain(diagnosis->ssl),
        .security_level = SSL_get_security_level(diagnosis->ssl),
        .now_unix = now_unix,
    };
    bool faulty = !verify(&verification, diag);
    X509_free(certificate);
    return faulty;
}

static void
explain_own(const struct diagnosis *diagnosis, struct diag *diag) {
    if (diagnosis->version_failed) {
        diag_fail(diag, PGCS_CAUSE_TLS_VERSION,
                  "the server takes none of the TLS versions that are let in here");
        diag_hint(diag, "Update the server: TLS 1.2 is the least that is safe.");
    } else if (diagnosis->no_tls_spoken) {
        diag_fail(diag, PGCS_CAUSE_TLS_TAMPERED, "what answered does not speak TLS");
        diag_hint(diag, "Check host and port; a proxy on the way may answer in the server's "
                        "place.");
    } else {
        diag_fail(diag, PGCS_CAUSE_TLS_FAILED, "OpenSSL refuses the server's handshake: %s",
                  diagnosis->reason ? diagnosis->reason : "no reason given");
        diag_hint(diag, "Update the server's certificate and settings to those of today.");
    }
}

/* A server that wants the client certificate, which was not sent, says nothing new by that. */
static bool
misses_certificate(const struct diagnosis *diagnosis) {
    struct diag diag;
    return diagnosis->outcome == OUTCOME_ALERT && diagnosis->wants_client &&
           diagnosis->plan.has_certificate &&
           (diagnosis->alert == SSL_AD_HANDSHAKE_FAILURE ||
            (alert_explain(diagnosis->alert, &diag) &&
             diag.status == PGCS_CAUSE_CLIENT_REFUSED));
}

bool
diagnosis_suspects_client(const struct diagnosis *diagnosis) {
    return diagnosis->wants_client && diagnosis->plan.has_certificate &&
           (diagnosis->outcome == OUTCOME_SHAKEN || misses_certificate(diagnosis));
}

bool
diagnosis_result(const struct diagnosis *diagnosis, int64_t now_unix, struct diag *diag) {
    struct tls_error *found = tls_errors_set_aside();
    bool faulty = judge_certificate(diagnosis, now_unix, diag);
    tls_errors_put_back(found);
    if (faulty || diagnosis->outcome == OUTCOME_SHAKEN || misses_certificate(diagnosis))
        return faulty;
    if (diagnosis->outcome == OUTCOME_ALERT && alert_explain(diagnosis->alert, diag))
        return true;
    if (diagnosis->outcome == OUTCOME_ALERT || diagnosis->outcome == OUTCOME_FAILED) {
        explain_own(diagnosis, diag);
        return true;
    }
    diag_fail(diag, endings[diagnosis->outcome].code, "%s",
              endings[diagnosis->outcome].sentence);
    diag_hint(diag, "%s", endings[diagnosis->outcome].remedy);
    return true;
}
