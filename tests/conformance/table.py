"""The table in doc/drivers.md, between its two marks."""

import os

import verdict

PATH = "doc/drivers.md"
BEGIN = "<!-- measured: written by tests/conformance/conformance --update -->"
END = "<!-- end of what was measured -->"
WORDS = {
    verdict.SAME: "yes",
    verdict.PARTLY: "where written",
    verdict.REFUSES: "refuses",
    verdict.IGNORES: "ignores",
    verdict.DIFFERS: "**differs**",
    verdict.NOT_WRITTEN: "not written",
    verdict.NOT_READ: "not asked",
}
TITLES = {
    "uri": "The URI",
    "keywords": "The keyword/value string",
    "env": "The PG* variables",
    "service": "The section of a service file",
    "jdbc": "The JDBC URL",
    "sqlalchemy": "The SQLAlchemy URL",
}


def column(record, form, driver):
    return tuple(
        row.get(driver, verdict.NOT_READ) for (of, _), row in record.letters.items() if of == form
    )


def columns(record, form):
    """[(names, letters)]: drivers that read all alike share one."""
    found = {}
    for driver, (name, *_) in record.drivers.items():
        letters = column(record, form, driver)
        if set(letters) - {verdict.NOT_READ, verdict.NOT_WRITTEN}:
            found.setdefault(letters, []).append(name)
    return [(short(names), letters) for letters, names in found.items()]


def short(names):
    """libpq 13, libpq 15 is libpq 13, 15."""
    told = []
    for name in names:
        first, _, rest = name.rpartition(" ")
        known = any(other.rpartition(" ")[0] == first for other in names[: names.index(name)])
        told.append(rest if first and known else name)
    return ", ".join(told)


def form_table(record, form):
    features = [feature for of, feature in record.letters if of == form]
    found = columns(record, form)
    yield f"## {TITLES[form]}\n"
    yield "| | " + " | ".join(names for names, _ in found) + " |"
    yield "| --- |" + " --- |" * len(found)
    for i, feature in enumerate(features):
        what = record.features[feature].replace("|", "\\|")
        yield f"| {what} | " + " | ".join(WORDS[letters[i]] for _, letters in found) + " |"
    yield ""


def render(record):
    versions = [f"{name.split(' ')[0] if name[-1].isdigit() else name} {version}"
                for name, version, _ in record.drivers.values()]
    lines = [BEGIN, "", f"Measured with {', '.join(versions)}.", ""]
    for form in TITLES:
        if any(of == form for of, _ in record.letters):
            lines += form_table(record, form)
    return "\n".join(lines + [END])


def read(root):
    with open(os.path.join(root, PATH), encoding="utf-8") as file:
        before, _, rest = file.read().partition(BEGIN)
    between, _, after = rest.partition(END)
    return before, BEGIN + between + END, after


def complaints(root, record):
    wanted, got = render(record).splitlines(), read(root)[1].splitlines()
    yield from (f"missing: {line}" for line in wanted if line not in got)
    yield from (f"too much: {line}" for line in got if line not in wanted)


def save(root, record):
    before, _, after = read(root)
    with open(os.path.join(root, PATH), "w", encoding="utf-8") as file:
        file.write(before + render(record) + after)
