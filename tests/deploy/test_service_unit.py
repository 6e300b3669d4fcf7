"""The unit and the container file name what the code has: commands, options, exit codes, paths, ports, addresses."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath

import click

from neo.cli.main import neo
from neo.cli.run import run
from neo.domain.config.configuration import Config
from neo.domain.config.dashboard import DashboardConfig
from neo.domain.config.heartbeat import HeartbeatConfig
from neo.domain.safety.halt_reasons import HaltReason
from neo.domain.safety.halt_rule import ClearedBy
from neo.domain.session import exit_codes
from neo.infra.config.loader import load
from tests.architecture.source_tree import REPO

UNIT = (REPO / "deploy/systemd/neo@.service").read_text("utf-8")
CONTAINER = (REPO / "deploy/container/Dockerfile").read_text("utf-8")


def setting(name: str) -> str:
    """The one value of a setting of the unit."""
    (value,) = re.findall(rf"^{name}=(.*)$", UNIT, re.MULTILINE)
    return str(value)


def seconds(text: str) -> int:
    number, unit = re.fullmatch(r"(\d+)(s|min|h)", text).groups()  # type: ignore[union-attr]
    return int(number) * {"s": 1, "min": 60, "h": 3600}[unit]


def instructions(name: str) -> list[str]:
    """The arguments of each instruction of the container file, continued lines joined."""
    return re.findall(rf"^{name} (.*)$", CONTAINER.replace("\\\n", " "), re.MULTILINE)


def test_the_unit_runs_a_command_that_exists_with_options_that_it_has() -> None:
    program, command, *words = setting("ExecStart").split()
    assert PurePosixPath(program).name == "neo"
    assert neo.get_command(click.Context(neo), command) is run
    options = {option for parameter in run.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options
    assert words[-1] == "/etc/neo/%i.toml" and "--mode" in options


def test_no_variable_of_the_unit_or_the_container_is_taken_for_a_configuration_key() -> None:
    """Names that begin with NEO_ override keys, and one that is no key refuses the start."""
    assert not re.search(r"\bNEO_\w+", UNIT) and not re.search(r"\bNEO_\w+", CONTAINER)


def test_a_new_start_is_kept_back_after_whatever_a_person_has_to_look_at_and_only_then() -> None:
    # Given the failures that come back however often one starts, and the halts that only the operator clears
    lasting = {
        exit_codes.CONFIG,
        exit_codes.DATA,
        exit_codes.DATABASE,
        exit_codes.DATABASE_IN_USE,
        exit_codes.SIGNING_KEY,
        exit_codes.ACCOUNT,
        exit_codes.WRONG_NETWORK,
        exit_codes.NO_CONSENT,
    }
    cleared_by_operator = {each.exit_code for each in HaltReason if each.rule.cleared_by is ClearedBy.OPERATOR}
    # Then the unit keeps back exactly these, the kill switch among them
    kept_back = {int(code) for code in setting("RestartPreventExitStatus").split()}
    assert setting("Restart") == "on-failure"
    assert kept_back == lasting | cleared_by_operator
    assert HaltReason.KILL_SWITCH.exit_code in kept_back
    # And what passes by itself is started again
    assert not kept_back & {
        exit_codes.UNAVAILABLE,
        HaltReason.ACTOR_FAILURE.exit_code,
        HaltReason.HEARTBEAT_TIMEOUT.exit_code,
        HaltReason.STARTUP_FAILURE.exit_code,
    }


def test_neo_has_time_to_mend_itself_before_the_watchdog_bites() -> None:
    assert setting("Type") == "notify"
    watchdog_s = seconds(setting("WatchdogSec"))
    limits = [HeartbeatConfig().timeout_s, *(_of(name).heartbeat.timeout_s for name in ("live", "drop-live"))]
    # Restarted after one timeout of silence, halted after a second one
    assert all(2 * limit < watchdog_s for limit in limits)
    assert setting("WatchdogSignal") == "SIGTERM", "an orderly end first"


def _of(name: str) -> Config:
    return load(REPO / "config" / f"{name}.toml", {}).config


def test_the_database_and_the_sessions_are_where_the_service_may_write() -> None:
    # Given that everything is read-only but the state directory
    assert setting("ProtectSystem") == "strict" and "ReadWritePaths" not in UNIT
    state = setting("StateDirectory")
    assert setting("WorkingDirectory") == f"/var/lib/{state}"
    # Then the paths of the configurations stay below it
    for name in ("live", "drop-live", "both", "sim"):
        config = _of(name)
        for path in (config.storage.path, config.session.directory):
            assert not PurePosixPath(path).is_absolute() and ".." not in PurePosixPath(path).parts


def test_the_service_is_nobody_who_could_do_more_than_trade() -> None:
    assert setting("User") not in ("", "root")
    assert setting("NoNewPrivileges") == "yes" and setting("CapabilityBoundingSet") == ""
    assert setting("UMask") == "0077" and setting("StateDirectoryMode") == "0700"
    assert "AF_UNIX" in setting("RestrictAddressFamilies"), "signs of life go there"


def test_the_container_runs_the_same_command_as_somebody_without_rights() -> None:
    assert json.loads(instructions("ENTRYPOINT")[0]) == ["neo"]
    command, *words = json.loads(instructions("CMD")[0])
    assert neo.get_command(click.Context(neo), command) is run
    assert {word for word in words if word.startswith("--")} <= {name for each in run.params for name in each.opts}
    assert instructions("USER") == ["neo"]
    users = " ".join(instructions("RUN"))
    assert "--uid 10001" in users and "nologin" in users
    assert CONTAINER.index("USER neo") < CONTAINER.index("ENTRYPOINT")


def test_the_container_keeps_its_books_in_a_volume() -> None:
    (volumes,) = (json.loads(each) for each in instructions("VOLUME"))
    assert instructions("WORKDIR")[-1] in volumes


def test_the_container_asks_the_dashboard_whether_it_lives() -> None:
    (check,) = instructions("HEALTHCHECK")
    assert f"http://127.0.0.1:{DashboardConfig().port}/healthz" in check
    assert '"/healthz"' in (REPO / "neo/infra/web/app.py").read_text("utf-8")
    assert instructions("EXPOSE") == [str(DashboardConfig().port)]


def test_the_container_is_built_from_files_that_exist_with_a_python_that_is_new_enough() -> None:
    copied = [word for line in instructions("COPY") if "--from" not in line for word in line.split()[:-1]]
    assert copied and all((REPO / each).exists() for each in copied)
    let_in = {line[1:] for line in (REPO / ".dockerignore").read_text("utf-8").splitlines() if line.startswith("!")}
    assert let_in == set(copied)
    required = re.search(r'requires-python = ">=([\d.]+)"', (REPO / "pyproject.toml").read_text("utf-8"))
    assert required and all(f"python:{required[1]}-slim" in each for each in instructions("FROM"))
    assert instructions("STOPSIGNAL") == ["SIGTERM"]
