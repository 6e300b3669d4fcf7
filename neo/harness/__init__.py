"""The whole engine inside somebody's test: in virtual time, deterministic, with any part replaced. See docs/harness.md."""

from __future__ import annotations

from neo.harness.broken import Broken
from neo.harness.campaign import Plant, SeedReport, run_seed
from neo.harness.configuration import sim_config
from neo.harness.invariants import broken_now, broken_when_quiet
from neo.harness.plans import PLANS, FaultPlan, UnknownFaultPlan, plan_named
from neo.harness.sabotage import HandlerBroken, Sabotage
from neo.harness.witness import Record, Witness
from neo.harness.world import PATIENT, World

__all__ = [
    "PATIENT",
    "PLANS",
    "Broken",
    "FaultPlan",
    "HandlerBroken",
    "Plant",
    "Record",
    "Sabotage",
    "SeedReport",
    "UnknownFaultPlan",
    "Witness",
    "World",
    "broken_now",
    "broken_when_quiet",
    "plan_named",
    "run_seed",
    "sim_config",
]
