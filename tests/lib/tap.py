"""What the checkers written in Python share: cases told as TAP, and the files of the tree."""

import fnmatch
import os
import sys

NOT_OURS = (".git", "build*", "node_modules", "packagecache", "uriparser-*", "check-*", "__pycache__")


class Tap:
    """Each case is a name and its complaints: none is a pass."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def case(self, name, complaints):
        self.count += 1
        self.failed += bool(complaints)
        print(f"{'not ok' if complaints else 'ok'} {self.count} - {name}")
        for complaint in complaints:
            for line in str(complaint).splitlines():
                print(f"# {line}")

    def skip(self, name, reason):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {reason}")

    def expect(self, name, got, wanted):
        self.case(name, [] if got == wanted else [f"got    {got!r}", f"wanted {wanted!r}"])

    def done(self):
        print(f"1..{self.count}", flush=True)
        sys.exit(1 if self.failed else 0)


def tree_files(root, *patterns):
    """Files under root, as paths from there, in order; what a build or npm made left out."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(
            f for f in folders if not any(fnmatch.fnmatch(f, p) for p in NOT_OURS)
        )
        for name in names:
            path = os.path.relpath(os.path.join(folder, name), root)
            if not patterns or any(fnmatch.fnmatch(path, p) for p in patterns):
                found.append(path)
    return sorted(found)


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8") as file:
        return file.read()


def plant(root, files):
    """Make a small tree: {path: text}."""
    for path, text in files.items():
        full = os.path.join(root, path)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "w", encoding="utf-8") as file:
            file.write(text)
