"""Puts the actors onto a system."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.actors import names
from neo.actors.runtime import Actor, ChildSpec, RestartPolicy, System
from neo.actors.supervisor import SessionPlan, Supervisor
from neo.domain.config.choices import OnHalt
from neo.domain.config.configuration import Config
from neo.domain.safety.halt_latch import HaltLatch
from neo.domain.units import seconds_ns
from neo.system.cast import Parts, children

#: A class instead of a whole ChildSpec is given the arguments of the actor that it replaces.
Replacements = Mapping[str, ChildSpec | type[Actor]]
NO_REPLACEMENTS: Replacements = {}
USUAL_POLICY = RestartPolicy()


def session_plan(config: Config, session_id: str) -> SessionPlan:
    """What the supervisor takes from the configuration."""
    return SessionPlan(
        session_id,
        seconds_ns(config.session.duration_s),
        config.session.on_halt is OnHalt.HOLD,
        config.heartbeat.warn_only,
        config.xrpl.base,
        config.xrpl.quote,
    )


def assemble(
    system: System,
    parts: Parts,
    latch: HaltLatch,
    policy: RestartPolicy = USUAL_POLICY,
    replaced: Replacements = NO_REPLACEMENTS,
) -> None:
    """Start the supervisor, who starts everybody else. `replaced` puts other actors into the places of ours."""
    cast = tuple(_replaced(spec, replaced.get(spec.name)) for spec in children(parts, policy))
    plan = session_plan(parts.config, parts.session_id)
    system.spawn(ChildSpec(names.SUPERVISOR, Supervisor, {"children": cast, "plan": plan, "latch": latch}))


def _replaced(spec: ChildSpec, other: ChildSpec | type[Actor] | None) -> ChildSpec:
    if other is None:
        return spec
    if isinstance(other, ChildSpec):
        return attrs.evolve(other, policy=spec.policy)
    return attrs.evolve(spec, actor=other)
