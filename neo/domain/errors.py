"""Errors that the engine raises for a person to read: each says what happened, why it matters and what to do."""

from __future__ import annotations


class NeoError(Exception):
    """Base of every error that is shown to a person.

    `problem` says what is wrong, `advice` what to do about it; `exit_code` is the process exit code
    (neo/domain/session/exit_codes.py).
    """

    exit_code = 70

    def __init__(self, problem: str, advice: str = "") -> None:
        super().__init__(f"{problem}\n  -> {advice}" if advice else problem)
        self.problem = problem
        self.advice = advice


class BrokenInvariant(AssertionError):
    """Something that must always hold does not. Never caught in an actor: the actor crashes and is rebuilt from proof."""
