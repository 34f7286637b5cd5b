/*
 * TLS from PEM text, as it was pasted into a form: what the certificates are, what is wrong
 * with them, and what the connection will really be worth. Nothing connects.
 *
 *     tls_text SPEC <roots.pem
 *
 * Exit status: 0 if the policy "verified" holds, 1 if not, 2 for a bad spec or text.
 */
#include <pgconnspec/pgconnspec.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#define MOST 65536

static int
complain(pgcs_error *error) {
    const char *hint = pgcs_error_hint(error);
    printf("bad: %s\n", pgcs_error_message(error));
    if (hint != NULL)
        printf("     %s\n", hint);
    pgcs_error_free(error);
    return 2;
}

static void
print_findings(const pgcs_report *report) {
    pgcs_findings *cursor = pgcs_findings_new(report, PGCS_SEVERITY_WARNING);
    while (pgcs_findings_next(cursor))
        printf("%s: %s\n", pgcs_severity_name(pgcs_finding_severity(cursor)),
               pgcs_finding_message(cursor));
    pgcs_findings_free(cursor);
}

static int
print_guarantees(const pgcs_spec *spec, const pgcs_tls *tls) {
    const pgcs_guarantee *guarantee = NULL;
    pgcs_error *error = NULL;
    if (pgcs_guarantee_new(spec, tls, pgcs_libpq_version(), &guarantee, &error) != PGCS_OK)
        return complain(error);
    printf("carried out as %s\n", pgcs_guarantee_mode(guarantee));
    for (pgcs_attacker who = PGCS_ATTACKER_LISTENS; who <= PGCS_ATTACKER_CERTIFIED; who++)
        printf("%s from %s\n", pgcs_guarantee_holds(guarantee, who) ? "safe" : "NOT safe",
               pgcs_attacker_name(who));
    pgcs_guarantee_unref(guarantee);
    return 0;
}

static int
judge(const pgcs_spec *spec, const pgcs_tls *tls) {
    const pgcs_report *report = NULL;
    pgcs_error *error = NULL;
    for (size_t i = 0; i < pgcs_tls_count(tls, PGCS_CHAIN_ROOTS); i++)
        printf("root: %s\n", pgcs_tls_subject(tls, PGCS_CHAIN_ROOTS, i));
    int status = print_guarantees(spec, tls);
    if (status != 0)
        return status;
    if (pgcs_policy_evaluate(pgcs_policy_find("verified"), spec, tls, (int64_t)time(NULL),
                             &report, &error) != PGCS_OK)
        return complain(error);
    print_findings(report);
    status = pgcs_report_severity(report) == PGCS_SEVERITY_FAILURE;
    pgcs_report_unref(report);
    return status;
}

int
main(int argc, char **argv) {
    static char pem[MOST];
    if (argc != 2) {
        fprintf(stderr, "usage: tls_text SPEC <roots.pem\n");
        return 2;
    }
    size_t size = fread(pem, 1, sizeof pem, stdin);
    pgcs_tls_builder *builder = pgcs_tls_builder_new();
    const pgcs_spec *spec = NULL;
    const pgcs_tls *tls = NULL;
    pgcs_error *error = NULL;
    int status = 0;
    if (pgcs_spec_parse(argv[1], strlen(argv[1]), 0, &spec, &error) != PGCS_OK ||
        pgcs_tls_builder_set_roots(builder, pem, size, &error) != PGCS_OK ||
        pgcs_tls_builder_finish(builder, &tls, &error) != PGCS_OK)
        status = complain(error);
    else
        status = judge(spec, tls);
    pgcs_tls_unref(tls);
    pgcs_tls_builder_free(builder);
    pgcs_spec_unref(spec);
    return status;
}
