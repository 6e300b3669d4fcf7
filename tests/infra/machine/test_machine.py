"""What is seen of the real machine. Whether it is good enough is judged elsewhere."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from neo.domain.readiness.finding import Verdict
from neo.domain.readiness.machine import judge_database, judge_software
from neo.infra.machine.database import database_facts
from neo.infra.machine.disk import disk_facts
from neo.infra.machine.software import pinned_version, requires_of_neo, software_facts
from neo.infra.sqlite.connection import Synchronous
from neo.infra.sqlite.startup import StoreClock, StoreSettings
from neo.infra.sqlite.state_store import open_state_store


def test_a_folder_that_will_be_made_is_judged_by_the_disk_that_it_comes_to(tmp_path: Path) -> None:
    facts = disk_facts(tmp_path / "not" / "there")

    assert facts.write_problem == ""
    assert facts.free_mb > 0
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_to_sync_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(descriptor: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuses)

    assert disk_facts(tmp_path).write_problem == "Input/output error"
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_written_is_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuses)

    assert disk_facts(tmp_path).write_problem == "Permission denied"


def test_a_sound_database_and_one_with_a_torn_page_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "neo.db"
    assert not database_facts(path).exists
    open_state_store(StoreSettings(path, 0, Synchronous.OFF), session="s", clock=StoreClock()).close()
    assert judge_database(database_facts(path))[0].verdict is Verdict.OK

    with path.open("r+b") as file:
        file.seek(4096)
        file.write(bytes(4096 * 3))

    (finding,) = judge_database(database_facts(path))
    assert finding.verdict is Verdict.FAIL
    assert "neo db restore" in finding.fix


def test_the_installed_client_library_is_the_pinned_one() -> None:
    facts = software_facts({"len": len})

    assert facts.pinned == pinned_version(requires_of_neo()) == facts.installed
    assert judge_software(facts)[-1].verdict is Verdict.OK


def test_an_entry_point_that_turned_into_a_coroutine_is_named() -> None:
    async def sign() -> None: ...

    assert "xrpl.sign" in software_facts({"xrpl.sign": sign}).guard


@pytest.mark.parametrize(
    ("requirements", "pinned"),
    [
        (["attrs<27", "xrpl-py==5.2.0"], "5.2.0"),
        (["xrpl-py == 5.2.0 ; python_version > '3'"], "5.2.0"),
        (["xrpl-py>=5"], None),
        ([], None),
    ],
)
def test_the_pin_is_found_among_requirements(requirements: list[str], pinned: str | None) -> None:
    assert pinned_version(requirements) == pinned
