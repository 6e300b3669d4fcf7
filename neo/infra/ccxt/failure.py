"""What an exception of ccxt means: a table over its whole tree of errors, and what single exchanges mean by them.

Source: ccxt/base/errors.py (error_hierarchy). A test walks that tree, so that a class that a later release adds is noticed.
"""

from __future__ import annotations

import enum
import re
import socket
from collections.abc import Iterator

import aiohttp

from neo.domain.messages.venue import PortError


class Asked(enum.Enum):
    """What a request wanted: a lost answer matters only to one that changes something."""

    TO_READ = "to_read"
    TO_CHANGE = "to_change"


class Meaning(enum.Enum):
    """TURNED_AWAY: not even looked at, nothing happened. REFUSED: looked at, and final. LOST: perhaps carried out."""

    TURNED_AWAY = "turned_away"
    REFUSED = "refused"
    LOST = "lost"
    NO_SYMBOL = "no_symbol"
    NO_ORDER = "no_order"


_AWAY, _REFUSED, _LOST = Meaning.TURNED_AWAY, Meaning.REFUSED, Meaning.LOST

#: Every class of ccxt's tree by name. Whatever is not here is LOST.
MEANINGS: dict[str, Meaning] = {
    "BaseError": _LOST,
    "ExchangeError": _LOST,  # the exchange said something that ccxt has no word for
    "AuthenticationError": _REFUSED,
    "PermissionDenied": _REFUSED,
    "AccountNotEnabled": _REFUSED,
    "AccountSuspended": _REFUSED,
    "ArgumentsRequired": _REFUSED,
    "BadRequest": _REFUSED,
    "BadSymbol": Meaning.NO_SYMBOL,
    "OperationRejected": _REFUSED,
    "NoChange": _REFUSED,
    "MarginModeAlreadySet": _REFUSED,
    "MarketClosed": _REFUSED,
    "ManualInteractionNeeded": _REFUSED,
    "RestrictedLocation": _REFUSED,
    "InsufficientFunds": _REFUSED,
    "InvalidAddress": _REFUSED,
    "AddressPending": _REFUSED,
    "InvalidOrder": _REFUSED,
    "OrderNotFound": Meaning.NO_ORDER,
    "OrderNotCached": _LOST,
    "OrderImmediatelyFillable": _REFUSED,
    "OrderNotFillable": _REFUSED,
    "DuplicateOrderId": _LOST,  # somebody was here with this id: the order may well be ours
    "ContractUnavailable": _REFUSED,
    "NotSupported": _REFUSED,
    "InvalidProxySettings": _REFUSED,
    "ExchangeClosedByUser": _AWAY,  # raised before anything is sent
    "OperationFailed": _LOST,
    "NetworkError": _LOST,
    "DDoSProtection": _AWAY,
    "RateLimitExceeded": _AWAY,
    "ExchangeNotAvailable": _LOST,  # 5xx: the order may have been taken
    "OnMaintenance": _LOST,
    "InvalidNonce": _AWAY,
    "ChecksumError": _LOST,
    "RequestTimeout": _LOST,
    "BadResponse": _LOST,
    "NullResponse": _LOST,
    "CancelPending": _LOST,
    "UnsubscribeError": _LOST,
}

#: Said by exchanges whose codes ccxt maps to a class that says something else: MEXC (-2013, -2011, 603), Binance (-2010);
#: KuCoin (126033, 126044) and Bybit (all of retCode) of a client id that was used.
_SAYINGS: tuple[tuple[re.Pattern[str], Meaning], ...] = (
    (re.compile(r"\"code\":\s*\"?(-2013|-2011)\b|Order does not exist|Unknown order sent"), Meaning.NO_ORDER),
    (re.compile(r"[Dd]uplicate|Repeated request|\"code\":\s*\"?(603|126033|126044)\b"), _LOST),
    (re.compile(r"\"retCode\":\s*\"?(10014|12141|110030|110072|170141)\b"), _LOST),
)
#: The connection never came about, so that nothing can have left.
_NOT_CONNECTED = (socket.gaierror, aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
#: A request in an error text carries its signature.
_QUERY = re.compile(r"\?\S*")
_TEXT_MAX = 240


def meaning_of(error: BaseException) -> Meaning:
    """What is known to have happened when a request ended with `error`."""
    if any(isinstance(each, _NOT_CONNECTED) for each in _causes(error)):
        return _AWAY
    if is_of_library(error):
        for saying, meaning in _SAYINGS:
            if saying.search(str(error)):
                return meaning
    for each in type(error).__mro__:
        if each.__name__ in MEANINGS:
            return MEANINGS[each.__name__]
    return _LOST


def port_error(meaning: Meaning, asked: Asked) -> PortError:
    """One of the three failures. A look-up may always be repeated; what may have changed something never."""
    if meaning is _AWAY:
        return PortError.UNAVAILABLE
    if meaning in (_REFUSED, Meaning.NO_SYMBOL):
        return PortError.REJECTED
    return PortError.UNAVAILABLE if asked is Asked.TO_READ else PortError.OUTCOME_UNKNOWN


def is_of_library(error: BaseException) -> bool:
    return any(each.__name__ == "BaseError" for each in type(error).__mro__)


def asks_to_wait(error: BaseException) -> bool:
    """Whether the exchange said that there were too many requests."""
    return type(error).__name__ in ("RateLimitExceeded", "DDoSProtection")


def wording(error: BaseException) -> str:
    """For people, without the query of a request, in which the signature is."""
    text = _QUERY.sub("", str(error)).strip()
    return f"{type(error).__name__}: {text[:_TEXT_MAX]}" if text else type(error).__name__


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__
