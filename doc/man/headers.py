"""A reading of the public headers for their documentation.

A header is cut into sections by comments of the form

    /* --- name: what it is about --- */

and each section is one manual page, pgcs_<name>(3). A docstring is a comment that begins with
two stars, and stands right above what it is about. In it, "@p name" is a parameter, a blank line
begins a paragraph, the paragraph that begins with "Errors:" names the statuses that a call can
answer, and "Since: 0.1." ends it.
"""

import re

SECTION = re.compile(r"/\* --- (\w+): (.*?) -+ \*/")
DOCSTRING = re.compile(r"/\*\*(?!<)(.*?)\*/", re.S)
FUNCTION = re.compile(r"PGCS_API\b([^;{]*?)\b(pgcs_\w+)\(([^;{]*)\);", re.S)
HANDLE = re.compile(r"typedef struct (pgcs_\w+) \1;")
NUMBER = re.compile(r"typedef int32_t (pgcs_\w+);")
ENUM = re.compile(r"enum (pgcs_\w+)_ \{(.*?)\};", re.S)
MACRO = re.compile(r"#define[ \t]+(PGCS_\w+)[ \t]+([^\n]*)")
PART = re.compile(r"(PGCS_\w+) = (-?\d+)|/\*(.*?)\*/|(\n)", re.S)
COMMENT = re.compile(r"/\*(.*?)\*/")
SINCE = re.compile(r"\s*Since:\s+(\d+\.\d+)\.\s*$")


class Docstring:
    """Paragraphs without their stars, the errors and the version kept apart."""

    def __init__(self, raw):
        lines = [re.sub(r"^\s*\* ?", "", line).strip() for line in raw.split("\n")]
        text = "\n".join(lines).strip()
        since = SINCE.search(text)
        self.since = since.group(1) if since else None
        if since:
            text = text[: since.start()]
        parts = [" ".join(part.split()) for part in re.split(r"\n\s*\n", text)]
        self.paragraphs = [part for part in parts if part and not part.startswith("Errors:")]
        self.errors = " ".join(part for part in parts if part.startswith("Errors:"))

    @property
    def text(self):
        return " ".join(self.paragraphs + [self.errors])


class Constant:
    """One name with its number, as it is written, and the comment behind it."""

    def __init__(self, name, value, comment=""):
        self.name = name
        self.value = value
        self.comment = comment


class Entry:
    """Something that a docstring can be about."""

    def __init__(self, name, doc):
        self.name = name
        self.doc = doc


class Function(Entry):
    def __init__(self, name, doc, result, parameters):
        super().__init__(name, doc)
        self.result = " ".join(result.replace("PGCS_MUST_USE", "").split())
        plain = [" ".join(parameter.split()) for parameter in parameters.split(",")]
        self.parameters = [] if plain == ["void"] else plain

    @property
    def parameter_names(self):
        return [re.search(r"(\w+)$", parameter).group(1) for parameter in self.parameters]


class Type(Entry):
    """A handle, or a number with its constants: [(what a group has in common, [Constant])]."""

    def __init__(self, name, doc, groups=()):
        super().__init__(name, doc)
        self.groups = list(groups)


class Flags(Entry):
    """Macros that stand together under one docstring; the first one's name is the entry's."""

    def __init__(self, doc, constants):
        super().__init__(constants[0].name if constants else "", doc)
        self.groups = [("", constants)]


class Section:
    def __init__(self, name, title, headers):
        self.name = name
        self.title = title
        self.headers = headers
        self.entries = []

    @property
    def page(self):
        return self.name if self.name.startswith("lib") else "pgcs_" + self.name

    @property
    def functions(self):
        return [entry for entry in self.entries if isinstance(entry, Function)]


def enum_groups(body):
    """A comment on a line of its own begins a group; one behind a constant is about that."""
    groups, line_is_fresh = [("", [])], True
    for name, value, comment, newline in PART.findall(re.sub(r"=\s+", "= ", body)):
        comment = " ".join(comment.split())
        if name:
            groups[-1][1].append(Constant(name, value))
        elif comment and line_is_fresh:
            groups.append((comment, []))
        elif comment:
            groups[-1][1][-1].comment = comment
        line_is_fresh = bool(newline)
    return [group for group in groups if group[1]]


def macros(text):
    return [
        Constant(
            name,
            COMMENT.sub("", value).strip(),
            " ".join(" ".join(COMMENT.findall(value)).split()),
        )
        for name, value in MACRO.findall(text)
    ]


def entry_of(doc, text):
    """What the docstring is about: the declaration that follows it, or None."""
    for pattern, make in (
        (FUNCTION, lambda m: Function(m.group(2), doc, m.group(1), m.group(3))),
        (HANDLE, lambda m: Type(m.group(1), doc)),
        (NUMBER, lambda m: Type(m.group(1), doc)),
    ):
        match = pattern.match(text)
        if match:
            return make(match)
    if text.startswith("#define"):
        return Flags(doc, macros(re.split(r"\n(?!#define)", text)[0]))
    return None


def entries(text):
    """Documented declarations in order, then those without a docstring of their own."""
    found, enums = [], {name: enum_groups(body) for name, body in ENUM.findall(text)}
    for match in DOCSTRING.finditer(text):
        entry = entry_of(Docstring(match.group(1)), text[match.end() :].lstrip("\n"))
        if entry is None:  # about the whole section
            entry = Entry("", Docstring(match.group(1)))
        if entry.name in enums:
            entry.groups = enums[entry.name]
        found.append(entry)
    known = {entry.name for entry in found}
    bare = [entry_of(None, match.group()) for match in FUNCTION.finditer(text)]
    bare += [entry_of(None, match.group()) for match in HANDLE.finditer(text)]
    bare += [Type(m.group(1), None, enums.get(m.group(1), ())) for m in NUMBER.finditer(text)]
    return found + [entry for entry in bare if entry.name not in known]


def read_sections(texts):
    """Sections of {header's name: its text}, in order; the same name goes on with a section."""
    sections = {}
    for header, text in texts.items():
        text = text.replace("\\\n", " ")
        marks = list(SECTION.finditer(text))
        for mark, following in zip(marks, marks[1:] + [None]):
            name, title = mark.groups()
            section = sections.setdefault(name, Section(name, title, []))
            section.headers.append(header)
            section.entries += entries(text[mark.end() : following.start() if following else None])
    return list(sections.values())
