"""Gathers what the summary of a session is built from: books, ticks, telemetry. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from neo.cli.drop_summary import drop_rows
from neo.cli.paid_fees import fees_on, summed_fees
from neo.domain.config.strategies import DROP_BUYER
from neo.domain.market.instrument import LEDGER_VENUE, Instrument
from neo.domain.messages.storage import AssetBalance
from neo.domain.money.capital_entry import BY_HAND
from neo.domain.money.exact import difference, total
from neo.domain.money.wallet import ExplainedLine, wallet_key, wallet_lines
from neo.domain.session.drift import ENGINE_STATE_KEY as DRIFT_KEY
from neo.domain.session.drift import engine_side
from neo.domain.session.engine_balances import BALANCES_KEY, balances_from
from neo.domain.session.fill_source import FILLED_BY_KEY, fill_source
from neo.domain.session.summary import SessionSummary, summarise
from neo.domain.session.summary_rows import SummaryRows
from neo.domain.session.trading import trading_of
from neo.domain.telemetry.events import DeadLettered, TelemetryProblem
from neo.domain.units import ZERO
from neo.infra.sqlite.books_reader import BooksReader
from neo.infra.sqlite.books_rows import SessionRow, SnapshotRow
from neo.infra.sqlite.snapshots_reader import SnapshotsReader
from neo.infra.telemetry.event_tally import tally_events

#: Somebody who wants to see the ticks as they are read: given what else is known, and the ticks to pass on.
Watch = Callable[[SummaryRows, Iterable[SnapshotRow]], Iterable[SnapshotRow]]


def summary_of(database: Path, reader: BooksReader, session: SessionRow, watch: Watch | None = None) -> SessionSummary:
    """The summary of a session that is in the database. Its ticks are read once, past `watch`."""
    said = tally_events(Path(session.directory) / "logs" / "events.jsonl", (TelemetryProblem.NAME, DeadLettered.NAME))
    problems = said[TelemetryProblem.NAME]
    fees = summed_fees(reader, session.session_id)
    trading = trading_of(reader.config_of(session.session_id) or {})
    balances = _state_of(reader, BALANCES_KEY, session.session_id)
    desks = [drop_rows(reader, session, each, fees, balances) for each in trading if each.strategy == DROP_BUYER]
    with SnapshotsReader(database) as ticks:
        rows = SummaryRows(
            session=session,
            instrument=_instrument(reader, ticks, session.session_id),
            trading=trading,
            orders_by_state=reader.orders_by_state(session.session_id),
            orders_unproved=reader.unfinished_orders(session.session_id),
            fills=reader.traded(session.session_id, LEDGER_VENUE),
            fees=fees_on(LEDGER_VENUE, fees),
            capital=[row for row in reader.capital_events(session.session_id) if row.venue == LEDGER_VENUE],
            balances=_balances_at_end(reader, session),
            engine_balances=_engine_balances(reader, session.session_id),
            halts=reader.halts(session.session_id),
            drift=_state_of(reader, DRIFT_KEY, session.session_id),
            telemetry_problems=problems.count,
            telemetry_problem_last=str(problems.last.get("problem", "")),
            dead_letters=said[DeadLettered.NAME].count,
            wallet=_wallet(reader, session.session_id),
            filled_by=_fill_source(reader, session, [each.strategy for each in trading]),
        )
        snapshots = ticks.snapshots(session.session_id)
        return summarise(rows, watch(rows, snapshots) if watch is not None else snapshots, desks)


def _balances_at_end(reader: BooksReader, session: SessionRow) -> tuple[AssetBalance, ...]:
    """The books' balances when the session ended: those of now, less what later sessions, and people, did."""
    later = [row.session_id for row in reader.sessions() if row.started_at_ns > session.started_at_ns]
    traded: dict[tuple[str, str], Decimal] = {}
    moved: dict[tuple[str, str], Decimal] = {}
    if session.ended_at_ns is not None:
        by_hand = (row for row in reader.capital_events(BY_HAND) if row.at_ns > session.ended_at_ns)
        _add(moved, ((row.venue, row.asset, row.amount) for row in by_hand))
    for session_id in later:
        _add(traded, ((row.venue, row.asset, row.amount) for row in reader.posted(session_id)))
        _add(moved, ((row.venue, row.asset, row.amount) for row in reader.capital_events(session_id)))
    return tuple(
        AssetBalance(
            row.venue,
            row.asset,
            difference(row.fills_only, traded.get((row.venue, row.asset), ZERO)),
            difference(row.capital, moved.get((row.venue, row.asset), ZERO)),
        )
        for row in reader.balances()
    )


def _add(sums: dict[tuple[str, str], Decimal], amounts: Iterable[tuple[str, str, Decimal]]) -> None:
    for venue, asset, amount in amounts:
        sums[venue, asset] = total(sums.get((venue, asset), ZERO), amount)


def _engine_balances(reader: BooksReader, session_id: str) -> tuple[tuple[str, Decimal], ...]:
    """What the engine believed; without its own word, what the drift check noted of it."""
    noted = engine_side(_state_of(reader, DRIFT_KEY, session_id))
    own = balances_from(_state_of(reader, BALANCES_KEY, session_id))
    believed = {**noted, **own}
    return tuple((asset, amount) for (venue, asset), amount in believed.items() if venue == LEDGER_VENUE)


def _state_of(reader: BooksReader, key: str, session_id: str) -> str | None:
    """A row of engine_state if this session wrote it."""
    row = reader.engine_state_of(key)
    return row.value if row is not None and row.session_id == session_id else None


def _wallet(reader: BooksReader, session_id: str) -> tuple[ExplainedLine, ...]:
    text = _state_of(reader, wallet_key(LEDGER_VENUE), session_id)
    return wallet_lines(text) if text is not None else ()


def _fill_source(reader: BooksReader, session: SessionRow, strategies: Sequence[str]) -> str:
    said = _state_of(reader, FILLED_BY_KEY, session.session_id)
    if said is not None:
        return said
    config = reader.config_of(session.session_id) or {}
    models = [config.get(f"paper.{key}") for key in ("fill_model", "exchange_fill_model")]
    on_ledger, on_exchange = (str(model) if model is not None else None for model in models)
    return fill_source(session.mode, on_ledger, strategies, on_exchange)


def _instrument(reader: BooksReader, ticks: SnapshotsReader, session_id: str) -> Instrument:
    """What the market maker traded: as its ticks say, or its orders, or, when it did neither, its configuration."""
    last = ticks.last(session_id)
    traded = last or reader.first_order(session_id, LEDGER_VENUE)
    if traded is not None:
        base, _, quote = traded.symbol.partition("/")
        return Instrument(traded.venue, base, quote)
    config = reader.config_of(session_id) or {}
    return Instrument(LEDGER_VENUE, str(config.get("xrpl.base", "XRP")), str(config.get("xrpl.quote", "RLUSD")))
