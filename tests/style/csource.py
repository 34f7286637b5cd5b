"""A reading of C sources as our .clang-format leaves them: good enough to measure them."""

import re

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"|' + r"'(?:[^'\\\n]|\\.)*'")
NAME_LINE = re.compile(r"^([a-z_]\w*)\(")
CONTROL = re.compile(r"^( +)(?:\} )?(?:if|else|for|while|do|switch)\b")


def without_comments(text):
    """The text with comments blanked; lines stay where they are."""
    return COMMENT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def bare(text):
    """The text without comments and with empty strings."""
    strings_kept = re.compile(f"({STRING.pattern})|({COMMENT.pattern})", re.S)
    return strings_kept.sub(
        lambda match: '""' if match.group(1) else re.sub(r"[^\n]", " ", match.group()), text
    )


class Function:
    def __init__(self, name, line, static, signature, body):
        self.name = name
        self.line = line
        self.static = static
        self.signature = signature
        self.body = body

    @property
    def size(self):
        return self.signature.count("\n") + len(self.body) + 1

    @property
    def parameters(self):
        inside = self.signature[self.signature.index("(") + 1 : self.signature.rindex(")")]
        inside = re.sub(r",\s*\.\.\.", "", inside)
        depth, count = 0, 0 if inside.strip() in ("", "void") else 1
        for c in inside:
            depth += {"(": 1, ")": -1}.get(c, 0)
            count += c == "," and depth == 0
        return count

    @property
    def nesting(self):
        """How many control statements stand in each other, at the deepest place."""
        levels = [len(match.group(1)) // 4 for match in map(CONTROL.match, self.body) if match]
        return max(levels, default=0)


def functions(text):
    """Definitions: the name opens a line, "{" ends the signature, "}" alone ends the body."""
    lines = bare(text).split("\n")
    at = 0
    while at < len(lines):
        match = NAME_LINE.match(lines[at])
        end = at
        while match and end < len(lines) and not re.search(r"[{;]\s*$", lines[end]):
            end += 1
        if not match or end == len(lines) or lines[end].rstrip().endswith(";"):
            at += 1
            continue
        close = end + 1
        while close < len(lines) and lines[close] != "}":
            close += 1
        static = at > 0 and re.search(r"\bstatic\b", lines[at - 1]) is not None
        yield Function(
            match.group(1),
            at + 1,
            static,
            "\n".join(lines[at : end + 1]),
            lines[end + 1 : close + 1],
        )
        at = close + 1


def lines_but_tables(text):
    """Lines of a file, those inside of tables (initializers at top level) not counted."""
    count, inside = 0, False
    for line in text.splitlines():
        if inside:
            inside = line != "};"
        else:
            count += 1
            inside = re.match(r"^[^\s#/].*= \{$", line) is not None
    return count
