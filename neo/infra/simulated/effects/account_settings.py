"""AccountSet and SetRegularKey. Source: rippled `SetAccount.cpp`, `SetRegularKey.cpp`."""

from __future__ import annotations

import attrs

from neo.infra.simulated import flags
from neo.infra.simulated.effects.setting import Setting, Verdict
from neo.infra.simulated.records import NO_TICK_SIZE, NO_TRANSFER_FEE, AccountSettings
from neo.infra.simulated.results import (
    TEC_NEED_MASTER_KEY,
    TEC_NO_ALTERNATIVE_KEY,
    TEC_NO_PERMISSION,
    TEC_OWNERS,
    TEM_BAD_TICK_SIZE,
    TEM_BAD_TRANSFER_RATE,
    TEM_INVALID_FLAG,
    TES_SUCCESS,
)
from neo.infra.simulated.state import LedgerState
from neo.infra.simulated.transactions import AccountSet, SetRegularKey

_REQUIRE_TAG, _OPTIONAL_TAG, _DISALLOW_XRP, _ALLOW_XRP = 0x0001_0000, 0x0002_0000, 0x0010_0000, 0x0020_0000
_KNOWN_FLAGS = flags.FULLY_CANONICAL_SIGNATURE | _REQUIRE_TAG | _OPTIONAL_TAG | _DISALLOW_XRP | _ALLOW_XRP
_HIGHEST_TRANSFER_RATE = 2 * NO_TRANSFER_FEE
_LOWEST_TICK_SIZE = 3


def malformed_account_set(state: LedgerState, asked: AccountSet) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    del state
    if asked.flags & ~_KNOWN_FLAGS:
        return TEM_INVALID_FLAG
    if asked.set_flag and asked.set_flag == asked.clear_flag:
        return TEM_INVALID_FLAG
    rate = asked.transfer_rate
    if rate and not NO_TRANSFER_FEE <= rate <= _HIGHEST_TRANSFER_RATE:
        return TEM_BAD_TRANSFER_RATE
    if asked.tick_size and not _LOWEST_TICK_SIZE <= asked.tick_size <= NO_TICK_SIZE:
        return TEM_BAD_TICK_SIZE
    return None


def set_account(setting: Setting, asked: AccountSet) -> Verdict:
    """Without fields it only uses up a sequence, which is why it is used for that."""
    state, account = setting.state, asked.account
    before = state.settings_of(account)
    refusal = _refused(state, asked, before)
    if refusal:
        return refusal, ()
    after = attrs.evolve(before, flags=_flags(asked, before.flags))
    if asked.transfer_rate is not None:
        after = attrs.evolve(after, transfer_rate=0 if asked.transfer_rate == NO_TRANSFER_FEE else asked.transfer_rate)
    if asked.tick_size is not None:
        after = attrs.evolve(after, tick_size=0 if asked.tick_size == NO_TICK_SIZE else asked.tick_size)
    if asked.domain is not None:
        after = attrs.evolve(after, domain=asked.domain)
    if asked.email_hash is not None:
        after = attrs.evolve(after, email_hash="" if not asked.email_hash.strip("0") else asked.email_hash)
    _store(state, account, before, after)
    return TES_SUCCESS, ()


def _refused(state: LedgerState, asked: AccountSet, before: AccountSettings) -> str | None:
    flag = flags.ACCOUNT_SET_FLAGS.get(asked.set_flag or 0, 0)
    by_master = asked.signer in (None, asked.account)
    if flag == flags.DISABLE_MASTER:
        if not by_master:
            return TEC_NEED_MASTER_KEY
        return None if before.regular_key else TEC_NO_ALTERNATIVE_KEY
    if flag == flags.NO_FREEZE:
        if not by_master and not before.flags & flags.DISABLE_MASTER:
            return TEC_NEED_MASTER_KEY
        return TEC_NO_PERMISSION if before.flags & flags.ALLOW_CLAWBACK else None
    if flag == flags.ALLOW_CLAWBACK:
        if before.flags & flags.NO_FREEZE:
            return TEC_NO_PERMISSION
        return TEC_OWNERS if state.owns_anything(asked.account) else None
    if flag == flags.REQUIRE_AUTHORISATION and not before.flags & flag:
        return TEC_OWNERS if state.owns_anything(asked.account) else None
    return None


def _flags(asked: AccountSet, before: int) -> int:
    after = before | flags.ACCOUNT_SET_FLAGS.get(asked.set_flag or 0, 0)
    cleared = flags.ACCOUNT_SET_FLAGS.get(asked.clear_flag or 0, 0)
    # What an issuer promised its holders stays promised.
    if cleared in (flags.NO_FREEZE, flags.ALLOW_CLAWBACK):
        cleared = 0
    if cleared == flags.GLOBAL_FREEZE and before & flags.NO_FREEZE:
        cleared = 0
    after &= ~cleared
    if asked.flags & _REQUIRE_TAG:
        after |= flags.REQUIRE_DESTINATION_TAG
    if asked.flags & _OPTIONAL_TAG:
        after &= ~flags.REQUIRE_DESTINATION_TAG
    if asked.flags & _DISALLOW_XRP:
        after |= flags.DISALLOW_XRP
    if asked.flags & _ALLOW_XRP:
        after &= ~flags.DISALLOW_XRP
    return after


def malformed_regular_key(state: LedgerState, asked: SetRegularKey) -> str | None:
    """Result code of a transaction that no ledger would take; None when it is well formed."""
    del state
    return TEM_INVALID_FLAG if asked.flags & ~flags.FULLY_CANONICAL_SIGNATURE else None


def set_regular_key(setting: Setting, asked: SetRegularKey) -> Verdict:
    """A master key that was disabled cannot be left without a second one."""
    state, account = setting.state, asked.account
    before = state.settings_of(account)
    if asked.regular_key is None and before.flags & flags.DISABLE_MASTER:
        return TEC_NO_ALTERNATIVE_KEY, ()
    _store(state, account, before, attrs.evolve(before, regular_key=asked.regular_key))
    return TES_SUCCESS, ()


def _store(state: LedgerState, account: str, before: AccountSettings, after: AccountSettings) -> None:
    if after != before:
        state.put(state.settings, account, None if after == AccountSettings() else after)
