"""psycopg 3: what connect() makes of the text before it hands it to libpq."""

import sys

import psycopg
from lines import answer_all
from psycopg.conninfo import conninfo_to_dict, make_conninfo

if sys.argv[1] == "version":
    print(psycopg.__version__)
else:
    answer_all(lambda text: conninfo_to_dict(make_conninfo(**conninfo_to_dict(text))))
