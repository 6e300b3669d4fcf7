"""The repository as a stranger finds it: two commands, a free name, bounded versions, no secrets, nobody's home directory."""

from __future__ import annotations

import configparser
import re
import tomllib
from typing import Any

import pytest

from tests.architecture.source_tree import REPO, tracked_files

PROJECT: dict[str, Any] = tomllib.loads((REPO / "pyproject.toml").read_text(encoding="utf-8"))

_SECRETS = {
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "an XRP Ledger seed": re.compile(r"\bs(?:Ed[1-9A-HJ-NP-Za-km-z]{28}|[1-9A-HJ-NP-Za-km-z]{28})\b"),
    "a token": re.compile(
        r"\b(?:ghp_\w{36}|github_pat_\w{22,}|xox[bp]-[\w-]{20,}|AKIA[0-9A-Z]{16}|sk-[A-Za-z0-9]{32,})\b"
    ),
}
_MACHINE_PATHS = re.compile(r"(?<![\w.$}])/(?:home|Users|root|work|private/tmp)/\w+|[A-Z]:\\Users\\")
_TEXT = (".py", ".md", ".toml", ".cfg", ".txt", ".json", ".yml", ".yaml", ".sh", ".jsonl")
#: They show what must be masked or reported.
_SHOWS_SECRETS = (
    "tests/architecture/test_repository.py",
    "tests/domain/config/",
    "tests/infra/config/",
    "tests/infra/telemetry/",
)


def texts() -> list[tuple[str, str]]:
    names = [name for name in tracked_files() if name.endswith(_TEXT) or name in {"Makefile", ".ci/run"}]
    return [(name, (REPO / name).read_text(encoding="utf-8")) for name in names]


def secrets_in(text: str) -> list[str]:
    return [what for what, pattern in _SECRETS.items() for found in pattern.findall(text) if _is_random(found)]


def _is_random(found: str) -> bool:
    """Names of 29 letters exist; a key has digits and capitals among its letters."""
    return "KEY" in found or (any(c.isdigit() for c in found) and any(c.isupper() for c in found))


def test_no_secret_is_in_a_tracked_file() -> None:
    found = [
        f"{name}: {what}" for name, text in texts() if not name.startswith(_SHOWS_SECRETS) for what in secrets_in(text)
    ]
    assert not found, "\n".join(found)


def test_no_path_of_somebodys_machine_is_in_a_tracked_file() -> None:
    allowed = "tests/architecture/test_repository.py"
    found = [f"{name}: {path}" for name, text in texts() if name != allowed for path in _MACHINE_PATHS.findall(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "planted", ["-----BEGIN PRIVATE KEY-----", "seed = snoPBrXtMeMyMHUVTgbuqAfg1SUTb", "ghp_" + "a1B2" * 9]
)
def test_a_planted_secret_is_found(planted: str) -> None:
    assert secrets_in(planted)


def test_a_planted_machine_path_is_found() -> None:
    assert _MACHINE_PATHS.search('open("/home/somebody/neo.db")')
    assert not _MACHINE_PATHS.search("https://example.org/home/somebody")


def test_the_readme_shows_the_two_commands_and_the_same_steps_without_make() -> None:
    readme = (REPO / "README.md").read_text(encoding="utf-8")
    for command in (
        "make run",
        "make test",
        "make setup",
        "python3 -m venv .venv",
        ".venv/bin/neo run config/sim.toml",
    ):
        assert command in readme, command


def test_the_distribution_is_neo_trading_engine_and_the_command_is_neo() -> None:
    project = PROJECT["project"]
    assert project["name"] == "neo-trading-engine"
    assert project["scripts"] == {"neo": "neo.__main__:main"}
    assert (REPO / "neo" / "__init__.py").is_file()


def test_python_3_11_is_enough() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11"


def test_every_version_is_bounded_above() -> None:
    extras = PROJECT["project"]["optional-dependencies"].values()
    wanted = PROJECT["project"]["dependencies"] + [each for extra in extras for each in extra]
    unbounded = [each for each in wanted if not re.search(r"==|<", each)]
    assert wanted and not unbounded, unbounded


def test_what_the_engine_needs_is_declared() -> None:
    names = {re.split(r"[<>=!~ ]", each)[0] for each in PROJECT["project"]["dependencies"]}
    assert {"pykka", "ccxt", "xrpl-py", "apsw", "attrs", "cattrs"} <= names


def test_ci_runs_the_tests_once_and_then_the_rest_of_make_check() -> None:
    script = (REPO / ".ci" / "run").read_text(encoding="utf-8")
    assert "set -euo pipefail" in script
    assert [line for line in script.splitlines() if line.startswith("make ")] == ["make test", "make lint"]
    makefile = (REPO / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^check: lint test$", makefile, re.MULTILINE)
    assert re.search(r"^lint: style types contracts$", makefile, re.MULTILINE)


def test_the_import_contracts_cover_every_room() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(REPO / "setup.cfg")
    layers = contracts["importlinter:contract:layers"]
    assert layers["exhaustive"] == "True"
    rooms = [
        re.sub(r"[()]", "", room.strip()) for line in layers["layers"].split("\n") for room in re.split(r"[|:]", line)
    ]
    assert [room for room in rooms if room] == [
        "__main__",
        "cli",
        "system",
        "harness",
        "actors",
        "infra",
        "domain",
        "quickly_built",
        "records",
    ]
