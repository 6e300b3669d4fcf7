"""Where a live session of the harness buys drops: everything that its configuration needs, by value."""

from __future__ import annotations

import attrs

from neo.domain.config.choices import Mode
from neo.domain.config.configuration import Config
from neo.domain.config.exchange_access import KEY_VARIABLE, SECRET_VARIABLE
from neo.harness.configuration import drop_config
from neo.records import frozen


@frozen
class ExchangePlace:
    """Text and numbers only, so that another process can be told. The keys are a sandbox's: they open nothing else."""

    directory: str
    exchange: str
    api_url: str
    watchlist: tuple[str, ...]
    api_key: str
    secret: str

    @property
    def database(self) -> str:
        return f"{self.directory}/neo.db"

    @property
    def environment(self) -> dict[str, str]:
        """What the process of the engine needs in its environment."""
        return {KEY_VARIABLE: self.api_key, SECRET_VARIABLE: self.secret}


def exchange_config(place: ExchangePlace, mode: Mode) -> Config:
    """The harness's drop buyer, moved to the exchange of `place`."""
    config = drop_config()
    return attrs.evolve(
        config,
        mode=mode,
        allow_live=True,
        exchange=attrs.evolve(config.exchange, name=place.exchange, api_url=place.api_url, watchlist=place.watchlist),
        storage=attrs.evolve(config.storage, path=place.database),
        session=attrs.evolve(config.session, directory=f"{place.directory}/sessions"),
    )
