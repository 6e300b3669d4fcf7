"""A key pair that signs and says nothing else about itself.

The pair is derived by xrpl-py. Signatures are made by OpenSSL (package cryptography): the same bytes as xrpl-py's own, which
are computed in Python and take milliseconds. Both kinds are deterministic (RFC 8032, RFC 6979), so that the same transaction
has the same hash. https://xrpl.org/docs/concepts/accounts/cryptographic-keys#signing-algorithms
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NoReturn

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature, encode_dss_signature
from xrpl.constants import CryptoAlgorithm
from xrpl.core.addresscodec import XRPLAddressCodecException
from xrpl.core.keypairs import derive_classic_address, derive_keypair
from xrpl.core.keypairs.exceptions import XRPLKeypairsException

_ED25519_PREFIX = "ED"
#: Order of the group of secp256k1 (SEC 2, 2.4.1); the ledger takes only the lower of the two equivalent signatures.
_SECP256K1_ORDER = 0xFFFFFFFF_FFFFFFFF_FFFFFFFF_FFFFFFFE_BAAEDCE6_AF48A03B_BFD25E8C_D0364141

Sign = Callable[[bytes], bytes]


class SigningKey:
    """`public_key` in hexadecimal as transactions carry it, `address` the account whose master key it is."""

    __slots__ = ("_sign", "address", "public_key")

    def __init__(self, public_key: str, private_key: str) -> None:
        self.public_key = public_key
        self.address: str = derive_classic_address(public_key)
        ed = public_key.startswith(_ED25519_PREFIX)
        self._sign: Sign = _ed25519(private_key) if ed else _secp256k1(private_key)

    def sign(self, message: bytes) -> bytes:
        """The signature of `message`."""
        return self._sign(message)

    def __repr__(self) -> str:
        return f"<SigningKey of {self.address}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a signing key is neither copied nor pickled")


def keys_of_seed(seed: str) -> tuple[SigningKey, ...]:
    """The keys that belong to a seed, the usual one first. ValueError, without the seed in it, for what is no seed.

    A seed that begins with sEd has one, Ed25519. Any other may be meant for secp256k1, as servers take it, or for Ed25519, as
    some wallets do: the address tells.
    """
    ed_only = seed.startswith("sEd")
    algorithms = (CryptoAlgorithm.ED25519,) if ed_only else (CryptoAlgorithm.SECP256K1, CryptoAlgorithm.ED25519)
    try:
        pairs = [derive_keypair(seed, algorithm=algorithm) for algorithm in algorithms]
    except (XRPLAddressCodecException, XRPLKeypairsException, ValueError, IndexError):
        pairs = []
    if not pairs:  # outside of the handler: the library's error may quote the seed
        raise ValueError("this is no seed of an XRP Ledger key pair: its check digits do not fit")
    return tuple(SigningKey(public, private) for public, private in pairs)


def _ed25519(private_key: str) -> Sign:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private_key[len(_ED25519_PREFIX) :]))
    return key.sign


def _secp256k1(private_key: str) -> Sign:
    key = ec.derive_private_key(int(private_key, 16), ec.SECP256K1())
    algorithm = ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=True)

    def sign(message: bytes) -> bytes:
        """What is signed is the first half of SHA-512; the nonce comes from SHA-256, as in every XRPL library."""
        r, s = decode_dss_signature(key.sign(hashlib.sha512(message).digest()[:32], algorithm))
        return encode_dss_signature(r, min(s, _SECP256K1_ORDER - s))

    return sign
