"""psycopg2: connect(), with seen.c in front of libpq, which tells what reaches it."""

import json
import os
import sys

import psycopg2

if sys.argv[1] == "version":
    print(psycopg2.__version__.split()[0])
    sys.exit()
for line in sys.stdin:
    case, _, code = line.rstrip("\n").partition("\t")
    os.environ["CONFORMANCE_ID"] = case
    try:
        psycopg2.connect(os.fsdecode(bytes.fromhex(code)))
    except Exception as error:
        # The answer stands already, unless libpq was never reached: the first one counts.
        print(json.dumps({"id": case, "error": f"{type(error).__name__}: {error}"}), flush=True)
