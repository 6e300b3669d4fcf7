"""The generated parts of the documentation, each as a function from the code to Markdown."""

from __future__ import annotations

import ast
import enum
import re
import types
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

import attrs

from docs.conversation import ACTORS, constants, roles, sentences
from neo.domain.config.keys import Key, all_keys
from neo.domain.messages.journal import JournalEvent
from neo.domain.orders.lifecycle import TABLE, OrderEvent, OrderState
from neo.domain.safety.halt_reasons import HaltReason
from neo.domain.session.exit_codes import MEANINGS
from neo.domain.telemetry import drop_events, events, exchange_events, polling_events, stream_events, trade_events
from neo.domain.telemetry.event import registered_events
from neo.infra.config.values import TEXTS
from neo.infra.metrics.catalogue import METRICS, PROCESS_METRICS

#: Every actor says this to telemetry and hears that from heartbeat: arrows that would only hide the others.
EVERYWHERE = frozenset({"Emit", "EmitAll", "Ping"})
ANSWERS = frozenset({"reply", "reply_to"})


def actors_diagram() -> str:
    """Actors as boxes, one arrow for each pair with all that is said that way."""
    actors = {role.name for role in roles()}
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for said in sentences():
        is_answer = said.how in ANSWERS and said.sender in actors
        if said.message not in EVERYWHERE and said.sender != said.receiver and not is_answer:
            arrows[said.sender, said.receiver].append(said.message)
    lines = ["flowchart LR"]
    for name in sorted({name for pair in arrows for name in pair}):
        opening, closing = ("([", "])") if " " in name else ("[", "]")
        lines.append(f"  {_node(name)}{opening}{name}{closing}")
    for (sender, receiver), messages in sorted(arrows.items()):
        text = "<br/>".join(sorted(dict.fromkeys(messages)))
        lines.append(f"  {_node(sender)} -->|{text}| {_node(receiver)}")
    return "```mermaid\n" + "\n".join(lines) + "\n```"


def messages_table() -> str:
    """Every message with everybody who says it and everybody who hears it."""
    heard: dict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for said in sentences():
        senders, receivers = heard[said.message]
        senders.add(said.sender)
        receivers.add(said.receiver)
    every = len(roles()) - 1  # telemetry itself emits nothing
    rows = []
    for message, (senders, receivers) in sorted(heard.items()):
        told = "every actor" if len(senders) >= every else ", ".join(sorted(senders))
        rows.append((f"`{message}`", told, ", ".join(sorted(receivers)) or "nobody"))
    return _table(("message", "said by", "heard by"), rows)


def actors_table() -> str:
    """The actors in start order, the supervisor first."""
    by_name = {role.name: role for role in roles()}
    rows = [
        (str(place), f"`{name}`", _first_line(by_name[name].module), _first_line(by_name[name].node))
        for place, name in enumerate(("supervisor", *_start_order()))
        if name in by_name
    ]
    return _table(("start", "actor", "what it is", "how it behaves"), rows)


def lifecycle_table() -> str:
    """The order state machine: rows are states, columns events; an empty cell is an error that changes nothing."""
    live = [state for state in OrderState if not state.is_final]
    rows = [
        (f"`{event.value}`", *(f"{TABLE[state, event].value}" if (state, event) in TABLE else "" for state in live))
        for event in OrderEvent
    ]
    return _table(("event", *(state.value for state in live)), rows)


def halts_table() -> str:
    """Every reason in one line."""
    rows = [
        (
            f"`{reason.value}`",
            str(reason.exit_code),
            reason.rule.emitted_by,
            reason.rule.allowed.value,
            "yes" if reason.rule.latches else "no",
            reason.rule.cleared_by.value,
            "yes" if reason.rule.ends_session else "no",
        )
        for reason in HaltReason
    ]
    heads = ("reason", "exit code", "emitted by", "still allowed", "latches", "cleared by", "always ends the session")
    return _table(heads, rows)


#: Codes that click and the operating system's conventions decide.
_OTHER_CODES: Mapping[int, str] = types.MappingProxyType(
    {
        1: "whoever read the output went away",
        2: "the command line is wrong",
        129: "ended at once by a third SIGHUP (the terminal closed)",
        130: "interrupted outside a session, or ended at once by a third Ctrl-C",
        143: "ended at once by a third SIGTERM",
    }
)


def exit_codes_table() -> str:
    """Every code that a command ends with, those of halts included."""
    halts = {
        reason.exit_code: f"the session ended with the halt `{reason.value}`"
        for reason in HaltReason
        if reason.exit_code not in MEANINGS
    }
    return _table(
        ("code", "meaning"), [(str(code), text) for code, text in sorted({**MEANINGS, **_OTHER_CODES, **halts}.items())]
    )


def halts_in_words() -> str:
    """Every reason with its trigger and what to do."""
    return "\n\n".join(
        f"### `{reason.value}`\n\n{reason.rule.trigger}\n\n**What to do.** {reason.rule.what_to_do}"
        for reason in HaltReason
    )


#: Events that `events` does not list.
_OTHERS = (drop_events, exchange_events, polling_events, stream_events, trade_events)


def telemetry_events() -> str:
    """Every registered event by name."""
    assert events.__all__ and _OTHERS, "importing the catalogue registers the events"
    rows = []
    for name, event in sorted(registered_events().items()):
        if event.__module__.startswith("neo."):
            fields = ", ".join(f"`{field.name}`" for field in attrs.fields(event))
            rows.append((f"`{name}`", event.SEVERITY.value, _first_paragraph(event), fields))
    return _table(("event", "severity", "written", "fields"), rows)


def journal_events() -> str:
    """Every durable fact."""
    rows = [
        (
            f"`{event.__name__}`",
            _first_paragraph(event) or _in_words(event.__name__),
            ", ".join(f"`{field.name}`" for field in attrs.fields(event)),
        )
        for event in get_args(JournalEvent)
    ]
    return _table(("fact", "meaning", "fields"), rows)


def configuration_keys() -> str:
    """Every key with its unit, default and meaning."""
    rows = [(f"`{key.path}`", _type_text(key), key.unit, _default_text(key), _meaning(key)) for key in all_keys()]
    return _table(("key", "type", "unit", "default", "meaning"), rows)


def metrics_table() -> str:
    """Every figure of /metrics."""
    own = [
        (f"`{metric.name}`", metric.kind.value, ", ".join(f"`{each}`" for each in metric.labels), metric.meaning)
        for metric in METRICS
    ]
    process = [
        (f"`{name}`", "counter" if name.endswith("_total") else "gauge", "", meaning)
        for name, meaning in PROCESS_METRICS
    ]
    return _table(("name", "kind", "labels", "meaning"), (*own, *process))


SECTIONS: Mapping[str, Mapping[str, Callable[[], str]]] = types.MappingProxyType(
    {
        "docs/architecture.md": {
            "actors": actors_table,
            "diagram": actors_diagram,
            "messages": messages_table,
            "lifecycle": lifecycle_table,
        },
        "docs/commands.md": {"exit-codes": exit_codes_table},
        "docs/operations.md": {"halts": halts_table, "halts-in-words": halts_in_words},
        "docs/events.md": {"telemetry": telemetry_events, "journal": journal_events},
        "docs/metrics.md": {"metrics": metrics_table},
        "docs/configuration.md": {"keys": configuration_keys},
    }
)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [tuple(heads)]
    lines.append(tuple("---" for _ in lines[0]))
    lines += [tuple(cell.replace("|", "\\|") for cell in row) for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _start_order() -> tuple[str, ...]:
    """START_ORDER of neo/actors/names.py, as values."""
    values = constants(ACTORS / "names.py")
    for node in ast.parse((ACTORS / "names.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "START_ORDER":
            assert isinstance(node.value, ast.Tuple)
            return tuple(values[ast.unparse(element)] for element in node.value.elts)
    raise LookupError("neo/actors/names.py has no START_ORDER")


def _node(name: str) -> str:
    return re.sub(r"\W", "_", name)


def _first_line(node: ast.Module | ast.ClassDef) -> str:
    """First sentence of a docstring, without the name that it starts with."""
    text = (ast.get_docstring(node) or "").partition("\n\n")[0].replace("\n", " ")
    return re.sub(r"^\w+: ", "", text)


def _first_paragraph(documented: type) -> str:
    text = "" if _is_generated(documented) else (documented.__doc__ or "")
    return " ".join(text.partition("\n\n")[0].split())


def _in_words(name: str) -> str:
    """SessionOpened: "Session opened."."""
    return re.sub(r"(?<!^)([A-Z])", lambda match: f" {match[1].lower()}", name) + "."


def _is_generated(documented: type) -> bool:
    """attrs gives classes without a docstring one that only repeats the fields."""
    return (documented.__doc__ or "").startswith("Method generated by attrs")


def _type_text(key: Key) -> str:
    kind: Any = key.type
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return " or ".join(f"`{member.value}`" for member in kind)
    if kind == TEXTS:
        return "array of texts"
    return {"Decimal": "number", "int": "whole number", "bool": "true or false", "str": "text"}[kind.__name__]


def _default_text(key: Key) -> str:
    if key.required:
        return "none: must be written"
    value = key.default.value if isinstance(key.default, enum.Enum) else key.default
    if isinstance(value, tuple):
        value = ", ".join(value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if str(value) else "empty"


def _meaning(key: Key) -> str:
    return f"{key.meaning}. Protects {key.protects}." if key.protects else f"{key.meaning}."
