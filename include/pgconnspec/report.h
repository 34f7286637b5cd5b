#ifndef PGCS_REPORT_H
#define PGCS_REPORT_H

#include <pgconnspec/common.h>
#include <pgconnspec/error.h>

PGCS_BEGIN_DECLS

/* --- report: what is known, and how bad it is -------------------------------------------- */

/**
 * Facts, findings, objects and grants: immutable, shareable between threads, counted. Strings
 * asked of it, or of a cursor over it, live as long as it does.
 */
typedef struct pgcs_report pgcs_report;

/** Takes a reference and returns @p report; NULL for NULL. Since: 0.1. */
PGCS_API const pgcs_report *
pgcs_report_ref(const pgcs_report *report);
/** Gives a reference back; NULL is fine. Always returns NULL. Since: 0.1. */
PGCS_API const pgcs_report *
pgcs_report_unref(const pgcs_report *report);

/** How bad a finding is. Closed set; never extended within one soname. */
typedef int32_t pgcs_severity;
enum pgcs_severity_ {
    PGCS_SEVERITY_NONE = 0,    /* there is no finding */
    PGCS_SEVERITY_NOTE = 1,    /* worth to know */
    PGCS_SEVERITY_WARNING = 2, /* works, and may not be what is meant */
    PGCS_SEVERITY_FAILURE = 3  /* does not work, or must not be used */
};
/**
 * Worst severity in @p report; PGCS_SEVERITY_NONE without findings, or for NULL. Since: 0.1.
 */
PGCS_API pgcs_severity
pgcs_report_severity(const pgcs_report *report);

/** "note", "warning", "failure"; "none" for the rest. Static storage. Since: 0.1. */
PGCS_API const char *
pgcs_severity_name(pgcs_severity severity);

/* --- fact: what was seen, without judgement ---------------------------------------------- */

/** Something that a check saw. The set grows in minor releases. */
typedef int32_t pgcs_fact;
enum pgcs_fact_ {
    PGCS_FACT_SERVER_VERSION = 2001,      /* integer, 150020 style */
    PGCS_FACT_SERVER_ADDRESS = 2002,      /* the numeric address that answered */
    PGCS_FACT_HOST_INDEX = 2003,          /* integer, which host of the spec answered */
    PGCS_FACT_TLS_VERSION = 2004,         /* "TLSv1.3" */
    PGCS_FACT_TLS_CIPHER = 2005,          /* "TLS_AES_256_GCM_SHA384" */
    PGCS_FACT_PEER_SUBJECT = 2006,        /* of the server's certificate */
    PGCS_FACT_PEER_NOT_AFTER_UNIX = 2007, /* integer, seconds since 1970-01-01 UTC */
    PGCS_FACT_USER = 2008,                /* the role whose privileges count */
    PGCS_FACT_DATABASE = 2009,            /* its name */
    PGCS_FACT_IS_SUPERUSER = 2010,        /* integer, 0 or 1 */
    PGCS_FACT_IS_STANDBY = 2011,          /* integer, 0 or 1 */
    PGCS_FACT_CONNECT_MS = 2012,   /* integer, milliseconds from the first byte to login */
    PGCS_FACT_SESSION_USER = 2013, /* who logged in, where PGCS_FACT_USER is who acts */
    PGCS_FACT_TLS_IN_USE = 2014,   /* integer, 0 or 1 */
    PGCS_FACT_TLS_VERIFIED = 2015, /* "none", "ca" or "full" */
    PGCS_FACT_ENCODING = 2016,     /* of the database: "UTF8" */
    PGCS_FACT_IS_READ_ONLY = 2017, /* integer, 1 if new transactions can't write */
    PGCS_FACT_PEER_ISSUER = 2018,  /* of the server's certificate */
    PGCS_FACT_PEER_NAMES = 2019,   /* host names and addresses it is for, joined by ", " */
    PGCS_FACT_COLLATION = 2020,    /* of the database: LC_COLLATE and LC_CTYPE; then the
                                      provider and its locale, unless it is libc */
    /* start of the server and number of the database: the same for two sessions in one
       database, and for no standby or copy, unless a running machine was cloned */
    PGCS_FACT_DATABASE_ID = 2021,
    PGCS_FACT_PARTNER_SEEN = 2022, /* integer, 1 if the other check of a pair stood in the very
                                      same database, 0 if it was not in sight of this one */
    /* of a pair: identifier of the cluster and number of the database, which a standby shares,
       and every copy that was made of the files */
    PGCS_FACT_LINEAGE = 2023,
    PGCS_FACT_SERVER_VERSION_TEXT = 2024, /* what version() answers */
    /* a hint: "PostgreSQL", "Aurora", "RDS", "Redshift", "CockroachDB", "YugabyteDB", "Neon",
       "Supabase", "AlloyDB", "Cloud SQL", "Azure", "EDB Postgres", "Greenplum", or "PgBouncer"
       for its own console; the set grows */
    PGCS_FACT_FLAVOR = 2025,
    PGCS_FACT_FLAVOR_EVIDENCE = 2026, /* what it is told by; none for PostgreSQL itself */
    /* a hint, only where a pooler shows: "PgBouncer", "Supavisor", or "unknown" */
    PGCS_FACT_POOLER = 2027,
    PGCS_FACT_POOLER_EVIDENCE = 2028, /* what it is told by */
    PGCS_FACT_LOGIN_USER = 2029,      /* the user as it was sent: "postgres.tenant" */
    /* of PGCS_FACT_USER, joined by blanks: SUPERUSER, CREATEROLE, CREATEDB, REPLICATION,
       BYPASSRLS; "" without any */
    PGCS_FACT_ROLE_ATTRIBUTES = 2030,
    PGCS_FACT_TIME_ZONE = 2031, /* of the session: "Europe/Berlin" */
    /* integer, microseconds: the shorter of two exchanges that every check has, the first one
       of the connection and from the query to the first of its results. Each is one round trip
       and what the server needs to answer: the network's round trip is this, or less */
    PGCS_FACT_ROUND_TRIP_US = 2032,
    /* "catalogs", or "information_schema" where they can't be read: grants that are in force
       and nothing else, see PGCS_CODE_STANDARD_VIEW */
    PGCS_FACT_PRIVILEGES_FROM = 2033,
    /* integer, 1 if the session's row_security is off: row level security refuses what it would
       hide rows of otherwise */
    PGCS_FACT_ROW_SECURITY_OFF = 2034
};
/**
 * Symbolic name in lower case, such as "server_version"; NULL for an unknown fact. Static
 * storage. Since: 0.1.
 */
PGCS_API const char *
pgcs_fact_name(pgcs_fact fact);
/** 1 if @p report holds @p fact, else 0. Since: 0.1. */
PGCS_API int
pgcs_report_has_fact(const pgcs_report *report, pgcs_fact fact);
/** @p fact as text, integers in decimal; NULL when it is not known. Since: 0.1. */
PGCS_API const char *
pgcs_report_fact(const pgcs_report *report, pgcs_fact fact);
/** @p fact as a number; INT64_MIN when it is not known, or no integer. Since: 0.1. */
PGCS_API int64_t
pgcs_report_fact_int(const pgcs_report *report, pgcs_fact fact);

/* --- code: what a finding is about ------------------------------------------------------- */

/**
 * Findings carry a pgcs_status, a pgcs_rule or one of these; the three never collide. The set
 * grows in minor releases.
 */
typedef int32_t pgcs_code;
enum pgcs_code_ {
    /* what a reader or a validation saw in a spec */
    PGCS_CODE_CONTROL_CHARACTER =
        3001, /* a value holds a control character, such as a newline at its end */
    PGCS_CODE_OUTER_BLANK = 3002,    /* a value begins or ends with a blank */
    PGCS_CODE_DUPLICATE = 3003,      /* a parameter is given twice; libpq takes the last */
    PGCS_CODE_UNENCODED = 3004,      /* a password seems to spill into other parts of the URI */
    PGCS_CODE_LIBPQ_DIFFERS = 3005,  /* versions of libpq read this differently, or refuse it */
    PGCS_CODE_DRIVERS_DIFFER = 3006, /* drivers other than libpq read this differently */
    PGCS_CODE_NAME_TOO_LONG = 3007,  /* a name is longer than PostgreSQL or the system takes */
    PGCS_CODE_PLACEHOLDER = 3008,    /* a value still is what an example had in its place */
    PGCS_CODE_NO_EFFECT = 3009,      /* a parameter that libpq ignores */
    PGCS_CODE_REPAIRED = 3010,       /* read as it was plainly meant, not as it was written */
    PGCS_CODE_TRANSLATED = 3011,     /* a parameter of another driver, put as libpq has it */
    PGCS_CODE_DROPPED = 3012,        /* a parameter of another driver, left out */
    PGCS_CODE_TLS_DROPPED = 3013,    /* left out, and TLS would have been stricter with it */

    /* why there is no connection: failures, one for each attempt */
    PGCS_CAUSE_NAME_NOT_RESOLVED = 3201,     /* no such host, or no name server knows it */
    PGCS_CAUSE_HOST_UNREACHABLE = 3202,      /* no route to it */
    PGCS_CAUSE_REFUSED = 3203,               /* nobody listens on that port */
    PGCS_CAUSE_TIMED_OUT = 3204,             /* no answer in time; the message says on what */
    PGCS_CAUSE_SOCKET_MISSING = 3205,        /* no socket file in that directory */
    PGCS_CAUSE_NOT_POSTGRESQL = 3206,        /* something else answered */
    PGCS_CAUSE_CONNECTION_LOST = 3207,       /* the peer closed or reset it */
    PGCS_CAUSE_TLS_NOT_OFFERED = 3208,       /* the server has no TLS, the spec wants it */
    PGCS_CAUSE_TLS_FAILED = 3209,            /* no handshake, or a certificate is not good */
    PGCS_CAUSE_TLS_REQUIRED = 3210,          /* the server wants TLS, the spec forbids it */
    PGCS_CAUSE_NOT_ALLOWED = 3211,           /* no pg_hba.conf entry */
    PGCS_CAUSE_PASSWORD_WRONG = 3212,        /* or no such role: the server does not tell */
    PGCS_CAUSE_PASSWORD_MISSING = 3213,      /* the server wants one, the spec has none */
    PGCS_CAUSE_AUTHENTICATION_FAILED = 3214, /* by another method than a password */
    PGCS_CAUSE_NO_SUCH_ROLE = 3215,          /* where the server tells */
    PGCS_CAUSE_NO_SUCH_DATABASE = 3216,      /* the server has no database of that name */
    PGCS_CAUSE_NOT_PERMITTED = 3217,         /* no LOGIN, or no CONNECT on the database */
    PGCS_CAUSE_TOO_MANY_CONNECTIONS = 3218,  /* of the server, the database or the role */
    PGCS_CAUSE_STARTING_UP = 3219,           /* the server is not ready yet, or recovers */
    PGCS_CAUSE_SHUTTING_DOWN = 3220,         /* the server is about to end */
    PGCS_CAUSE_WRONG_SESSION_KIND = 3221,    /* target_session_attrs does not fit */
    PGCS_CAUSE_POOLER_REFUSED = 3222,        /* what answered is a pooler, and it refuses */
    PGCS_CAUSE_SERVER_TOO_OLD = 3223, /* connected, but to a server before PostgreSQL 12 */
    PGCS_CAUSE_SPEC_REFUSED = 3224,   /* libpq refuses a parameter of the spec */
    /* connected, but to a server whose catalogs are not PostgreSQL's: PGCS_FACT_FLAVOR */
    PGCS_CAUSE_SERVER_FOREIGN = 3225,
    PGCS_CAUSE_UNKNOWN = 3299, /* none of these */

    /* why TLS failed, where the library could find out; else PGCS_CAUSE_TLS_FAILED */
    PGCS_CAUSE_CERTIFICATE_EXPIRED = 3230, /* of the server, or of an authority in its chain */
    PGCS_CAUSE_CERTIFICATE_NOT_YET_VALID = 3231, /* the same, or a clock is wrong */
    PGCS_CAUSE_ISSUER_UNKNOWN = 3232,            /* the chain leads to none of the roots */
    PGCS_CAUSE_CERTIFICATE_SELF_SIGNED = 3233,   /* and stands not among the roots */
    PGCS_CAUSE_CERTIFICATE_REVOKED = 3234,       /* a revocation list has it */
    PGCS_CAUSE_CERTIFICATE_NAME = 3235,    /* it is for other names than the one expected */
    PGCS_CAUSE_CERTIFICATE_PURPOSE = 3236, /* it is not meant for servers */
    PGCS_CAUSE_CERTIFICATE_WEAK = 3237,    /* key or signature below what OpenSSL takes */
    PGCS_CAUSE_CRL_UNUSABLE = 3238,        /* a revocation list is missing or out of date */
    PGCS_CAUSE_CLIENT_REFUSED =
        3239, /* the server does not take the client certificate, or wants one */
    PGCS_CAUSE_TLS_VERSION = 3240,  /* no version of TLS that both sides take */
    PGCS_CAUSE_TLS_TAMPERED = 3241, /* somebody on the path disturbed the handshake */

    /* what a check saw on its way */
    PGCS_CODE_SECTION_FAILED = 3301,     /* a section of the report could not be read */
    PGCS_CODE_PRIVILEGES_CHANGED = 3302, /* meanwhile, or the server has rules of its own */
    PGCS_CODE_SCHEMA_NOT_FOUND = 3303,   /* what the check was limited to is not there */
    PGCS_CODE_TABLE_NOT_FOUND = 3304,    /* nor a view or sequence of that name */
    PGCS_CODE_STANDARD_VIEW = 3305, /* the catalogs can't be read: information_schema was */
    PGCS_CODE_TOO_MANY_SEQUENCES = 3306, /* to read their last values */

    /* verdicts that no privilege settles: findings of pgcs_assessment_report() */
    PGCS_VERDICT_NOTHING_KNOWN = 3401,    /* the report has no objects */
    PGCS_VERDICT_STANDBY = 3402,          /* a destination that can't be written */
    PGCS_VERDICT_READ_ONLY = 3403,        /* a destination whose transactions are read only */
    PGCS_VERDICT_SCHEMA_MISSING = 3404,   /* the job names it, the report does not have it */
    PGCS_VERDICT_TABLE_MISSING = 3405,    /* the job names it, the report does not have it */
    PGCS_VERDICT_NOT_WRITABLE = 3406,     /* a view that can't be written, or emptied */
    PGCS_VERDICT_TRUNCATE_REFUSED = 3407, /* a table outside the job refers to one in it */
    PGCS_VERDICT_RESTART_NEEDS_OWNER = 3408,  /* setval() would do with less */
    PGCS_VERDICT_ROW_SECURITY = 3409,         /* hides rows, or may refuse them */
    PGCS_VERDICT_NO_PRIMARY_KEY = 3410,       /* nothing to find a row by */
    PGCS_VERDICT_TRIGGER_RUNS_AS_ROLE = 3411, /* what it touches needs privileges as well */
    PGCS_VERDICT_HAS_ROWS = 3412,             /* and no truncate or upsert was asked */
    PGCS_VERDICT_NO_STRUCTURE = 3413,         /* some needs are unknown without it */
    PGCS_VERDICT_KEY_UNCHECKABLE = 3414,      /* the referenced table's owner may not read it */
    PGCS_VERDICT_NO_REFERENCES = 3415,        /* tables to come can't have keys to it */
    PGCS_VERDICT_VIEW_UNREADABLE = 3416,      /* its owner may not read what it reads */
    PGCS_VERDICT_NOT_FILLED = 3417,           /* a materialized view without data */
    PGCS_VERDICT_REWRITTEN = 3418,       /* a rule does something else with what is written */
    PGCS_VERDICT_NOT_A_TABLE = 3419,     /* but a sequence, an index, a type, a function */
    PGCS_VERDICT_VIEW_UNWRITABLE = 3420, /* its owner may not write what it writes */
    PGCS_VERDICT_NO_USER_MAPPING = 3421, /* a foreign server may not let the role in */

    /* differences between a source and a destination: findings of pgcs_report_compare() */
    PGCS_DIFFERENCE_SAME_DATABASE = 3501,
    PGCS_DIFFERENCE_NOTHING_KNOWN = 3502,
    PGCS_DIFFERENCE_PARTLY_KNOWN = 3503,
    PGCS_DIFFERENCE_SCHEMA_MISSING = 3504,
    PGCS_DIFFERENCE_SCHEMA_EXTRA = 3505,
    PGCS_DIFFERENCE_TABLE_MISSING = 3506,
    PGCS_DIFFERENCE_TABLE_EXTRA = 3507,
    PGCS_DIFFERENCE_PARTITION_MISSING = 3508,
    PGCS_DIFFERENCE_PARTITION_EXTRA = 3509,
    PGCS_DIFFERENCE_TABLE_KIND = 3510,
    PGCS_DIFFERENCE_COLUMN_MISSING = 3511,
    PGCS_DIFFERENCE_COLUMN_EXTRA = 3512,
    PGCS_DIFFERENCE_COLUMN_EXTRA_REQUIRED = 3513,
    PGCS_DIFFERENCE_COLUMN_NARROWER = 3514,
    PGCS_DIFFERENCE_COLUMN_WIDER = 3515,
    PGCS_DIFFERENCE_COLUMN_TYPE = 3516,
    PGCS_DIFFERENCE_COLUMN_TYPE_KIN = 3517,
    PGCS_DIFFERENCE_COLUMN_NOT_NULL = 3518,
    PGCS_DIFFERENCE_COLUMN_NULLABLE = 3519,
    PGCS_DIFFERENCE_COLUMN_DEFAULT = 3520,
    PGCS_DIFFERENCE_COLUMN_ALWAYS_IDENTITY = 3521,
    PGCS_DIFFERENCE_COLUMN_IDENTITY = 3522,
    PGCS_DIFFERENCE_COLUMN_GENERATED_HERE = 3523,
    PGCS_DIFFERENCE_COLUMN_GENERATED = 3524,
    PGCS_DIFFERENCE_COLUMN_EXPRESSION = 3525,
    PGCS_DIFFERENCE_COLUMN_ORDER = 3526,
    PGCS_DIFFERENCE_COLUMN_COLLATION = 3527,
    PGCS_DIFFERENCE_KEY_MISSING = 3528,
    PGCS_DIFFERENCE_KEY_EXTRA = 3529,
    PGCS_DIFFERENCE_REFERENCE_MISSING = 3530,
    PGCS_DIFFERENCE_REFERENCE_EXTRA = 3531,
    PGCS_DIFFERENCE_CHECK_MISSING = 3532,
    PGCS_DIFFERENCE_CHECK_EXTRA = 3533,
    PGCS_DIFFERENCE_CONSTRAINT_NAME = 3534,
    PGCS_DIFFERENCE_UNIQUE_INDEX_MISSING = 3535,
    PGCS_DIFFERENCE_UNIQUE_INDEX_EXTRA = 3536,
    PGCS_DIFFERENCE_PARTITIONING = 3537,
    PGCS_DIFFERENCE_PARTITION_BOUND = 3538,
    PGCS_DIFFERENCE_PARTITION_PARENT = 3539,
    PGCS_DIFFERENCE_TRIGGER_MISSING = 3540,
    PGCS_DIFFERENCE_TRIGGER_EXTRA = 3541,
    PGCS_DIFFERENCE_TRIGGER_DIFFERS = 3542,
    PGCS_DIFFERENCE_TYPE_MISSING = 3543,
    PGCS_DIFFERENCE_TYPE_EXTRA = 3544,
    PGCS_DIFFERENCE_TYPE_DIFFERS = 3545,
    PGCS_DIFFERENCE_LABEL_MISSING = 3546,
    PGCS_DIFFERENCE_LABEL_EXTRA = 3547,
    PGCS_DIFFERENCE_LABEL_ORDER = 3548,
    PGCS_DIFFERENCE_EXTENSION_MISSING = 3549,
    PGCS_DIFFERENCE_EXTENSION_EXTRA = 3550,
    PGCS_DIFFERENCE_EXTENSION_VERSION = 3551,
    PGCS_DIFFERENCE_ENCODING = 3552,
    PGCS_DIFFERENCE_COLLATION = 3553,
    PGCS_DIFFERENCE_PROBABLY_SAME_DATABASE = 3554, /* the checks were no pair */
    PGCS_DIFFERENCE_SOURCE_IS_STANDBY = 3555,
    PGCS_DIFFERENCE_DESTINATION_IS_STANDBY = 3556,
    PGCS_DIFFERENCE_DESTINATION_READ_ONLY = 3557,
    PGCS_DIFFERENCE_DOMAIN_DIFFERS = 3558,
    PGCS_DIFFERENCE_CONSTRAINT_DIFFERS = 3559,
    PGCS_DIFFERENCE_UNIQUE_INDEX_DIFFERS = 3560,
    PGCS_DIFFERENCE_NO_TABLES = 3561,
    PGCS_DIFFERENCE_SEQUENCE_DIFFERS = 3562,
    PGCS_DIFFERENCE_SEQUENCE_DETAILS = 3563,
    PGCS_DIFFERENCE_COLLATION_MISSING = 3564,
    PGCS_DIFFERENCE_COLLATION_EXTRA = 3565,
    PGCS_DIFFERENCE_COLLATION_DIFFERS = 3566,
    PGCS_DIFFERENCE_RULE_MISSING = 3567,
    PGCS_DIFFERENCE_RULE_EXTRA = 3568,
    PGCS_DIFFERENCE_RULE_DIFFERS = 3569,
    PGCS_DIFFERENCE_ROW_SECURITY = 3570,
    PGCS_DIFFERENCE_POLICY_MISSING = 3571,
    PGCS_DIFFERENCE_POLICY_EXTRA = 3572,
    PGCS_DIFFERENCE_POLICY_DIFFERS = 3573,
    PGCS_DIFFERENCE_INHERITANCE = 3574,
    PGCS_DIFFERENCE_TABLE_TYPE = 3575,
    PGCS_DIFFERENCE_FOREIGN_SERVER = 3576,
    PGCS_DIFFERENCE_COLUMN_GENERATED_STORAGE = 3577,
    PGCS_DIFFERENCE_COLUMN_NOT_NULL_UNCHECKED = 3578,
    PGCS_DIFFERENCE_COLUMN_NOT_NULL_DIFFERS = 3579,
    PGCS_DIFFERENCE_EXTENSION_SCHEMA = 3580,
    PGCS_DIFFERENCE_INHERITANCE_OWN = 3581,

    /* what TLS material is like, before anybody connects */
    PGCS_CODE_PEM_REPAIRED = 3601, /* text that was not quite PEM was read all the same */
    PGCS_CODE_ROOTS_WITHOUT_ANCHOR =
        3602, /* no root certificate is self-signed: libpq will trust none */
    PGCS_CODE_LEAF_AMONG_ROOTS = 3603,   /* not an authority's certificate */
    PGCS_CODE_CERTIFICATE_PINNED = 3604, /* a server's own certificate stands among the roots */
    PGCS_CODE_CERTIFICATE_TWICE = 3605,  /* among the roots */
    PGCS_CODE_CERTIFICATE_EXPIRED = 3606,       /* its last second is over */
    PGCS_CODE_CERTIFICATE_NOT_YET_VALID = 3607, /* its first second is to come */
    PGCS_CODE_CERTIFICATE_EXPIRES_SOON = 3608,  /* within 30 days */
    PGCS_CODE_CERTIFICATE_WEAK = 3609,    /* key or signature below 112 bits of security */
    PGCS_CODE_NOT_FOR_CLIENTS = 3610,     /* key usage rules a TLS client out */
    PGCS_CODE_CLIENT_IS_AUTHORITY = 3611, /* the client certificate is an authority's */
    PGCS_CODE_PASSPHRASE_UNUSED = 3612,   /* the key is not encrypted */
    PGCS_CODE_CRL_EXPIRED = 3613,         /* libpq would refuse every server */
    PGCS_CODE_CRL_FOREIGN = 3614,         /* issued by none of the roots */
    PGCS_CODE_CRL_FORGED = 3615,          /* not signed by its issuer */
    PGCS_CODE_CRL_MISSING = 3616, /* an authority among the roots has no revocation list */
    PGCS_CODE_CLIENT_CHAIN_FOREIGN =
        3617,                             /* leads to none of the roots, which is often meant */
    PGCS_CODE_CLIENT_REFUSED_HERE = 3618, /* OpenSSL will not use the client certificate */
    PGCS_CODE_NO_ROOT_IN_FORCE = 3619,    /* every root certificate is out of its time */
    PGCS_CODE_NAME_LAX =
        3620 /* the server's name fits by libpq's rules, not by those of others */
};

/* --- findings: what it means ------------------------------------------------------------- */

/**
 * Cursor over findings, worst first, and in the order in which they were found. Starts before
 * the first one. Keeps its report alive; strings live as long as the report, not just until the
 * next step. One thread at a time. Off a finding its functions answer NULL, 0 or -1.
 */
typedef struct pgcs_findings pgcs_findings;

/**
 * A cursor over the findings of @p report that are as bad as @p at_least, or worse; NULL
 * without memory or for NULL. The caller frees it. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_findings *
pgcs_findings_new(const pgcs_report *report, pgcs_severity at_least);
/** Frees @p cursor; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_findings_free(pgcs_findings *cursor);
/** Go on: 1 on a finding, 0 after the last one. Since: 0.1. */
PGCS_API int
pgcs_findings_next(pgcs_findings *cursor);
/**
 * What it is about: a pgcs_status, pgcs_rule or pgcs_code number; they never collide, and never
 * change. Since: 0.1.
 */
PGCS_API int32_t
pgcs_finding_code(pgcs_findings *cursor);
/** Symbolic name of the code, such as "PGCS_CAUSE_REFUSED". Since: 0.1. */
PGCS_API const char *
pgcs_finding_name(pgcs_findings *cursor);
/** How bad it is; PGCS_SEVERITY_NONE off a finding. Since: 0.1. */
PGCS_API pgcs_severity
pgcs_finding_severity(pgcs_findings *cursor);
/** What is wrong: one line, lower case, no full stop, no secret. Since: 0.1. */
PGCS_API const char *
pgcs_finding_message(pgcs_findings *cursor);
/** What to do about it, in full sentences, or NULL. Since: 0.1. */
PGCS_API const char *
pgcs_finding_hint(pgcs_findings *cursor);
/** Connection parameter that it is about ("port"), or NULL. Since: 0.1. */
PGCS_API const char *
pgcs_finding_field(pgcs_findings *cursor);
/**
 * Object of a database that it is about, as SQL names it, quoted where it has to be:
 * schema.table.column or less; NULL when it is about none, or about all. Since: 0.1.
 */
PGCS_API const char *
pgcs_finding_object(pgcs_findings *cursor);
/**
 * First byte that it is about in the text that was parsed, from 0; -1 when there is no place.
 * Since: 0.1.
 */
PGCS_API int64_t
pgcs_finding_offset(pgcs_findings *cursor);
/** Bytes of the text that it is about; -1 when there is no place. Since: 0.1. */
PGCS_API int64_t
pgcs_finding_length(pgcs_findings *cursor);

/* --- attempts: where a check knocked ----------------------------------------------------- */

/**
 * Cursor over the attempts of a check, in the order in which they were made: one for each
 * address that was tried, and one for each host whose name could not be looked up. The last one
 * is the one that led to a session, if one did. Starts before the first one. Keeps its report
 * alive; strings live as long as the report. One thread at a time. Off an attempt its functions
 * answer NULL, 0 or -1.
 */
typedef struct pgcs_attempts pgcs_attempts;

/**
 * A cursor over the attempts of @p report; NULL without memory or for NULL. The caller frees
 * it. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_attempts *
pgcs_attempts_new(const pgcs_report *report);
/** Frees @p cursor; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_attempts_free(pgcs_attempts *cursor);
/** Go on: 1 on an attempt, 0 after the last one. Since: 0.1. */
PGCS_API int
pgcs_attempts_next(pgcs_attempts *cursor);
/** Which host of the spec it is, from 0. Since: 0.1. */
PGCS_API int64_t
pgcs_attempt_host_index(pgcs_attempts *cursor);
/**
 * The host as the spec names it, or the folder of a socket; "***" when it may be a piece of a
 * password. NULL when only an address was given. Since: 0.1.
 */
PGCS_API const char *
pgcs_attempt_host(pgcs_attempts *cursor);
/** The address in numbers; NULL for a socket, and for a name without one. Since: 0.1. */
PGCS_API const char *
pgcs_attempt_address(pgcs_attempts *cursor);
/** The port. Since: 0.1. */
PGCS_API int32_t
pgcs_attempt_port(pgcs_attempts *cursor);
/** When it began: milliseconds after the first step. Since: 0.1. */
PGCS_API int64_t
pgcs_attempt_start_ms(pgcs_attempts *cursor);
/**
 * Milliseconds from then until the session was there, or until it was clear that there would be
 * none; a handshake that asks why TLS failed is part of it. Since: 0.1.
 */
PGCS_API int64_t
pgcs_attempt_duration_ms(pgcs_attempts *cursor);
/** Why it failed, PGCS_CAUSE_*; 0 for the one that led to a session. Since: 0.1. */
PGCS_API pgcs_code
pgcs_attempt_cause(pgcs_attempts *cursor);
/** Symbolic name of the cause, such as "PGCS_CAUSE_REFUSED"; NULL without one. Since: 0.1. */
PGCS_API const char *
pgcs_attempt_cause_name(pgcs_attempts *cursor);

/* --- objects: what the connected role can do --------------------------------------------- */

/** What an object of a database is. */
typedef int32_t pgcs_object_kind;
enum pgcs_object_kind_ {
    PGCS_OBJECT_DATABASE = 1,          /* the one that is connected to */
    PGCS_OBJECT_SCHEMA = 2,            /* that is not the system's own */
    PGCS_OBJECT_TABLE = 3,             /* also a partition */
    PGCS_OBJECT_PARTITIONED_TABLE = 4, /* the parent of partitions */
    PGCS_OBJECT_VIEW = 5,
    PGCS_OBJECT_MATERIALIZED_VIEW = 6,
    PGCS_OBJECT_FOREIGN_TABLE = 7,
    PGCS_OBJECT_SEQUENCE = 8,
    PGCS_OBJECT_FUNCTION = 9, /* also a procedure or an aggregate */
    PGCS_OBJECT_COLUMN = 10,  /* with privileges of its own */
    /* also a domain; of row types and the system's types those whose USAGE was ever changed */
    PGCS_OBJECT_TYPE = 11,
    PGCS_OBJECT_LANGUAGE = 12,
    PGCS_OBJECT_SERVER = 13, /* of foreign tables */
    PGCS_OBJECT_FOREIGN_DATA_WRAPPER = 14
};
/**
 * "table", "matview", "foreign_table" and so on; NULL for an unknown kind. Static storage.
 * Since: 0.1.
 */
PGCS_API const char *
pgcs_object_kind_name(pgcs_object_kind kind);

/** Privileges, as bits of a set. Source: PostgreSQL documentation, "Privileges". */
#define PGCS_PRIV_SELECT     (UINT64_C(1) << 0)
#define PGCS_PRIV_INSERT     (UINT64_C(1) << 1)
#define PGCS_PRIV_UPDATE     (UINT64_C(1) << 2)
#define PGCS_PRIV_DELETE     (UINT64_C(1) << 3)
#define PGCS_PRIV_TRUNCATE   (UINT64_C(1) << 4)
#define PGCS_PRIV_REFERENCES (UINT64_C(1) << 5)
#define PGCS_PRIV_TRIGGER    (UINT64_C(1) << 6)
#define PGCS_PRIV_MAINTAIN   (UINT64_C(1) << 7) /* since PostgreSQL 17 */
#define PGCS_PRIV_USAGE      (UINT64_C(1) << 8)
#define PGCS_PRIV_CREATE     (UINT64_C(1) << 9)
#define PGCS_PRIV_CONNECT    (UINT64_C(1) << 10)
#define PGCS_PRIV_TEMPORARY  (UINT64_C(1) << 11)
#define PGCS_PRIV_EXECUTE    (UINT64_C(1) << 12)
/** "SELECT" for PGCS_PRIV_SELECT; NULL unless exactly one known bit is set. Since: 0.1. */
PGCS_API const char *
pgcs_privilege_name(uint64_t privilege);

/**
 * Cursor over objects, by schema, then name, then kind, in the order of their bytes. Starts
 * before the first. Keeps its report alive; strings live as long as the report. One thread at a
 * time. Off an object its functions answer NULL or 0.
 */
typedef struct pgcs_objects pgcs_objects;

/**
 * A cursor over the objects of @p report in @p schema (NULL is all, those outside of schemas
 * too) whose kind is in @p kinds: bit (1 << kind) for each kind wanted, 0 is all. NULL without
 * memory or for a NULL report. The caller frees it. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_objects *
pgcs_objects_new(const pgcs_report *report, const char *schema, uint32_t kinds);
/** Frees @p cursor; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_objects_free(pgcs_objects *cursor);
/** Go on: 1 on an object, 0 after the last one. Since: 0.1. */
PGCS_API int
pgcs_objects_next(pgcs_objects *cursor);
/** What the object is. Since: 0.1. */
PGCS_API pgcs_object_kind
pgcs_object_kind_of(pgcs_objects *cursor);
/** Its schema, not quoted; NULL for a kind that is in no schema. Since: 0.1. */
PGCS_API const char *
pgcs_object_schema(pgcs_objects *cursor);
/**
 * Its name, not quoted; of a column the name of its table, of a function with its arguments.
 * Since: 0.1.
 */
PGCS_API const char *
pgcs_object_name(pgcs_objects *cursor);
/** Name of the column, not quoted; NULL unless a column. Since: 0.1. */
PGCS_API const char *
pgcs_object_column(pgcs_objects *cursor);
/** Role that owns it, not quoted. Since: 0.1. */
PGCS_API const char *
pgcs_object_owner(pgcs_objects *cursor);
/** Effective privileges, PGCS_PRIV_*: the same answer as has_*_privilege(). Since: 0.1. */
PGCS_API uint64_t
pgcs_object_privileges(pgcs_objects *cursor);
/** Those of the effective privileges that the role may grant to others. Since: 0.1. */
PGCS_API uint64_t
pgcs_object_grantable(pgcs_objects *cursor);
/**
 * 1 if the schema's USAGE (and the database's CONNECT) let the privileges be used; of a
 * language that is not trusted, if the role is a superuser. Since: 0.1.
 */
PGCS_API int
pgcs_object_is_usable(pgcs_objects *cursor);
/** 1 if the role may act as the owner, directly or through membership. Since: 0.1. */
PGCS_API int
pgcs_object_is_owned(pgcs_objects *cursor);
/** 1 if row level security applies to this role on this table. Since: 0.1. */
PGCS_API int
pgcs_object_has_row_security(pgcs_objects *cursor);
/** For a sequence, "schema.table.column" that it belongs to, quoted; else NULL. Since: 0.1. */
PGCS_API const char *
pgcs_object_belongs_to(pgcs_objects *cursor);

/**
 * 1 where the last value of a sequence is known, which takes USAGE or SELECT and
 * PGCS_SECTION_LAST_VALUES; 0 where it is not, or where the sequence was never used. Source:
 * PostgreSQL documentation, "pg_sequences". Since: 0.1.
 */
PGCS_API int
pgcs_object_has_last_value(pgcs_objects *cursor);
/** The last value of a sequence; 0 unless pgcs_object_has_last_value(). Since: 0.1. */
PGCS_API int64_t
pgcs_object_last_value(pgcs_objects *cursor);

/** How a privilege is held. */
typedef int32_t pgcs_via;
enum pgcs_via_ {
    PGCS_VIA_NONE = 0,      /* not held */
    PGCS_VIA_SUPERUSER = 1, /* superusers may do everything */
    PGCS_VIA_OWNER = 2,     /* by the owner's own rights */
    PGCS_VIA_DIRECT = 3,    /* granted to the role itself */
    PGCS_VIA_PUBLIC = 4,    /* granted to everybody */
    PGCS_VIA_ROLE = 5,      /* an inherited role: pgcs_object_via_role() */
    PGCS_VIA_PREDEFINED = 6 /* pg_read_all_data and the like */
};
/**
 * How the one privilege @p privilege is held; the strongest way where there are several. Since:
 * 0.1.
 */
PGCS_API pgcs_via
pgcs_object_via(pgcs_objects *cursor, uint64_t privilege);
/**
 * The role that PGCS_VIA_ROLE or PGCS_VIA_PREDEFINED is about, not quoted; else NULL. Since:
 * 0.1.
 */
PGCS_API const char *
pgcs_object_via_role(pgcs_objects *cursor, uint64_t privilege);

/**
 * The privileges that can't be used as things are, and can after SET ROLE: the session is a
 * member of a role, but does not inherit from it (NOINHERIT before PostgreSQL 16, WITH INHERIT
 * FALSE, SET TRUE since). All that the privilege needs is had then, the schema's USAGE
 * included. Source: PostgreSQL documentation, "Role Membership". Since: 0.1.
 */
PGCS_API uint64_t
pgcs_object_after_set_role(pgcs_objects *cursor);
/**
 * The role of that SET ROLE, not quoted; NULL when the privilege is not among
 * pgcs_object_after_set_role(). For a @p privilege of 0, the role by which the session would
 * own the object; NULL when it owns it, or can't. Since: 0.1.
 */
PGCS_API const char *
pgcs_object_set_role(pgcs_objects *cursor, uint64_t privilege);

/* --- memberships: roles that were granted to the connected one ---------------------------- */

/**
 * Cursor over the roles that were granted to PGCS_FACT_USER or PGCS_FACT_SESSION_USER, to one
 * of those roles, and so on, by name. What a superuser holds without a grant is not among them.
 * Starts before the first one. Keeps its report alive; strings live as long as the report. One
 * thread at a time. Off a role its functions answer NULL or 0. Source: PostgreSQL
 * documentation, "Role Membership".
 */
typedef struct pgcs_memberships pgcs_memberships;

/**
 * A cursor over the memberships of @p report; they are there when PGCS_SECTION_ROLE was asked
 * for. NULL without memory or for a NULL report. The caller frees it. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_memberships *
pgcs_memberships_new(const pgcs_report *report);
/** Frees @p cursor; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_memberships_free(pgcs_memberships *cursor);
/** Go on: 1 on a role, 0 after the last one. Since: 0.1. */
PGCS_API int
pgcs_memberships_next(pgcs_memberships *cursor);
/** Name of the role, not quoted. Since: 0.1. */
PGCS_API const char *
pgcs_membership_role(pgcs_memberships *cursor);
/** 1 if it was granted to PGCS_FACT_USER itself, 0 if only to another of its roles. Since: 0.1.
 */
PGCS_API int
pgcs_membership_is_direct(pgcs_memberships *cursor);
/**
 * 1 if PGCS_FACT_USER has its privileges without more: all grants on the way inherit. Until
 * PostgreSQL 15 that is a matter of the roles (NOINHERIT), from 16 on of each grant (WITH
 * INHERIT). Since: 0.1.
 */
PGCS_API int
pgcs_membership_is_inherited(pgcs_memberships *cursor);
/**
 * 1 if SET ROLE takes it, which is a right of PGCS_FACT_SESSION_USER; from PostgreSQL 16 on a
 * grant may forbid it (WITH SET FALSE). Since: 0.1.
 */
PGCS_API int
pgcs_membership_is_settable(pgcs_memberships *cursor);
/** 1 if PGCS_FACT_USER may grant it to others: WITH ADMIN OPTION. Since: 0.1. */
PGCS_API int
pgcs_membership_is_admin(pgcs_memberships *cursor);

/* --- extensions: what is installed in the database -----------------------------------------
 */

/**
 * Cursor over the extensions, by name. Starts before the first one. Keeps its report alive;
 * strings live as long as the report. One thread at a time. Off an extension its functions
 * answer NULL.
 */
typedef struct pgcs_extensions pgcs_extensions;

/**
 * A cursor over the extensions of @p report; they are there when PGCS_SECTION_SESSION or
 * PGCS_SECTION_STRUCTURE was asked for. NULL without memory or for a NULL report. The caller
 * frees it. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_extensions *
pgcs_extensions_new(const pgcs_report *report);
/** Frees @p cursor; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_extensions_free(pgcs_extensions *cursor);
/** Go on: 1 on an extension, 0 after the last one. Since: 0.1. */
PGCS_API int
pgcs_extensions_next(pgcs_extensions *cursor);
/** Name of the extension, not quoted. Since: 0.1. */
PGCS_API const char *
pgcs_extension_name(pgcs_extensions *cursor);
/** Its version as it is installed: "1.10". Since: 0.1. */
PGCS_API const char *
pgcs_extension_version(pgcs_extensions *cursor);

/* --- grants: the rows of information_schema ---------------------------------------------- */

/**
 * Cursor over table, column, usage and routine privileges as the standard shows them, by
 * schema, then object. Starts before the first row. Keeps its report alive; strings live as
 * long as the report. One thread at a time. Off a row its functions answer NULL or 0. Source:
 * PostgreSQL documentation, "The Information Schema".
 */
typedef struct pgcs_grants pgcs_grants;

/**
 * A cursor over the grants of @p report in @p schema; NULL is all. NULL without memory or for a
 * NULL report. The caller frees it. Since: 0.1.
 */
PGCS_API PGCS_MUST_USE pgcs_grants *
pgcs_grants_new(const pgcs_report *report, const char *schema);
/** Frees @p cursor; NULL is fine. Since: 0.1. */
PGCS_API void
pgcs_grants_free(pgcs_grants *cursor);
/** Go on: 1 on a row, 0 after the last one. Since: 0.1. */
PGCS_API int
pgcs_grants_next(pgcs_grants *cursor);
/** What the privileges are on. Since: 0.1. */
PGCS_API pgcs_object_kind
pgcs_grant_object_kind(pgcs_grants *cursor);
/** Schema of the object, not quoted; NULL for a kind that is in no schema. Since: 0.1. */
PGCS_API const char *
pgcs_grant_schema(pgcs_grants *cursor);
/** Name of the object, not quoted. Since: 0.1. */
PGCS_API const char *
pgcs_grant_object(pgcs_grants *cursor);
/** Name of the column, not quoted; NULL for a privilege on the whole. Since: 0.1. */
PGCS_API const char *
pgcs_grant_column(pgcs_grants *cursor);
/** Role that granted it, not quoted. Since: 0.1. */
PGCS_API const char *
pgcs_grant_grantor(pgcs_grants *cursor);
/** Role that holds it, not quoted; "PUBLIC" for everybody. Since: 0.1. */
PGCS_API const char *
pgcs_grant_grantee(pgcs_grants *cursor);
/** The privileges of this row, PGCS_PRIV_*. Since: 0.1. */
PGCS_API uint64_t
pgcs_grant_privileges(pgcs_grants *cursor);
/** Those of them that were granted WITH GRANT OPTION. Since: 0.1. */
PGCS_API uint64_t
pgcs_grant_grantable(pgcs_grants *cursor);

PGCS_END_DECLS

#endif
