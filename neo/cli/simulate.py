"""neo simulate: many seeds in virtual time, each a whole life of the engine, every invariant checked."""

from __future__ import annotations

import contextlib
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from neo.cli.context import CliContext, pass_context
from neo.cli.engine_seam import load_engine
from neo.cli.json_output import json_option, print_json
from neo.cli.simulation_job import SimulationJob, SimulationOutcome
from neo.domain.session.exit_codes import EX_OK, INVARIANT_BROKEN

if TYPE_CHECKING:
    from concurrent.futures import Future

SEEDS_MAX = 10_000_000
_SHOWN_BROKEN_MAX = 20
_LINE_EVERY_S = 60.0
"""Without a terminal one line of progress a minute: a log of a long campaign stays short."""


class SeedRange(click.ParamType):  # type: ignore[type-arg]  # generic only since click 8.4
    """`A-B`, both included, or one seed."""

    name = "seeds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> range:
        if isinstance(value, range):
            return value
        first, dash, last = str(value).partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            self.fail(f"{value!r} is not a range of seeds; write for example 0-199, or 7.", param, ctx)
        seeds = range(int(first), int(last or first) + 1)
        if not 0 < len(seeds) <= SEEDS_MAX:
            self.fail(f"{value!r} has no seeds, or more than {SEEDS_MAX}.", param, ctx)
        return seeds


@click.command()
@click.option("--seeds", type=SeedRange(), required=True, help="Range of seeds A-B, both included, or one seed.")
@click.option("--hours", type=float, default=2.0, show_default=True, help="Simulated time of each seed.")
@click.option("--faults", default="default", show_default=True, help="Name of a fault plan, or none.")
@click.option("--print-digest", is_flag=True, help="Print each seed's digest: same seed, same digest.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes at a time; default: one for each processor.")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration to simulate.")
@json_option
@pass_context
def simulate(
    context: CliContext,
    seeds: range,
    hours: float,
    faults: str,
    print_digest: bool,
    jobs: int | None,
    config: Path | None,
    as_json: bool,
) -> int:
    """Run many seeded sessions with faults and check every invariant.

    Exit code 71 when an invariant broke; the seed that is named breaks it again. Ctrl-C ends it with the report of
    the seeds that were done by then.
    """
    plans = context.engine().fault_plans()
    if faults not in plans:
        raise click.BadParameter(f"{faults!r}; there are {', '.join(plans)}.", param_hint="--faults")
    if not 0 < hours < float("inf"):
        raise click.BadParameter("the time must be longer than nothing.", param_hint="--hours")
    work = [SimulationJob(seed, Decimal(str(hours)), faults, print_digest, config) for seed in seeds]
    workers = min(jobs or os.cpu_count() or 1, len(work))
    results = _in_processes(work, workers) if workers > 1 else map(context.engine().simulate, work)
    outcomes: list[SimulationOutcome] = []
    try:
        for outcome in _shown(results, len(work), print_digest and not as_json):
            outcomes.append(outcome)
    except KeyboardInterrupt:
        # An hour of seeds is not thrown away because somebody needs the machine.
        click.echo(f"stopped after {len(outcomes)} of {len(work)} seeds", err=True)
        _report(outcomes, hours, faults, config, as_json)
        raise
    _report(outcomes, hours, faults, config, as_json)
    return INVARIANT_BROKEN if any(outcome.broken for outcome in outcomes) else EX_OK


def run_job(job: SimulationJob) -> SimulationOutcome:
    """One seed in a worker process."""
    return load_engine().simulate(job)


def _in_processes(work: Sequence[SimulationJob], workers: int) -> Iterator[SimulationOutcome]:
    """Outcomes in the order of seeds. Spawned, never forked: the parent may have threads and open databases."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    waiting: list[Future[SimulationOutcome]] = []
    try:
        # Not all at once: of millions of seeds only a few wait in memory.
        rest = iter(work)
        for job in rest:
            waiting.append(pool.submit(run_job, job))
            if len(waiting) >= 4 * workers:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _shown(results: Iterator[SimulationOutcome], total: int, digests: bool) -> Iterator[SimulationOutcome]:
    """Passes outcomes on, with a progress bar on a terminal and what the operator wants to see at once."""
    with _progress(total) as advance:
        for outcome in results:
            if digests:
                click.echo(f"seed {outcome.seed} digest {outcome.digest}")
            for text in outcome.broken:
                click.echo(f"seed {outcome.seed} BROKEN: {text}", err=True)
            advance()
            yield outcome


class ProgressLines:
    """Plain lines of progress for a log. `clock_s` is any clock that only goes forward."""

    def __init__(self, total: int, clock_s: Callable[[], float] = time.monotonic) -> None:
        self._total, self._done, self._clock_s = total, 0, clock_s
        self._next_s = clock_s() + _LINE_EVERY_S

    def advance(self) -> None:
        """One seed more is done; at most one line a minute says so."""
        self._done += 1
        if self._clock_s() >= self._next_s:
            self._next_s = self._clock_s() + _LINE_EVERY_S
            click.echo(f"{self._done} of {self._total} seeds", err=True)


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    if total == 1:
        yield lambda: None
        return
    if not sys.stderr.isatty():
        yield ProgressLines(total).advance
        return
    with click.progressbar(length=total, label="seeds", show_pos=True, file=sys.stderr) as bar:
        yield lambda: bar.update(1)


def _report(
    outcomes: Sequence[SimulationOutcome], hours: float, faults: str, config: Path | None, as_json: bool
) -> None:
    broken = [outcome for outcome in outcomes if outcome.broken]
    if as_json:
        print_json(
            {
                "hours": hours,
                "faults": faults,
                "seeds": len(outcomes),
                "broken_seeds": [outcome.seed for outcome in broken],
                "outcomes": [_record(outcome) for outcome in outcomes],
            }
        )
        return
    halts: dict[str, int] = {}
    for outcome in outcomes:
        halts[outcome.halt_reason] = halts.get(outcome.halt_reason, 0) + 1
    fills, restarts = sum(o.fills for o in outcomes), sum(o.restarts for o in outcomes)
    elapsed_s = sum(outcome.elapsed_s for outcome in outcomes)
    click.echo(
        f"{len(outcomes)} seeds of {hours:g} h, faults {faults}: {fills} fills, {restarts} restarts, {elapsed_s:.1f} s of work"
    )
    if halts:
        click.echo("ended with " + ", ".join(f"{reason} ({count})" for reason, count in sorted(halts.items())))
    if broken:
        named = ", ".join(str(outcome.seed) for outcome in broken[:_SHOWN_BROKEN_MAX])
        more = f" and {len(broken) - _SHOWN_BROKEN_MAX} more" if len(broken) > _SHOWN_BROKEN_MAX else ""
        click.echo(f"INVARIANTS BROKEN on {len(broken)} seeds: {named}{more}", err=True)
        world = f" --config {shlex.quote(str(config))}" if config else ""
        again = f"neo simulate --seeds {broken[0].seed} --hours {hours:g} --faults {faults}{world}"
        click.echo(f"  -> again: {again}", err=True)
    elif outcomes:
        click.echo("every invariant held on every seed")


def _record(outcome: SimulationOutcome) -> dict[str, object]:
    import attrs

    return {**attrs.asdict(outcome), "broken": list(outcome.broken)}
