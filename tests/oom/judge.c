/* Scenarios: policies, assessment, comparison. */
#include "lib/show.h"
#include "oom/oom.h"
#include "oom/sample.h"

static pgcs_status
drop_report(pgcs_status status, const pgcs_report *report) {
    size_t seen = 0;
    if (status == PGCS_OK && !show_report(report, oom_show, &seen))
        status = PGCS_ERR_NOMEM;
    pgcs_report_unref(report);
    return status;
}

static pgcs_status
policy(void) {
    size_t seen = 0;
    show_policies(oom_show, &seen);
    const pgcs_policy *strict = pgcs_policy_find("strict");
    if (strict == NULL)
        return PGCS_ERR_NOT_BUILT;
    const pgcs_spec *spec = NULL;
    const pgcs_report *report = NULL;
    pgcs_status status = oom_spec("postgresql://u:p@h/d?sslmode=prefer", &spec);
    if (status != PGCS_OK)
        return status;
    pgcs_error *err = NULL;
    status =
        oom_judge(pgcs_policy_evaluate(strict, spec, NULL, 1800000000, &report, &err), &err);
    status = drop_report(status, report);
    report = NULL;
    if (status == PGCS_OK)
        status = oom_judge(
            pgcs_policy_evaluate_for(strict, spec, NULL, 150000, 1800000000, &report, &err),
            &err);
    pgcs_spec_unref(spec);
    return drop_report(status, report);
}

static pgcs_status
guarantee(void) {
    const pgcs_spec *spec = NULL;
    const pgcs_guarantee *made = NULL;
    pgcs_error *err = NULL;
    pgcs_status status = oom_spec("postgresql://u:p@h/d?sslmode=require", &spec);
    if (status != PGCS_OK)
        return status;
    status = oom_judge(pgcs_guarantee_new(spec, NULL, 150000, &made, &err), &err);
    const pgcs_guarantee *alone = NULL;
    if (status == PGCS_OK &&
        oom_judge(pgcs_guarantee_of_libpq(spec, 150000, 0, &alone, &err), &err) != PGCS_OK)
        made = pgcs_guarantee_unref(made);
    pgcs_guarantee_unref(alone);
    status = made == NULL ? PGCS_ERR_NOMEM : status;
    pgcs_spec_unref(spec);
    if (status != PGCS_OK)
        return status;
    const pgcs_guarantee *second = pgcs_guarantee_ref(made);
    pgcs_guarantee_unref(made);
    size_t seen = 0;
    show_guarantee(second, oom_show, &seen);
    pgcs_guarantee_unref(second);
    return PGCS_OK;
}

static pgcs_status
judge(const pgcs_report *report, pgcs_needs *needs) {
    const pgcs_assessment *assessment = NULL;
    const pgcs_text *script = NULL;
    pgcs_error *err = NULL;
    pgcs_status status = oom_judge(pgcs_report_assess(report, needs, &assessment, &err), &err);
    if (status != PGCS_OK)
        return status;
    const pgcs_assessment *second = pgcs_assessment_ref(assessment);
    pgcs_assessment_unref(assessment);
    status = oom_judge(pgcs_assessment_script(second, &script, &err), &err);
    pgcs_text_unref(script);
    size_t seen = 0;
    if (status == PGCS_OK && !show_assessment(second, oom_show, &seen))
        status = PGCS_ERR_NOMEM;
    pgcs_assessment_unref(second);
    return status;
}

static pgcs_status
assess_with(const pgcs_report *report) {
    pgcs_needs *needs =
        pgcs_needs_new(PGCS_PURPOSE_DESTINATION, PGCS_NEED_TRUNCATE | PGCS_NEED_RESTART);
    pgcs_error *err = NULL;
    pgcs_status status = oom_given(needs);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_needs_add_schema(needs, "shop", &err), &err);
    if (status == PGCS_OK)
        status = oom_judge(pgcs_needs_add_table(needs, "shop", "item", &err), &err);
    if (status == PGCS_OK)
        status = judge(report, needs);
    pgcs_needs_free(needs);
    return status;
}

static pgcs_status
assess(void) {
    const pgcs_report *report = NULL;
    pgcs_status status = sample_report(&report);
    if (status == PGCS_OK)
        status = assess_with(report);
    pgcs_report_unref(report);
    return status;
}

static pgcs_status
compare(void) {
    const pgcs_report *source = NULL;
    const pgcs_report *destination = NULL;
    const pgcs_report *differences = NULL;
    pgcs_error *err = NULL;
    pgcs_status status = sample_report(&source);
    if (status == PGCS_OK)
        status = sample_report(&destination);
    if (status == PGCS_OK)
        status =
            oom_judge(pgcs_report_compare(source, destination, 0, &differences, &err), &err);
    pgcs_report_unref(source);
    pgcs_report_unref(destination);
    return drop_report(status, differences);
}

const struct scenario judge_scenarios[] = {
    {"policy", policy, PGCS_OK},
    {"guarantee", guarantee, PGCS_OK},
    {"assess", assess, PGCS_OK},
    {"compare", compare, PGCS_OK},
    {NULL, NULL, 0},
};
