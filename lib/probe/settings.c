#include "probe/settings.h"

#include <string.h>

/* How constants in expressions are written, whatever the database or the role has set. */
static const char spelling[] =
    "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD';"
    " SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1;"
    " SET LOCAL bytea_output = 'hex'; SET LOCAL lc_monetary = 'C';"
    " SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on; ";

/*
 * Until the first ANALYZE, as after a restore, the planner takes catalogs for empty and looks
 * each row of one up among all of another: minutes for 4,000 tables. To hash them costs the
 * same with and without statistics.
 */
const char settings_for_whole_catalogs[] = "SET LOCAL enable_nestloop = off; ";

bool
settings_are_raw(const struct connection *connection) {
    const char *encoding = connection_parameter(connection, "server_encoding");
    return encoding != NULL && strcmp(encoding, "SQL_ASCII") == 0;
}

/*
 * A pooler's next client sees none of them. That goes for our name as well, which PgBouncer
 * would leave to a client that has none of its own. Compiling these queries would cost more
 * than it saves. In a database without an encoding names must not be held against UTF-8.
 */
void
settings_write(const struct connection *connection, bool spelled, int64_t timeout_ms,
               struct buf *out) {
    buf_put_string(out, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
                        " SET LOCAL search_path = ''; SET LOCAL jit = off;");
    buf_printf(out,
               " SET LOCAL statement_timeout = %lld; SET LOCAL lock_timeout = %lld;"
               " SET LOCAL idle_in_transaction_session_timeout = %lld; ",
               (long long)timeout_ms, (long long)(timeout_ms + 1) / 2, (long long)timeout_ms);
    if (spelled)
        buf_put_string(out, spelling);
    const char *name = connection_parameter(connection, "application_name");
    if (name == NULL || name[0] == '\0')
        buf_put_string(out, "SET LOCAL application_name = 'pgconnspec'; ");
    if (settings_are_raw(connection))
        buf_put_string(out, "SET LOCAL client_encoding = 'SQL_ASCII'; ");
}
