"""Keys for tests: made on the spot, so that no seed stands in the repository."""

from __future__ import annotations

import hashlib

from xrpl.constants import CryptoAlgorithm
from xrpl.core.addresscodec import encode_seed
from xrpl.core.keypairs import derive_classic_address, derive_keypair

from neo.infra.xrpl.wire.pair import WirePair

CURRENCY = "524C555344000000000000000000000000000000"
ISSUER = "rDtb1WPH42TWHjcHsuAQ13sg2nKgavSG5J"


def seed_of(entropy: bytes, algorithm: CryptoAlgorithm = CryptoAlgorithm.ED25519) -> str:
    """The seed that 16 bytes make."""
    return encode_seed(entropy, algorithm)


def recorded_role_seed(role: str) -> str:
    """As the recordings' README says; the accounts are throw-away."""
    return seed_of(hashlib.sha256(f"xrpl-recording/{role}".encode()).digest()[:16])


def address_of(seed: str, algorithm: CryptoAlgorithm | None = None) -> str:
    public_key, _ = derive_keypair(seed, algorithm=algorithm)
    return derive_classic_address(public_key)


def pair_of(account: str) -> WirePair:
    return WirePair(CURRENCY, ISSUER, account)
