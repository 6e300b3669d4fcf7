"""How a server is: synced or not, how old its ledger is, what it has, on which network."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from neo.domain.units import DROPS_PER_XRP
from neo.infra.xrpl.wire.close_time import ledger_time_ns
from neo.infra.xrpl.wire.fees import PLAUSIBLE_DROPS_MAX, LedgerFees, read_ledger_fees
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.ledger_ranges import LedgerRanges, parse_ledger_ranges
from neo.records import frozen

#: https://xrpl.org/docs/references/http-websocket-apis/api-conventions/rippled-server-states
SYNCED_STATES = frozenset({"full", "validating", "proposing"})
_LOAD_MAX = Decimal(10**12)
_AGE_MAX_S = 10**9


@frozen
class ServerStatus:
    """`server_info` or `server_state`.

    `validated_index` is 0 and `fees` None while there is no validated ledger. `validated_age_s` is only in server_info,
    `close_time_ns` only in server_state. `load_factor` is 1 for an idle server. `network_id` None: the server does not say.
    """

    state: str
    version: str
    ranges: LedgerRanges
    validated_index: int
    validated_hash: str
    validated_age_s: int | None
    close_time_ns: int | None
    fees: LedgerFees | None
    load_factor: Decimal
    network_id: int | None
    amendment_blocked: bool
    peers: int | None

    @property
    def synced(self) -> bool:
        """Follows the network and may answer for it."""
        return self.state in SYNCED_STATES and self.validated_index > 0 and not self.amendment_blocked


def parse_server(result: object) -> ServerStatus:
    """The answer to `server_info` or `server_state`."""
    outer = Fields(result, "server")
    if "error" in outer:
        raise outer.wrong("error", "an answer without an error")
    in_drops = "state" in outer
    fields = outer.child("state" if in_drops else "info")
    validated = fields.optional_child("validated_ledger")
    return ServerStatus(
        state=fields.text("server_state"),
        version=fields.text("build_version"),
        ranges=parse_ledger_ranges(fields.raw("complete_ledgers"), f"{fields.path}.complete_ledgers"),
        validated_index=0 if validated is None else validated.whole("seq", least=1),
        validated_hash="" if validated is None else validated.hash256("hash"),
        validated_age_s=None if validated is None else validated.optional_whole("age", 0, _AGE_MAX_S),
        close_time_ns=ledger_time_ns(validated, "close_time") if validated and "close_time" in validated else None,
        fees=None if validated is None else _fees(validated, in_drops),
        load_factor=_load(fields, in_drops),
        network_id=fields.optional_whole("network_id"),
        amendment_blocked=fields.optional_flag("amendment_blocked") or False,
        peers=fields.optional_whole("peers"),
    )


def _fees(validated: Fields, in_drops: bool) -> LedgerFees:
    if in_drops:
        return read_ledger_fees(validated, "base_fee", "reserve_base", "reserve_inc")
    return LedgerFees(
        _whole_drops(validated, "base_fee_xrp"),
        _whole_drops(validated, "reserve_base_xrp"),
        _whole_drops(validated, "reserve_inc_xrp"),
    )


def _whole_drops(fields: Fields, name: str) -> int:
    """server_info writes XRP as JSON numbers (1e-05): their shortest text is exact."""
    amount = _number(fields, name, Decimal(PLAUSIBLE_DROPS_MAX)) * DROPS_PER_XRP
    if amount != int(amount) or amount > PLAUSIBLE_DROPS_MAX:
        raise fields.wrong(name, "XRP in whole drops")
    return int(amount)


def _load(fields: Fields, in_drops: bool) -> Decimal:
    if "load_factor" not in fields:
        return Decimal(1)
    load = _number(fields, "load_factor", _LOAD_MAX)
    base = fields.whole("load_base", least=1) if in_drops and "load_base" in fields else 1
    return load / base


def _number(fields: Fields, name: str, most: Decimal) -> Decimal:
    """A JSON number that is not negative; the only place where a float is let in."""
    value = fields.raw(name)
    try:
        number = Decimal(repr(value)) if type(value) in (int, float) else Decimal(-1)
    except (InvalidOperation, ValueError):
        number = Decimal(-1)
    if not number.is_finite() or not 0 <= number <= most:
        raise fields.wrong(name, f"a number from 0 to {most}")
    return number
