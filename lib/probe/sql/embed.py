"""Makes a C header of the SQL files: embed.py OUTPUT FILE... gives one string for each file,
SQL_RELATIONS for relations.sql, without comments and with blanks squeezed."""

import pathlib
import sys


def squeeze(text):
    lines = (line.split("--", 1)[0] for line in text.splitlines())
    return " ".join(" ".join(lines).split())


def literal(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main(output, *inputs):
    rows = ["/* Made by embed.py. */"]
    for path in map(pathlib.Path, inputs):
        rows.append(f"#define SQL_{path.stem.upper()} {literal(squeeze(path.read_text()))}")
    pathlib.Path(output).write_text("\n".join(rows) + "\n")


main(*sys.argv[1:])
