"""The claim that the architecture tests make about neo's own source, as a function of a source root."""

from __future__ import annotations

from pathlib import Path

from neo.infra.config.audit import audit, complaints


def assert_every_key_is_consumed(source_root: Path) -> None:
    """Fail with one line for each key that nothing reads and for each constant that shadows one."""
    wrong = complaints(audit(source_root, {}))
    assert not wrong, "\n".join(wrong)
