/* What main() calls: one function a command, each with its exit code. */
#ifndef TOOLS_COMMANDS_H
#define TOOLS_COMMANDS_H

#include "options.h"

int
run_parse(const struct options *options);
int
run_convert(const struct options *options);
int
run_check(const struct options *options);
int
run_grants(const struct options *options);
int
run_compare(const struct options *options);
int
run_explain(const struct options *options);

#endif
