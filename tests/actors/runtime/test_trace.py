from __future__ import annotations

from decimal import Decimal
from enum import Enum

import attrs
import pytest

from neo.actors.runtime import SimKernel
from neo.actors.runtime.crashes import describe, error_type
from neo.actors.runtime.trace import Trace, render


class Side(Enum):
    BUY = "buy"


class Opaque:
    pass


@attrs.frozen
class Inner:
    prices: tuple[Decimal, ...]


@attrs.frozen
class Outer:
    side: Side
    inner: Inner
    tags: frozenset[str]
    extra: object = None


def test_a_record_is_rendered_by_its_values_alone() -> None:
    record = Outer(Side.BUY, Inner((Decimal("1.50"),)), frozenset({"b", "a"}), {"k": [1, True, b"x"]})
    assert render(record) == "Outer(Side.BUY,Inner((Decimal('1.50'))),{a,b},{k:(1,True,b'x')})"


def test_what_has_no_value_of_its_own_is_rendered_by_its_class() -> None:
    assert render(Outer(Side.BUY, Inner(()), frozenset(), Opaque())) == "Outer(Side.BUY,Inner(()),{},Opaque)"
    assert render(Opaque) == "Opaque"


def test_an_error_is_described_without_memory_addresses() -> None:
    error = ValueError("bad <object at 0x7f3a5c0012d0>")
    assert describe(error) == render(error) == "ValueError: bad <object at 0x…>"
    assert error_type(describe(error)) == "ValueError"
    assert error_type(describe(KeyError())) == "KeyError"


def test_the_digest_depends_on_every_line_and_on_their_order() -> None:
    digests = set()
    for lines in (["a", "b"], ["b", "a"], ["ab"], ["a"], []):
        trace = Trace("hash")
        for line in lines:
            trace.add(line)
        digests.add(trace.digest())
        assert trace.lines == []
    assert len(digests) == 5


def test_lines_say_when_at_which_step_and_what() -> None:
    kernel = SimKernel(1, trace="full")
    kernel.after(5, lambda: kernel.note("fill", Decimal(2)))
    kernel.run_until(kernel.now_ns() + 10)
    assert kernel.lines == ["5 0 fill Decimal('2')"]


def test_an_unknown_level_is_refused() -> None:
    with pytest.raises(ValueError, match="off, hash or full"):
        Trace("loud")  # type: ignore[arg-type]
