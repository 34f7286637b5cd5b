"""asyncpg: what connect() makes of the text, by the function that it calls first."""

import inspect
import os
import ssl
import sys

import asyncpg
from asyncpg import connect_utils
from lines import answer_all

# Settings of the server that are parameters of libpq, too.
SETTINGS = {"application_name", "options", "client_encoding", "tcp_user_timeout", "replication"}
# Arguments of connect() besides the text.
ARGUMENTS = {
    name: None
    for name in inspect.signature(connect_utils._parse_connect_dsn_and_args).parameters
}


def mode_of(parameters):
    mode = getattr(parameters, "sslmode", None)
    context = parameters.ssl
    if mode is not None and mode.name in ("disable", "allow", "prefer"):
        return mode.name
    if not isinstance(context, ssl.SSLContext):
        return "require" if context else "disable"
    if context.check_hostname:
        return "verify-full"
    return "verify-ca" if context.verify_mode == ssl.CERT_REQUIRED else "require"


def read(text):
    addresses, parameters = connect_utils._parse_connect_dsn_and_args(
        **{**ARGUMENTS, "dsn": text}
    )[:2]
    hosts = []
    for address in addresses:
        if isinstance(address, str):
            folder, _, port = address.rpartition("/.s.PGSQL.")
            hosts.append((folder, port))
        else:
            hosts.append((address[0], str(address[1])))
    found = {
        "hosts": hosts,
        "user": parameters.user,
        "password": parameters.password,
        "dbname": parameters.database,
        "sslmode": mode_of(parameters),
    }
    if getattr(parameters.ssl, "get_ca_certs", None) and parameters.ssl.get_ca_certs():
        found["sslrootcert"] = os.environ["CONFORMANCE_ROOT"]
    session = getattr(parameters, "target_session_attrs", None)
    if session is not None:
        found["target_session_attrs"] = session.value
    # What goes to the server is a setting there: these are the same thing as for libpq.
    settings = parameters.server_settings or {}
    for key in SETTINGS:
        found[key] = settings.get(key)
    if set(settings) - SETTINGS:
        found["sent"] = ",".join(sorted(settings))
    return found


def read_env(text):
    for setting in os.fsencode(text).split(b"\0")[:-1]:
        name, _, value = setting.partition(b"=")
        os.environb[name] = value
    try:
        return read(None)
    finally:
        for name in [name for name in os.environ if name.startswith("PG")]:
            del os.environ[name]


if sys.argv[1] == "version":
    print(asyncpg.__version__)
else:
    answer_all(read_env if sys.argv[1] == "env" else read)
