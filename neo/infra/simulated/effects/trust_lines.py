"""TrustSet and Clawback. Source: rippled `SetTrust.cpp`, `Clawback.cpp`, `View.cpp` (trustCreate, trustDelete)."""

from __future__ import annotations

import attrs

from neo.infra.simulated import flags
from neo.infra.simulated.amounts import ZERO
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.records import LineSettings
from neo.infra.simulated.results import (
    TEC_INSUF_RESERVE_LINE,
    TEC_INSUFFICIENT_FUNDS,
    TEC_NO_DST,
    TEC_NO_LINE,
    TEC_NO_LINE_INSUF_RESERVE,
    TEC_NO_LINE_REDUNDANT,
    TEC_NO_PERMISSION,
    TEF_NO_AUTH_REQUIRED,
    TEM_BAD_AMOUNT,
    TEM_BAD_LIMIT,
    TEM_DISABLED,
    TEM_DST_IS_SRC,
    TEM_INVALID_FLAG,
    TER_NO_ACCOUNT,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import Clawback, TrustSet

_KNOWN_FLAGS = (
    flags.FULLY_CANONICAL_SIGNATURE
    | flags.SET_AUTHORISED
    | flags.SET_NO_RIPPLE
    | flags.CLEAR_NO_RIPPLE
    | flags.SET_FREEZE
    | flags.CLEAR_FREEZE
    | flags.SET_DEEP_FREEZE
    | flags.CLEAR_DEEP_FREEZE
)
#: So many objects may be owned before a new trust line needs the owner reserve.
_FREE_OBJECTS = 2
#: Quality as set by the owner of a line; this value, like 0, is "as is".
_NO_QUALITY = 1_000_000_000


def malformed_trust_set(state: LedgerState, asked: TrustSet) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    if asked.flags & ~_KNOWN_FLAGS:
        return TEM_INVALID_FLAG
    if asked.limit < 0:
        return TEM_BAD_LIMIT
    by_issuer = asked.account == state.issue.issuer
    # Holders that issue, and issuers that hold, are beyond the one token of this model.
    return TEM_DISABLED if by_issuer and asked.limit and asked.account != asked.counterparty else None


def set_trust(setting: Setting, asked: TrustSet) -> Verdict:
    """Open, change or close a trust line, or freeze it from the other side."""
    return _set_trust(setting, asked), ()


def _set_trust(setting: Setting, asked: TrustSet) -> str:
    state, by_issuer = setting.state, asked.account == setting.state.issue.issuer
    if asked.account == asked.counterparty:
        return TEM_DST_IS_SRC
    if asked.flags & flags.SET_AUTHORISED and not (
        state.settings_of(asked.account).flags & flags.REQUIRE_AUTHORISATION
    ):
        return TEF_NO_AUTH_REQUIRED
    if asked.counterparty not in state.sequence:
        return TEC_NO_DST
    holder = asked.counterparty if by_issuer else asked.account
    before = state.line_of(holder)
    if _contradictory(state, asked, by_issuer, before):
        return TEC_NO_PERMISSION
    if holder not in state.token:
        return TEC_NO_LINE_REDUNDANT if by_issuer else _open(setting, asked)
    return _change(setting, asked, holder, _with_flags(asked, before, by_issuer))


def _contradictory(state: LedgerState, asked: TrustSet, by_issuer: bool, line: LineSettings) -> bool:
    """Freezing what may not be frozen, both at once, or deep without freezing at all."""
    wants = asked.flags
    if wants & (flags.SET_FREEZE | flags.SET_DEEP_FREEZE):
        if state.settings_of(asked.account).flags & flags.NO_FREEZE:
            return True
        if wants & (flags.CLEAR_FREEZE | flags.CLEAR_DEEP_FREEZE):
            return True
    after = _with_flags(asked, line, by_issuer)
    if by_issuer:
        return after.issuer_deep_freeze and not after.issuer_freeze
    return after.holder_deep_freeze and not after.holder_freeze


def _with_flags(asked: TrustSet, line: LineSettings, by_issuer: bool) -> LineSettings:
    """The line's settings after the flags (not the limit) of a TrustSet."""
    side = "issuer" if by_issuer else "holder"
    wants = asked.flags
    changes: dict[str, bool] = {}
    for name, on, off in (
        ("no_ripple", flags.SET_NO_RIPPLE, flags.CLEAR_NO_RIPPLE),
        ("freeze", flags.SET_FREEZE, flags.CLEAR_FREEZE),
        ("deep_freeze", flags.SET_DEEP_FREEZE, flags.CLEAR_DEEP_FREEZE),
    ):
        if wants & on and not wants & off:
            changes[f"{side}_{name}"] = True
        elif wants & off and not wants & on:
            changes[f"{side}_{name}"] = False
    if by_issuer and wants & flags.SET_AUTHORISED:
        changes["issuer_authorised"] = True
    line = attrs.evolve(line, **changes)
    if not by_issuer:
        line = attrs.evolve(
            line,
            quality_in=_quality(asked.quality_in, line.quality_in),
            quality_out=_quality(asked.quality_out, line.quality_out),
        )
    return line


def _quality(asked: int | None, before: int) -> int:
    if asked is None:
        return before
    return 0 if asked == _NO_QUALITY else asked


def _open(setting: Setting, asked: TrustSet) -> str:
    state, account = setting.state, asked.account
    line = _with_flags(asked, LineSettings(), by_issuer=False)
    if not asked.limit and not line.quality_in and not line.quality_out:
        return TEC_NO_LINE_REDUNDANT
    if not _has_reserve(setting, account):
        return TEC_NO_LINE_INSUF_RESERVE
    line = attrs.evolve(line, issuer_no_ripple=not state.ripples_by_default(state.issue.issuer))
    state.put(state.token, account, ZERO)
    if asked.limit:
        state.put(state.token_limit, account, asked.limit)
    if line != LineSettings():
        state.put(state.lines, account, line)
    state.put(state.owner_count, account, state.owner_count[account] + 1)
    return TES_SUCCESS


def _has_reserve(setting: Setting, account: str) -> bool:
    return setting.state.owner_count[account] < _FREE_OBJECTS or setting.can_own(account)


def _change(setting: Setting, asked: TrustSet, holder: str, line: LineSettings) -> str:
    state = setting.state
    if asked.flags & flags.SET_NO_RIPPLE and not asked.flags & flags.CLEAR_NO_RIPPLE and state.token[holder] < 0:
        return TEC_NO_PERMISSION
    if asked.account == holder and asked.limit != state.token_limit.get(holder, ZERO):
        state.put(state.token_limit, holder, asked.limit or None)
    line = _issuer_side(state, line)
    if line != state.line_of(holder):
        state.put(state.lines, holder, None if line == LineSettings() else line)
    return _holder_side(setting, holder, line)


def _issuer_side(state: LedgerState, line: LineSettings) -> LineSettings:
    """A line that the issuer froze counts in the issuer's reserve."""
    issuer = state.issue.issuer
    reserved = line.issuer_freeze or line.issuer_no_ripple is state.ripples_by_default(issuer)
    if reserved is line.issuer_reserved:
        return line
    state.put(state.owner_count, issuer, state.owner_count[issuer] + (1 if reserved else -1))
    return attrs.evolve(line, issuer_reserved=reserved)


def _holder_side(setting: Setting, holder: str, line: LineSettings) -> str:
    state = setting.state
    if not state.token[holder] and state.is_line_default(holder):
        state.release_line(holder)
        return TES_SUCCESS
    if line.holder_released:
        if not _has_reserve(setting, holder):
            return TEC_INSUF_RESERVE_LINE
        state.put(state.lines, holder, attrs.evolve(line, holder_released=False))
        state.put(state.owner_count, holder, state.owner_count[holder] + 1)
    return TES_SUCCESS


def malformed_clawback(state: LedgerState, asked: Clawback) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    if asked.flags & ~flags.FULLY_CANONICAL_SIGNATURE:
        return TEM_INVALID_FLAG
    del state
    return TEM_BAD_AMOUNT if asked.account == asked.holder or asked.amount <= 0 else None


def claw_back(setting: Setting, asked: Clawback) -> Verdict:
    """As much as the holder has, at most what was asked for; a frozen line is no obstacle."""
    state, holder = setting.state, asked.holder
    if holder not in state.sequence:
        return TER_NO_ACCOUNT, ()
    issuer_flags = state.settings_of(asked.account).flags
    if not issuer_flags & flags.ALLOW_CLAWBACK or issuer_flags & flags.NO_FREEZE:
        return TEC_NO_PERMISSION, ()
    if holder not in state.token:
        return TEC_NO_LINE, ()
    taken = min(asked.amount, state.token[holder])
    if taken <= 0:
        return TEC_INSUFFICIENT_FUNDS, ()
    state.credit(holder, -taken)
    return TES_SUCCESS, ()
