"""Where a live session of the harness lives and trades: everything that its configuration needs, by value."""

from __future__ import annotations

from decimal import Decimal

import attrs

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.harness.configuration import sim_config
from neo.infra.config.canonical import config_hash
from neo.infra.config.loader import Loaded
from neo.infra.config.reading import Origin
from neo.records import frozen

#: A wallet whose two sides are of about equal value, below the limits of the harness's configuration.
WALLET_XRP = Decimal(400)
WALLET_TOKEN = Decimal(1_000)
#: Close enough to the touch to be filled every few ledgers.
OFFSET_BPS = Decimal(4)
#: Small, so that transactions are many.
REQUOTE_BPS = Decimal("0.5")


@frozen
class LivePlace:
    """Text and numbers only, so that another process can be told."""

    directory: str
    nodes: tuple[str, ...]
    network_id: int
    account: str
    issuer: str
    key_file: str

    @property
    def database(self) -> str:
        return f"{self.directory}/neo.db"


def live_config(place: LivePlace, mode: Mode) -> Config:
    """The harness's configuration, moved to the market of `place` and signed for with the key there."""
    config = sim_config()
    return attrs.evolve(
        config,
        mode=mode,
        allow_live=True,
        speed=Decimal(1),
        xrpl=attrs.evolve(
            config.xrpl,
            nodes=place.nodes,
            network_id=place.network_id,
            issuer=place.issuer,
            account=place.account,
            key_file=place.key_file,
        ),
        strategy=attrs.evolve(
            config.strategy,
            bid_offset_bps=OFFSET_BPS,
            ask_offset_bps=OFFSET_BPS,
            requote_threshold_bps=REQUOTE_BPS,
        ),
        paper=attrs.evolve(config.paper, wallet_xrp=WALLET_XRP, wallet_rlusd=WALLET_TOKEN),
        storage=attrs.evolve(config.storage, path=place.database),
        session=attrs.evolve(config.session, directory=f"{place.directory}/sessions"),
    )


def as_loaded(config: Config, *, asked: bool = True) -> Loaded:
    """As from a file and a command line; `asked`: with the option that mode live needs."""
    origin = Origin("command line", "command line --mode") if asked else Origin("file", "neo.toml")
    return Loaded(config, config_hash(config), {"mode": origin}, ())
