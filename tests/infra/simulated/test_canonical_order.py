"""The order of transactions inside a closed ledger."""

from __future__ import annotations

import pytest

from neo.infra.simulated.ledger import canonical_order
from neo.infra.simulated.transactions import OfferCancel
from tests.infra.simulated.worlds import sell, world


def test_canonical_order_keeps_the_sequences_of_each_account_and_forgets_submission() -> None:
    ledger = world()
    sent = [sell(ledger, who, 1, "2.5", sequence=100 + number) for number in range(5) for who in ("ann", "bob", "cid")]

    there, back = canonical_order(sent), canonical_order(sent[::-1])

    assert there == back
    for who in ("ann", "bob", "cid"):
        assert [one.sequence for one in there if one.account == who] == [100, 101, 102, 103, 104]
    assert len({tuple(one.account for one in canonical_order(sent[:length])[:3]) for length in range(3, 15)}) > 1


@pytest.mark.parametrize(
    "first_sequences, orders", [({"ann": 1, "bob": 1}, 2), ({"ann": 5, "bob": 9, "cid": 100, "dot": 33}, 8)]
)
@pytest.mark.parametrize("ledgers_apart", [1, 2, 3, 5])
def test_the_order_in_one_ledger_does_not_tell_the_order_in_another(
    first_sequences: dict[str, int], orders: int, ledgers_apart: int
) -> None:
    """Everybody sends one transaction a ledger, as market makers do. A salt turns branches of the accounts' ids over: of
    four senders there are eight orders."""
    count = 4_000
    seen = [
        tuple(one.account for one in canonical_order([OfferCancel(who, n + ledger, 10, 1) for who, n in senders]))
        for senders in [tuple(first_sequences.items())]
        for ledger in range(count)
    ]

    same = sum(one == other for one, other in zip(seen, seen[ledgers_apart:], strict=False))

    assert len(set(seen)) == orders
    # By chance a share of 1 / orders, give or take four standard deviations at most.
    assert 0.8 < same * orders / (count - ledgers_apart) < 1.2
    assert all(0.8 < seen.count(order) * orders / count < 1.2 for order in set(seen))
