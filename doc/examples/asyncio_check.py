#!/usr/bin/env python3
"""Check PostgreSQL connections in asyncio's event loop, with ctypes and no thread.

    python3 asyncio_check.py SPEC...

Prints a line for each as soon as it is known. Exit status: 0 if all connected, 3 if not, 2 for a
bad spec. What the functions of the library take is in ctypes_check.py, beside this file.
"""

import asyncio
import sys
from ctypes import POINTER, byref, c_int, c_int32, c_int64, c_uint32

from ctypes_check import FACT_DATABASE, FACT_SERVER_VERSION, FACT_USER, SECTION_SESSION
from ctypes_check import Failed, Handle, call, findings, lib, parse, text

STATE_RUNNING = 1
WANT_READ, WANT_WRITE = 1 << 0, 1 << 1

for name, result, *parameters in (
    ("pgcs_check_step", c_int32, Handle, c_uint32, POINTER(Handle)),
    ("pgcs_check_state", c_int32, Handle),
    ("pgcs_check_socket", c_int, Handle),
    ("pgcs_check_wants", c_uint32, Handle),
    ("pgcs_check_timeout_ms", c_int64, Handle),
):
    function = getattr(lib, name)
    function.restype, function.argtypes = result, parameters


async def wait_for(check):
    """Wait for what the check waits for. The loop forgets its socket before the next step, which
    may close it and open another one of the same number."""
    loop = asyncio.get_running_loop()
    woken = loop.create_future()
    fd, wants = lib.pgcs_check_socket(check), lib.pgcs_check_wants(check)
    timeout_ms = lib.pgcs_check_timeout_ms(check)

    def wake():
        if not woken.done():
            woken.set_result(None)

    timer = loop.call_later(timeout_ms / 1000, wake) if timeout_ms >= 0 else None
    if fd >= 0 and wants & WANT_READ:
        loop.add_reader(fd, wake)
    if fd >= 0 and wants & WANT_WRITE:
        loop.add_writer(fd, wake)
    try:
        await woken
    finally:
        if timer is not None:
            timer.cancel()
        if fd >= 0:
            loop.remove_reader(fd)
            loop.remove_writer(fd)


async def check(spec, show, timeout_ms=60000):
    """Connect, and give what show() makes of the report. Cancelling the task gives the check up."""
    handle = Handle()
    call(lib.pgcs_check_new, spec, None, None, byref(handle))
    try:
        call(lib.pgcs_check_set_sections, handle, SECTION_SESSION)
        call(lib.pgcs_check_set_timeout_ms, handle, timeout_ms)
        call(lib.pgcs_check_step, handle, 0)
        while lib.pgcs_check_state(handle) == STATE_RUNNING:
            await wait_for(handle)
            call(lib.pgcs_check_step, handle, 0)
        return show(lib.pgcs_check_report(handle))
    finally:
        lib.pgcs_check_free(handle)


def connected(report):
    """Print what came of it; say whether there was a connection."""
    if lib.pgcs_report_has_fact(report, FACT_SERVER_VERSION):
        user, database = (text(lib.pgcs_report_fact(report, f)) for f in (FACT_USER, FACT_DATABASE))
        print(f"{user} in {database}")
        return True
    for severity, message, hint in findings(report):
        print(f"{severity}: {message}" + (f" ({hint})" if hint else ""))
    return False


async def main(specs):
    try:
        handles = [parse(spec) for spec in specs]
    except Failed as failure:
        print(failure, file=sys.stderr)
        return 2
    results = await asyncio.gather(*(check(handle, connected) for handle in handles))
    for handle in handles:
        lib.pgcs_spec_unref(handle)
    return 0 if all(results) else 3


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(asyncio.run(main(sys.argv[1:])))
