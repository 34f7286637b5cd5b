"""libpq itself: PQconninfoParse, or PQconndefaults for what it takes from its surroundings.

read_libpq.py uri|keywords|env|service|version
"""

import ctypes
import os
import sys
import tempfile

from lines import answer_all


class Option(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_char_p)
        for name in ("keyword", "envvar", "compiled", "value", "label", "dispchar")
    ] + [("dispsize", ctypes.c_int)]


libpq = ctypes.CDLL("libpq.so.5")
libpq.PQconninfoParse.restype = ctypes.POINTER(Option)
libpq.PQconndefaults.restype = ctypes.POINTER(Option)


def options(pointer, only_changed=False):
    found, i = {}, 0
    while pointer[i].keyword:
        option = pointer[i]
        if option.value is not None and not (only_changed and option.value == option.compiled):
            found[option.keyword.decode()] = option.value
        i += 1
    libpq.PQconninfoFree(pointer)
    return found


def parse(text):
    error = ctypes.c_char_p()
    pointer = libpq.PQconninfoParse(text, ctypes.byref(error))
    if not pointer:
        raise ValueError(error.value.decode("utf-8", "replace").strip())
    return options(pointer)


def defaults():
    pointer = libpq.PQconndefaults()
    if not pointer:
        raise ValueError("PQconndefaults gave nothing")
    return options(pointer, only_changed=True)


def read_env(text):
    """NAME=value, each ended by NUL."""
    saved = dict(os.environb)
    try:
        for setting in text.split(b"\0")[:-1]:
            name, _, value = setting.partition(b"=")
            os.environb[name] = value
        return defaults()
    finally:
        os.environb.clear()
        os.environb.update(saved)


def read_service(text):
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        name = text.partition(b"[")[2].partition(b"]")[0]
        settings = {b"PGSERVICEFILE": os.fsencode(file.name), b"PGSERVICE": name}
        found = read_env(b"".join(b"%s=%s\0" % item for item in settings.items()))
    found.pop("service", None)
    return found


def main(form):
    if form == "version":
        number = libpq.PQlibVersion()
        print(f"{number // 10000}.{number % 10000}")
        return
    readers = {"env": read_env, "service": read_service}
    answer_all(readers.get(form, parse), as_bytes=True)


main(sys.argv[1])
