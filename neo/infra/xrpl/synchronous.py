"""Guard against a library whose synchronous entry points turn into coroutine functions between two releases.

A coroutine that nobody awaits does nothing and says nothing: an order that was "sent" that way never left the process.
`require_synchronous` refuses to start on such a library. It belongs at the start of every mode that reaches a real ledger,
before the first actor exists; mode sim uses no client library and needs no check. `call_synchronously` is the way from the
gateway into the library: what a check of signatures cannot see is caught at the call itself.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncGenerator, Callable, Coroutine, Mapping
from functools import partial
from typing import ParamSpec, TypeVar

from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import UNAVAILABLE

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

ADVICE = "Install the pinned release of the client library again (pip install --force-reinstall neo-trading-engine)."


class NotSynchronous(NeoError):
    """The installed client library is not the one that neo was written for. Nothing was sent through it."""

    exit_code = UNAVAILABLE


def require_synchronous(entry_points: Mapping[str, Callable[..., object]]) -> None:
    """NotSynchronous, with the names of all entry points that are coroutine functions or asynchronous generators."""
    wrong = [name for name, function in entry_points.items() if _is_asynchronous(function)]
    if wrong:
        raise NotSynchronous(f"must be synchronous, but would return a coroutine: {', '.join(wrong)}", ADVICE)


def call_synchronously(
    function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
) -> Result:
    """What `function` returns. NotSynchronous when that has to be awaited; it is closed then, so nothing runs later."""
    result = function(*args, **kwargs)
    if not (inspect.isawaitable(result) or inspect.isasyncgen(result)):
        return result
    _dispose(result)
    raise NotSynchronous(
        f"{_name(function)} returned a {type(result).__name__} where a response was expected: nothing was done", ADVICE
    )


def _is_asynchronous(function: Callable[..., object]) -> bool:
    """Looks through partials and decorators, and at `__call__` of an object that is no function."""
    while isinstance(function, partial):
        function = function.func
    candidates: list[object] = [function, inspect.unwrap(function)]
    if not inspect.isclass(function):  # calling a class makes an instance, whatever its instances do
        candidates.append(type(function).__call__)
    return any(inspect.iscoroutinefunction(each) or inspect.isasyncgenfunction(each) for each in candidates)


def _dispose(result: object) -> None:
    """A coroutine is closed and a future cancelled. An asynchronous generator that never ran holds nothing."""
    if isinstance(result, Coroutine):
        result.close()
    elif not isinstance(result, AsyncGenerator):
        cancel = getattr(result, "cancel", None)
        if callable(cancel):
            cancel()


def _name(function: Callable[..., object]) -> str:
    return getattr(function, "__qualname__", None) or repr(function)
