"""The guard sees every disguise in which something asynchronous comes, and leaves the rest alone."""

from __future__ import annotations

import asyncio
import functools
import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator
from typing import Any

import pytest

from neo.domain.session.exit_codes import UNAVAILABLE
from neo.infra.xrpl.synchronous import NotSynchronous, call_synchronously, require_synchronous


async def send(amount: int = 0) -> int:
    return amount


async def stream() -> AsyncIterator[int]:
    yield 1


@functools.wraps(send)
def looks_synchronous(amount: int = 0) -> Coroutine[Any, Any, int]:
    return send(amount)


class Client:
    async def request(self) -> int:
        return 1

    async def __call__(self) -> int:
        return 1


class Promise:
    """Awaitable without being a coroutine."""

    canceled = False

    def __await__(self) -> Generator[None, None, int]:
        yield None
        return 1

    def cancel(self) -> None:
        self.canceled = True


DISGUISES: dict[str, Callable[..., object]] = {
    "a coroutine function": send,
    "a partial of one": functools.partial(functools.partial(send, 1)),
    "a decorated one": looks_synchronous,
    "a method": Client().request,
    "a method of the class": Client.request,
    "an object that is called": Client(),
    "an asynchronous generator": stream,
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_an_asynchronous_entry_point_is_refused_at_start_by_its_name(disguise: str) -> None:
    with pytest.raises(NotSynchronous) as refused:
        require_synchronous({"print": print, disguise: DISGUISES[disguise], "len": len})

    assert refused.value.problem.endswith(f": {disguise}")
    assert "Install the pinned release" in refused.value.advice
    assert refused.value.exit_code == UNAVAILABLE


def test_all_asynchronous_entry_points_are_named_at_once() -> None:
    with pytest.raises(NotSynchronous, match="one, two"):
        require_synchronous({"one": send, "fine": len, "two": stream})


def test_synchronous_functions_methods_and_classes_pass() -> None:
    require_synchronous({"function": len, "method": [].append, "class": Client, "partial": functools.partial(len, [])})


@pytest.mark.parametrize("disguise", [name for name in DISGUISES if name != "an asynchronous generator"])
@pytest.mark.filterwarnings("error")
def test_a_coroutine_that_comes_back_is_closed_and_raises_at_once(disguise: str) -> None:
    arguments = (Client(),) if disguise == "a method of the class" else ()

    with pytest.raises(NotSynchronous, match="returned a coroutine where a response was expected"):
        call_synchronously(DISGUISES[disguise], *arguments)

    gc.collect()  # a coroutine that was never awaited warns here, and the warning is an error


def test_an_asynchronous_generator_that_comes_back_raises() -> None:
    with pytest.raises(NotSynchronous, match="returned a async_generator"):
        call_synchronously(stream)


def test_any_other_awaitable_is_cancelled_and_raises() -> None:
    promise = Promise()

    def submit() -> Awaitable[int]:
        return promise

    with pytest.raises(NotSynchronous, match="submit returned a Promise"):
        call_synchronously(submit)

    assert promise.canceled


def test_a_future_that_comes_back_is_cancelled() -> None:
    loop = asyncio.new_event_loop()
    try:
        future = loop.create_future()

        with pytest.raises(NotSynchronous):
            call_synchronously(lambda: future)

        assert future.cancelled()
    finally:
        loop.close()


def test_a_response_is_handed_through_with_every_argument() -> None:
    def respond(one: int, *, two: int) -> tuple[int, int]:
        return one, two

    assert call_synchronously(respond, 1, two=2) == (1, 2)


def test_what_the_function_raises_is_its_own() -> None:
    with pytest.raises(ZeroDivisionError):
        call_synchronously(lambda: 1 // 0)
