#!/usr/bin/env python3
"""Makes the manual pages of section 3 from the public headers.

    pages.py VERSION NEWS FOLDER HEADER...

writes FOLDER anew: one page for each section of the headers, and for each function a page that
leads to it. The day on the pages is that of the first line of NEWS. headers.py says how the
headers are read.
"""

import datetime
import os
import re
import shutil
import sys
import textwrap

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from headers import Function, Type, read_sections

OVERVIEW = "libpgconnspec"
MONTHS = (
    "January February March April May June July August September October November December"
).split()

# What stands for itself in a text: a parameter, a function, another manual page, a constant, a
# type; with what may open in front of it and close behind it.
WORD = re.compile(
    r"(?P<open>\(?)"
    r"(?:@p (?P<parameter>\w+)|(?P<function>\w+)\(\)|(?P<page>\w+)\((?P<section>[1-8])\)"
    r"|(?P<constant>(?:PGCS_[A-Z0-9_]+|INT64_MIN|NULL)\*?)|(?P<type>pgcs_\w+)(?!\())"
    r"(?P<close>[).,;:]*)(?=\s|$)"
)


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def markup(match):
    """A macro line for a word."""
    kinds = {"parameter": "Fa", "function": "Fn", "constant": "Dv", "type": "Vt"}
    for name, macro in kinds.items():
        word = match.group(name)
        if word:
            break
    else:
        macro, word = "Xr", f"{match.group('page')} {match.group('section')}"
    close = " ".join(match.group("close"))
    if match.group("open") and ")" not in close:
        return f".Pf ( {macro} {word} {close}".strip()
    if match.group("open"):
        inside, _, outside = close.partition(")")
        return f".Pq {macro} {word} {inside} {outside}".strip()
    return f".{macro} {word} {close}".strip()


def wrap(text):
    return textwrap.wrap(text, 78, break_on_hyphens=False, break_long_words=False)


def sentences(text):
    return re.split(r"(?<=[.])\s+(?=[A-Z@\"0-9])", text)


def prose(text):
    """A paragraph as lines of mdoc: a line for a sentence, and for a word with markup."""
    lines = []
    for sentence in sentences(text):
        at = 0
        for match in WORD.finditer(sentence):
            if match.start() > 0 and not sentence[match.start() - 1].isspace():
                continue
            lines += [sentence[at : match.start()], match]
            at = match.end()
        lines.append(sentence[at:])
    made = []
    for line in lines:
        if isinstance(line, str):
            made += [escape(part) for part in wrap(line.strip())]
        else:
            made.append(markup(line))
    return made


def remark(text):
    """What stands behind a constant, as a sentence; a name that it begins with stays a name."""
    if re.match(r"[a-z]+[ ,;:]", text):
        text = text[0].upper() + text[1:]
    return prose(text + ("" if text.endswith(".") else "."))


def body(doc):
    lines = []
    for paragraph in doc.paragraphs + ([doc.errors] if doc.errors else []):
        lines += [".Pp"] * bool(lines) + prose(paragraph)
    return lines


def constant_head(constant):
    value = re.sub(r"^\((.*)\)$", r"\1", constant.value)
    return f".It Dv {constant.name} Pq {escape(value)}"


def constants(groups):
    lines = []
    for heading, members in groups:
        lines.append(".Pp")
        if heading:
            lines += prose(heading[0].upper() + heading[1:] + ":")
        lines.append(".Bl -tag -width Ds -compact")
        for constant in members:
            lines.append(constant_head(constant))
            lines += remark(constant.comment) if constant.comment else []
        lines.append(".El")
    return lines


def synopsis(section):
    lines = [".Sh SYNOPSIS"] + [f".In pgconnspec/{header}" for header in section.headers]
    for function in section.functions:
        lines += [f".Ft {escape(function.result)}", f".Fo {function.name}"]
        lines += [f'.Fa "{parameter}"' for parameter in function.parameters or ["void"]]
        lines.append(".Fc")
    return lines


def flags_head(flags):
    """What their names have in common; a single one needs no list."""
    members = flags.groups[0][1]
    if len(members) == 1:
        return constant_head(members[0])
    names = [constant.name for constant in members]
    return f".It Dv {os.path.commonprefix(names)}*"


def item(entry):
    groups = getattr(entry, "groups", [])
    if isinstance(entry, Function):
        head = " ".join([f".It Fn {entry.name}"] + entry.parameter_names)
    elif isinstance(entry, Type):
        head = f".It Vt {entry.name}"
    else:
        head = flags_head(entry)
        groups = groups if len(groups[0][1]) > 1 else []
    return [head] + (body(entry.doc) if entry.doc else []) + constants(groups)


def description(section):
    """What is about the whole section, then what its entries are about."""
    lines = [".Sh DESCRIPTION"]
    for entry in section.entries:
        if not entry.name and entry.doc:
            lines += [".Pp"] * (len(lines) > 1) + body(entry.doc)
    named = [entry for entry in section.entries if entry.name]
    parts = [
        ("Types and constants", [entry for entry in named if not isinstance(entry, Function)]),
        ("Functions", section.functions),
    ]
    for title, members in parts:
        if members:
            lines += [f".Ss {title}", ".Bl -tag -width Ds"]
            for member in members:
                lines += item(member)
            lines.append(".El")
    return lines


def contents(sections):
    """Of the overview: every other page with its title."""
    lines = [".Ss Pages", ".Bl -tag -width Ds -compact"]
    for section in sections:
        if section.page != OVERVIEW:
            lines += [f".It Xr {section.page} 3", escape(section.title)]
    return lines + [".El"]


def see_also(section, sections):
    """The overview, and the pages of the same header."""
    pages = [OVERVIEW]
    pages += sorted(other.page for other in sections if set(other.headers) & set(section.headers))
    if section.page == OVERVIEW:
        return [".Sh SEE ALSO", ".Xr pgconnspec 1"]
    pages = [page for page in pages if page != section.page]
    lines = [f".Xr {page} 3 ," for page in pages[:-1]] + [f".Xr {pages[-1]} 3"]
    return [".Sh SEE ALSO"] + lines


def history(section):
    """The version of all, or of each where they differ."""
    versions = {}
    for function in section.functions:
        if function.doc and function.doc.since:
            versions.setdefault(function.doc.since, []).append(function.name)
    if not versions:
        return []
    if len(versions) == 1:
        return [".Sh HISTORY", f"All of this appeared in version {min(versions)}."]
    lines = [".Sh HISTORY"]
    for version, names in sorted(versions.items(), key=lambda row: tuple(map(int, row[0].split(".")))):
        lines += [f".Fn {name} ," for name in names[:-1]] + [f".Fn {names[-1]}"]
        lines.append(f"appeared in version {version}.")
    return lines


def page(section, sections, version, day):
    names = [section.page] + [f.name for f in section.functions if f.name != section.page]
    lines = [
        f'.\\" Made from {", ".join(section.headers)} by doc/man/pages.py; see there.',
        f".Dd {MONTHS[day.month - 1]} {day.day}, {day.year}",
        f".Dt {section.page.upper()} 3",
        f".Os libpgconnspec {version}",
        ".Sh NAME",
    ]
    lines += [f".Nm {name} ," for name in names[:-1]] + [f".Nm {names[-1]}"]
    lines += [f".Nd {escape(section.title)}", ".Sh LIBRARY"]
    lines += ["PostgreSQL connection specs (libpgconnspec, \\-lpgconnspec)"]
    lines += synopsis(section) + description(section)
    lines += contents(sections) if section.page == OVERVIEW else []
    return lines + see_also(section, sections) + history(section)


def release_day(news):
    return datetime.date.fromisoformat(re.search(r"\d{4}-\d\d-\d\d", news.split("\n")[0]).group())


def make(version, news, texts):
    """{file name: text} of all pages for {header's name: its text}."""
    sections, day, files = read_sections(texts), release_day(news), {}
    for section in sections:
        lines = page(section, sections, version, day)
        files[section.page + ".3"] = "\n".join(lines) + "\n"
    for section in sections:
        for function in section.functions:
            files.setdefault(function.name + ".3", f".so man3/{section.page}.3\n")
    return files


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def main(version, news, folder, *headers):
    texts = {os.path.basename(path): read(path) for path in headers}
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for name, text in make(version, read(news), texts).items():
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
