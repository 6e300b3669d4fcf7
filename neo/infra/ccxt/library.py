"""ccxt without its hundred other exchanges: only the module of the one that is used is imported.

`import ccxt.mexc` runs the package's `__init__`, which imports every exchange twice over. Here the packages stand in empty
while the one module is loaded; afterwards they are taken away again, so that somebody who imports ccxt gets the whole of it.
"""

from __future__ import annotations

import importlib
import importlib.machinery
import importlib.util
import sys
from difflib import get_close_matches
from pathlib import Path
from types import ModuleType
from typing import Any

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import CONFIG

_PACKAGES = ("ccxt", "ccxt.async_support")


class UnknownExchange(NeoError):
    """ccxt has no exchange of this name."""

    exit_code = CONFIG


def exchange_class(name: str) -> Any:
    """The asynchronous client class of an exchange. UnknownExchange with the nearest names when there is none."""
    known = exchange_names()
    if name not in known:
        near = get_close_matches(name, known, 3)
        hint = f"did you mean {' or '.join(near)}?" if near else "write it as ccxt does, for example mexc or binance"
        raise UnknownExchange(f"there is no exchange {name!r}", hint)
    standing_in = _stand_in()
    try:
        module = importlib.import_module(f"ccxt.async_support.{name}")
    finally:
        for each in standing_in:
            del sys.modules[each]
    return getattr(module, name)


def exchange_names() -> tuple[str, ...]:
    """Every exchange that ccxt speaks to, found without importing any of it."""
    found = importlib.machinery.PathFinder.find_spec("ccxt")
    if found is None or found.origin is None:
        raise UnknownExchange("ccxt is not installed", "run make setup")
    folder = Path(found.origin).parent / "async_support"
    return tuple(sorted(each.stem for each in folder.glob("*.py") if not each.stem.startswith("_")))


def _stand_in() -> list[str]:
    """Packages without their contents, as far as they are not loaded already; their names."""
    made: list[str] = []
    for name in _PACKAGES:
        if name in sys.modules:
            continue
        path = sys.modules["ccxt"].__path__ if "." in name else None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None:
            continue
        package = importlib.util.module_from_spec(spec)
        sys.modules[name] = package
        made.append(name)
        if name == "ccxt":
            _furnish(package)
    return made


def _furnish(package: ModuleType) -> None:
    """What ccxt's own base modules take from the package: its errors and the base class."""
    errors = importlib.import_module("ccxt.base.errors")
    vars(package).update({name: getattr(errors, name) for name in errors.__all__})
    vars(package)["Exchange"] = importlib.import_module("ccxt.base.exchange").Exchange
