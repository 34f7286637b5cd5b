"""The drivers, how each is run, and what it reads."""

import os
import shutil
import subprocess
import sys
import tempfile

import verdict

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


class Broken(Exception):
    """How a reader died."""


class Driver:
    """id and name, the forms that it reads, and how its reader is started."""

    def __init__(
        self,
        name,
        command,
        forms,
        defaults=(),
        libpq=None,
        seen=False,
        version=None,
        long=False,
    ):
        self.id = name.upper()
        for character in " ./-:":
            self.id = self.id.replace(character, "_")
        self.name = name
        self.command = command
        self.forms = forms
        self.defaults = dict(defaults)
        self.libpq = libpq
        self.seen = seen
        self.own_version = version
        self.long = long

    def environment(self, tools, form):
        kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        made = {"HOME": tools.home, "CONFORMANCE_ROOT": tools.root, "LC_ALL": "C.UTF-8"}
        if self.libpq:
            made["LD_LIBRARY_PATH"] = self.libpq
        # The env form is all that there is around it.
        return {**kept, **made, **({} if form == "env" else verdict.AROUND)}

    def version(self, tools):
        """Its version; a driver that can't tell it is not there."""
        try:
            found = self.run(tools, "version").strip()
        except Broken as broken:
            raise Missing(str(broken)) from broken
        if self.own_version:
            return self.own_version()
        major = self.name.removeprefix("libpq ")
        if major != self.name and found.partition(".")[0] != major:
            raise Missing(f"this system has libpq {found}")
        return found

    def run(self, tools, form, lines=""):
        """The output of the reader."""
        command = self.command(tools) + [form]
        environment = self.environment(tools, form)
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
            raise Broken(reason or f"its reader ended with {done.returncode}")
        return done.stdout.decode("utf-8", "replace")


class Tools:
    """Where the programs are that readers need, and a home that holds nothing of theirs."""

    def __init__(self, seen, root):
        self.root = root
        self.home = tempfile.mkdtemp(prefix="conformance-")
        # The loader splits LD_PRELOAD at blanks: a tree may stand in a folder with one.
        self.seen = shutil.copy(seen, self.home)
        # Next to what meson built: what is compiled there serves the next run, too.
        self.build = os.path.join(os.path.dirname(seen), "conformance-readers")

    def close(self):
        shutil.rmtree(self.home, ignore_errors=True)

    def compile(self, folder, command, made, environment):
        """Build readers/FOLDER in a copy of it, and give the path of the program it makes."""
        copy = os.path.join(self.build, folder)
        shutil.copytree(os.path.join(READERS, folder), copy, dirs_exist_ok=True)
        if not shutil.which(command[0]):
            raise Missing(f"{command[0]} is not installed: run tools/bootstrap long")
        done = subprocess.run(
            command,
            cwd=copy,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=900,
            check=False,
        )
        if done.returncode != 0:
            raise Missing("does not build: " + done.stdout.decode("utf-8", "replace")[-300:])
        return os.path.join(copy, made)


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


GO_SOURCES = "/usr/share/gocode"
CARGO_SOURCES = "/usr/share/cargo/registry"
JDBC = "/usr/share/java/postgresql.jar"
BOTH = ("uri", "keywords")


def installed(path):
    if not os.path.exists(path):
        raise Missing(f"{path} is not there: run tools/bootstrap long")
    return path


def go(name, driver, package, forms):
    """A driver that Debian packages as source."""

    def command(tools):
        installed(GO_SOURCES)
        cache = os.path.join(tools.build, "go-cache")
        settings = {"GO111MODULE": "off", "GOPATH": GO_SOURCES, "GOCACHE": cache, "GOFLAGS": ""}
        program = tools.compile("go", ["go", "build", "-o", "read", "."], "read", settings)
        return [program, driver]

    version = packaged(f"golang-github-{package.replace('/', '-')}-dev")
    return Driver(name, command, forms, version=version, long=True)


def rust(name):
    def command(tools):
        installed(CARGO_SOURCES)
        # Debian's sources instead of the registry.
        home = os.path.join(tools.build, "cargo-home")
        os.makedirs(home, exist_ok=True)
        with open(os.path.join(home, "config.toml"), "w", encoding="utf-8") as file:
            file.write('[source.crates-io]\nreplace-with = "debian"\n')
            file.write(f'[source.debian]\ndirectory = "{CARGO_SOURCES}"\n')
        build = ["cargo", "build", "--offline", "--quiet"]
        return [tools.compile("rust", build, "target/debug/read_tokio", {"CARGO_HOME": home})]

    return Driver(name, command, BOTH, version=packaged("librust-tokio-postgres-dev"), long=True)


def java(name):
    def command(_tools):
        found = shutil.which("java")
        if not found:
            raise Missing("java is not installed: run tools/bootstrap long")
        return [found, "-cp", installed(JDBC), os.path.join(READERS, "ReadJdbc.java")]

    return Driver(name, command, ("jdbc",), long=True)


def scripted(name, forms, interpreter, *reader, **more):
    """A driver on top of libpq, of another language."""
    return Driver(name, script(interpreter, *reader), forms, LIBPQ, long=True, **more)


def packaged(package):
    """The version of a Debian package, of a driver that does not tell its own."""

    def version():
        done = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", package],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if done.returncode != 0:
            raise Missing(f"{package} is not installed: run tools/bootstrap long")
        return done.stdout.decode().rpartition("-")[0]

    return version

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
    go("pgx 4", "pgx", "jackc/pgx-v4", (*BOTH, "env")),
    go("lib/pq", "pq", "lib/pq", (*BOTH, "env")),
    rust("tokio-postgres"),
    java("JDBC"),
    scripted("DBD::Pg", BOTH, "perl", "read_dbdpg.pl", seen=True),
    scripted("ruby-pg", BOTH, "ruby", "read_ruby.rb"),
    scripted("PHP pg_connect", BOTH, "php", "read_php.php", "pgsql", seen=True),
    # Puts " connect_timeout=30" behind the text, which is no URI then.
    scripted("PHP PDO", ("keywords",), "php", "read_php.php", "pdo", seen=True),
]
