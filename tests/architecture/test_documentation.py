"""What users meet is documented: events, halts, exit codes, keys, commands; and generated parts are what the code says."""

from __future__ import annotations

import re
from typing import get_args

import apsw
import pytest

from docs.generate import generated
from docs.tables import SECTIONS
from neo.domain.config.keys import all_keys
from neo.domain.messages.journal import JournalEvent
from neo.domain.orders.lifecycle import OrderEvent, OrderState
from neo.domain.safety.halt_reasons import HaltReason
from neo.domain.session import exit_codes
from neo.domain.telemetry import events as catalogue
from neo.domain.telemetry.event import registered_events
from neo.infra.sqlite.migrations import MIGRATIONS
from tests.architecture.source_tree import REPO, tracked_files


def page(name: str) -> str:
    return (REPO / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SECTIONS)
def test_generated_parts_are_what_the_code_says(path: str) -> None:
    assert page(path) == generated(path, page(path)), f"{path} is not up to date: run `make docs`"


def test_a_stale_page_is_noticed() -> None:
    stale = page("docs/operations.md").replace("`kill_switch`", "`kill_button`")
    assert generated("docs/operations.md", stale) != stale


def test_every_telemetry_event_is_documented_with_when_it_is_written() -> None:
    assert catalogue.__all__
    ours = {name: event for name, event in registered_events().items() if event.__module__.startswith("neo.")}
    missing = [
        name for name, event in ours.items() if f"| `{name}` | {event.SEVERITY.value} | " not in page("docs/events.md")
    ]
    silent = re.findall(r"^\| `\w+` \| \w+ \|  \|", page("docs/events.md"), re.MULTILINE)
    assert ours and not missing and not silent


def test_every_journal_event_is_documented() -> None:
    missing = [
        event.__name__ for event in get_args(JournalEvent) if f"| `{event.__name__}` | " not in page("docs/events.md")
    ]
    assert not missing


def test_every_halt_reason_is_documented_with_what_to_do() -> None:
    operations = page("docs/operations.md")
    for reason in HaltReason:
        chapter = operations.partition(f"### `{reason.value}`")[2].partition("###")[0]
        assert reason.rule.trigger in chapter and reason.rule.what_to_do in chapter
        assert f"| `{reason.value}` | {reason.exit_code} |" in operations


def test_every_exit_code_is_documented() -> None:
    codes = {value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    documented = {int(code) for code in re.findall(r"^\| (\d+) \|", page("docs/commands.md"), re.MULTILINE)}
    assert codes and codes <= documented, f"not in docs/commands.md: {sorted(codes - documented)}"


def test_exit_codes_of_halts_and_of_commands_do_not_meet() -> None:
    of_halts = [reason.exit_code for reason in HaltReason if reason.exit_code]
    of_commands = {value for name, value in vars(exit_codes).items() if name.isupper() and isinstance(value, int)}
    assert len(of_halts) == len(set(of_halts)) and not of_commands & set(of_halts)


def test_every_configuration_key_is_documented() -> None:
    missing = [key.path for key in all_keys() if f"| `{key.path}` | " not in page("docs/configuration.md")]
    assert not missing


def test_every_order_state_and_event_is_in_the_table() -> None:
    architecture = page("docs/architecture.md")
    assert all(state.value in architecture for state in OrderState)
    assert all(f"| `{event.value}` |" in architecture for event in OrderEvent)


def test_every_table_and_view_of_the_state_database_is_documented_as_what_it_is() -> None:
    books = apsw.Connection(":memory:")
    for migration in MIGRATIONS:
        for statement in migration.statements:
            books.execute(statement)
    there = set(books.execute("SELECT name, type FROM sqlite_master WHERE type IN ('table', 'view')"))
    chapter = page("docs/architecture.md").partition("## What the state database holds")[2].partition("\n## ")[0]
    documented = {
        (name, "view" if what == "view" else "table")
        for names, what in re.findall(r"^\| (`.*`) \| (the journal|tables?|view) \|", chapter, re.MULTILINE)
        for name in re.findall(r"\w+", names)
    }
    assert documented == there


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for name in (name for name in tracked_files() if name.endswith(".md")):
        for target in re.findall(r"\]\(([^)#\s]+)", page(name)):
            if "://" not in target and not (REPO / name).parent.joinpath(target).exists():
                broken.append(f"{name}: {target}")
    assert not broken, "\n".join(broken)


def test_files_that_pages_name_exist() -> None:
    named = {
        (name, path)
        for name in tracked_files()
        if name.endswith(".md")
        for path in re.findall(r"(?<![\w/.-])((?:neo|docs|tests|config|benchmarks|deploy)/[\w/.-]*\w)`?", page(name))
    }
    gone = sorted(f"{name}: {path}" for name, path in named if not _exists(path))
    assert not gone, "\n".join(gone)


def _exists(path: str) -> bool:
    """docs/adr/0004 stands for the record that starts with this number."""
    return (REPO / path).exists() or any((REPO / path).parent.glob(f"{(REPO / path).name}*"))
