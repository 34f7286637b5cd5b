"""The drivers, how each is run, and what it reads."""

import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
READERS = os.path.join(HERE, "readers")
MATRIX = os.path.join(HERE, "..", "pgmatrix", "node_modules")
# Debian's own Python is the one that has Debian's drivers.
PYTHON = "/usr/bin/python3" if os.path.exists("/usr/bin/python3") else sys.executable

# libpq takes "prefer" where nothing is said: PQconninfoParse leaves that to connecting.
LIBPQ = {"sslmode": "prefer"}
LIBPQ_FORMS = ("uri", "keywords", "env", "service")


class Missing(Exception):
    """Why a driver can not be read here."""


class Driver:
    """id and name, the forms that it reads, and how its reader is started."""

    def __init__(self, name, command, forms, defaults=(), libpq=None, seen=False, long=False):
        self.id = name.upper()
        for character in " ./-:":
            self.id = self.id.replace(character, "_")
        self.name = name
        self.command = command
        self.forms = forms
        self.defaults = dict(defaults)
        self.libpq = libpq
        self.seen = seen
        self.long = long

    def environment(self, tools):
        kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        made = {"HOME": tools.home, "CONFORMANCE_ROOT": tools.root, "LC_ALL": "C.UTF-8"}
        if self.libpq:
            made["LD_LIBRARY_PATH"] = self.libpq
        return {**kept, **made}

    def run(self, tools, form, lines=""):
        """The output of the reader. A reader that dies has read nothing."""
        command = self.command(tools) + [form]
        environment = self.environment(tools)
        if self.seen and form != "version":
            environment["LD_PRELOAD"] = tools.seen
        done = subprocess.run(
            command,
            input=lines.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            timeout=300,
            check=False,
        )
        if done.returncode != 0:
            reason = done.stderr.decode("utf-8", "replace").strip().split("\n")[-1]
            raise Missing(reason or f"its reader ended with {done.returncode}")
        return done.stdout.decode("utf-8", "replace")


class Tools:
    """Where the programs are that readers need, and a home that holds nothing."""

    def __init__(self, seen, root):
        self.seen = seen
        self.root = root
        self.home = tempfile.mkdtemp(prefix="conformance-")
        self.built = {}

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)


def script(interpreter, name, *arguments):
    """A reader that an interpreter runs."""

    def command(_tools):
        found = shutil.which(interpreter)
        if not found:
            raise Missing(f"{interpreter} is not installed")
        return [found, os.path.join(READERS, name), *arguments]

    return command


def matrix(major):
    folder = os.path.join(MATRIX, f"pg{major}", "native", "lib")

    def command(tools):
        if not os.path.isdir(folder):
            raise Missing(f"no libpq {major} in tests/pgmatrix: run tools/bootstrap")
        return script(PYTHON, "read_libpq.py")(tools)

    return Driver(f"libpq {major}", command, LIBPQ_FORMS, LIBPQ, libpq=folder)


def python(name, reader, forms, **more):
    return Driver(name, script(PYTHON, reader), forms, **more)


def node(name, driver, forms):
    def command(tools):
        if not os.path.isdir(os.path.join(HERE, "node_modules")):
            raise Missing("no drivers in tests/conformance/node_modules: run tools/bootstrap")
        return script("node", "read_node.mjs", driver)(tools)

    return Driver(name, command, forms)


BOTH = ("uri", "keywords")

DRIVERS = [
    matrix(13),
    python("libpq 15", "read_libpq.py", LIBPQ_FORMS, defaults=LIBPQ),
    matrix(17),
    matrix(18),
    python("psycopg 2", "read_psycopg2.py", BOTH, defaults=LIBPQ, seen=True),
    python("psycopg 3", "read_psycopg.py", BOTH, defaults=LIBPQ),
    python("asyncpg", "read_asyncpg.py", ("uri", "env")),
    python("SQLAlchemy", "read_sqlalchemy.py", ("uri", "sqlalchemy"), defaults=LIBPQ),
    node("node-postgres", "pg", ("uri",)),
    node("postgres.js", "postgres", ("uri",)),
]
