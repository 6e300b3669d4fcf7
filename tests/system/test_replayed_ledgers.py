"""Recorded ledgers are traded as they were, by the configured fill model, the same every time."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import attrs
import pytest

from neo.cli.session_summary import summary_of
from neo.domain.config.choices import FillModel, Mode
from neo.domain.config.configuration import Config
from neo.domain.messages.venue import BookObserved
from neo.harness import World, sim_config
from neo.infra.config.canonical import config_hash
from neo.infra.config.loader import Loaded
from neo.infra.recorder.market_file import MarketFile
from neo.infra.replay.market_lines import Recorded
from neo.infra.sqlite.books_reader import BooksReader
from neo.system.in_virtual_time import start_replay
from neo.system.replayed_market import OtherMarket
from tests.patience import the_end_of

MINUTES = 30


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a paper session saw of a simulated market, as neo record would have stored it."""
    path = tmp_path_factory.mktemp("recording") / "market.jsonl"
    config = attrs.evolve(sim_config(), mode=Mode.PAPER, speed=Decimal(1))
    file = MarketFile(path, Recorded("xrpl", "XRP/RLUSD"), 10**9)
    with World(7, config) as world:
        seen = world.record(BookObserved)
        world.boot()
        world.run_for(MINUTES * 60)
        for envelope in seen.envelopes:
            assert isinstance(envelope.message, BookObserved)
            file.add(envelope.message)
    file.close()
    return path


def configured(directory: Path, model: FillModel) -> Loaded:
    config: Config = sim_config()
    config = attrs.evolve(
        config,
        paper=attrs.evolve(config.paper, fill_model=model),
        session=attrs.evolve(config.session, directory=str(directory / "sessions")),
    )
    return Loaded(config, config_hash(config), {}, ())


def replayed(directory: Path, recording: Path, model: FillModel = FillModel.QUEUE) -> tuple[str, list[str], str]:
    """How the replay ended, its fills, and what its summary says decided them."""
    session = start_replay(configured(directory, model), [recording])
    try:
        ended = the_end_of(session)
    finally:
        session.close()
    assert ended.unverified == ()  # ledgers go on after the last recorded one, until every cancel is proved
    with BooksReader(session.database) as reader:
        (row,) = reader.sessions()
        fills = [
            f"{f.traded_at_ns} {f.side.value} {f.base_quantity} {f.quote_quantity}"
            for f in reader.fills(row.session_id)
        ]
        return ended.halt_reason, fills, summary_of(session.database, reader, row).fill_model


@pytest.mark.parametrize("model", FillModel, ids=lambda model: model.value)
def test_the_fill_model_decides_and_the_summary_names_it(tmp_path: Path, recording: Path, model: FillModel) -> None:
    ended, _, filled_by = replayed(tmp_path, recording, model)

    assert (ended, filled_by) == ("duration_elapsed", model.value)


def test_the_same_recording_gives_the_same_fills_and_an_optimistic_model_more_of_them(
    tmp_path: Path, recording: Path
) -> None:
    first, again = (replayed(tmp_path / name, recording, FillModel.TOUCH)[1] for name in ("first", "again"))
    strict = replayed(tmp_path / "strict", recording, FillModel.TRADE_THROUGH)[1]

    assert first == again
    assert len(first) > 0
    assert len(strict) <= len(first)


def test_a_recording_of_another_market_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "eur.jsonl"
    file = MarketFile(path, Recorded("xrpl", "XRP/EUR"), 10**9)
    file.add(BookObserved("xrpl", "XRP/EUR", 10**18, 7, (), (), None))
    file.close()

    with pytest.raises(OtherMarket, match="XRP/EUR"):
        start_replay(configured(tmp_path, FillModel.QUEUE), [path])
