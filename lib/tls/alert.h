/* TLS alerts by name. */
#ifndef TLS_ALERT_H
#define TLS_ALERT_H

#include <stdbool.h>

#include "base/diag.h"

/* Fill @diag with a pgcs_code for a status; false for an alert without a row. */
bool
alert_explain(int number, struct diag *diag);

/* The alert that libpq's message tells of, or -1: "SSL error: sslv3 alert bad certificate". */
int
alert_in_message(const char *message);

#endif
