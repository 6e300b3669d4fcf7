"""Only the exchange in use is imported, and keys come from the environment and go nowhere else."""

from __future__ import annotations

import subprocess
import sys

import pytest

from neo.infra.ccxt.access import ExchangeAccess, ExchangeKeys, KeysMissing, keys_from
from neo.infra.ccxt.library import UnknownExchange, exchange_class, exchange_names

IMPORT_ONE = """
import sys
from neo.infra.ccxt.library import exchange_class
made = exchange_class("mexc")
loaded = [name for name in sys.modules if name.startswith("ccxt.async_support.") and name.count(".") == 2]
import ccxt.async_support
print(sorted(loaded), ccxt.async_support.mexc is made, ccxt.BadSymbol is sys.modules["ccxt.base.errors"].BadSymbol)
"""


def test_one_exchange_is_imported_and_the_whole_library_can_be_afterwards() -> None:
    done = subprocess.run((sys.executable, "-c", IMPORT_ONE), capture_output=True, text=True, check=True)

    assert done.stdout.split("]")[0] == "['ccxt.async_support.base', 'ccxt.async_support.mexc'"
    assert done.stdout.split("]")[1].split() == ["True", "True"]


def test_the_module_of_the_gateway_imports_nothing_of_the_library() -> None:
    code = "import sys, neo.infra.ccxt.gateway; print([name for name in sys.modules if name.split('.')[0] == 'ccxt'])"

    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_an_exchange_that_does_not_exist_is_named_with_the_nearest_that_do() -> None:
    with pytest.raises(UnknownExchange, match="did you mean mexc"):
        exchange_class("mecx")
    assert {"mexc", "binance", "kucoin", "gate", "bybit"} <= set(exchange_names())


def test_keys_that_are_not_there_are_named_without_showing_those_that_are() -> None:
    with pytest.raises(KeysMissing) as caught:
        keys_from({"THE_KEY": "opens-everything"}, "THE_KEY", "THE_SECRET")

    assert "THE_SECRET" in str(caught.value) and "opens-everything" not in str(caught.value)


def test_keys_are_shown_nowhere() -> None:
    keys = keys_from({"K": "my-key", "S": "my-secret", "P": "my-phrase"}, "K", "S", "P")

    assert keys == ExchangeKeys("my-key", "my-secret", "my-phrase")
    assert "my-" not in repr(keys) and "my-" not in repr(ExchangeAccess(exchange="mexc", keys=keys))
    assert keys.masked("sent my-key, my-secret and my-phrase") == "sent ***, *** and ***"
