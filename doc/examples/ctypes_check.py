#!/usr/bin/env python3
"""Check a PostgreSQL connection from Python, with nothing but ctypes.

    python3 ctypes_check.py 'postgresql://reader@db.example/shop' [SCHEMA]

Prints what the connection is, what is wrong with it, and what its role may do with each table and
sequence. Exit status: 0 connected, 2 the spec is bad, 3 no connection. PGCONNSPEC_LIBRARY may
name the library's file; else the system's is used.
"""

import ctypes
import ctypes.util
import os
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_int32, c_int64, c_size_t, c_uint32, c_uint64

# A handle is a pointer that only the library looks behind.
Handle = ctypes.c_void_p

OK = 0
SEVERITY_NOTE = 1
SEVERITY_FAILURE = 3
SECTION_SESSION, SECTION_ROLE, SECTION_OBJECTS = 1 << 0, 1 << 2, 1 << 3
OBJECT_KINDS = {3: "table", 4: "partitioned table", 5: "view", 6: "materialized view", 8: "sequence"}
PRIVILEGES = range(13)
FACT_SERVER_VERSION, FACT_USER, FACT_DATABASE = 2001, 2008, 2009

# name: (result, parameters). The types are all there is to say: the interface has no structs, no
# callbacks, no varargs.
PROTOTYPES = {
    "pgcs_error_message": (c_char_p, Handle),
    "pgcs_error_hint": (c_char_p, Handle),
    "pgcs_error_offset": (c_int64, Handle),
    "pgcs_error_length": (c_int64, Handle),
    "pgcs_error_free": (None, Handle),
    "pgcs_spec_parse": (c_int32, c_char_p, c_size_t, c_uint32, POINTER(Handle), POINTER(Handle)),
    "pgcs_spec_unref": (Handle, Handle),
    "pgcs_check_new": (c_int32, Handle, Handle, Handle, POINTER(Handle), POINTER(Handle)),
    "pgcs_check_set_sections": (c_int32, Handle, c_uint32, POINTER(Handle)),
    "pgcs_check_set_timeout_ms": (c_int32, Handle, c_int64, POINTER(Handle)),
    "pgcs_check_add_schema": (c_int32, Handle, c_char_p, POINTER(Handle)),
    "pgcs_check_run": (c_int32, Handle, POINTER(Handle)),
    "pgcs_check_report": (Handle, Handle),
    "pgcs_check_free": (None, Handle),
    "pgcs_report_severity": (c_int32, Handle),
    "pgcs_report_fact": (c_char_p, Handle, c_int32),
    "pgcs_report_has_fact": (c_int, Handle, c_int32),
    "pgcs_findings_new": (Handle, Handle, c_int32),
    "pgcs_findings_next": (c_int, Handle),
    "pgcs_findings_free": (None, Handle),
    "pgcs_finding_severity": (c_int32, Handle),
    "pgcs_finding_message": (c_char_p, Handle),
    "pgcs_finding_hint": (c_char_p, Handle),
    "pgcs_severity_name": (c_char_p, c_int32),
    "pgcs_objects_new": (Handle, Handle, c_char_p, c_uint32),
    "pgcs_objects_next": (c_int, Handle),
    "pgcs_objects_free": (None, Handle),
    "pgcs_object_kind_of": (c_int32, Handle),
    "pgcs_object_schema": (c_char_p, Handle),
    "pgcs_object_name": (c_char_p, Handle),
    "pgcs_object_owner": (c_char_p, Handle),
    "pgcs_object_privileges": (c_uint64, Handle),
    "pgcs_object_is_usable": (c_int, Handle),
    "pgcs_privilege_name": (c_char_p, c_uint64),
}


def load():
    path = os.environ.get("PGCONNSPEC_LIBRARY") or ctypes.util.find_library("pgconnspec")
    library = ctypes.CDLL(path or "libpgconnspec.so.0")
    for name, (result, *parameters) in PROTOTYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, parameters
    return library


lib = load()


def text(value):
    """A string of the library is its own; decode a copy. Names of SQL_ASCII may be no UTF-8."""
    return None if value is None else value.decode("utf-8", "backslashreplace")


class Failed(Exception):
    """A call failed: message, and the hint and the place in the text where there is one."""

    def __init__(self, error):
        super().__init__(text(lib.pgcs_error_message(error)))
        self.hint = text(lib.pgcs_error_hint(error))
        self.offset = lib.pgcs_error_offset(error)
        lib.pgcs_error_free(error)


def call(function, *arguments):
    """Call what takes an error last and gives a status."""
    error = Handle()
    if function(*arguments, byref(error)) != OK:
        raise Failed(error)


def parse(spec):
    spec = spec.encode()
    out = Handle()
    call(lib.pgcs_spec_parse, spec, len(spec), 0, byref(out))
    return out


def check(spec, schema=None, timeout_ms=10000):
    """Connect, look around, and return the check, whose report lives as long as itself."""
    out = Handle()
    call(lib.pgcs_check_new, spec, None, None, byref(out))
    try:
        sections = SECTION_SESSION | SECTION_ROLE | SECTION_OBJECTS
        call(lib.pgcs_check_set_sections, out, sections)
        call(lib.pgcs_check_set_timeout_ms, out, timeout_ms)
        if schema is not None:
            call(lib.pgcs_check_add_schema, out, schema.encode())
        call(lib.pgcs_check_run, out)
    except Failed:
        lib.pgcs_check_free(out)
        raise
    return out


def findings(report):
    cursor = lib.pgcs_findings_new(report, SEVERITY_NOTE)
    while lib.pgcs_findings_next(cursor):
        yield (
            text(lib.pgcs_severity_name(lib.pgcs_finding_severity(cursor))),
            text(lib.pgcs_finding_message(cursor)),
            text(lib.pgcs_finding_hint(cursor)),
        )
    lib.pgcs_findings_free(cursor)


def privileges(bits):
    return [text(lib.pgcs_privilege_name(1 << bit)) for bit in PRIVILEGES if bits >> bit & 1]


def objects(report):
    """Tables, views and sequences: kind, schema, name, owner, what the role may do with it."""
    wanted = sum(1 << kind for kind in OBJECT_KINDS)
    cursor = lib.pgcs_objects_new(report, None, wanted)
    while lib.pgcs_objects_next(cursor):
        usable = lib.pgcs_object_is_usable(cursor)
        yield (
            OBJECT_KINDS[lib.pgcs_object_kind_of(cursor)],
            text(lib.pgcs_object_schema(cursor)),
            text(lib.pgcs_object_name(cursor)),
            text(lib.pgcs_object_owner(cursor)),
            privileges(lib.pgcs_object_privileges(cursor)) if usable else [],
        )
    lib.pgcs_objects_free(cursor)


def show(report):
    """Print the report; say whether there was a connection."""
    for severity, message, hint in findings(report):
        print(f"{severity}: {message}" + (f" ({hint})" if hint else ""))
    if not lib.pgcs_report_has_fact(report, FACT_SERVER_VERSION):
        return False
    user, database = (text(lib.pgcs_report_fact(report, f)) for f in (FACT_USER, FACT_DATABASE))
    version = text(lib.pgcs_report_fact(report, FACT_SERVER_VERSION))
    print(f"{user} in {database}, server {version}")
    for kind, schema, name, owner, held in objects(report):
        print(f"{kind} {schema}.{name}, owner {owner}: {', '.join(held) or 'nothing'}")
    return True


def main(spec_text, schema=None):
    try:
        spec = parse(spec_text)
    except Failed as failure:
        place = f" at byte {failure.offset}" if failure.offset >= 0 else ""
        print(f"{failure}{place}", failure.hint or "", sep="\n", file=sys.stderr)
        return 2
    try:
        done = check(spec, schema)
    finally:
        lib.pgcs_spec_unref(spec)
    connected = show(lib.pgcs_check_report(done))
    lib.pgcs_check_free(done)
    return 0 if connected else 3


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
