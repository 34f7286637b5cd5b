"""Which statuses a function may answer, by who calls whom in lib: more than it does, never less.

A function reaches whatever function or table of lib its body names; a table reaches what its
rows name. Names that are static in a file are looked for there first.
"""

import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "lib"), os.path.join(HERE, "..", "style")]
from csource import bare, functions
from tap import read, tree_files

STATUS = re.compile(r"\bPGCS_ERR_\w+")
NAME = re.compile(r"\b[a-z_]\w*\b")
TABLE = re.compile(r"\b(\w+)\[[^\]]*\](?:\)\([^)]*\))? = \{\n(.*?)^\};", re.S | re.M)
# These ask whether a buffer could grow; buf_status() is what answers a status.
SILENT = {"buf_reserve"}


class Reach:
    def __init__(self, root):
        self.bodies = {}
        for path in tree_files(root, "lib/*.c", "lib/*.h"):
            text = read(root, path)
            for function in functions(text):
                where = path if function.static else None
                self.add(where, function.name, "\n".join(function.body), path)
            for name, rows in TABLE.findall(bare(text)):
                self.add(path, name, rows, path)

    def add(self, where, name, text, path):
        self.bodies.setdefault((where, name), []).append((text, path))

    def statuses(self, name):
        """{status: the first function found that names it} of the exported function."""
        found, seen, waiting = {}, set(), [(None, name)]
        while waiting:
            key = waiting.pop()
            if key in seen or key[1] in SILENT:
                continue
            seen.add(key)
            for text, path in self.bodies.get(key, ()):
                for status in STATUS.findall(text):
                    found.setdefault(status, key[1])
                for word in NAME.findall(text):
                    near = (path, word)
                    waiting.append(near if near in self.bodies else (None, word))
        return found
