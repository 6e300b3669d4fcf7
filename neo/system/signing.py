"""Who signs: the seed is read here, handed to the signer, and kept nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from neo.domain.config.configuration import Config
from neo.domain.errors import NeoError
from neo.domain.market.instrument import LEDGER_VENUE
from neo.domain.session.exit_codes import CONFIG
from neo.infra.xrpl.seed import read_seed
from neo.infra.xrpl.signer import XrplSigner
from neo.infra.xrpl.wire.currency import currency_code
from neo.infra.xrpl.wire.pair import WirePair


class PairRefused(NeoError):
    """The configured currencies are none that a real ledger knows in these roles."""

    exit_code = CONFIG


def wire_pair(config: Config) -> WirePair:
    """The market as the ledger names it. PairRefused for what only the simulation can trade."""
    xrpl = config.xrpl
    if xrpl.base != "XRP":
        raise PairRefused(f"xrpl.base is {xrpl.base}", "On a real ledger neo trades XRP against one token: write XRP.")
    try:
        code = currency_code(xrpl.quote)
    except ValueError as reason:
        raise PairRefused(f"xrpl.quote: {reason}", "Write the token's code, e.g. RLUSD.") from None
    return WirePair(code, xrpl.issuer, xrpl.account, LEDGER_VENUE, f"{xrpl.base}/{xrpl.quote}")


def real_signer(config: Config, environment: Mapping[str, str]) -> XrplSigner:
    """Signs for the configured account with the configured key. SeedUnavailable when there is none that may be used."""
    key_file = config.xrpl.key_file
    seed = read_seed(environment, Path(key_file) if key_file else None)
    return XrplSigner(wire_pair(config), seed, config.xrpl.network_id)
