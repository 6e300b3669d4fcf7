"""Every example of docs/harness.md runs, and the page names everything that the harness exports."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import neo.harness

PAGE = Path(__file__).parents[2] / "docs" / "harness.md"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """Line in the page and code of each example, so far down that a traceback names the page's own lines."""
    text = PAGE.read_text(encoding="utf-8")
    lines = [text.count("\n", 0, found.start(1)) for found in _BLOCK.finditer(text)]
    return [
        (f"line {line + 1}", "\n" * line + found[1]) for line, found in zip(lines, _BLOCK.finditer(text), strict=True)
    ]


@pytest.mark.parametrize("code", [code for _, code in examples()], ids=[place for place, _ in examples()])
def test_an_example_of_the_page_runs(code: str) -> None:
    exec(compile(code, str(PAGE), "exec"), {"__name__": "example"})


def test_the_page_has_examples_and_each_asserts_something() -> None:
    codes = [code for _, code in examples()]

    assert len(codes) >= 10
    assert all("assert " in code for code in codes)


@pytest.mark.parametrize(
    "name", ["World", "FaultPlan", "PLANS", "run_seed", "sim_config", "broken_now", "broken_when_quiet"]
)
def test_what_a_stranger_needs_is_exported_and_on_the_page(name: str) -> None:
    assert name in neo.harness.__all__
    assert name in PAGE.read_text(encoding="utf-8")


def test_everything_that_is_exported_exists() -> None:
    assert all(hasattr(neo.harness, name) for name in neo.harness.__all__)
