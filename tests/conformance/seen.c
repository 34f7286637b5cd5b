/*
 * Stands in front of libpq (by LD_PRELOAD) for drivers that hand it a text and tell nothing of
 * it: prints what libpq makes of that text as a line of JSON (readers/lines.py), with the id
 * from $CONFORMANCE_ID, and refuses to connect.
 */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
put_text(const char *text) {
    putchar('"');
    for (; *text != '\0'; text++)
        if (*text == '"' || *text == '\\' || (unsigned char)*text < 0x20)
            printf("\\u%04x", (unsigned char)*text);
        else if ((unsigned char)*text < 0x7f)
            putchar(*text);
    putchar('"');
}

static PGconn *
tell(const char *conninfo) {
    const char *id = getenv("CONFORMANCE_ID");
    char *error = NULL;
    PQconninfoOption *options = PQconninfoParse(conninfo, &error);
    printf("{\"id\": \"%s\"", id != NULL ? id : "");
    if (options == NULL) {
        fputs(", \"error\": ", stdout);
        put_text(error != NULL ? error : "no reason");
    }
    for (PQconninfoOption *option = options; option && option->keyword; option++) {
        if (option->val == NULL)
            continue;
        printf(", \"%s\": \"", option->keyword);
        for (const char *at = option->val; *at != '\0'; at++)
            printf("%02x", (unsigned char)*at);
        putchar('"');
    }
    puts("}");
    fflush(stdout);
    PQconninfoFree(options);
    PQfreemem(error);
    return NULL;
}

PGconn *
PQconnectdb(const char *conninfo) {
    return tell(conninfo);
}

PGconn *
PQconnectStart(const char *conninfo) {
    return tell(conninfo);
}
