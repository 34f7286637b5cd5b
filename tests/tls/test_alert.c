/* lib/tls/alert.c: alerts by number, and in libpq's words. */
#include "tls/alert.h"

#include <pgconnspec/report.h>
#include <string.h>

#include "suite.h"

static const struct {
    const char *text; /* as libpq has it, with OpenSSL 1.1 or 3 */
    int number;
    pgcs_code code;
} texts[] = {
    {"SSL error: sslv3 alert handshake failure", 40, PGCS_CAUSE_TLS_FAILED},
    {"SSL error: ssl/tls alert handshake failure", 40, PGCS_CAUSE_TLS_FAILED},
    {"SSL error: sslv3 alert bad certificate", 42, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: sslv3 alert unsupported certificate", 43, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: sslv3 alert certificate revoked", 44, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: sslv3 alert certificate expired", 45, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: sslv3 alert certificate unknown", 46, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: tlsv1 alert unknown ca", 48, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: tlsv1 alert access denied", 49, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: tlsv1 alert decrypt error", 51, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: tlsv1 alert protocol version\nThis may indicate that", 70,
     PGCS_CAUSE_TLS_VERSION},
    {"SSL error: tlsv1 alert insufficient security", 71, PGCS_CAUSE_TLS_FAILED},
    {"SSL error: tlsv1 alert internal error", 80, PGCS_CAUSE_TLS_FAILED},
    {"SSL error: tlsv1 unrecognized name", 112, PGCS_CAUSE_CERTIFICATE_NAME},
    {"SSL error: tlsv13 alert certificate required", 116, PGCS_CAUSE_CLIENT_REFUSED},
    {"SSL error: tlsv1 alert no application protocol", 120, PGCS_CAUSE_TLS_FAILED},
    {"SSL error: certificate verify failed", -1, 0},
    {"", -1, 0},
    {NULL, -1, 0},
};

START_TEST(test_alert__in_libpqs_words) {
    ck_assert_int_eq(alert_in_message(texts[_i].text), texts[_i].number);
    struct diag diag;
    ck_assert_int_eq(alert_explain(texts[_i].number, &diag), texts[_i].code != 0);
    if (texts[_i].code == 0)
        return;
    ck_assert_int_eq(diag.status, texts[_i].code);
    ck_assert_str_ne(diag.message, "");
    ck_assert_str_ne(diag.hint, "");
    ck_assert_int_eq(strcmp(diag.field, "sslcert") == 0,
                     texts[_i].code == PGCS_CAUSE_CLIENT_REFUSED);
}
END_TEST

static void
fill(TCase *cases) {
    tcase_add_loop_test(cases, test_alert__in_libpqs_words, 0, ROWS(texts));
}

int
main(void) {
    return suite_run("alert", fill, 10);
}
