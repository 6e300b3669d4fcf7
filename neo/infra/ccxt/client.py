"""One asynchronous ccxt client, made so that it does nothing by itself: no retries, no limiter, no markets but spot."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from neo.infra.ccxt.access import ExchangeAccess

#: Exchanges whose derivatives are loaded whatever the options say: the method that loads them.
_OTHER_MARKETS = {"mexc": "fetch_swap_markets"}


def open_client(made: Any, access: ExchangeAccess, timeout_ms: int) -> Any:
    """Numbers are text: with Decimals ccxt 4.5.90 loses amounts and fees of orders (it takes only text and floats for one).

    `made` is the class from `library.exchange_class`. To be called on the loop that the client will live on.
    """
    config: dict[str, Any] = {
        "apiKey": access.keys.api_key,
        "secret": access.keys.secret,
        "password": access.keys.password,
        "number": str,
        "enableRateLimit": False,
        "timeout": timeout_ms,
        "options": {
            "defaultType": "spot",
            "fetchMarkets": {"types": ["spot"]},
            "fetchMargins": False,
            "maxRetriesOnFailure": 0,  # a repeated POST is a second order
            "adjustForTimeDifference": False,  # measured by us, between requests
            "warnOnFetchOpenOrdersWithoutSymbol": False,
        },
    }
    client = made({name: value for name, value in config.items() if value != ""})
    if access.origin:
        client.urls["api"] = moved(client.urls["api"], access.origin)
    client.has["fetchCurrencies"] = False  # costs a signed request and is not needed for spot markets
    if access.exchange in _OTHER_MARKETS:
        setattr(client, _OTHER_MARKETS[access.exchange], _no_markets)
    return client


def moved(urls: Any, origin: str) -> Any:
    """The same paths at another scheme, host and port; a stream's stays a stream's."""
    if isinstance(urls, dict):
        return {name: moved(each, origin) for name, each in urls.items()}
    if not isinstance(urls, str):
        return urls
    to, parts = urlsplit(origin), urlsplit(urls)
    scheme = to.scheme.replace("http", "ws", 1) if parts.scheme.startswith("ws") else to.scheme
    return urlunsplit(parts._replace(scheme=scheme, netloc=to.netloc))


async def _no_markets(params: object = None) -> list[object]:
    del params
    return []
