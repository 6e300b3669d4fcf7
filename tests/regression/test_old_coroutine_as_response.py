"""What went wrong: a release of the client library returned a coroutine where a response was expected, and nobody noticed."""

from __future__ import annotations

import gc
import importlib
from collections.abc import Callable
from functools import reduce
from typing import cast

import pytest

from neo.infra.xrpl.synchronous import NotSynchronous, call_synchronously, require_synchronous

#: Everything of xrpl-py that neo uses without awaiting: module and attribute.
ENTRY_POINTS = (
    ("xrpl.clients", "JsonRpcClient.request"),
    ("xrpl.transaction", "autofill"),
    ("xrpl.transaction", "sign"),
    ("xrpl.transaction", "autofill_and_sign"),
    ("xrpl.transaction", "submit"),
    ("xrpl.wallet", "Wallet.from_seed"),
    ("xrpl.wallet", "Wallet.create"),
)


def entry_points() -> dict[str, Callable[..., object]]:
    return {
        f"{module}.{path}": cast(
            Callable[..., object], reduce(getattr, path.split("."), importlib.import_module(module))
        )
        for module, path in ENTRY_POINTS
    }


def test_the_installed_library_answers_where_neo_expects_an_answer() -> None:
    require_synchronous(entry_points())


def test_the_librarys_own_asynchronous_twin_in_the_place_of_one_is_refused_at_start() -> None:
    twin = importlib.import_module("xrpl.asyncio.transaction").sign_and_submit

    with pytest.raises(NotSynchronous) as refused:
        require_synchronous({**entry_points(), "xrpl.transaction.submit": twin})

    assert refused.value.problem.endswith(": xrpl.transaction.submit")


@pytest.mark.filterwarnings("error")
def test_a_coroutine_never_passes_for_a_response() -> None:
    async def request(command: str) -> dict[str, str]:
        return {"command": command}

    def released_yesterday(command: str) -> object:
        return request(command)

    require_synchronous({"request": released_yesterday})  # its signature does not give it away

    with pytest.raises(NotSynchronous, match="returned a coroutine where a response was expected: nothing was done"):
        call_synchronously(released_yesterday, "server_info")

    gc.collect()


def test_a_real_call_of_the_library_goes_through_the_guard() -> None:
    wallet_class = importlib.import_module("xrpl.wallet").Wallet

    made = call_synchronously(wallet_class.create)
    again = call_synchronously(wallet_class.from_seed, made.seed)

    assert again.address == made.address
