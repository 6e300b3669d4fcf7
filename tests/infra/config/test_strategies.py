"""Sections that only one strategy reads may be left out when it does not run, and must be there when it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.infra.config.fault import ConfigError
from neo.infra.config.loader import load
from tests.infra.config.files import REPOSITORY, faults_of

CONFIG = REPOSITORY / "config"


def paths_of_faults(path: Path) -> set[str]:
    with pytest.raises(ConfigError) as caught:
        load(path, {})
    return {fault.path for fault in caught.value.faults}


def changed(tmp_path: Path, name: str, old: str, new: str) -> Path:
    text = (CONFIG / name).read_text("utf-8")
    assert text.count(old) == 1
    path = tmp_path / name
    path.write_text(text.replace(old, new), "utf-8")
    return path


def test_what_nobody_reads_is_marked_as_unused() -> None:
    drop, sim = load(CONFIG / "drop.toml", {}), load(CONFIG / "sim.toml", {})

    assert drop.origins["risk.max_xrp_exposure"].kind == "unused"
    assert drop.origins["exits.stop_loss_bps"].kind == "file"
    assert sim.origins["risk.max_xrp_exposure"].kind == "file"
    assert sim.origins["exits.stop_loss_bps"].kind == "unused"


def test_the_limits_of_a_strategy_that_runs_have_no_default(tmp_path: Path) -> None:
    both = changed(tmp_path, "drop.toml", '["drop_buyer"]', '["market_maker", "drop_buyer"]')
    missing = paths_of_faults(both)

    assert {"risk.max_drawdown_rlusd", "xrpl.account", "strategy.bid_offset_bps"} <= missing
    drops = changed(tmp_path, "sim.toml", '["market_maker"]', '["market_maker", "drop_buyer"]')
    assert {"exits.stop_loss_bps", "exchange_risk.position_size_usdt"} <= paths_of_faults(drops)


def test_a_section_that_nobody_reads_is_still_checked_where_it_is_written(tmp_path: Path) -> None:
    path = changed(tmp_path, "sim.toml", "[reconcile]", "[exits]\nstop_loss_bps = -1\n\n[reconcile]")

    assert paths_of_faults(path) == {"exits.stop_loss_bps"}


def test_everything_that_is_wrong_with_a_watchlist_is_told_at_once(tmp_path: Path) -> None:
    wrong = '"BTC/USDT", "btc/usdt", "ETH/USDC", "ADA-USDT", "BTC/USDT", "XRP/USDT", "SOL/EUR", "XRP/USDT", '
    path = changed(tmp_path, "drop.toml", '"BTC/USDT", ', wrong)

    told = [fault.message for fault in faults_of(path) if fault.path == "exchange.watchlist"]

    assert sorted(told) == [
        "has what is not priced in exchange.quote USDT: ETH/USDC, SOL/EUR",
        "must hold symbols like BTC/USDT, but has 'btc/usdt', 'ADA-USDT'; must hold each symbol once, but has BTC/USDT, "
        "XRP/USDT more than once",
    ]


def test_of_very_many_wrong_symbols_the_first_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    many = "".join(f'"S{number}/EUR", ' for number in range(60))
    (fault,) = faults_of(changed(tmp_path, "drop.toml", '"BTC/USDT", ', '"BTC/USDT", ' + many))

    assert fault.message.startswith("has what is not priced in exchange.quote USDT: S0/EUR, S1/EUR, ")
    assert fault.message.endswith("S49/EUR and 10 more")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('quote = "USDT" ', 'quote = "USDC" ', "exchange.watchlist"),
        ("position_size_usdt = 25 ", "position_size_usdt = 31 ", "exchange_risk.position_size_usdt"),
        ("stop_loss_bps = 200 ", "stop_loss_bps = 40 ", "exits.stop_loss_bps"),
        ("take_profit_bps = 50 ", "take_profit_bps = 10 ", "exits.take_profit_bps"),
        ("cool_beyond_bps = 100 ", "cool_beyond_bps = 60 ", "exchange.cool_beyond_bps"),
        ('["drop_buyer"]', '["drop_seller"]', "engine.strategies"),
    ],
)
def test_drop_buying_that_contradicts_itself_is_refused(tmp_path: Path, old: str, new: str, fault: str) -> None:
    assert fault in paths_of_faults(changed(tmp_path, "drop.toml", old, new))
