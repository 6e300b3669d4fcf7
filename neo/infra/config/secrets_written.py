"""Secrets that were written into a configuration file: each is a fault, wherever it stands."""

from __future__ import annotations

from neo.domain.config.secret_text import ADVICE, secret_spans
from neo.infra.config.fault import Fault
from neo.infra.config.positions import Span
from neo.infra.config.source_text import SourceText


def secret_faults(source: SourceText) -> list[Fault]:
    """One fault for each text that looks like a seed or a private key, also in comments. The text is not repeated."""
    return [_fault(source, Span(start, end)) for start, end in secret_spans(source.text)]


def _fault(source: SourceText, span: Span) -> Fault:
    # no excerpt: a line that holds one secret may hold another in a form that no pattern knows
    return Fault(
        location=source.location(span),
        path="",
        message="this looks like the secret of an account; a configuration file must not hold one",
        suggestion=ADVICE,
    )
