"""Puts the actors onto a system."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.actors import names
from neo.actors.runtime import Actor, ChildSpec, DeadLetter, RestartPolicy, System
from neo.actors.session_plan import LEDGER_ROLES, SessionPlan, VenueRoles, exchange_roles
from neo.actors.supervisor import Supervisor
from neo.domain.config.choices import OnHalt
from neo.domain.config.configuration import Config
from neo.domain.telemetry.event import Emit
from neo.domain.telemetry.events import DeadLettered
from neo.domain.units import seconds_ns
from neo.infra.telemetry.fan_out import FanOut
from neo.system.books import Opening
from neo.system.cast import Parts, buys_drops, children, makes_markets

#: A class instead of a whole ChildSpec is given the arguments of the actor that it replaces.
Replacements = Mapping[str, ChildSpec | type[Actor]]
NO_REPLACEMENTS: Replacements = {}
#: Stopping leaves messages behind; that is no news.
_EXPECTED = frozenset({"stopped", "shutdown"})
USUAL_POLICY = RestartPolicy()


def session_plan(config: Config, session_id: str) -> SessionPlan:
    """What the supervisor takes from the configuration."""
    return SessionPlan(
        session_id,
        seconds_ns(config.session.duration_s),
        config.session.on_halt is OnHalt.HOLD,
        config.heartbeat.warn_only,
        venues_of(config),
    )


def venues_of(config: Config) -> tuple[VenueRoles, ...]:
    """The venues that are traded on."""
    ledger = (LEDGER_ROLES,) if makes_markets(config) else ()
    return (*ledger, exchange_roles(config.exchange.name)) if buys_drops(config) else ledger


def assemble(
    system: System,
    parts: Parts,
    opening: Opening,
    policy: RestartPolicy = USUAL_POLICY,
    replaced: Replacements = NO_REPLACEMENTS,
) -> None:
    """Start the supervisor, who starts everybody else. `replaced` puts other actors into the places of ours."""
    parts = attrs.evolve(parts, sink=FanOut({"telemetry": parts.sink}))  # one that raises is left out, and reported
    cast = tuple(_replaced(spec, replaced.get(spec.name)) for spec in children(parts, policy))
    for emit in opening.told:
        parts.sink.write(parts.serialise(emit.event, emit.actor, emit.at_ns, emit.db_seq))
    system.on_dead_letter.append(lambda letter: _tell_of(system, letter))
    plan = session_plan(parts.config, parts.session_id)
    system.spawn(ChildSpec(names.SUPERVISOR, Supervisor, {"children": cast, "plan": plan, "latch": opening.latch}))


def _tell_of(system: System, letter: DeadLetter) -> None:
    """A message that nobody handled is an event, unless it is itself about telemetry: that would go round in circles."""
    if letter.to == names.TELEMETRY or letter.reason in _EXPECTED or not system.is_up(names.TELEMETRY):
        return
    event = DeadLettered(letter.to, letter.sender, letter.reason, type(letter.message).__name__)
    system.tell(names.TELEMETRY, Emit(event, "system", system.now_ns()))


def _replaced(spec: ChildSpec, other: ChildSpec | type[Actor] | None) -> ChildSpec:
    if other is None:
        return spec
    if isinstance(other, ChildSpec):
        return attrs.evolve(other, name=spec.name, policy=spec.policy)
    return attrs.evolve(spec, actor=other)
