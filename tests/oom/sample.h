/* Samples that several files of scenarios use. */
#ifndef OOM_SAMPLE_H
#define OOM_SAMPLE_H

#include <pgconnspec/pgconnspec.h>

/* A report with a fact, a finding, objects and a grant. */
pgcs_status
sample_report(const pgcs_report **out);

#endif
