"""What the readers written in Python share: cases in, answers out.

A reader gets lines of "ID<tab>HEX OF THE TEXT" and answers each with a line of JSON:
{"id": ID, KEYWORD: HEX...} in libpq's words, or {"id": ID, "error": TEXT}. "hosts" is a list of
[HEX OF THE HOST, PORT] where the driver keeps pairs. No reader connects to anything.
"""

import json
import os
import sys


def to_bytes(value):
    if isinstance(value, bytes):
        return value
    return str(value).encode("utf-8", "surrogateescape")


def answer_all(read, as_bytes=False):
    """read(text) gives {keyword: value}; None is a parameter that was not read."""
    for line in sys.stdin:
        case, _, code = line.rstrip("\n").partition("\t")
        text = bytes.fromhex(code)
        answer = {"id": case}
        try:
            # As a program has it that took the text from a file or from its environment.
            found = read(text if as_bytes else os.fsdecode(text))
            for key, value in found.items():
                if key == "hosts":
                    answer[key] = [[to_bytes(host).hex(), port] for host, port in value]
                elif value is not None:
                    answer[key] = to_bytes(value).hex()
        except Exception as error:
            answer = {"id": case, "error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)
