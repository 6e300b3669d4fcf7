"""Values that replace those of the file: environment variables NEO_SECTION__KEY and options of the command line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from neo.domain.config.alerts import ALERT_VARIABLES
from neo.domain.config.dashboard import TOKEN_VARIABLE
from neo.domain.config.exchange_access import ACCESS_VARIABLES
from neo.domain.config.keys import Key, all_keys
from neo.domain.config.secret_text import SEED_VARIABLE
from neo.infra.config.fault import Fault, Location
from neo.records import frozen

PREFIX = "NEO_"
SEPARATOR = "__"
# Variables of that prefix which are not configuration: where the test recordings are, the secrets of the accounts, the
# dashboard's token, and the addresses of alerts.
RESERVED = frozenset({"NEO_SHARED", SEED_VARIABLE, TOKEN_VARIABLE}) | ACCESS_VARIABLES | ALERT_VARIABLES


@frozen
class Override:
    """`text` is what the operator wrote; `source` names the variable or the option."""

    key: Key
    text: str
    source: str


def variable_name(path: str) -> str:
    """strategy.viability.max_spread_bps -> NEO_STRATEGY__VIABILITY__MAX_SPREAD_BPS"""
    return PREFIX + path.replace(".", SEPARATOR).upper()


def from_environment(environment: Mapping[str, str]) -> tuple[list[Override], list[Fault]]:
    """Overrides and faults, in the order of the names. Values of unknown variables are never repeated."""
    known = {variable_name(key.path): key for key in all_keys()}
    overrides: list[Override] = []
    faults: list[Fault] = []
    for name in sorted(environment):
        if not name.startswith(PREFIX) or name in RESERVED:
            continue
        if name not in known:
            faults.append(_unknown_variable(name, list(known)))
        elif known[name].file_only:
            faults.append(_only_in_the_file(name, known[name]))
        else:
            overrides.append(Override(known[name], environment[name], f"environment {name}"))
    return overrides, faults


def from_options(options: Mapping[str, str]) -> tuple[list[Override], list[Fault]]:
    """`options` maps dotted paths to text, as the command line received them (mode -> "live")."""
    by_path = {key.path: key for key in all_keys()}
    overrides = [
        Override(by_path[path], text, f"command line --{path.rpartition('.')[2].removesuffix('_s').replace('_', '-')}")
        for path, text in options.items()
        if not by_path[path].file_only
    ]
    faults = [_only_in_the_file(f"option {path}", by_path[path]) for path in options if by_path[path].file_only]
    return overrides, faults


def _unknown_variable(name: str, known: list[str]) -> Fault:
    near = difflib.get_close_matches(name, known, 1, 0.75)
    return Fault(
        location=Location(f"environment {name}"),
        path="",
        message="is not the name of a configuration key",
        suggestion=f"did you mean {near[0]}?" if near else "unset it, or list the names with: neo config schema",
    )


def _only_in_the_file(name: str, key: Key) -> Fault:
    return Fault(
        location=Location(f"environment {name}" if name.startswith(PREFIX) else f"command line {name}"),
        path=key.path,
        message="can only be set in the configuration file, where it is seen",
        suggestion=f"write {key.name} = true into the file and remove this",
    )
