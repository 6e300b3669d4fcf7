"""Rewrites the generated parts of the documentation: `make docs`, or `python -m docs.generate`.

A generated part stands between `<!-- generated: NAME -->` and `<!-- end: NAME -->`; everything else is written by people.
"""

from __future__ import annotations

import re

from docs.conversation import REPO
from docs.tables import SECTIONS


def generated(path: str, text: str) -> str:
    """`text` of the file `path` with its generated parts as the code has them now. LookupError when a mark is missing."""
    for name, render in SECTIONS[path].items():
        opening, closing = f"<!-- generated: {name} -->", f"<!-- end: {name} -->"
        pattern = re.compile(re.escape(opening) + ".*?" + re.escape(closing), re.DOTALL)
        if not pattern.search(text):
            raise LookupError(f"{path} has no part between {opening} and {closing}")
        before, after = pattern.split(text, maxsplit=1)
        text = f"{before}{opening}\n\n{render()}\n\n{closing}{after}"
    return text


def main() -> None:
    """Rewrite what differs."""
    for path in SECTIONS:
        file = REPO / path
        before = file.read_text(encoding="utf-8")
        after = generated(path, before)
        if after != before:
            file.write_text(after, encoding="utf-8")


if __name__ == "__main__":
    main()
