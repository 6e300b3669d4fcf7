"""The account that trades: whether it exists, can hold the token, can pay its reserve, and who may sign for it."""

from __future__ import annotations

from decimal import Decimal

from neo.domain.readiness.finding import Finding, Topic, fail, ok, warn
from neo.domain.units import drops_to_xrp
from neo.records import frozen

#: Each quote is an object that the account keeps a reserve for, on both sides.
SIDES = 2
#: XRP beside the reserve that should be there for fees: 10,000 transactions at the usual 10 drops.
FEES_XRP = Decimal("0.1")
_REGULAR_KEY = (
    "make a new key pair, set it with a SetRegularKey transaction, and let neo sign with that one: it can be replaced when it "
    "leaks, the master key cannot (docs/live.md)"
)


@frozen(kw_only=True)
class TokenLine:
    """Our trust line to the issuer. https://xrpl.org/docs/concepts/tokens/fungible-tokens/freezes"""

    balance: Decimal
    limit: Decimal
    frozen: bool = False
    deep_frozen: bool = False
    authorized: bool = True


@frozen(kw_only=True)
class IssuerFacts:
    """What the issuer's account says of its token. `transfer_rate` 1 is no fee."""

    global_freeze: bool = False
    requires_authorization: bool = False
    can_claw_back: bool = False
    transfer_rate: Decimal = Decimal(1)


@frozen(kw_only=True)
class WalletFacts:
    """An account in a validated ledger. XRP in whole units, `reserve_*` in drops. `line` None: there is no trust line."""

    account: str
    base: Decimal
    owner_count: int
    reserve_base_drops: int
    reserve_increment_drops: int
    regular_key: str | None
    master_disabled: bool
    line: TokenLine | None
    issuer: IssuerFacts | None

    def reserve_xrp(self, further_objects: int = 0) -> Decimal:
        """What must stay, with so many more objects owned."""
        objects = self.owner_count + further_objects
        return drops_to_xrp(self.reserve_base_drops + objects * self.reserve_increment_drops)


@frozen(kw_only=True)
class Needs:
    """What the configuration asks of the account. Paper sessions only look: then `signing_key` is None."""

    quote: str
    levels: int
    side_value_quote: Decimal
    signing_key: str | None = None


def no_such_account(account: str, *, needed: bool) -> Finding:
    """The ledger has no such account. A paper session needs none."""
    seen = f"{account} does not exist in the ledger"
    fix = "send it XRP for the reserve first, and check that xrpl.account and xrpl.network_id belong together"
    return (fail if needed else warn)(Topic.ACCOUNT, "account", seen, fix)


def judge_account(wallet: WalletFacts, needs: Needs) -> tuple[Finding, ...]:
    """Reserve, trust line and key. A paper session is warned of what would stop a live one."""
    found = (*_reserve(wallet, needs), *_trust_line(wallet, needs), *_issuer(wallet, needs), *_key(wallet, needs))
    if needs.signing_key is not None:
        return found
    return tuple(warn(each.topic, each.what, each.seen, each.fix) if each.fix else each for each in found)


def _reserve(wallet: WalletFacts, needs: Needs) -> tuple[Finding, ...]:
    quotes = SIDES * needs.levels
    now, quoting = wallet.reserve_xrp(), wallet.reserve_xrp(quotes) + FEES_XRP
    seen = f"{wallet.base:f} XRP, of which {now:f} are reserve; with {quotes} quotes {quoting:f} are bound"
    if wallet.base < quoting:
        return (fail(Topic.ACCOUNT, "reserve", seen, f"send the account at least {quoting - wallet.base:f} XRP"),)
    return (ok(Topic.ACCOUNT, "reserve", f"{seen}; {wallet.base - quoting:f} XRP can be offered"),)


def _trust_line(wallet: WalletFacts, needs: Needs) -> tuple[Finding, ...]:
    line, what = wallet.line, f"{needs.quote} trust line"
    if line is None:
        fix = (
            f"set one with a TrustSet transaction to xrpl.issuer, limit above {needs.side_value_quote:f} (docs/live.md)"
        )
        return (fail(Topic.ACCOUNT, what, f"the account has none: it cannot hold {needs.quote}", fix),)
    if line.frozen or line.deep_frozen:
        kind = "deep frozen" if line.deep_frozen else "frozen"
        return (
            fail(Topic.ACCOUNT, what, f"is {kind} by the issuer", "ask the issuer; nothing can be traded until then"),
        )
    if wallet.issuer is not None and wallet.issuer.requires_authorization and not line.authorized:
        return (
            fail(Topic.ACCOUNT, what, "is not authorised by the issuer, who asks for that", "ask the issuer for it"),
        )
    room = line.limit - line.balance
    seen = f"{line.balance:f} {needs.quote}, limit {line.limit:f}"
    if room < needs.side_value_quote:
        fix = f"raise the limit: offers may fill beyond it, but payments to you fail; quotes need {needs.side_value_quote:f}"
        return (warn(Topic.ACCOUNT, what, f"{seen}: room for {room:f} only", fix),)
    return (ok(Topic.ACCOUNT, what, seen),)


def _issuer(wallet: WalletFacts, needs: Needs) -> tuple[Finding, ...]:
    issuer = wallet.issuer
    if issuer is None:
        fix = "check xrpl.issuer and xrpl.network_id"
        return (fail(Topic.ACCOUNT, "issuer", "does not exist in the ledger", fix),)
    if issuer.global_freeze:
        return (fail(Topic.ACCOUNT, "issuer", f"has frozen all of its {needs.quote}", "wait until it is lifted"),)
    if issuer.transfer_rate != 1:
        seen = f"charges {(issuer.transfer_rate - 1) * 100:f} % for each transfer"
        return (warn(Topic.ACCOUNT, "issuer", seen, "count it into strategy.bid_offset_bps and ask_offset_bps"),)
    claw = ", and may claw tokens back" if issuer.can_claw_back else ""
    return (ok(Topic.ACCOUNT, "issuer", f"no transfer fee{claw}"),)


def _key(wallet: WalletFacts, needs: Needs) -> tuple[Finding, ...]:
    key = needs.signing_key
    if key is None:
        return ()
    if key == wallet.regular_key:
        return (ok(Topic.KEY, "signing key", f"is the account's regular key {key}"),)
    if key != wallet.account:
        allowed = " or ".join(
            filter(None, ("" if wallet.master_disabled else "the master key", wallet.regular_key or ""))
        )
        seen = f"the seed is that of {key}, which may not sign for {wallet.account} (that may: {allowed or 'a signer list'})"
        fix = "use the seed of the account's regular key, or set this key as the regular key; check xrpl.account"
        return (fail(Topic.KEY, "signing key", seen, fix),)
    if wallet.master_disabled:
        fix = "use the seed of the account's regular key"
        return (fail(Topic.KEY, "signing key", "is the master key, which this account has disabled", fix),)
    return (warn(Topic.KEY, "signing key", "is the master key of the account", _REGULAR_KEY),)
