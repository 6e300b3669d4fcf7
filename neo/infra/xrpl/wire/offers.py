"""Our resting offers: `account_offers`."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from neo.domain.messages.venue import OpenOffers
from neo.infra.xrpl.wire.pair import WirePair


@attrs.frozen
class OffersRead:
    """`open` are ours of the pair; `other_pairs` counts offers of the account in other pairs, which neo leaves alone."""

    open: OpenOffers
    ledger_hash: str
    other_pairs: int


def parse_offers(pair: WirePair, pages: Sequence[object]) -> OffersRead:
    """From all pages of `account_offers`. WireError unless all are of one validated ledger and of `pair.account`."""
    raise NotImplementedError


def next_marker(result: object) -> object | None:
    """The marker for the next page of account_lines, account_objects or account_offers; None on the last page."""
    raise NotImplementedError
