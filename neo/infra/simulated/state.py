"""What one ledger version holds, with a journal of every change.

The journal makes the three things cheap that a ledger does all the time: undo part of a transaction, undo the whole
open ledger before the canonical order is applied, and say what a transaction changed. State is plain values in
dictionaries; a missing key is None in the journal.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import attrs

from neo.domain.messages.venue import Level, PoolView
from neo.infra.simulated.amounts import ZERO, Amount, add_tokens
from neo.infra.simulated.flags import DEFAULT_RIPPLE, GLOBAL_FREEZE
from neo.infra.simulated.pool import PoolAmounts
from neo.infra.simulated.records import (
    NO_TRANSFER_FEE,
    AccountSettings,
    AmmEntry,
    BookEntry,
    ForeignOffer,
    Issue,
    LedgerRules,
    LineSettings,
    Offer,
    OfferKey,
    TicketKey,
)
from neo.records import define

__all__ = ["LedgerRules", "LedgerState", "Offer", "OfferKey"]

#: Names of the accounts that are part of a simulated ledger itself; one from a real server has addresses instead.
POOL_ACCOUNT = "amm"
ISSUER_ACCOUNT = "issuer"
#: Currency code of RLUSD: five letters do not fit the three of a short code.
RLUSD = "524C555344000000000000000000000000000000"
_NOTHING_SET = AccountSettings()
_PLAIN_LINE = LineSettings()
_UNLIMITED = Decimal("1e60")


@define
class LedgerState:
    """Balances, sequences, offers and books of one ledger version."""

    rules: LedgerRules = attrs.field(factory=LedgerRules)
    drops: dict[str, int] = attrs.field(factory=dict)
    token: dict[str, Decimal] = attrs.field(factory=dict)
    token_limit: dict[str, Decimal] = attrs.field(factory=dict)
    sequence: dict[str, int] = attrs.field(factory=dict)
    owner_count: dict[str, int] = attrs.field(factory=dict)
    offers: dict[OfferKey, Offer] = attrs.field(factory=dict)
    counters: dict[str, int] = attrs.field(factory=lambda: {"burned_drops": 0, "next_entry": 1})
    settings: dict[str, AccountSettings] = attrs.field(factory=dict)
    lines: dict[str, LineSettings] = attrs.field(factory=dict)
    #: Tickets by owner and number; the value is always 1.
    tickets: dict[TicketKey, int] = attrs.field(factory=dict)
    ticket_count: dict[str, int] = attrs.field(factory=dict)
    #: LP tokens by holder.
    shares: dict[str, Decimal] = attrs.field(factory=dict)
    #: The pool's terms under the name of its account; empty when there is no pool.
    amm: dict[str, AmmEntry] = attrs.field(factory=dict)
    foreign_offers: dict[OfferKey, ForeignOffer] = attrs.field(factory=dict)
    issue: Issue = attrs.field(factory=lambda: Issue(RLUSD, ISSUER_ACCOUNT))
    pool_account: str = POOL_ACCOUNT
    #: Books by what the offers give: True is XRP (asks of XRP/RLUSD), False the token (bids).
    books: dict[bool, list[BookEntry]] = attrs.field(factory=lambda: {True: [], False: []})
    #: Sequences of each account's offers, in the order in which they were placed.
    owned: dict[str, list[int]] = attrs.field(factory=dict)
    #: What the payment applied last delivered.
    delivered: Amount | None = attrs.field(default=None, eq=False)
    journal: list[tuple[dict[Any, Any], Any, Any]] = attrs.field(factory=list, eq=False, repr=False)
    #: Levels of funded offers in each book as they were looked at last, by the offer's entry: most rest for many ledgers.
    levels_seen: dict[bool, dict[int, tuple[Offer, Level | None]]] = attrs.field(
        factory=lambda: {True: {}, False: {}}, init=False, eq=False, repr=False
    )
    #: The pool as it was told of last, with what it was made from: its terms, drops and tokens.
    pool_seen: tuple[AmmEntry, int, Decimal, PoolView] | None = attrs.field(
        default=None, init=False, eq=False, repr=False
    )
    #: The pool as it was asked for last in each direction: one crossing asks half a dozen times.
    _pools: dict[bool, tuple[Decimal, int, int, PoolAmounts]] = attrs.field(
        factory=dict, init=False, eq=False, repr=False
    )

    # ---------------------------------------------------------------------------------------------------- changes

    def put(self, table: dict[Any, Any], key: Any, value: Any) -> None:
        """Set `table[key]` so that it can be undone; None removes the key."""
        old = table.get(key)
        self.journal.append((table, key, old))
        if table is self.offers:
            self._store_offer(key, old, value)
        elif value is None:
            table.pop(key, None)
        else:
            table[key] = value

    def rollback(self, mark: int) -> None:
        """Undo every change made since the journal was `mark` entries long."""
        offers, journal = self.offers, self.journal
        if len(journal) == mark:
            return
        undone = journal[mark:]
        undone.reverse()
        del journal[mark:]
        for table, key, old in undone:
            if table is offers:
                self._store_offer(key, offers.get(key), old)
            elif old is None:
                table.pop(key, None)
            else:
                table[key] = old

    def commit(self) -> None:
        """Make everything final."""
        self.journal.clear()

    def _store_offer(self, key: OfferKey, old: Offer | None, value: Offer | None) -> None:
        """Book and owner's list follow when the offer comes or goes."""
        if value is None:
            if old is not None:
                del self.offers[key]
                book, sequences = self.books[type(old.gets) is int], self.owned[key[0]]
                del book[bisect_left(book, (old.quality, old.entry, key))]
                del sequences[bisect_left(sequences, key[1])]
            return
        self.offers[key] = value
        if old is None:
            insort(self.books[type(value.gets) is int], (value.quality, value.entry, key))
            insort(self.owned.setdefault(key[0], []), key[1])

    def own_more(self, account: str, objects: int) -> None:
        """The account owns so many objects more, negative for fewer."""
        counts = self.owner_count
        owned = counts[account]
        self.journal.append((counts, account, owned))
        counts[account] = owned + objects

    def credit(self, account: str, amount: Amount) -> None:
        """Add `amount`, negative to take it. A trust line that nobody asked for goes away when it is empty."""
        if type(amount) is int:
            drops = self.drops
            before = drops[account]
            self.journal.append((drops, account, before))
            drops[account] = before + amount
        elif account != self.issue.issuer:
            tokens = self.token
            held = tokens.get(account)
            if held is None:
                self.open_line(account, amount)  # type: ignore[arg-type]
                return
            self.journal.append((tokens, account, held))
            tokens[account] = balance = add_tokens(held, amount)  # type: ignore[arg-type]
            if not balance and account != self.pool_account and self.is_line_default(account):
                self.release_line(account)

    def open_line(self, account: str, balance: Decimal) -> None:
        """A trust line that nobody asked for: its holder gets a token without having set a limit."""
        self.put(self.owner_count, account, self.owner_count[account] + 1)
        self.put(self.token, account, balance)
        line = LineSettings(
            holder_no_ripple=not self.ripples_by_default(account),
            issuer_no_ripple=not self.ripples_by_default(self.issue.issuer),
        )
        self.put(self.lines, account, line)

    def is_line_default(self, account: str) -> bool:
        """True when nothing but a balance keeps the trust line of `account` in the ledger."""
        line = self.lines.get(account, _PLAIN_LINE)
        return (
            not self.token_limit.get(account)
            and line.holder_no_ripple is not self.ripples_by_default(account)
            and not (line.holder_freeze or line.quality_in or line.quality_out)
        )

    def release_line(self, account: str) -> None:
        """The holder no longer needs the trust line; it goes unless the issuer keeps it."""
        line = self.lines.get(account, _PLAIN_LINE)
        if not line.holder_released:
            self.put(self.owner_count, account, self.owner_count[account] - 1)
        if line.issuer_reserved:
            self.put(self.lines, account, attrs.evolve(line, holder_released=True))
            return
        for table in (self.token, self.token_limit, self.lines):
            if account in table:
                self.put(table, account, None)

    def issue_shares(self, account: str, change: Decimal) -> None:
        """Give LP tokens to `account`, or take them when negative; the line to the pool lives as long as the balance."""
        before = self.shares.get(account)
        after = change if before is None else add_tokens(before, change)
        if before is None:
            self.put(self.owner_count, account, self.owner_count[account] + 1)
        self.put(self.shares, account, after)
        if not after:
            self.put(self.shares, account, None)
            self.put(self.owner_count, account, self.owner_count[account] - 1)

    def place(self, offer: Offer) -> None:
        """Put a new offer into its book; the owner's reserve grows."""
        counters, counts, offers, owner = self.counters, self.owner_count, self.offers, offer.owner
        key, owned = (owner, offer.sequence), counts[owner]
        old = offers.get(key)
        self.journal += (counters, "next_entry", counters["next_entry"]), (offers, key, old), (counts, owner, owned)
        counters["next_entry"] = offer.entry + 1
        self._store_offer(key, old, offer)
        counts[owner] = owned + 1

    def replace(self, before: Offer, after: Offer) -> None:
        """A resting offer has other amounts now."""
        key = (after.owner, after.sequence)
        self.journal.append((self.offers, key, before))
        self.offers[key] = after

    def remove(self, key: OfferKey) -> bool:
        """Take an offer out of its book; False when it is not there."""
        offer = self.offers.get(key)
        if offer is None:
            return False
        counts, owner = self.owner_count, key[0]
        owned = counts[owner]
        self.journal += (self.offers, key, offer), (counts, owner, owned)
        self._store_offer(key, offer, None)
        counts[owner] = owned - 1
        return True

    def remove_foreign(self, key: OfferKey) -> bool:
        """Take an offer for somebody else's token away; False when it is not there."""
        if key not in self.foreign_offers:
            return False
        self.put(self.foreign_offers, key, None)
        self.put(self.owner_count, key[0], self.owner_count[key[0]] - 1)
        return True

    # -------------------------------------------------------------------------------------------------- questions

    def reserve_drops(self, account: str, extra_objects: int = 0) -> int:
        """Drops that `account` cannot give away while it owns what it owns."""
        rules = self.rules
        return rules.reserve_base_drops + (self.owner_count[account] + extra_objects) * rules.reserve_increment_drops

    def spendable(self, account: str, *, xrp: bool) -> Amount:
        """What `account` could give of an asset now, never negative."""
        if not xrp:
            if account == self.issue.issuer:
                return _UNLIMITED
            if (self.settings or self.lines) and self.is_frozen(account):
                return ZERO
            return self.token.get(account, ZERO)
        if account == self.pool_account:
            return self.drops[account]
        rules = self.rules
        reserve = rules.reserve_base_drops + self.owner_count[account] * rules.reserve_increment_drops
        drops = self.drops[account]
        return drops - reserve if drops > reserve else 0

    def book(self, *, gives_xrp: bool) -> Iterator[Offer]:
        """Offers of one book, best first."""
        return (self.offers[entry[2]] for entry in self.books[gives_xrp])

    def level_size(self, *, gives_xrp: bool, quality: int) -> int:
        """How many offers rest at one quality."""
        book = self.books[gives_xrp]
        return bisect_left(book, (quality + 1,)) - bisect_left(book, (quality,))

    def offers_of(self, account: str) -> tuple[Offer, ...]:
        return tuple(self.offers[(account, sequence)] for sequence in self.owned.get(account, ()))

    def is_frozen(self, account: str) -> bool:
        """True when the issuer lets nobody, or not this account, give its token away."""
        if not self.settings and not self.lines:
            return False
        return self.is_globally_frozen() or self.lines.get(account, _PLAIN_LINE).issuer_freeze

    def is_globally_frozen(self) -> bool:
        return bool(self.settings.get(self.issue.issuer, _NOTHING_SET).flags & GLOBAL_FREEZE)

    def is_deep_frozen(self, account: str) -> bool:
        """True when `account` may neither give nor receive the token."""
        line = self.lines.get(account, _PLAIN_LINE)
        return line.issuer_deep_freeze or line.holder_deep_freeze

    def ripples_by_default(self, account: str) -> bool:
        return bool(self.settings.get(account, _NOTHING_SET).flags & DEFAULT_RIPPLE)

    def owns_anything(self, account: str) -> bool:
        """True when the account has an owner directory: lines, offers, tickets or shares of a pool."""
        return self.objects_of(account) > 0

    def objects_of(self, account: str) -> int:
        """Entries of the account's owner directory. Lines stand in the issuer's as well; a pool's holds its own entry."""
        count = len(self.owned.get(account, ())) + self.ticket_count.get(account, 0)
        count += (account in self.token) + (account in self.shares)
        count += sum(1 for owner, _ in self.foreign_offers if owner == account)
        if account == self.issue.issuer:
            count += len(self.token)
        if account in self.amm:
            count += 1 + len(self.shares)
        return count

    def settings_of(self, account: str) -> AccountSettings:
        return self.settings.get(account, _NOTHING_SET)

    def line_of(self, account: str) -> LineSettings:
        return self.lines.get(account, _PLAIN_LINE)

    @property
    def transfer_rate(self) -> int:
        """The issuer's, in 1/1,000,000,000; 1,000,000,000 when it charges nothing."""
        return self.settings.get(self.issue.issuer, _NOTHING_SET).transfer_rate or NO_TRANSFER_FEE

    def tickets_of(self, account: str) -> tuple[int, ...]:
        """Numbers of the account's tickets, lowest first."""
        if account not in self.ticket_count:
            return ()
        return tuple(sorted(number for owner, number in self.tickets if owner == account))

    def pool(self, *, gives_xrp: bool, taker: str | None = None, now_s: int = 0) -> PoolAmounts | None:
        """The pool in one direction of trade, with the fee that `taker` pays at `now_s`; None when there is none."""
        account = self.pool_account
        entry = self.amm.get(account)
        if entry is None:
            return None
        token, drops = self.token[account], self.drops[account]
        fee = entry.fee_hundred_thousandths if entry.slot is None else entry.fee_for(taker, now_s)
        kept = self._pools.get(gives_xrp)
        if kept is not None and kept[0] is token and kept[1] == drops and kept[2] == fee:
            return kept[3]
        pool = PoolAmounts(token, drops, fee) if gives_xrp else PoolAmounts(drops, token, fee)
        self._pools[gives_xrp] = (token, drops, fee, pool)
        return pool

    def copy(self) -> LedgerState:
        """An independent copy by value, without the journal."""
        return LedgerState(
            self.rules,
            dict(self.drops),
            dict(self.token),
            dict(self.token_limit),
            dict(self.sequence),
            dict(self.owner_count),
            dict(self.offers),
            dict(self.counters),
            dict(self.settings),
            dict(self.lines),
            dict(self.tickets),
            dict(self.ticket_count),
            dict(self.shares),
            dict(self.amm),
            dict(self.foreign_offers),
            self.issue,
            self.pool_account,
            {side: list(book) for side, book in self.books.items()},
            {owner: list(sequences) for owner, sequences in self.owned.items()},
        )

    def copy_before_journal(self) -> LedgerState:
        """A copy as the state was at the last commit."""
        shadow = self.copy()
        twin = {id(mine): its for mine, its in zip(self._tables(), shadow._tables(), strict=True)}
        for table, key, old in reversed(self.journal):
            shadow.put(twin[id(table)], key, old)
        shadow.commit()
        return shadow

    def _tables(self) -> tuple[dict[Any, Any], ...]:
        return tuple(self.tables().values())

    def tables(self) -> dict[str, dict[Any, Any]]:
        """Every table that the journal knows, by name."""
        return {name: getattr(self, name) for name in TABLES}


#: Names of the tables whose changes are journalled.
TABLES = (
    "drops",
    "token",
    "token_limit",
    "sequence",
    "owner_count",
    "offers",
    "counters",
    "settings",
    "lines",
    "tickets",
    "ticket_count",
    "shares",
    "amm",
    "foreign_offers",
)
