"""ES modules in one piece, for a page that carries everything inside itself and has no addresses to import from."""

from __future__ import annotations

import re
from collections.abc import Callable

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([a-z-]+\.js)";\n', re.MULTILINE)
_EXPORTED_LIST = re.compile(r"^export \{[^}]*\};\n", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?=const|function|class)", re.MULTILINE)
_LEFT = re.compile(r"^(?:import|export)\b", re.MULTILINE)
_DECLARED = re.compile(r"^(?:const|let|function|class) (\w+)", re.MULTILINE)


def one_script(entry: str, read: Callable[[str], str]) -> str:
    """`entry` with everything that it imports, each module once and behind what it needs; `read` gives a module's text.

    All of it is in one scope: ValueError for a name that two modules declare, and for an import or export of another form.
    """
    bodies: dict[str, str] = {}
    _collect(entry, read, bodies, ())
    script = "\n".join(bodies.values())
    names = _DECLARED.findall(script)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice or _LEFT.search(script):
        raise ValueError(f"{entry} cannot be one script: {', '.join(twice) or 'an import or export is left'}")
    return f'"use strict";\n(() => {{\n{script}}})();\n'


def _collect(name: str, read: Callable[[str], str], bodies: dict[str, str], above: tuple[str, ...]) -> None:
    if name in above:
        raise ValueError(f"{' → '.join((*above, name))} is a circle")
    if name in bodies:
        return
    text = read(name)
    for imported in _IMPORT.findall(text):
        _collect(imported, read, bodies, (*above, name))
    bodies[name] = _EXPORTED.sub("", _EXPORTED_LIST.sub("", _IMPORT.sub("", text)))
