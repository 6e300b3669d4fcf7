"""The rules between configuration keys: each names the keys it reads and says what does not agree.

A rule is applied when all of its keys have values, so that one bad key does not hide a contradiction elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

import attrs

from neo.domain.config.choices import Mode
from neo.records import frozen

SECONDS_PER_MINUTE = 60


@frozen
class Contradiction:
    """`path` is the key to look at first, `related` the others that took part."""

    path: str
    message: str
    related: tuple[str, ...]


@frozen
class Agreement:
    """One rule: `complaint` receives the values of `paths` in that order."""

    paths: tuple[str, ...]
    complaint: Callable[..., str | None]


AGREEMENTS: list[Agreement] = []


def agreement(*paths: str) -> Callable[[Callable[..., str | None]], Callable[..., str | None]]:
    """Register the decorated function as the rule between `paths`."""

    def register(complaint: Callable[..., str | None]) -> Callable[..., str | None]:
        AGREEMENTS.append(Agreement(paths, complaint))
        return complaint

    return register


def contradictions(values: Mapping[str, Any], idle: Collection[str] = ()) -> tuple[Contradiction, ...]:
    """Every rule that the values (dotted path to value) break. Rules about `idle` tables, which nobody reads, are left out."""
    found = []
    for rule in AGREEMENTS:
        if all(path in values and path.partition(".")[0] not in idle for path in rule.paths):
            message = rule.complaint(*(values[path] for path in rule.paths))
            if message is not None:
                found.append(Contradiction(rule.paths[0], message, rule.paths[1:]))
    return tuple(found)


def flatten(section: Any, prefix: str = "") -> dict[str, Any]:
    """Dotted path to value for each key below an attrs instance."""
    flat: dict[str, Any] = {}
    for attribute in attrs.fields(type(section)):
        value = getattr(section, attribute.name)
        if attrs.has(type(value)):
            flat |= flatten(value, f"{prefix}{attribute.name}.")
        else:
            flat[prefix + attribute.name] = value
    return flat


@agreement("strategy.requote_interval_seconds", "engine.tick_interval_seconds")
def quotes_are_looked_at_on_every_tick(requote: Decimal, tick: Decimal) -> str | None:
    if requote == tick:
        return None
    return f"must equal engine.tick_interval_seconds: {requote} is not {tick}"


@agreement("strategy.anchor_max_divergence_bps", "strategy.clob_switch_threshold_bps")
def the_book_is_tried_before_the_tick_is_suspended(divergence: Decimal, switch: Decimal) -> str | None:
    if divergence > switch:
        return None
    return (
        f"must be above strategy.clob_switch_threshold_bps, or the book is never the anchor: {divergence} <= {switch}"
    )


@agreement("strategy.price_ceiling", "strategy.price_floor")
def the_ceiling_is_above_the_floor(ceiling: Decimal, floor: Decimal) -> str | None:
    return None if ceiling > floor else f"must be above strategy.price_floor: {ceiling} <= {floor}"


@agreement("strategy.min_spread_bps", "strategy.bid_offset_bps", "strategy.ask_offset_bps")
def the_offsets_leave_the_minimum_spread(spread: Decimal, bid: Decimal, ask: Decimal) -> str | None:
    if bid + ask >= spread:
        return None
    return f"is wider than the quotes: bid_offset_bps + ask_offset_bps is {bid + ask}, min_spread_bps {spread}"


@agreement("strategy.viability.max_spread_bps", "strategy.bid_offset_bps", "strategy.ask_offset_bps")
def the_quotes_are_inside_the_spread_ceiling(ceiling: Decimal, bid: Decimal, ask: Decimal) -> str | None:
    if bid + ask <= ceiling:
        return None
    return (
        f"is narrower than the quotes, so nothing is ever quoted: bid and ask offset make {bid + ask}, not <= {ceiling}"
    )


@agreement("strategy.viability.max_spread_bps", "strategy.min_spread_bps")
def the_minimum_spread_is_viable(ceiling: Decimal, spread: Decimal) -> str | None:
    return None if ceiling >= spread else f"is below strategy.min_spread_bps: {ceiling} < {spread}"


@agreement("strategy.viability.max_spread_bps", "strategy.viability.adverse_move_bps")
def the_spread_ceiling_is_above_the_spread_floor(ceiling: Decimal, adverse: Decimal) -> str | None:
    if ceiling > adverse:
        return None
    return f"must be above adverse_move_bps, or nothing is ever quoted: {ceiling} <= {adverse}"


@agreement("strategy.expiration_s", "strategy.requote_interval_seconds")
def an_offer_outlives_the_requote_interval(expiration: int, requote: Decimal) -> str | None:
    if expiration > requote:
        return None
    return f"must be above strategy.requote_interval_seconds, or quotes die between ticks: {expiration} <= {requote}"


@agreement("order_size.base_size_rlusd", "strategy.levels", "strategy.level_size_step", "risk.max_xrp_exposure")
def all_bids_fit_into_the_xrp_limit(base: Decimal, levels: int, step: Decimal, limit: Decimal) -> str | None:
    total = side_value(base, levels, step)
    return None if total <= limit else f"makes bids of {total} in all, above risk.max_xrp_exposure {limit}"


@agreement("order_size.base_size_rlusd", "strategy.levels", "strategy.level_size_step", "risk.max_rlusd_exposure")
def all_asks_fit_into_the_rlusd_limit(base: Decimal, levels: int, step: Decimal, limit: Decimal) -> str | None:
    total = side_value(base, levels, step)
    return None if total <= limit else f"makes asks of {total} in all, above risk.max_rlusd_exposure {limit}"


@agreement("risk.max_drawdown_rlusd", "risk.max_xrp_exposure", "risk.max_rlusd_exposure")
def the_loss_limit_can_be_reached(drawdown: Decimal, xrp: Decimal, rlusd: Decimal) -> str | None:
    if drawdown < xrp + rlusd:
        return None
    return f"can never be reached: more than both exposure limits together ({drawdown} >= {xrp + rlusd})"


@agreement("risk.max_orders_per_minute", "strategy.levels", "engine.tick_interval_seconds")
def ordinary_quoting_stays_below_the_order_rate(limit: int, levels: int, tick: Decimal) -> str | None:
    needed = 2 * levels * SECONDS_PER_MINUTE / tick
    if needed <= limit:
        return None
    return f"is below ordinary quoting: {levels} levels on two sides every {tick} s need {needed.normalize():f}, not {limit}"


@agreement("risk.market_data_age_max_s", "engine.tick_interval_seconds")
def market_data_may_be_one_tick_old(age: Decimal, tick: Decimal) -> str | None:
    return None if age >= tick else f"is below engine.tick_interval_seconds, so every tick is stale: {age} < {tick}"


@agreement("risk.ledger_age_max_s", "sim.ledger_close_s", "mode")
def a_simulated_ledger_may_take_its_time(age: Decimal, close: Decimal, mode: Mode) -> str | None:
    if mode not in (Mode.SIM, Mode.REPLAY) or age > close:
        return None
    return f"must be above sim.ledger_close_s, or every ledger is stale: {age} <= {close}"


@agreement("heartbeat.timeout_s", "heartbeat.interval_s")
def an_actor_may_miss_no_beat_before_it_was_pinged(timeout: Decimal, interval: Decimal) -> str | None:
    return None if timeout > interval else f"must be above heartbeat.interval_s: {timeout} <= {interval}"


@agreement("xrpl.quote", "xrpl.base")
def two_different_currencies_are_traded(quote: str, base: str) -> str | None:
    return None if quote != base else f"is the same currency as xrpl.base: {base}"


@agreement("xrpl.account", "xrpl.issuer")
def the_issuer_does_not_trade_its_own_token(account: str, issuer: str) -> str | None:
    return None if account != issuer else "is the issuer: an issuer's own offers create money"


@agreement("xrpl.nodes", "mode")
def a_real_ledger_is_reached_through_a_server(nodes: tuple[str, ...], mode: Mode) -> str | None:
    if nodes or mode in (Mode.SIM, Mode.REPLAY):
        return None
    return f'is empty, but mode {mode.value} needs a server: write nodes = ["wss://..."] below [xrpl]'


@agreement("sim.start_price", "strategy.price_floor", "strategy.price_ceiling", "mode")
def the_simulation_starts_between_floor_and_ceiling(
    price: Decimal, floor: Decimal, ceiling: Decimal, mode: Mode
) -> str | None:
    if mode is not Mode.SIM or floor <= price <= ceiling or floor >= ceiling:
        return None
    return f"is outside strategy.price_floor to price_ceiling, so nothing is ever quoted: {price}, {floor} to {ceiling}"


@agreement("sim.wallet_xrp", "sim.start_price", "risk.max_xrp_exposure", "mode")
def the_simulated_xrp_is_within_its_limit(xrp: Decimal, price: Decimal, limit: Decimal, mode: Mode) -> str | None:
    if mode is not Mode.SIM or xrp * price <= limit:
        return None
    return f"is worth {xrp * price:f} at the start, above risk.max_xrp_exposure {limit}: the session would halt at once"


@agreement("sim.wallet_rlusd", "risk.max_rlusd_exposure", "mode")
def the_simulated_rlusd_is_within_its_limit(rlusd: Decimal, limit: Decimal, mode: Mode) -> str | None:
    if mode is not Mode.SIM or rlusd <= limit:
        return None
    return f"is above risk.max_rlusd_exposure {limit}: the session would halt at once"


@agreement("paper.wallet_rlusd", "risk.max_rlusd_exposure", "mode")
def the_paper_rlusd_is_within_its_limit(rlusd: Decimal, limit: Decimal, mode: Mode) -> str | None:
    if mode is not Mode.PAPER or rlusd <= limit:
        return None
    return f"is above risk.max_rlusd_exposure {limit}: the session would halt at once"


@agreement("speed", "mode")
def the_real_world_is_not_sped_up(speed: Decimal, mode: Mode) -> str | None:
    if mode in (Mode.SIM, Mode.REPLAY) or speed == 1:
        return None
    return f"must be 1 in mode {mode.value}: real time cannot be sped up"


@agreement("storage.path", "session.directory")
def the_database_is_not_the_session_folder(path: str, directory: str) -> str | None:
    return None if path.rstrip("/") != directory.rstrip("/") else "is the same path as session.directory"


@agreement("alerts.channels_env", "alerts.webhook_env")
def each_kind_of_alert_has_a_variable_of_its_own(channels: str, webhook: str) -> str | None:
    if channels != webhook:
        return None
    return f"names {channels}, as alerts.webhook_env does: a webhook and channels for apprise need a variable each"


def side_value(base_size: Decimal, levels: int, size_step: Decimal) -> Decimal:
    """Value of all quotes on one side: levels of base x (1 + n x step), n from 0."""
    return base_size * (levels + size_step * (levels * (levels - 1) // 2))
