"""What a driver's answer is worth: the same as the spec says, or how it fails."""

import os
import pwd

SAME, REFUSES, IGNORES, DIFFERS = "=", "r", "i", "d"
# The form can't carry all cases, or none of them; nobody asked.
PARTLY, NOT_WRITTEN, NOT_READ = "p", "x", "."
WORST_LAST = SAME + PARTLY + REFUSES + IGNORES + DIFFERS
LETTERS = WORST_LAST + NOT_WRITTEN + NOT_READ

DEFAULT_PORT = "5432"
# Where drivers go that are not told where to go.
DEFAULT_HOSTS = {"", "localhost", "127.0.0.1", "::1"}
DEFAULT_FOLDERS = {"/tmp", "/run/postgresql", "/var/run/postgresql", "/private/tmp", "/var/pgsql_socket"}
# Nobody may read one of these where the spec has none.
NEVER_MADE_UP = ("options", "hostaddr", "service", "passfile", "sslrootcert", "sslcert")
PLACE = ("host", "port")
# Who runs this, as the system has it: drivers see no LOGNAME.
USER = pwd.getpwuid(os.getuid()).pw_name
# In the environment of every reader. Where a spec sets a parameter, this must not show, empty as
# it may be; where it leaves one open, it may.
AROUND = {"PGUSER": "around", "PGPASSWORD": "around", "PGDATABASE": "around"}


def text(value):
    return value.decode("utf-8", "surrogateescape")


def pairs(host, port):
    """[(host, port)] of libpq's two lists, or None where their lengths do not agree."""
    hosts = host.split(",")
    ports = port.split(",")
    if len(ports) == 1:
        ports *= len(hosts)
    if len(ports) != len(hosts):
        return None
    return [(same_host(host), port or DEFAULT_PORT) for host, port in zip(hosts, ports)]


def same_host(host):
    return host if host[:1] in ("/", "@") else host.lower()


class Answer:
    """A line of JSON from a reader."""

    def __init__(self, answer, defaults):
        self.error = answer.get("error")
        self.values = dict(defaults)
        self.places = None
        for key, value in answer.items():
            if key == "hosts":
                self.places = [
                    (same_host(text(bytes.fromhex(host))), port or DEFAULT_PORT)
                    for host, port in value
                ]
            elif key not in ("id", "error"):
                self.values[key] = text(bytes.fromhex(value))
        if self.places is None:
            self.places = pairs(self.values.get("host", ""), self.values.get("port", ""))


def right_places(spec, places):
    if places is None:
        return False
    if "host" in spec:
        return places == pairs(spec["host"], spec.get("port", ""))
    return all(host in DEFAULT_HOSTS or host in DEFAULT_FOLDERS for host, _ in places)


def right_text(key, spec, value):
    """user, password or dbname. libpq has defaults for an empty user and an empty dbname."""
    if spec.get(key):
        return value == spec[key]
    usual = {""}
    if key == "user":
        usual.add(USER)
    if key == "dbname":
        usual |= {spec.get("user"), USER} - {None}
    return value in (usual if key in spec else usual | {None, "around"})


def complaints(spec, answer):
    """What the driver reads otherwise than the spec says: [(keyword, ignored or not)]."""
    found = []
    if not right_places(spec, answer.places):
        found.append(("host", False))
    for key in ("user", "password", "dbname"):
        if not right_text(key, spec, answer.values.get(key)):
            found.append((key, False))
    for key, wanted in spec.items():
        value = answer.values.get(key)
        if key not in ("user", "password", "dbname", *PLACE) and value != wanted:
            found.append((key, value is None))
    found += [(key, False) for key in NEVER_MADE_UP if key not in spec and answer.values.get(key)]
    return found


def judge(spec, answer):
    """(verdict, why)"""
    if answer is None:
        return DIFFERS, "no answer"
    if answer.error is not None:
        return REFUSES, answer.error
    if answer.values.get("sent"):
        return REFUSES, "the server, which is sent " + answer.values["sent"]
    found = complaints(spec, answer)
    if not found:
        return SAME, ""
    why = "; ".join(
        f"{key} is {answer.places if key == 'host' else answer.values.get(key)!r}"
        for key, _ in found
    )
    return (IGNORES if all(ignored for _, ignored in found) else DIFFERS), why


def worst(verdicts):
    return max(verdicts, key=WORST_LAST.index)
