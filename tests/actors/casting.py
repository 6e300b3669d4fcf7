"""Every handler of every actor of the engine, read off the classes."""

from __future__ import annotations

from typing import NoReturn

import attrs

from neo.actors.runtime import Actor, Ping, RestartPolicy
from neo.actors.supervisor import Supervisor
from neo.harness import sim_config
from neo.infra.telemetry.line_encoder import LineEncoder
from neo.infra.telemetry.memory_sink import MemorySink
from neo.system.cast import Parts, children
from neo.system.simulated_venue import simulated_signer


def cast() -> dict[str, type[Actor]]:
    """Name and class of every actor below the supervisor."""
    config = sim_config()
    parts = Parts(config, "s", "r", _no_store, MemorySink(), LineEncoder("s", "r").line, simulated_signer(config))
    return {spec.name: spec.actor for spec in children(parts, RestartPolicy())}


def _no_store() -> NoReturn:
    raise AssertionError("nobody starts here")


def handled_by(actor: type[Actor]) -> tuple[type, ...]:
    """The message classes that it has handlers for, in a stable order. Ping is the runtime's own."""
    return tuple(sorted((m for m in actor._handlers if m is not Ping), key=lambda m: m.__name__))


def every_handler() -> tuple[tuple[str, type], ...]:
    return tuple((name, message) for name, actor in cast().items() for message in handled_by(actor))


SUPERVISORS = handled_by(Supervisor)


_NOTHING = {"int": 0, "str": "", "bool": False}


def empty(message_class: type) -> object:
    """A message that a sabotaged handler never looks into: its fields hold as little as their types allow."""
    fields = attrs.fields_dict(message_class)
    return message_class(**{name: _nothing(field.type) for name, field in fields.items()})


def _nothing(field_type: object) -> object:
    # a text, or a class once somebody has resolved the annotations
    annotation = field_type.__name__ if type(field_type) is type else str(field_type)
    return () if annotation.startswith("tuple") else _NOTHING.get(annotation)
