"""The audit finds who reads a key and what shadows one, in planted sources."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from neo.domain.config.keys import all_keys
from neo.infra.config.audit import KeyAudit, audit
from neo.infra.config.loader import load
from tests.infra.config.consumed_keys import assert_every_key_is_consumed
from tests.infra.config.files import SIM

KEY = "strategy.clob_switch_threshold_bps"


def plant(folder: Path, **modules: str) -> Path:
    """A package `planted` with one file for each keyword; double underscores in names are folders."""
    root = folder / "planted"
    for name, code in modules.items():
        path = root / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(code), "utf-8")
    return root


def row(root: Path, path: str = KEY) -> KeyAudit:
    return next(each for each in audit(root, {}) if each.path == path)


READS = {
    "a chain from a parameter": "def f(config: Config): return config.strategy.clob_switch_threshold_bps > 0",
    "a section as parameter": "def f(limits: StrategyConfig): return limits.clob_switch_threshold_bps + 1",
    "a quoted annotation": "def f(limits: 'StrategyConfig'): return limits.clob_switch_threshold_bps",
    "an optional annotation": "def f(limits: StrategyConfig | None): return limits.clob_switch_threshold_bps",
    "a qualified annotation": "def f(limits: domain.StrategyConfig): return limits.clob_switch_threshold_bps",
    "a local name for a section": """
        def f(config: Config):
            quoting = config.strategy
            return quoting.clob_switch_threshold_bps
    """,
    "an attribute of the class": """
        class Anchor:
            limits: StrategyConfig
            def choose(self): return self.limits.clob_switch_threshold_bps
    """,
    "an attribute set in the constructor": """
        class Anchor:
            def __init__(self, config: Config): self._limits = config.strategy
            def choose(self): return self._limits.clob_switch_threshold_bps
    """,
    "an attribute of a base class": """
        class Base:
            limits: StrategyConfig
        class Anchor(Base):
            def choose(self): return self.limits.clob_switch_threshold_bps
    """,
    "the result of a function": """
        def limits() -> StrategyConfig: ...
        def f(): return limits().clob_switch_threshold_bps
    """,
    "a property": """
        class Holder:
            @property
            def limits(self) -> StrategyConfig: ...
        def f(holder: Holder): return holder.limits.clob_switch_threshold_bps
    """,
    "a loaded configuration": "def f(loaded): return loaded.config.strategy.clob_switch_threshold_bps",
    "a changed copy": """
        def f(limits: StrategyConfig):
            other = attrs.evolve(limits, levels=count)
            return other.clob_switch_threshold_bps
    """,
    "a nested function": """
        def f(config: Config):
            def g(): return config.strategy.clob_switch_threshold_bps
            return [g() for _ in x]
    """,
    "a lambda": "def f(config: Config): return lambda: config.strategy.clob_switch_threshold_bps",
}

NOT_READS = {
    "an object of another class": "def f(strategy: Strategy): return strategy.clob_switch_threshold_bps",
    "an object of no known class": "def f(other): return other.clob_switch_threshold_bps",
    "a text": "def f(config: Config): return getattr(config.strategy, 'clob_switch_threshold_bps')",
    "a comment": "# config.strategy.clob_switch_threshold_bps",
    "an argument name": "def f(g, x): return g(clob_switch_threshold_bps=x)",
    "an assignment": "def f(config: Config): config.strategy.clob_switch_threshold_bps = x",
    "a value thrown away": "def f(config: Config):\n    config.strategy.clob_switch_threshold_bps",
    "another key of the section": "def f(config: Config): return config.strategy.levels",
    "another section": "def f(config: Config): return config.engine.clob_switch_threshold_bps",
}


@pytest.mark.parametrize("code", READS.values(), ids=READS.keys())
def test_a_key_is_consumed_by(code: str, tmp_path: Path) -> None:
    assert row(plant(tmp_path, actors__strategy=code)).consumers == ("planted.actors.strategy",)


@pytest.mark.parametrize("code", NOT_READS.values(), ids=NOT_READS.keys())
def test_a_key_is_not_consumed_by(code: str, tmp_path: Path) -> None:
    assert row(plant(tmp_path, actors__strategy=code)).consumers == ()


def test_a_class_of_another_module_is_followed(tmp_path: Path) -> None:
    root = plant(
        tmp_path,
        state="class QuotingState:\n    limits: StrategyConfig\n",
        decide="def decide(state: QuotingState): return state.limits.clob_switch_threshold_bps",
    )

    assert row(root).consumers == ("planted.decide",)


def test_all_consumers_are_listed_and_a_nested_section_is_followed(tmp_path: Path) -> None:
    code = "def f(config: Config): return config.strategy.viability.max_spread_bps"
    root = plant(tmp_path, one=code, two="def f(gate: ViabilityConfig): return gate.max_spread_bps")

    assert row(root, "strategy.viability.max_spread_bps").consumers == ("planted.one", "planted.two")


def test_keys_of_the_top_level_are_found(tmp_path: Path) -> None:
    root = plant(tmp_path, one="def f(config: Config): return config.mode")

    assert row(root, "mode").consumers == ("planted.one",)
    assert row(root, "checkpoint.mode").consumers == ()


def test_handling_all_keys_alike_is_not_consumption(tmp_path: Path) -> None:
    code = READS["a chain from a parameter"]
    root = plant(tmp_path, infra__config__reading=code, domain__config__agreement=code, cli__config=code)

    assert row(root).consumers == ()


SHADOWS = {
    "constant": "CLOB_SWITCH_THRESHOLD_BPS = 3",
    "a Decimal constant": "CLOB_SWITCH_THRESHOLD_BPS: Final = Decimal('3')",
    "a private constant": "_clob_switch_threshold_bps = -3.5",
    "the full path": "STRATEGY_CLOB_SWITCH_THRESHOLD_BPS = 1 + 2",
    "a default argument": "def anchor(a, clob_switch_threshold_bps=3): ...",
    "a keyword default": "def anchor(*, clob_switch_threshold_bps: Decimal = Decimal(3)): ...",
    "an attrs default": "class A:\n    clob_switch_threshold_bps: Decimal = attrs.field(default=Decimal(3))",
    "an instance attribute": "class A:\n    def f(self): self.clob_switch_threshold_bps = 3",
    "a literal argument": "anchor(clob_switch_threshold_bps=3)",
    "a comparison": "def f(clob_switch_threshold_bps): return clob_switch_threshold_bps > 3",
    "a fallback of get": "x = config.get('clob_switch_threshold_bps', 3)",
    "a fallback of getattr": "x = getattr(config, 'clob_switch_threshold_bps', 3)",
    "a fallback of or": "def f(s: StrategyConfig): return s.clob_switch_threshold_bps or 3",
}

NOT_SHADOWS = {
    "passing the key on": "def f(s: StrategyConfig): return g(clob_switch_threshold_bps=s.clob_switch_threshold_bps)",
    "a parameter without default": "def anchor(a, clob_switch_threshold_bps): ...",
    "a test for zero": "def f(clob_switch_threshold_bps): return clob_switch_threshold_bps > 0",
    "an annotation": "class A:\n    clob_switch_threshold_bps: Decimal",
    "a general word": "def ask(timeout_s=5, levels=3, path='x', seed=1): ...",
    "another name": "CLOB_LEVELS = 3",
}


@pytest.mark.parametrize("code", SHADOWS.values(), ids=SHADOWS.keys())
def test_a_key_is_shadowed_by(code: str, tmp_path: Path) -> None:
    (shadow,) = row(plant(tmp_path, domain__anchor=code)).shadows

    assert (shadow.module, shadow.path) == ("planted.domain.anchor", KEY)


@pytest.mark.parametrize("code", NOT_SHADOWS.values(), ids=NOT_SHADOWS.keys())
def test_a_key_is_not_shadowed_by(code: str, tmp_path: Path) -> None:
    rows = audit(plant(tmp_path, domain__anchor=code), {})

    assert [each.shadows for each in rows if each.shadows] == []


def every_key_read() -> str:
    reads = "\n".join(f"    use(config.{key.path})" for key in all_keys())
    return f"def start(config: Config):\n{reads}\n"


def test_a_source_that_reads_every_key_passes_and_each_missing_one_is_named(tmp_path: Path) -> None:
    code = every_key_read()
    assert_every_key_is_consumed(plant(tmp_path, system=code))

    root = plant(tmp_path, system=code.replace("use(config.risk.max_xrp_exposure)", "pass"))
    with pytest.raises(AssertionError, match=r"^risk\.max_xrp_exposure: nothing reads it"):
        assert_every_key_is_consumed(root)


def test_a_planted_shadow_fails_although_every_key_is_read(tmp_path: Path) -> None:
    root = plant(tmp_path, system=every_key_read(), anchor="\nCLOB_SWITCH_THRESHOLD_BPS = 3\n")

    with pytest.raises(AssertionError, match=r"shadowed by a constant in planted\.anchor, line 2"):
        assert_every_key_is_consumed(root)


def test_a_row_says_where_the_key_is_written_and_that_it_was_parsed(tmp_path: Path) -> None:
    loaded = load(SIM, {"NEO_SEED": "4"})
    rows = {each.path: each for each in audit(plant(tmp_path, system=every_key_read()), loaded.origins)}

    assert rows[KEY].written == loaded.origins[KEY].place
    assert (rows["seed"].written, rows["seed"].parsed) == ("", True)
    assert all(each.sound and each.parsed for each in rows.values())
