# shellcheck shell=bash
# Telling cases as TAP, for checkers in bash: source it, call these, end with tap_done.
tap_count=0
tap_failed=0

# tap_case NAME COMMAND...: passes if COMMAND does; else its output is told.
tap_case() {
    local name=$1 output
    shift
    tap_count=$((tap_count + 1))
    if output=$("$@" 2>&1); then
        echo "ok $tap_count - $name"
    else
        echo "not ok $tap_count - $name"
        printf '%s\n' "$output" | sed 's/^/# /'
        tap_failed=1
    fi
}

# tap_equal NAME GOT WANTED
tap_equal() {
    tap_case "$1" diff <(printf '%s\n' "$3") <(printf '%s\n' "$2")
}

tap_skip() {
    tap_count=$((tap_count + 1))
    echo "ok $tap_count - $1 # SKIP $2"
}

# A name for a command that must fail.
must_fail() {
    ! "$@"
}

tap_done() {
    echo "1..$tap_count"
    exit "$tap_failed"
}
