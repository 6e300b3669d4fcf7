"""A value is what it must be; what a loose reader would let pass is refused with its path."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.units import NS_PER_S
from neo.infra.xrpl.wire.amounts import as_token, base_and_quote, drops, pair_amount
from neo.infra.xrpl.wire.close_time import iso_time_ns, ledger_time_ns
from neo.infra.xrpl.wire.currency import currency_bytes, currency_code
from neo.infra.xrpl.wire.errors import WireError, shortened
from neo.infra.xrpl.wire.fields import Fields
from neo.infra.xrpl.wire.ledger_ranges import LedgerRanges, parse_ledger_ranges
from tests.infra.xrpl.keys import CURRENCY, ISSUER, pair_of

PAIR = pair_of("r95258e7qxw7oZQm5QDYumr5XPX7tXFBAY")
ISSUED = {"currency": CURRENCY, "issuer": ISSUER}


def fields(**members: Any) -> Fields:
    return Fields(members, "answer")


@pytest.mark.parametrize("value", (True, False, 1.0, "1", None, -1, 2**32, [1], float("nan")))
def test_a_whole_number_is_an_integer_in_its_bounds_and_nothing_like_one(value: Any) -> None:
    with pytest.raises(WireError, match=r"answer\.n: expected a whole number from 0 to 4294967295, found "):
        fields(n=value).whole("n")


@pytest.mark.parametrize("value", (1, 0, "true", None, []))
def test_a_flag_is_true_or_false_and_nothing_like_it(value: Any) -> None:
    with pytest.raises(WireError):
        fields(f=value).flag("f")
    with pytest.raises(WireError):
        fields(f=value).only("f", True, "true")


@pytest.mark.parametrize("value", ("", "a" * 257, "line\nbreak", "\x1b[31m", "é", "\ud800", 5, None))
def test_text_is_short_printable_and_safe_for_a_log(value: Any) -> None:
    with pytest.raises(WireError):
        fields(t=value).text("t")


@pytest.mark.parametrize("value", ("1" * 21, "-1", "+1", " 1", "1 ", "1_0", "١", "1.0", "", "0x1", str(2**32), True))
def test_digits_are_plain_digits(value: Any) -> None:
    with pytest.raises(WireError):
        fields(d=value).digits("d")


def test_an_integer_may_be_written_as_text_where_servers_do_so() -> None:
    assert [fields(d=value).digits("d") for value in (7, "7", "007")] == [7, 7, 7]


def test_the_path_leads_to_the_place() -> None:
    inner = fields(a=[{"b": {"c": "x"}}]).children("a", 5)[0].child("b")
    with pytest.raises(WireError, match=r"^answer\.a\[0\]\.b\.c: expected a whole number .*, found 'x'$"):
        inner.whole("c")


def test_a_list_has_a_bound() -> None:
    with pytest.raises(WireError, match=r"a list of at most 2, found a list of 3"):
        fields(a=[{}, {}, {}]).children("a", 2)


@pytest.mark.parametrize("value", ("f" * 64, "F" * 63, "F" * 65, "G" * 64, 5))
def test_a_hash_is_64_hexadecimal_digits_in_capitals(value: Any) -> None:
    with pytest.raises(WireError):
        fields(h=value).hash256("h")


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.integers() | st.text(), st.lists, max_leaves=20))
def test_what_was_found_is_shown_short_and_printable(value: Any) -> None:
    for each in (value, {"a": value}, 10**5000, "x" * 10**6, b"bytes"):
        assert len(shortened(each)) < 500 and shortened(each).isprintable()


def test_a_wire_error_survives_its_way_through_a_process_pool() -> None:
    error = WireError("a.b", "a number", "x")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


# ------------------------------------------------------------------------------------------------------------- amounts


@pytest.mark.parametrize("value", (1, "1.0", "-1", "1e6", str(10**17 + 1), "", None, True))
def test_drops_are_text_of_digits_up_to_all_xrp_there_is(value: Any) -> None:
    with pytest.raises(WireError):
        drops(fields(x=value), "x")


def test_all_xrp_there_is_can_be_written() -> None:
    assert drops(fields(x="100000000000000000"), "x") == 10**17


@given(st.integers(-(10**16) + 1, 10**16 - 1), st.integers(-96, 80))
def test_every_value_that_the_ledger_can_store_is_read_exactly(mantissa: int, exponent: int) -> None:
    value = Decimal(mantissa).scaleb(exponent)
    storable = not value or (-81 <= value.adjusted() <= 95)
    assert as_token(str(value)) == (value if storable else None)


@pytest.mark.parametrize(
    "text",
    ("1.0000000000000001", "12345678901234567", "1e96", "1e-82", "1e9999", "NaN", "Infinity", "-inf", "0x1", "1_0", " 1", "1 ",
     "1,0", "", ".5", "5.", "--1", "+1", "٣", "1e", "9" * 200),
)  # fmt: skip
def test_what_the_ledger_cannot_store_is_no_token_value(text: str) -> None:
    assert as_token(text) is None


@pytest.mark.parametrize("value", (1, 1.5, None, True, ["1"], Decimal(1)))
def test_a_token_value_is_text(value: Any) -> None:
    assert as_token(value) is None


def test_a_token_of_another_issuer_is_another_token() -> None:
    imitation = {"currency": CURRENCY, "issuer": PAIR.account, "value": "5"}
    assert pair_amount(PAIR, fields(a=imitation), "a") is None
    assert pair_amount(PAIR, fields(a={**ISSUED, "currency": "USD", "value": "5"}), "a") is None
    assert pair_amount(PAIR, fields(a={"mpt_issuance_id": "00", "value": "5"}), "a") is None


@pytest.mark.parametrize("value", ("-5", 5, None, "NaN"))
def test_an_amount_of_an_offer_is_not_negative(value: Any) -> None:
    with pytest.raises(WireError):
        pair_amount(PAIR, fields(a={**ISSUED, "value": value}), "a")


def test_base_and_quote_are_told_apart_whatever_the_side() -> None:
    token = {**ISSUED, "value": "25"}
    assert base_and_quote(PAIR, fields(p="10000000", g=token), "p", "g") == (Decimal(10), Decimal(25), False)
    assert base_and_quote(PAIR, fields(p=token, g="10000000"), "p", "g") == (Decimal(10), Decimal(25), True)
    assert base_and_quote(PAIR, fields(p="1", g="2"), "p", "g") is None
    assert base_and_quote(PAIR, fields(p=token, g=token), "p", "g") is None


# ----------------------------------------------------------------------------------------------- currencies and times


@pytest.mark.parametrize(
    ("name", "code"),
    (("RLUSD", CURRENCY), ("USD", "USD"), (CURRENCY.lower(), CURRENCY), ("a.b+", "612E622B" + "0" * 32)),
)
def test_a_currency_is_known_by_its_code(name: str, code: str) -> None:
    assert currency_code(name) == code
    assert len(currency_bytes(code)) == 20


@pytest.mark.parametrize("name", ("XRP", "xrp", "", "AB", "00" + "1" * 38, "A" * 21, "two words", "é" * 5, "\n" * 5))
def test_what_is_no_issued_currency_is_refused(name: str) -> None:
    with pytest.raises(ValueError):
        currency_code(name)


def test_both_ways_to_write_a_time_mean_the_same() -> None:
    found = fields(date=848515263, iso="2026-11-20T18:41:03Z")
    assert ledger_time_ns(found, "date") == iso_time_ns(found, "iso") == 1_795_200_063 * NS_PER_S


@pytest.mark.parametrize(
    "value", ("2026-13-01T00:00:00Z", "1999-12-31T23:59:59Z", "2026-11-20 18:41:03", "2026-11-20T18:41:03+01:00", 5)
)
def test_what_is_no_time_is_refused(value: Any) -> None:
    with pytest.raises(WireError):
        iso_time_ns(fields(iso=value), "iso")


# ------------------------------------------------------------------------------------------------------ ledger ranges


def test_ranges_say_which_ledgers_are_there() -> None:
    ranges = parse_ledger_ranges("2-7,9,12-20")
    assert ranges == LedgerRanges(((2, 7), (9, 9), (12, 20)))
    assert ranges.covers(2, 7) and ranges.covers(9, 9) and not ranges.covers(7, 9) and not ranges.covers(1, 3)
    assert (ranges.newest, ranges.holes) == (20, 2)


def test_a_server_without_history_has_no_ledgers() -> None:
    for nothing in ("empty", ""):
        ranges = parse_ledger_ranges(nothing)
        assert (ranges.ranges, ranges.newest, ranges.holes, ranges.covers(1, 1)) == ((), 0, 0, False)


@pytest.mark.parametrize(
    "value", ("7-2", "5,3", "2-7,7-9", "2-", "-2", "a-b", "1-2-3", "1,,2", str(2**32), "1-" * 20_000, None, 5)
)
def test_ranges_that_make_no_sense_are_refused(value: Any) -> None:
    with pytest.raises(WireError):
        parse_ledger_ranges(value)


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(2, 40)), min_size=1, max_size=20))
def test_written_ranges_are_read_again(steps: list[tuple[int, int]]) -> None:
    ranges, at = [], 0
    for length, gap in steps:
        ranges.append((at + gap, at + gap + length))
        at += gap + length
    text = ",".join(f"{low}-{high}" for low, high in ranges)
    assert parse_ledger_ranges(text).ranges == tuple(ranges)
