"""neo config: what it prints and how it exits."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from neo.cli.config import config
from neo.domain.config.keys import all_keys
from neo.domain.session import exit_codes
from tests.infra.config.files import SIM, changed_sim

EVERY_KEY = "def start(config: Config):\n" + "".join(f"    use(config.{key.path})\n" for key in all_keys())


def written(table: dict[str, Any]) -> int:
    """Keys in a file; those of a strategy that does not run may be left out of it."""
    return sum(written(value) if isinstance(value, dict) else 1 for value in table.values())


IN_FILE = written(tomllib.loads(Path(SIM).read_text("utf-8")))


def run(*arguments: object, **environment: str) -> Result:
    return CliRunner().invoke(config, [str(each) for each in arguments], env=environment)


def source(folder: Path, code: str) -> Path:
    package = folder / "planted"
    package.mkdir()
    (package / "system.py").write_text(code, "utf-8")
    return package


def test_check_of_a_good_file_says_so() -> None:
    result = run("check", SIM)

    assert result.exit_code == exit_codes.EX_OK
    assert result.stdout.startswith(f"{SIM}: valid, mode sim\n{len(all_keys())} keys: {IN_FILE} from file")


def test_check_counts_what_the_environment_replaces() -> None:
    result = run("check", SIM, "--json", NEO_SEED="5")

    unused = len(all_keys()) - IN_FILE
    assert json.loads(result.stdout)["keys"] == {
        "file": IN_FILE - 1,
        "environment": 1,
        "default": 0,
        "unused": unused,
    }


def test_check_of_a_bad_file_prints_every_fault_and_exits_with_its_own_code(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("levels = 1 ", "levels = 0 "), ("timeout_s = 75", "timeout_s = 1"))

    result = run("check", path)

    assert result.exit_code == exit_codes.CONFIG
    assert result.stdout == ""
    assert f"{path}:28:10: strategy.levels: must be at least 1" in result.stderr
    assert "2 faults" in result.stderr


def test_faults_as_json_have_their_place_in_numbers(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("levels = 1 ", "levels = 0 "))

    result = run("check", path, "--json")

    (fault,) = json.loads(result.stdout)["faults"]
    assert result.exit_code == exit_codes.CONFIG
    assert (fault["source"], fault["line"], fault["column"], fault["key"]) == (str(path), 28, 10, "strategy.levels")


def test_a_missing_file_is_a_fault_of_the_configuration(tmp_path: Path) -> None:
    result = run("show", tmp_path / "nothing.toml")

    assert result.exit_code == exit_codes.CONFIG
    assert "there is no such file" in result.stderr


def test_show_prints_every_value_with_unit_and_origin() -> None:
    result = run("show", SIM, NEO_RISK__MAX_DRAWDOWN_RLUSD="99.50")

    lines = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines()}
    assert lines["risk.max_drawdown_rlusd"] == ["99.5", "RLUSD", "environment", "NEO_RISK__MAX_DRAWDOWN_RLUSD"]
    assert lines["allow_live"] == ["false", f"{SIM}:11:14"]
    assert {key.path for key in all_keys()} <= set(lines)


def test_show_as_json_lists_every_key() -> None:
    shown = json.loads(run("show", SIM, "--json").stdout)

    assert [row["key"] for row in shown["values"]] == [key.path for key in all_keys()]
    assert shown["values"][1] == {"key": "allow_live", "value": False, "unit": "", "origin": f"{SIM}:11:14"}


def test_audit_of_a_source_that_reads_every_key_succeeds(tmp_path: Path) -> None:
    result = run("audit", SIM, "--source", source(tmp_path, EVERY_KEY))

    assert result.exit_code == exit_codes.EX_OK
    assert "planted.system" in result.stdout
    assert "NOTHING" not in result.stdout


@pytest.mark.parametrize("as_json", [False, True])
def test_audit_names_what_is_unread_or_shadowed_and_fails(tmp_path: Path, as_json: bool) -> None:
    code = EVERY_KEY.replace("use(config.seed)", "PRICE_FLOOR = 1")

    result = run("audit", SIM, "--source", source(tmp_path, code), *(["--json"] if as_json else []))

    assert result.exit_code == exit_codes.INTERNAL
    said = "\n".join(json.loads(result.stdout)["complaints"]) if as_json else result.stderr
    assert "seed: nothing reads it" in said
    assert "strategy.price_floor: shadowed by a constant in planted.system, line 4" in said


def test_schema_is_printed_as_json() -> None:
    assert json.loads(run("schema").stdout)["title"] == "neo configuration"
