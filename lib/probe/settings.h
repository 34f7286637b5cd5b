/* Settings of the transaction that looks around. They end with it. */
#ifndef PROBE_SETTINGS_H
#define PROBE_SETTINGS_H

#include "base/text.h"
#include "probe/connection.h"

/* The database has no encoding: its names are bytes. */
bool
settings_are_raw(const struct connection *connection);
/* Begin the transaction. @spelled: expressions will be written out. */
void
settings_write(const struct connection *connection, bool spelled, int64_t timeout_ms,
               struct buf *out);
/* More of them, before what joins whole catalogs. */
extern const char settings_for_whole_catalogs[];

#endif
