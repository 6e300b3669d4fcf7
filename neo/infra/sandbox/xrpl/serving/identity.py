"""Who a node says it is: made from the plan's seed, the same in every run."""

from __future__ import annotations

from hashlib import sha256

from xrpl.core import addresscodec

from neo.records import frozen

_WORDS = (
    "ACME",
    "BARK",
    "COIL",
    "DUNE",
    "ELMS",
    "FERN",
    "GLEN",
    "HAZE",
    "IRON",
    "JADE",
    "KELP",
    "LARK",
    "MOSS",
    "NOOK",
)
BUILD_VERSION = "3.2.0"


@frozen
class Identity:
    """`public_key` is the node's, in base 58; `host` the word that stands for its name on public ports."""

    public_key: str
    host: str


def identity_of(seed: int, node: int) -> Identity:
    digest = sha256(f"sandbox-node/{seed}/{node}".encode()).digest()
    return Identity(addresscodec.encode_node_public_key(b"\x02" + digest), _WORDS[digest[0] % len(_WORDS)])
