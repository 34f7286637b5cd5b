/* Sorting of objects: of a million in the time that reading them takes. */
#ifndef REPORT_SORT_H
#define REPORT_SORT_H

#include "report/report.h"

/*
 * Put the objects into their order: by schema, name, kind, column; bytes decide. False without
 * memory.
 */
bool
sort_objects(struct pgcs_report *report);

#endif
