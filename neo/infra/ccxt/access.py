"""How an exchange is reached: its name, where it is, and the keys, which are never shown."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import SIGNING_KEY
from neo.records import frozen

_MASK = "***"


class KeysMissing(NeoError):
    """The environment does not have the keys that the configuration names."""

    exit_code = SIGNING_KEY


@frozen
class ExchangeKeys:
    """Of an account. Some exchanges want a pass phrase beside the two."""

    api_key: str = attrs.field(default="", repr=False)
    secret: str = attrs.field(default="", repr=False)
    password: str = attrs.field(default="", repr=False)

    def masked(self, text: str) -> str:
        """`text` without any of them."""
        for each in (self.api_key, self.secret, self.password):
            if each:
                text = text.replace(each, _MASK)
        return text


@frozen(kw_only=True)
class ExchangeAccess:
    """`exchange` as ccxt writes it. `origin` replaces scheme, host and port of its interface; empty: the real one.

    `symbols` are watched: orders are looked for in their markets on exchanges that list open orders by market only.
    """

    exchange: str
    quote: str = "USDT"
    keys: ExchangeKeys = ExchangeKeys()
    origin: str = ""
    symbols: tuple[str, ...] = ()


def keys_from(environment: Mapping[str, str], key_name: str, secret_name: str, password_name: str = "") -> ExchangeKeys:
    """The keys in these variables. KeysMissing names the variables that are not set, never what is in the others."""
    names = [name for name in (key_name, secret_name, password_name) if name]
    absent = [name for name in names if not environment.get(name)]
    if absent:
        raise KeysMissing(
            f"the exchange's keys are missing: {' and '.join(absent)} not set",
            "set them in the environment of the daemon (never in a file of the configuration); keys need the rights to read "
            "and to trade, not to withdraw",
        )
    return ExchangeKeys(
        environment[key_name], environment[secret_name], environment[password_name] if password_name else ""
    )
