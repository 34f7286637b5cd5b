"""A reading of the public headers: functions with their signatures, constants."""

import os
import re
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "lib"))
from tap import read, tree_files

COMMENT = re.compile(r"/\*.*?\*/", re.S)
DECLARATION = re.compile(r"^PGCS_API\b([^;{]*?)\b(pgcs_\w+)\(([^;{]*)\);", re.M)
HANDLE = re.compile(r"^typedef struct (pgcs_\w+) \1;$", re.M)
NUMBER = re.compile(r"^typedef int32_t (pgcs_\w+);$", re.M)
ENUM = re.compile(r"^enum \w+ \{(.*?)\};", re.S | re.M)
FLAG = re.compile(r"^#define[ \t]+(PGCS_\w+)[ \t]+(\(?(?:1u|UINT64_C\(1\)) << \d+\)?)", re.M)

FIXED = {"int32_t", "int64_t", "uint32_t", "uint64_t", "size_t", "int"}


class Interface:
    def __init__(self, root):
        text = "\n".join(
            COMMENT.sub(" ", read(root, path)) for path in tree_files(root, "include/*.h")
        )
        self.handles = set(HANDLE.findall(text))
        self.numbers = set(NUMBER.findall(text))
        self.functions = {
            name: (self.clean(result), [self.clean(p) for p in parameters.split(",")])
            for result, name, parameters in DECLARATION.findall(text)
        }
        # Whatever else the headers declare as exported, in a form that the above can't read.
        self.unread = text.count("\nPGCS_API") - len(self.functions)
        self.constants = {name: value.replace(" ", "") for name, value in FLAG.findall(text)}
        for body in ENUM.findall(text):
            for name, value in re.findall(r"(PGCS_\w+)\s*=\s*(-?\d+)", body):
                self.constants[name] = value

    @staticmethod
    def clean(text):
        return " ".join(text.replace("PGCS_MUST_USE", "").replace("*", " * ").split())

    def complaint(self, kind, result):
        """Why other languages can't bind this type without glue, or None."""
        words = kind.split()
        is_parameter = not result
        const = words[:1] == ["const"]
        base, stars = words[const], words[const + 1 :]
        if base in FIXED or base in self.numbers:
            return None if not const and not stars else "a pointer to a number"
        if base == "char":
            return None if const and stars == ["*"] else "text that is not const char *"
        if base == "void":
            return None if result and not const and not stars else "void"
        if base not in self.handles:
            return f"{base}, which is neither number nor handle"
        if stars == ["*"] or (is_parameter and stars == ["*", "*"]):
            return None
        return "a handle that is not behind one pointer"

    def stub(self):
        """A program text with an empty body for each function: the interface and nothing else."""
        yield "#include <pgconnspec/pgconnspec.h>"
        for name, (result, parameters) in sorted(self.functions.items()):
            body = "" if result == "void" else "return 0;"
            yield f"{result} {name}({', '.join(parameters)}) {{ {body} }}"

    def faults(self):
        """Each signature that is not made of text, sizes, numbers and handles alone."""
        if self.unread:
            yield f"{self.unread} exported declarations are not plain functions"
        for name, (result, parameters) in sorted(self.functions.items()):
            for kind in [result] + ([] if parameters == ["void"] else parameters):
                is_result = kind is result
                if not is_result:
                    if not re.fullmatch(r"[\w *]+", kind) or " " not in kind:
                        yield f"{name}: {kind}: not a plain parameter"
                        continue
                    kind = kind.rsplit(" ", 1)[0]
                why = self.complaint(kind, is_result)
                if why:
                    yield f"{name}: {kind}: {why}"
