"""Keys sign as xrpl-py does, only faster, and do not give themselves away."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xrpl.constants import CryptoAlgorithm
from xrpl.core import keypairs

from neo.infra.xrpl.signing_key import keys_of_seed
from tests.infra.xrpl.keys import address_of, seed_of

ENTROPY = st.binary(min_size=16, max_size=16)
ALGORITHMS = st.sampled_from(list(CryptoAlgorithm))


@given(entropy=ENTROPY, algorithm=ALGORITHMS, message=st.binary(max_size=300))
def test_a_signature_is_the_one_that_the_client_library_makes(
    entropy: bytes, algorithm: CryptoAlgorithm, message: bytes
) -> None:
    seed = seed_of(entropy, algorithm)
    public_key, private_key = keypairs.derive_keypair(seed, algorithm=algorithm)

    key = keys_of_seed(seed)[0]

    assert key.public_key == public_key
    assert key.address == address_of(seed, algorithm)
    assert key.sign(message).hex().upper() == keypairs.sign(message, private_key).upper()


@given(entropy=ENTROPY, algorithm=ALGORITHMS, message=st.binary(max_size=300))
def test_a_signature_is_valid_for_the_public_key(entropy: bytes, algorithm: CryptoAlgorithm, message: bytes) -> None:
    key = keys_of_seed(seed_of(entropy, algorithm))[0]
    assert keypairs.is_valid_message(message, key.sign(message), key.public_key)


def test_a_seed_without_ed_in_it_may_be_meant_for_either_algorithm() -> None:
    seed = seed_of(bytes(16), CryptoAlgorithm.SECP256K1)
    addresses = [key.address for key in keys_of_seed(seed)]
    assert addresses == [address_of(seed, CryptoAlgorithm.SECP256K1), address_of(seed, CryptoAlgorithm.ED25519)]


@given(st.text(max_size=60) | st.sampled_from(["s", "sEd", "sEd7", "s" * 29]))
def test_what_is_no_seed_is_refused_without_being_shown(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        keys_of_seed(text)
    assert refused.value.__cause__ is None and refused.value.__context__ is None
    assert len(text) < 8 or text not in str(refused.value)


def test_a_key_shows_its_address_only() -> None:
    seed = seed_of(bytes(range(16)))
    key = keys_of_seed(seed)[0]
    _, private_key = keypairs.derive_keypair(seed)
    for shown in (repr(key), str(key), f"{key}"):
        assert shown == f"<SigningKey of {address_of(seed)}>"
        assert private_key not in shown
    assert not hasattr(key, "__dict__")


def test_a_key_is_neither_copied_nor_pickled() -> None:
    key = keys_of_seed(seed_of(bytes(16)))[0]
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            way(key)
