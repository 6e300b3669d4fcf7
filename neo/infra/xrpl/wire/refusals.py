"""Error answers, and which of the port's three ways of failing each is."""

from __future__ import annotations

import attrs

from neo.domain.messages.venue import PortError


@attrs.frozen
class Refusal:
    """`code` as the server writes it (`lgrNotFound`), `message` shortened. `searched_all` only in answers to `tx`."""

    code: str
    message: str
    searched_all: bool | None = None


def read_refusal(result: object) -> Refusal | None:
    """The error in an answer (the whole websocket response or the JSON-RPC result); None when it is a success."""
    raise NotImplementedError


def port_error(refusal: Refusal, *, submitting: bool) -> PortError:
    """UNAVAILABLE, REJECTED or, for a submission whose fate the error leaves open, OUTCOME_UNKNOWN. An error code that is not
    known is UNAVAILABLE for a question and OUTCOME_UNKNOWN for a submission."""
    raise NotImplementedError


def is_overload(refusal: Refusal) -> bool:
    """The server asks to be left alone for a while (slowDown, tooBusy)."""
    raise NotImplementedError
