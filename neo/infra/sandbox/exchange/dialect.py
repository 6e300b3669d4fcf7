"""What makes one exchange's interface: addresses, words, habits, limits, streams."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from neo.infra.sandbox.exchange.endpoint import Endpoint
from neo.infra.sandbox.exchange.site import ExchangeSite
from neo.infra.sandbox.exchange.streams import StreamDialect
from neo.infra.sandbox.exchange.wording import Wording
from neo.infra.simulated_exchange.exchange import ExchangeHabits
from neo.infra.simulated_exchange.listing import Terms
from neo.records import frozen


@frozen
class Toll:
    """What a request is charged with. `wait_s` is 0 while every budget holds; `headers` tell what was used."""

    wait_s: int
    headers: Mapping[str, str]


@frozen(kw_only=True)
class Dialect:
    """`toll(site, endpoint, weight, sender, account, now_ms)` counts a request; `key_header` carries the API key;
    `ccxt_urls(http root, stream root)` is what ccxt's `urls["api"]` must say to come here.
    """

    endpoints: tuple[Endpoint, ...]
    wording: Wording
    habits: ExchangeHabits
    terms: Terms
    key_header: str
    toll: Callable[[ExchangeSite, Endpoint, int, str, str, int], Toll]
    streams: StreamDialect
    stream_paths: tuple[str, ...]
    ccxt_urls: Callable[[str, str], dict[str, object]]
