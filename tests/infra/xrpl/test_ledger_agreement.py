"""Nodes are held against each other and against what was believed."""

from __future__ import annotations

from neo.infra.xrpl.ledger_agreement import KEPT_LEDGERS, LedgerAgreement

ALL = ("a", "b", "c", "d")


def test_a_ledger_that_all_tell_alike_is_agreed() -> None:
    agreement = LedgerAgreement()
    for node in ALL:
        assert agreement.claim(node, 7, "H") is None

    assert agreement.verdict(7, ALL).ledger_hash == "H"
    assert agreement.verdict(8, ALL).ledger_hash is None


def test_a_clear_minority_lies() -> None:
    agreement = LedgerAgreement()
    for node, ledger_hash in zip(ALL, ("H", "H", "X", "H"), strict=True):
        agreement.claim(node, 7, ledger_hash)

    verdict = agreement.verdict(7, ALL)

    assert (verdict.ledger_hash, verdict.liars, verdict.disputed) == ("H", ("c",), ())


def test_one_word_against_another_is_a_dispute_until_one_of_them_counts_no_longer() -> None:
    agreement = LedgerAgreement()
    agreement.claim("a", 7, "H")
    agreement.claim("b", 7, "X")

    assert agreement.verdict(7, ALL).disputed == ("a", "b")
    assert agreement.verdict(7, ("a",)).ledger_hash == "H"  # b is not listened to
    agreement.forget("a")
    assert agreement.verdict(7, ALL).ledger_hash == "X"


def test_a_node_that_contradicts_itself_is_noticed() -> None:
    agreement = LedgerAgreement()
    agreement.claim("a", 7, "H")

    assert agreement.claim("a", 7, "H") is None
    assert "ledger 7" in (agreement.claim("a", 7, "X") or "")


def test_a_ledger_must_follow_the_one_that_was_believed() -> None:
    agreement = LedgerAgreement()
    agreement.believe(7, "H")

    assert not agreement.breaks_chain(8, "H")
    assert agreement.breaks_chain(8, "X")
    assert not agreement.breaks_chain(10, "X")  # nothing is known of ledger 9


def test_what_is_kept_has_a_bound() -> None:
    agreement = LedgerAgreement()
    for index in range(5 * KEPT_LEDGERS):
        agreement.claim("a", index, str(index))
        agreement.believe(index, str(index))

    assert agreement.verdict(0, ALL).ledger_hash is None
    assert agreement.believed(0) is None
    assert agreement.believed(5 * KEPT_LEDGERS - 1) is not None
