"""A configuration file with a secret in it is refused, and the secret is not repeated."""

from __future__ import annotations

from pathlib import Path

import pytest
from xrpl.constants import CryptoAlgorithm
from xrpl.wallet import Wallet

from neo.domain.config.secret_text import SEED_VARIABLE, looks_secret
from neo.infra.config.fault import ConfigError, render
from neo.infra.config.loader import load
from tests.infra.config.files import SIM, changed_sim, faults_of, line_of

ALGORITHMS = [CryptoAlgorithm.ED25519, CryptoAlgorithm.SECP256K1]


def wallet(algorithm: CryptoAlgorithm = CryptoAlgorithm.ED25519) -> Wallet:
    return Wallet.create(algorithm)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("secret", ["seed", "private_key"])
def test_seeds_and_private_keys_of_both_algorithms_look_secret(algorithm: CryptoAlgorithm, secret: str) -> None:
    text = str(getattr(wallet(algorithm), secret))

    assert looks_secret(text)
    assert looks_secret(f'key = "{text}"')


@pytest.mark.parametrize(
    "text", ["rB8ARcAqkfZvz2bHqDKvB9Y8C36mT4xy5T", "wss://s1.ripple.com", "shouldneverbetakenforaseed"]
)
def test_addresses_servers_and_words_do_not(text: str) -> None:
    assert not looks_secret(text)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("place", ['key_file = "{}"', 'key_file = ""  # {}', 'seed_of_account = "{}"', 'x = ["{}"]'])
def test_a_seed_anywhere_in_the_file_is_a_fault_that_does_not_repeat_it(
    tmp_path: Path, place: str, algorithm: CryptoAlgorithm
) -> None:
    seed = str(wallet(algorithm).seed)
    path = changed_sim(tmp_path, ('key_file = ""', place.format(seed)))

    with pytest.raises(ConfigError) as caught:
        load(path, {})

    text = render(caught.value.faults)
    assert seed not in text
    found = [fault for fault in caught.value.faults if "secret of an account" in fault.message]
    assert [fault.location.line for fault in found] == [line_of(path, seed)]
    assert "another regular key" in text
    assert SEED_VARIABLE in text


def test_a_seed_as_key_file_in_the_environment_is_refused_and_not_repeated() -> None:
    seed = str(wallet().seed)

    (fault,) = faults_of(SIM, {"NEO_XRPL__KEY_FILE": seed})

    assert "looks like the seed itself" in fault.message
    assert seed not in fault.message + fault.suggestion


def test_the_variable_of_the_seed_is_no_configuration() -> None:
    assert faults_of(SIM, {SEED_VARIABLE: str(wallet().seed)}) == ()
