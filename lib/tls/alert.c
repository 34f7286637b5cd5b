/* TLS alerts by name: what a server means when it breaks a handshake off. */
#include "tls/alert.h"

#include <stddef.h>
#include <string.h>

#include <pgconnspec/report.h>

static const struct {
    int number;
    pgcs_code code;
    const char *phrase;
    const char *sentence;
    const char *remedy;
} alerts[] = {
#define X(number, code, phrase, sentence, remedy)                                              \
    {number, PGCS_CAUSE_##code, phrase, sentence, remedy},
#include "tls/alerts.def"
#undef X
};

bool
alert_explain(int number, struct diag *diag) {
    for (size_t i = 0; i < sizeof alerts / sizeof alerts[0]; i++) {
        if (alerts[i].number != number)
            continue;
        diag_fail(diag, alerts[i].code, "%s", alerts[i].sentence);
        diag_hint(diag, "%s", alerts[i].remedy);
        if (alerts[i].code == PGCS_CAUSE_CLIENT_REFUSED)
            diag_field(diag, "sslcert");
        return true;
    }
    return false;
}

int
alert_in_message(const char *message) {
    for (size_t i = 0; message != NULL && i < sizeof alerts / sizeof alerts[0]; i++)
        if (strstr(message, alerts[i].phrase) != NULL)
            return alerts[i].number;
    return -1;
}
