"""Every error of the library has a meaning, and none of them makes anybody send an order twice."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from ccxt.base import errors

from neo.domain.messages.venue import PortError
from neo.infra.ccxt.failure import MEANINGS, Asked, Meaning, meaning_of, port_error, wording


def names(tree: dict[str, dict[str, object]]) -> Iterator[str]:
    for name, below in tree.items():
        yield name
        yield from names(below)  # type: ignore[arg-type]


def test_every_class_of_the_librarys_tree_has_a_meaning_of_its_own() -> None:
    in_tree = set(names(errors.error_hierarchy))
    in_module = {name for name, each in vars(errors).items() if inspect.isclass(each) and issubclass(each, Exception)}

    assert in_tree | in_module == set(MEANINGS)


@pytest.mark.parametrize("name", sorted(MEANINGS))
def test_the_class_itself_means_what_the_table_says(name: str) -> None:
    assert meaning_of(getattr(errors, name)("said the exchange")) is MEANINGS[name]


def test_a_class_below_a_known_one_means_the_same() -> None:
    later = type("AddedLater", (errors.InsufficientFunds,), {})

    assert meaning_of(later("")) is Meaning.REFUSED


@pytest.mark.parametrize("error", [ValueError("shape"), TypeError("None"), KeyError("id"), OSError("gone")])
def test_what_nobody_expected_may_have_been_carried_out(error: Exception) -> None:
    assert port_error(meaning_of(error), Asked.TO_CHANGE) is PortError.OUTCOME_UNKNOWN
    assert port_error(meaning_of(error), Asked.TO_READ) is PortError.UNAVAILABLE


def test_a_lost_answer_to_an_order_is_unknown_and_to_a_question_merely_unavailable() -> None:
    lost = errors.RequestTimeout("mexc POST")

    assert port_error(meaning_of(lost), Asked.TO_CHANGE) is PortError.OUTCOME_UNKNOWN
    assert port_error(meaning_of(lost), Asked.TO_READ) is PortError.UNAVAILABLE


@pytest.mark.parametrize(
    "said",
    [
        'bybit {"retCode":170141,"retMsg":"?"}',
        'bybit {"retCode":110072,"retMsg":"?"}',
        'kucoin {"code":"126044","msg":"?"}',
        'mexc {"code":603,"msg":"?"}',
        'binance {"code":-2010,"msg":"Duplicate order sent."}',
        "another exchange: this client id is a duplicate",
    ],
)
def test_an_order_whose_name_was_used_may_well_be_ours_whatever_the_library_calls_that(said: str) -> None:
    assert port_error(meaning_of(errors.InvalidOrder(said)), Asked.TO_CHANGE) is PortError.OUTCOME_UNKNOWN


def test_a_connection_that_never_came_about_sent_nothing() -> None:
    key = ConnectionKey("h", 1, False, True, None, None, None)
    error = errors.ExchangeNotAvailable("mexc POST")
    error.__cause__ = aiohttp.ClientConnectorError(key, OSError(111, "refused"))

    assert port_error(meaning_of(error), Asked.TO_CHANGE) is PortError.UNAVAILABLE


SAYINGS = [
    (errors.ExchangeError('mexc {"msg":"Order does not exist.","code":-2013}'), Meaning.NO_ORDER),
    (errors.BadRequest('mexc {"msg":"Unknown order sent.","code":-2011}'), Meaning.NO_ORDER),
    (errors.BadRequest('mexc {"msg":"Repeated request","code":603}'), Meaning.LOST),
    (errors.InvalidOrder('binance {"code":-2010,"msg":"Duplicate order sent."}'), Meaning.LOST),
    (errors.BadRequest('mexc {"msg":"quantity scale is invalid","code":400}'), Meaning.REFUSED),
]


@pytest.mark.parametrize(("error", "meaning"), SAYINGS, ids=[str(error)[:60] for error, _ in SAYINGS])
def test_what_single_exchanges_mean_is_told_from_their_own_words(error: Exception, meaning: Meaning) -> None:
    assert meaning_of(error) is meaning


def test_an_error_is_told_without_the_query_that_holds_the_signature() -> None:
    error = errors.RequestTimeout("mexc POST https://api.mexc.com/api/v3/order?symbol=A&signature=deadbeef")

    assert wording(error) == "RequestTimeout: mexc POST https://api.mexc.com/api/v3/order"
