"""SQLAlchemy: what its dialect for psycopg2 hands to that driver."""

import sys

import sqlalchemy
from lines import answer_all
from psycopg2.extensions import make_dsn, parse_dsn
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine.url import make_url


def read(text):
    arguments, keywords = PGDialect_psycopg2().create_connect_args(make_url(text))
    # make_dsn gives SQLAlchemy's "database" its name in libpq, as psycopg2.connect does.
    return parse_dsn(make_dsn(*arguments, **keywords))


if sys.argv[1] == "version":
    print(sqlalchemy.__version__)
else:
    answer_all(read)
