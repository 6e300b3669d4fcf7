"""[xrpl]: what is traded on the XRP Ledger, from which account, and how transactions are sent."""

from __future__ import annotations

import attrs

from neo.domain.config.about import about
from neo.domain.config.bounds import AccountAddress, Text, at_least
from neo.domain.config.choices import UnknownOffers
from neo.domain.config.node_urls import NodeUrls
from neo.domain.config.secret_text import SEED_VARIABLE, KeyFile
from neo.records import frozen

# Three characters, or up to twenty that are sent as a 160-bit code.
# Source: https://xrpl.org/docs/references/protocol/data-types/currency-formats
CURRENCY = Text(r"[A-Za-z0-9?!@#$%^&*<>(){}\[\]|]{3,20}", "a currency code of 3 to 20 characters")


@frozen(kw_only=True)
class XrplConfig:
    """Fees in drops (millionths of one XRP), offsets in ledgers."""

    base: str = attrs.field(default="XRP", validator=CURRENCY, metadata=about("currency that is bought and sold"))
    quote: str = attrs.field(default="RLUSD", validator=CURRENCY, metadata=about("currency in which it is priced"))
    issuer: str = attrs.field(
        validator=AccountAddress(),
        metadata=about(
            "account that issues the quote currency",
            protects="against a token of the same name from somebody else",
            example='"rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De"',
        ),
    )
    account: str = attrs.field(
        validator=AccountAddress(),
        metadata=about(
            "account that trades",
            protects="against trading the wrong account's money",
            example='"r..."',
            idle='"rrrrrrrrrrrrrrrrrrrrrhoLvTp"',
        ),
    )
    nodes: tuple[str, ...] = attrs.field(
        default=(),
        validator=NodeUrls(),
        metadata=about(
            "servers of the ledger, the preferred one first: wss:// or ws://, https:// or http:// as well; "
            "modes paper and live need one, two or more can fail over"
        ),
    )
    network_id: int = attrs.field(
        default=0,
        validator=at_least(0, at_most=2**32 - 1),
        metadata=about("the network that every server must belong to: 0 main, 1 test, 2 development network"),
    )
    key_file: str = attrs.field(
        default="",
        validator=KeyFile(),
        metadata=about(
            f"file that holds the seed of the signing key, readable by you alone; empty: environment {SEED_VARIABLE}"
        ),
    )
    fee_drops_max: int = attrs.field(
        validator=at_least(10, at_most=2_000_000),
        metadata=about(
            "highest fee for one transaction, however full the ledger is",
            "drops",
            protects="against paying any price in a fee spike",
            example="2000",
        ),
    )
    last_ledger_offset: int = attrs.field(
        default=4,
        validator=at_least(2, at_most=100),
        metadata=about("ledgers after which an unseen transaction can no longer succeed", "ledgers"),
    )
    tickets: int = attrs.field(
        default=0,
        validator=at_least(0, at_most=50),
        metadata=about(
            "tickets kept for cancels that must not wait for a transaction in doubt; each locks one owner reserve; "
            "0 keeps none",
            "tickets",
        ),
    )
    adopt_unknown_offers: UnknownOffers = attrs.field(
        default=UnknownOffers.CANCEL,
        metadata=about("offers of our account that the store does not know: adopt or cancel"),
    )
