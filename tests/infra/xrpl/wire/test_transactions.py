"""What a transaction did to us, and which transactions are not believed."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest

from neo.domain.market.instrument import Side
from neo.domain.messages.venue import OfferChange, OfferChangeKind, TransactionKind
from neo.domain.units import ZERO
from neo.infra.xrpl.wire.envelope import open_transaction
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.history import parse_history_page
from neo.infra.xrpl.wire.transaction import parse_transaction
from tests.infra.xrpl.wire.made import (
    DATE,
    OTHERS,
    OURS,
    PAIR,
    THEIRS,
    entry,
    envelope,
    line,
    node,
    offer,
    root,
    sha,
    token,
)


def test_a_cancelled_offer_was_not_filled() -> None:
    read = parse_transaction(
        PAIR,
        envelope(
            root(OURS, 1000, 988),
            node("DeletedNode", "Offer", offer(OURS, 5, "10000000", token("25"))),
            TransactionType="OfferCancel",
        ),
    )
    change = OfferChange(5, Side.BUY, OfferChangeKind.DELETED, Decimal(10), Decimal(10), Decimal(25), Decimal(25))
    assert read is not None and read.offers == (change,)
    assert (read.kind, read.base_delta, read.quote_delta, read.fee_drops) == (
        TransactionKind.OFFER_CANCEL,
        ZERO,
        ZERO,
        12,
    )


def test_an_offer_that_somebody_consumed_wholly_is_filled_to_its_end() -> None:
    consumed = node(
        "DeletedNode", "Offer", offer(OURS, 5, token("0"), "0"), {"TakerPays": token("25"), "TakerGets": "10000000"}
    )
    read = parse_transaction(
        PAIR,
        envelope(
            root(OURS, 50_000_000, 40_000_000),
            root(THEIRS, 5, 10_000_005),
            line(OURS, "100", "125"),
            consumed,
            Account=THEIRS,
        ),
    )
    assert read is not None
    assert read.offers == (OfferChange(5, Side.SELL, OfferChangeKind.DELETED, Decimal(10), ZERO, Decimal(25), ZERO),)
    assert (read.base_delta, read.quote_delta, read.fee_drops) == (Decimal(-10), Decimal(25), 0)


def test_our_own_new_offer_begins_with_what_was_asked_for() -> None:
    created = node("CreatedNode", "Offer", offer(OURS, 8, "4000000", token("10")))
    read = parse_transaction(PAIR, envelope(root(OURS, 1000, 6_000_988), line(OURS, "100", "85"), created))
    assert read is not None
    change = OfferChange(8, Side.BUY, OfferChangeKind.CREATED, Decimal(10), Decimal(4), Decimal(25), Decimal(10))
    assert read.offers == (change,)
    assert (read.base_delta, read.quote_delta) == (Decimal(6), Decimal(-15))


def test_an_offer_made_with_a_ticket_is_known_by_its_ticket() -> None:
    created = node("CreatedNode", "Offer", offer(OURS, 3, "10000000", token("25")))
    read = parse_transaction(PAIR, envelope(root(OURS, 1000, 988), created, Sequence=0, TicketSequence=3))
    assert read is not None
    assert (read.sequence, read.ticket_sequence, read.offers[0].sequence) == (0, 3, 3)


def test_an_offer_whose_amounts_stayed_the_same_has_not_changed() -> None:
    moved = node("ModifiedNode", "Offer", offer(OURS, 5, "10000000", token("25")), {"BookNode": "1"})
    read = parse_transaction(PAIR, envelope(root(OURS, 1000, 988), moved))
    assert read is not None and read.offers == ()


def test_an_offer_of_ours_in_another_pair_is_not_an_offer_of_the_pair() -> None:
    usd = {"currency": "USD", "issuer": THEIRS, "value": "25"}
    other = node("DeletedNode", "Offer", {"Account": OURS, "Sequence": 5, "TakerPays": usd, "TakerGets": "1"})
    read = parse_transaction(PAIR, envelope(root(THEIRS, 1000, 988), other, Account=THEIRS))
    assert read is not None and read.offers == ()


def test_an_imitation_of_the_token_changes_no_balance() -> None:
    imitation = copy.deepcopy(line(OURS, "0", "1000000"))
    imitation["ModifiedNode"]["FinalFields"]["HighLimit"]["issuer"] = THEIRS
    read = parse_transaction(PAIR, envelope(root(THEIRS, 1000, 988), imitation, Account=THEIRS))
    assert read is not None and read.quote_delta == ZERO


def test_a_difference_is_exact_however_far_apart_the_two_balances_are() -> None:
    read = parse_transaction(PAIR, envelope(root(OURS, 12, 0), line(OURS, "1e-15", "1234567890.123456")))
    assert read is not None and read.quote_delta == Decimal("1234567890.123455999999999")


def test_a_balance_is_seen_from_our_side_of_the_line() -> None:
    """The ledger writes it from the low account's side; here that is the issuer's."""
    theirs = line(OURS, "-100", "-125")
    fields = theirs["ModifiedNode"]["FinalFields"]
    fields["LowLimit"], fields["HighLimit"] = fields["HighLimit"], fields["LowLimit"]
    read = parse_transaction(PAIR, envelope(root(OURS, 12, 0), theirs))
    assert read is not None and read.quote_delta == Decimal(25)


def test_what_does_not_touch_us_is_nothing_to_us() -> None:
    assert parse_transaction(PAIR, envelope(root(THEIRS, 1000, 988), line(OTHERS, "1", "2"), Account=THEIRS)) is None


def test_a_fee_that_somebody_else_paid_is_not_our_fee() -> None:
    read = parse_transaction(PAIR, envelope(root(OURS, 1000, 1000), Delegate=THEIRS))
    assert read is not None and (read.fee_drops, read.base_delta) == (0, ZERO)


def test_new_tickets_are_ours_to_use() -> None:
    made = [node("CreatedNode", "Ticket", {"Account": OURS, "TicketSequence": n}) for n in (11, 9, 10)]
    others = node("CreatedNode", "Ticket", {"Account": THEIRS, "TicketSequence": 99})
    read = parse_transaction(PAIR, envelope(root(OURS, 1000, 988), *made, others, TransactionType="TicketCreate"))
    assert read is not None and read.tickets_created == (9, 10, 11)


# ----------------------------------------------------------------------------------------------------- not believed


def lied(path: str, value: Any) -> dict[str, Any]:
    """An honest entry with one member changed; a value of `...` removes it."""
    found = entry(root(OURS, 1000, 988))
    where: Any = found
    *way, last = path.split(".")
    for step in way:
        where = where[step]
    if value is ...:
        del where[last]
    else:
        where[last] = value
    return found


@pytest.mark.parametrize(
    ("path", "value"),
    (
        ("validated", False),
        ("validated", ...),
        ("validated", 1),
        ("validated", "true"),
        ("hash", ...),
        ("tx_json.hash", sha("another")),
        ("tx_json.ledger_index", 11),
        ("ledger_index", 0),
        ("ledger_index", ...),
        ("close_time_iso", "2026-11-20T18:41:04Z"),
        ("tx_json.date", ...),
        ("type", "ledgerClosed"),
        ("engine_result", "tecKILLED"),
        ("meta.TransactionResult", "terQUEUED"),
        ("meta.TransactionResult", "tefPAST_SEQ"),
        ("meta.TransactionResult", "tesSUCCESS\n"),
        ("meta.TransactionIndex", -1),
        ("meta.TransactionIndex", True),
        ("meta", "1200..."),
        ("meta.AffectedNodes", []),
        ("tx_json.Fee", "-12"),
        ("tx_json.Fee", 12),
        ("tx_json.Sequence", -1),
        ("tx_json.Sequence", ...),
        ("tx_json.TicketSequence", 5),
        ("tx_json.Account", "nobody"),
    ),
)
def test_an_entry_that_contradicts_itself_is_not_believed(path: str, value: Any) -> None:
    with pytest.raises(WireError):
        parse_transaction(PAIR, open_transaction(lied(path, value)))


def test_the_honest_entry_is_believed() -> None:
    assert parse_transaction(PAIR, open_transaction(lied("status", "closed"))) is not None


@pytest.mark.parametrize(
    "nodes",
    (
        pytest.param([root(OURS, 1000, 988)] * 2, id="an entry listed twice"),
        pytest.param([root(THEIRS, 1000, 988)], id="the sender is missing"),
        pytest.param(
            [
                root(OURS, 1000, 988),
                node("ModifiedNode", "Offer", offer(OURS, 5, "20", token("2")), {"TakerPays": "10"}),
            ],
            id="an offer that grew",
        ),
        pytest.param(
            [
                root(OURS, 1000, 988),
                node("ModifiedNode", "Offer", offer(OURS, 5, "10", token("2")), {"TakerPays": token("10")}),
            ],
            id="an offer that changed its asset",
        ),
        pytest.param(
            [root(OURS, 1000, 988), node("CreatedNode", "Offer", offer(OURS, 7, "10", token("2")))],
            id="an offer with another sequence",
        ),
        pytest.param(
            [root(OURS, 1000, 988), node("CreatedNode", "Offer", offer(OURS, 8, token("2"), "10"))],
            id="an offer on the other side",
        ),
        pytest.param([root(OURS, 1000, 988), {"ModifiedNode": {}, "DeletedNode": {}}], id="two fates"),
        pytest.param([root(OURS, 1000, 988), {"ChangedNode": {}}], id="no fate"),
    ),
)
def test_metadata_that_cannot_be_is_not_believed(nodes: list[dict[str, Any]]) -> None:
    with pytest.raises(WireError):
        parse_transaction(PAIR, envelope(*nodes))


def test_an_offer_of_ours_that_somebody_else_made_is_not_believed() -> None:
    created = node("CreatedNode", "Offer", offer(OURS, 8, "10000000", token("25")))
    with pytest.raises(WireError, match="that the transaction asked for"):
        parse_transaction(PAIR, envelope(root(THEIRS, 1000, 988), created, Account=THEIRS))


# ----------------------------------------------------------------------------------------------------------- history


def page(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    found = {"account": OURS, "ledger_index_min": 5, "ledger_index_max": 20, "validated": True}
    return {**found, "transactions": list(entries), **more}


def test_a_page_is_in_ledger_order_whatever_order_it_came_in() -> None:
    entries = [
        entry(root(OURS, 1000, 988), ledger_index=index, position=position)
        for index, position in ((12, 0), (10, 3), (10, 1), (11, 2))
    ]
    read = parse_history_page(PAIR, page(*entries, marker={"ledger": 9, "seq": 0}))
    places = [(each.ledger_index, each.position) for each in read.transactions]
    assert places == [(10, 1), (10, 3), (11, 2), (12, 0)]
    assert (read.from_ledger, read.to_ledger, read.marker) == (5, 20, {"ledger": 9, "seq": 0})


@pytest.mark.parametrize(
    "wrong",
    (
        pytest.param(page(account=THEIRS), id="another account's history"),
        pytest.param(page(validated=False), id="not validated"),
        pytest.param(page(ledger_index_min=21), id="a range that runs backwards"),
        pytest.param(page(ledger_index_min=-1), id="a range that the server did not say"),
        pytest.param(page(entry(root(OURS, 1000, 988), ledger_index=21)), id="a transaction outside of the range"),
        pytest.param(page(*[entry(root(OURS, 1000, 988))] * 2), id="a transaction twice"),
        pytest.param(page({**entry(root(OURS, 1000, 988)), "validated": False}), id="one that is not validated"),
        pytest.param(page(marker=[]), id="a marker that is none"),
        pytest.param(page(marker={"ledger": True}), id="a marker that is no number"),
        pytest.param(page(transactions=[{}] * 10_001), id="endless"),
    ),
)
def test_a_page_that_cannot_be_is_not_believed(wrong: dict[str, Any]) -> None:
    with pytest.raises(WireError):
        parse_history_page(PAIR, wrong)


def test_the_old_api_says_the_same_as_the_new_one() -> None:
    new = entry(root(OURS, 1000, 988))
    fields, place = new["tx_json"], {"hash": new["hash"], "ledger_index": 10}
    forms: list[dict[str, Any]] = [
        {"tx": {**fields, **place}, "meta": new["meta"], "validated": True},
        {**fields, **place, "meta": new["meta"], "validated": True},
        {"transaction": {**fields, "hash": new["hash"]}, "ledger_index": 10, "meta": new["meta"], "validated": True,
         "type": "transaction", "engine_result": "tesSUCCESS"},
    ]  # fmt: skip
    expected = parse_transaction(PAIR, open_transaction(new))
    assert [parse_transaction(PAIR, open_transaction(form)) for form in forms] == [expected] * 3
    inside_of_a_ledger = {**fields, "hash": new["hash"], "metaData": new["meta"]}
    close_ns = (DATE + 946_684_800) * 10**9
    read = open_transaction(inside_of_a_ledger, ledger_index=10, close_time_ns=close_ns)
    assert parse_transaction(PAIR, read) == expected
