"""An exchange before trading: does it answer, whose time has it, are the keys good, what of the watchlist does it list."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from decimal import Decimal

from neo.domain.readiness.finding import Finding, Topic, fail, ok, warn
from neo.domain.units import ZERO
from neo.records import frozen

#: So many symbols are named; more would hide the rest of what is said.
NAMED_MAX = 8
_CLOCK_FIX = (
    "synchronise the clock of this machine (systemctl enable --now systemd-timesyncd, chrony, or w32tm /resync)"
)


@frozen(kw_only=True)
class WalletSeen:
    """`free` quote currency, and how many `others` it holds. With a `problem` nothing is known; `is_refused`: for good."""

    free: Decimal = ZERO
    others: int = 0
    problem: str = ""
    is_refused: bool = False


@frozen(kw_only=True)
class ExchangeFacts:
    """What an exchange answered. A problem is empty when that went well; what was not asked is None.

    `tradable` and `without_rules` are symbols that it lists.
    """

    name: str
    problem: str = ""
    tradable: tuple[str, ...] = ()
    without_rules: tuple[str, ...] = ()
    clock_problem: str = ""
    clock_ahead_ms: int | None = None
    wallet: WalletSeen | None = None


@frozen(kw_only=True)
class ExchangeNeeds:
    """What the configuration asks of it. `purchase`: quote currency that the first purchase and the reserve need."""

    quote: str
    watchlist: tuple[str, ...]
    clock_offset_max_ms: int
    purchase: Decimal


def judge_exchange(facts: ExchangeFacts, needs: ExchangeNeeds) -> tuple[Finding, ...]:
    """Exchange, clock, watchlist, keys and wallet; of one that does not answer nothing else is known."""
    if facts.problem:
        fix = "check the network, exchange.name and exchange.api_url; the exchange may be in maintenance"
        return (fail(Topic.EXCHANGE, facts.name, f"does not list its markets: {facts.problem}", fix),)
    listed = len(facts.tradable) + len(facts.without_rules)
    reached = ok(Topic.EXCHANGE, facts.name, f"answers, and lists {listed} markets in {needs.quote}")
    return (reached, judge_exchange_clock(facts, needs), *_watchlist(facts, needs), *_wallet(facts, needs))


def judge_exchange_clock(facts: ExchangeFacts, needs: ExchangeNeeds) -> Finding:
    """Signed requests carry our time, and a machine whose clock is wrong cannot be trusted with ages of quotes either."""
    what = f"clock of {facts.name}"
    if facts.clock_problem:
        fix = "try again; the exchange told its markets, but not its time"
        return fail(Topic.EXCHANGE, what, f"could not be read: {facts.clock_problem}", fix)
    if facts.clock_ahead_ms is None:
        return ok(Topic.CLOCK, what, "is not told by this exchange")
    seen = f"{abs(facts.clock_ahead_ms)} ms {'ahead of' if facts.clock_ahead_ms >= 0 else 'behind'} this machine's"
    if abs(facts.clock_ahead_ms) > needs.clock_offset_max_ms:
        return fail(
            Topic.CLOCK, what, f"{seen}, more than exchange.clock_offset_max_ms {needs.clock_offset_max_ms}", _CLOCK_FIX
        )
    return ok(Topic.CLOCK, what, seen)


def _watchlist(facts: ExchangeFacts, needs: ExchangeNeeds) -> tuple[Finding, ...]:
    what, watched = "watchlist", needs.watchlist
    tradable = set(facts.tradable)
    no_rules = [symbol for symbol in watched if symbol in set(facts.without_rules)]
    unknown = [symbol for symbol in watched if symbol not in tradable and symbol not in set(no_rules)]
    good = len(watched) - len(no_rules) - len(unknown)
    found = []
    if unknown:
        seen = f"{len(unknown)} of {len(watched)} symbols are not listed on {facts.name}: {_named(unknown)}"
        found.append(warn(Topic.WATCHLIST, what, seen, f"{_near(unknown, facts.tradable)}they are left alone"))
    if no_rules:
        seen = f"{facts.name} tells no step or no minimum of {_named(no_rules)}: no order can be sized for them"
        found.append(warn(Topic.WATCHLIST, what, seen, "they are left alone"))
    if not good:
        fix = "write symbols as the exchange lists them, like BTC/USDT"
        return (*found, fail(Topic.WATCHLIST, what, f"none of its {len(watched)} symbols can be traded", fix))
    return (*found, ok(Topic.WATCHLIST, what, f"{good} of {len(watched)} symbols can be traded"))


def _wallet(facts: ExchangeFacts, needs: ExchangeNeeds) -> tuple[Finding, ...]:
    what, wallet = f"API key of {facts.name}", facts.wallet
    if wallet is None:
        return (ok(Topic.KEY, what, "none is needed: nothing is ordered on a real exchange"),)
    if wallet.is_refused:
        fix = "check the key, its secret and its rights: reading and spot trading, and this machine's address if it is bound"
        return (fail(Topic.KEY, what, f"was refused: {wallet.problem}", fix),)
    if wallet.problem:
        what = f"wallet on {facts.name}"
        return (fail(Topic.EXCHANGE, what, f"could not be read: {wallet.problem}", "try again"),)
    return (ok(Topic.KEY, what, "was accepted"), _money(facts, needs, wallet))


def _money(facts: ExchangeFacts, needs: ExchangeNeeds, wallet: WalletSeen) -> Finding:
    """What bought coins is no reason to stop: they have to be sold."""
    free, what = wallet.free, f"wallet on {facts.name}"
    seen = f"{free.normalize():f} {needs.quote} free"
    if free <= ZERO and not wallet.others:
        fix = f"deposit {needs.quote}, or use the keys of the account that holds it (spot, not funding)"
        return fail(Topic.ACCOUNT, what, f"holds no {needs.quote} and nothing else", fix)
    if free < needs.purchase:
        fix = f"a purchase and the cash reserve need {needs.purchase:f} {needs.quote}: nothing is bought before"
        return warn(Topic.ACCOUNT, what, seen, fix)
    return ok(Topic.ACCOUNT, what, seen)


def _named(symbols: Sequence[str]) -> str:
    more = f" and {len(symbols) - NAMED_MAX} more" if len(symbols) > NAMED_MAX else ""
    return ", ".join(symbols[:NAMED_MAX]) + more


def _near(unknown: Sequence[str], listed: Sequence[str]) -> str:
    """Suggestions for the first few."""
    pairs = ((symbol, difflib.get_close_matches(symbol, listed, 1, 0.75)) for symbol in unknown[:NAMED_MAX])
    found = [f"{near[0]} instead of {symbol}" for symbol, near in pairs if near]
    return f"perhaps {', '.join(found)}; " if found else ""
