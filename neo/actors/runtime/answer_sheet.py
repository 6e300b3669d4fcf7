"""Where actors sign that they are alive: one sheet instead of a message from each of them."""

from __future__ import annotations

#: When an actor signed (wall clock, ns), messages in its queue, age of the oldest (ns).
Signature = tuple[int, int, int]


class AnswerSheet:
    """Signed by each actor in its own turn, read by whoever laid it out.

    From any thread and without a lock: each step is one operation of a dict, which is whole or has not happened.
    """

    __slots__ = ("_signed", "last_ns")

    def __init__(self) -> None:
        self._signed: dict[str, Signature] = {}
        #: When each actor signed last, for whoever only looks: collecting does not change it.
        self.last_ns: dict[str, int] = {}

    def sign(self, name: str, signature: Signature) -> None:
        """The newest signature of an actor is the one that counts. Whoever collects one finds its time as well."""
        self.last_ns[name] = signature[0]
        self._signed[name] = signature

    def collect(self) -> dict[str, Signature]:
        """What was signed since the last time. Nothing is lost that is signed meanwhile."""
        signed = self._signed
        # a list of the names is made in one step: while one goes through a dict itself, nobody may add to it
        return {name: signed.pop(name) for name in list(signed)}
