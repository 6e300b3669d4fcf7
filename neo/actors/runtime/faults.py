"""What goes wrong in a simulation, as data."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from neo.records import frozen

#: Stands for every actor or port that is not named itself.
ANY = "*"

_S = 1_000_000_000


@frozen
class Faults:
    """Probabilities by actor name (or port name, or `*` for all the others), each per message.

    `crash_before`: the handler does not run. `crash_after`: it ran and its sends are out. `crash_between_sends`: some of
    its sends are out. `hang`: the actor is deaf, also to pings, for `hang_ns`. `pause_p`: any actor is late by up to
    `pause_max_ns`. `delay_p`: a message takes up to `delay_max_ns`; those of one sender to one receiver stay in order.
    Messages between actors are never lost, as in a process. What comes from outside may be: `drop_p` for messages from
    outside, `lose_request`, `lose_reply`, `late_reply` (by up to `late_reply_max_ns`) and `duplicate_reply` by port.
    """

    crash_before: Mapping[str, float] = attrs.field(factory=dict)
    crash_after: Mapping[str, float] = attrs.field(factory=dict)
    crash_between_sends: Mapping[str, float] = attrs.field(factory=dict)
    hang: Mapping[str, float] = attrs.field(factory=dict)
    hang_ns: int = 60 * _S
    delay_p: float = 0.0
    delay_max_ns: int = 2 * _S
    pause_p: float = 0.0
    pause_max_ns: int = 5 * _S
    drop_p: float = 0.0
    lose_request: Mapping[str, float] = attrs.field(factory=dict)
    lose_reply: Mapping[str, float] = attrs.field(factory=dict)
    late_reply: Mapping[str, float] = attrs.field(factory=dict)
    late_reply_max_ns: int = 60 * _S
    duplicate_reply: Mapping[str, float] = attrs.field(factory=dict)

    @property
    def any(self) -> bool:
        """Something can go wrong at all."""
        mappings = (self.crash_before, self.crash_after, self.crash_between_sends, self.hang, self.lose_request,
                    self.lose_reply, self.late_reply, self.duplicate_reply)  # fmt: skip
        return any(mappings) or self.delay_p > 0 or self.pause_p > 0 or self.drop_p > 0
