"""The verdicts as they are kept: lib/spec/drivers.def."""

import os
import re

import verdict

PATH = "lib/spec/drivers.def"
HEAD = """\
/*
 * What drivers read of what this library writes, as measured: tests/conformance/conformance
 * --update wrote this file, and doc/drivers.md is the same as a table.
 *   DRIVER(id, name, version, LIBPQ if it rests on libpq, else OWN)
 *   FEATURE(id, what it is)
 *   READS(form, feature, a letter for each driver, in the order above)
 * = reads it right; r it, or the server, refuses; i ignores a parameter; d reads something else;
 * . this form is not for this driver; x the form can't carry it, and the writer says so; p the
 * form can't carry some of it, and the rest is read right.
 */
"""
DRIVER = re.compile(r'^DRIVER\((\w+), "([^"]*)", "([^"]*)", (LIBPQ|OWN)\)$', re.M)
FEATURE = re.compile(r'^FEATURE\((\w+), "([^"]*)"\)$', re.M)
READS = re.compile(r'^READS\((\w+), (\w+), "([^"]*)"\)$', re.M)


class Record:
    """drivers: {id: (name, version, door)}, features: {id: what}, letters: {(form, feature): {id: letter}}"""

    def __init__(self, features, before=None):
        self.drivers = dict(before.drivers) if before else {}
        self.features = dict(features)
        self.letters = {}
        self.before = before

    def verdict(self, form, feature, driver):
        return self.letters.get((form, feature), {}).get(driver, verdict.NOT_READ)

    def version(self, driver):
        return self.drivers[driver][1] if driver in self.drivers else "none"

    def not_written(self, cases, forms):
        """Features of which the form can not carry a single case."""
        for form in forms:
            if not any(form in case.forms for case in cases):
                continue
            for feature in self.features:
                row = self.letters.setdefault((form, feature), {})
                written = any(form in c.forms for c in cases if c.feature == feature)
                for driver in self.drivers:
                    known = self.before.verdict(form, feature, driver) if self.before else "."
                    row[driver] = known if written else verdict.NOT_WRITTEN

    def add(self, driver, version, measured):
        self.drivers[driver.id] = (driver.name, version, "LIBPQ" if driver.defaults else "OWN")
        for form, found in measured.items():
            for feature, letter in found.items():
                self.letters.setdefault((form, feature), {})[driver.id] = letter

    def gaps(self):
        if not self.letters:
            yield f"{PATH} holds nothing"
        for (form, feature), row in self.letters.items():
            if feature not in self.features:
                yield f"{form} {feature}: no such feature"
            for driver in self.drivers:
                if row.get(driver, " ") not in verdict.LETTERS:
                    yield f"{form} {feature}: nothing of {driver}"

    def text(self):
        rows = [HEAD]
        for key, (name, version, door) in self.drivers.items():
            rows.append(f'DRIVER({key}, "{name}", "{version}", {door})\n')
        for key, what in self.features.items():
            rows.append(f'FEATURE({key}, "{what}")\n')
        for form, feature in self.letters:
            letters = "".join(self.verdict(form, feature, driver) for driver in self.drivers)
            rows.append(f'READS({form.upper()}, {feature}, "{letters}")\n')
        return "".join(rows)

    def save(self, root):
        with open(os.path.join(root, PATH), "w", encoding="utf-8") as file:
            file.write(self.text())


def parse(text):
    found = Record(FEATURE.findall(text))
    found.drivers = {key: rest for key, *rest in DRIVER.findall(text)}
    for form, feature, letters in READS.findall(text):
        found.letters[(form.lower(), feature)] = dict(zip(found.drivers, letters))
    return found


def load(root):
    path = os.path.join(root, PATH)
    if not os.path.exists(path):
        return Record({})
    with open(path, encoding="utf-8") as file:
        return parse(file.read())
