/*
 * A text that is read in another spelling than it was given in: the new spelling, where each
 * piece of it comes from, and what is to be said about it.
 */
#ifndef SPEC_REWRITE_H
#define SPEC_REWRITE_H

#include "base/text.h"
#include "spec/draft.h"

struct rewrite {
    struct slice given;
    struct buf text;   /* the new spelling */
    struct buf pieces; /* of struct rewrite_piece, in order */
    struct buf notes;  /* of struct rewrite_note */
    bool too_many;     /* notes, more than LIMIT_REWRITE_NOTES */
    uint32_t flags;    /* PGCS_PARSE_* */
};

/* Take over some bytes of what was given as they are; @part points into it. */
void
rewrite_copy(struct rewrite *rewrite, struct slice part);
/* Put @text in the place of @part, which points into what was given. */
void
rewrite_put(struct rewrite *rewrite, struct slice part, struct slice text);
void
rewrite_put_string(struct rewrite *rewrite, struct slice part, const char *text);

/* Say something about @part. @message and @hint are copied; @field is static, or NULL. */
void
rewrite_note(struct rewrite *rewrite, pgcs_severity severity, int32_t code, struct slice part,
             const char *field, const char *message, const char *hint);

/* Read the new spelling by libpq's rules; places are those of what was given. */
pgcs_status
rewrite_read(struct rewrite *rewrite, const pgcs_spec **out, struct diag *diag);

void
rewrite_free(struct rewrite *rewrite);

/*
 * Spell @body, what follows the scheme of a URI, as libpq has it: with the userinfo that was
 * meant (PGCS_PARSE_REPAIR), and without foreign parameters (PGCS_PARSE_FOREIGN).
 */
pgcs_status
rewrite_body(struct rewrite *rewrite, struct slice body, bool jdbc, struct diag *diag);

/* Spell the parameters behind the "?" as libpq has them. */
pgcs_status
rewrite_parameters(struct rewrite *rewrite, struct slice query, bool jdbc, struct diag *diag);

/* Is this a parameter that rewrite_parameters() would deal with? */
bool
is_foreign_parameter(struct slice key);

/* The keyword that others have under this name, and who, or KEYWORD_NONE. */
enum keyword
foreign_keyword(struct slice key, const char **owner);

/* Spell Npgsql's string as libpq's; false, and nothing written, if it is none. */
bool
rewrite_npgsql(struct rewrite *rewrite, struct slice text);

/* Spell PDO's DSN, "pgsql:host=h;...", as libpq's string; false, and nothing written, if not.
 */
bool
rewrite_pdo(struct rewrite *rewrite, struct slice text);

/* Is this libpq's keyword/value string, with all names known, to libpq or as foreign ones? */
bool
are_keywords(struct slice text);

/* Spell the names of a keyword/value string as libpq has them. */
void
rewrite_keywords(struct rewrite *rewrite, struct slice text);

/*
 * Read @text, which libpq's rules may refuse, by the flags PGCS_PARSE_REPAIR and
 * PGCS_PARSE_FOREIGN.
 */
pgcs_status
lenient_read(struct slice text, uint32_t flags, const pgcs_spec **out, struct diag *diag);

#endif
