"""The envelope around every message."""

from __future__ import annotations

from typing import ClassVar

import attrs


@attrs.define(eq=False)
class Envelope:
    """A message and where it comes from. Written by the runtime only; actors read it.

    `sequence` numbers all sends of a system; `cause` is the sequence of the envelope that was being handled when this
    one was sent; `correlation` ties a request to its reply (0: neither); `sent_ns` is monotonic; `incarnation` is the
    sender's (0: not an actor). `reply_to` exists because Pykka's loop reads it: it is where `ask` would put a future,
    and `ask` does not exist here.
    """

    message: object
    sender: str = ""
    receiver: str = ""
    sequence: int = 0
    correlation: int = 0
    cause: int = 0
    sent_ns: int = 0
    incarnation: int = 0
    is_reply: bool = False
    reply_to: ClassVar[None] = None
