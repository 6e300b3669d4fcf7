"""Bounds, addresses, the live gate, and the whole configuration as a value that cannot contradict itself."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.domain.config.account_address import ALPHABET, address_complaint
from neo.domain.config.bounds import FILE_PATH, ValueRefused, above, at_least
from neo.domain.config.configuration import Config
from neo.domain.config.engine import EngineConfig
from neo.domain.config.keys import all_keys, all_sections
from neo.domain.config.order_size import OrderSizeConfig
from neo.domain.config.risk import RiskConfig
from neo.domain.config.strategy import StrategyConfig
from neo.domain.config.viability import ViabilityConfig
from neo.domain.config.xrpl import XrplConfig

ISSUER = "rMxCKbEDwqr76QuheSUMdEGf4B9xJ8m5De"
ACCOUNT = "rB8ARcAqkfZvz2bHqDKvB9Y8C36mT4xy5T"
# Source: https://xrpl.org/docs/concepts/accounts/addresses#special-addresses
SPECIAL_ADDRESSES = ["rrrrrrrrrrrrrrrrrrrrrhoLvTp", "rrrrrrrrrrrrrrrrrrrrBZbvji", "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"]


def some_config() -> Config:
    return Config(
        strategy=StrategyConfig(
            bid_offset_bps=Decimal(6),
            ask_offset_bps=Decimal(6),
            price_floor=Decimal("0.1"),
            price_ceiling=Decimal(10),
            min_spread_bps=Decimal(4),
            viability=ViabilityConfig(adverse_move_bps=Decimal("1.5"), max_spread_bps=Decimal(60)),
        ),
        risk=RiskConfig(
            max_xrp_exposure=Decimal(2500),
            max_rlusd_exposure=Decimal(2500),
            max_drawdown_rlusd=Decimal(500),
            max_orders_per_minute=120,
            ledger_age_max_s=Decimal(20),
            rpc_failures_max=10,
            market_data_age_max_s=Decimal(20),
            gateway_unhealthy_s=Decimal(60),
        ),
        xrpl=XrplConfig(issuer=ISSUER, account=ACCOUNT, fee_drops_max=2000),
    )


def test_bounds_include_or_exclude_their_limit_as_named() -> None:
    assert at_least(0).complaint(Decimal(0)) is None
    assert above(0).complaint(Decimal(0)) == "must be above 0, but is 0"
    assert at_least(0, at_most=1).complaint(Decimal("1.01")) == "must be at least 0 and at most 1, but is 1.01"
    assert above(0, at_most=1).complaint(Decimal(1)) is None


@pytest.mark.parametrize("text", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_no_bound_accepts_a_number_that_is_not_finite(text: str) -> None:
    assert "finite" in str(at_least(0).complaint(Decimal(text)))


@pytest.mark.parametrize("path", ["", " ", "a\0b", "a\nb", "/", "\x1b[31m"])
def test_a_path_has_a_name_and_no_control_characters(path: str) -> None:
    assert FILE_PATH.complaint(path) is not None


@pytest.mark.parametrize("path", ["off", "state/neo.db", "/var/lib/neo/x", "./a b/ü"])
def test_ordinary_paths_are_accepted(path: str) -> None:
    assert FILE_PATH.complaint(path) is None


@pytest.mark.parametrize("address", [ISSUER, ACCOUNT, *SPECIAL_ADDRESSES])
def test_real_addresses_are_accepted(address: str) -> None:
    assert address_complaint(address) is None


@given(st.sampled_from([ISSUER, ACCOUNT, *SPECIAL_ADDRESSES]), st.data())
def test_one_mistyped_character_of_an_address_is_noticed(address: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(1, len(address) - 1))
    letter = data.draw(st.sampled_from(ALPHABET).filter(lambda each: each != address[place]))

    assert address_complaint(address[:place] + letter + address[place + 1 :]) is not None


@given(st.text(max_size=40))
def test_any_text_can_be_judged_as_an_address(text: str) -> None:
    complaint = address_complaint(text)

    assert complaint is None or complaint.startswith(("must", "is not"))


def test_a_secret_pasted_as_address_is_not_repeated() -> None:
    seed = "sEdTM1uX8pu2do5XvTnutH6HsouMaM2"

    assert seed not in str(address_complaint(seed))


def test_a_section_refuses_a_value_outside_its_bounds() -> None:
    with pytest.raises(ValueRefused, match="base_size_rlusd must be above 0"):
        OrderSizeConfig(base_size_rlusd=Decimal(0))


def test_a_config_cannot_contradict_itself() -> None:
    config = some_config()

    with pytest.raises(ValueRefused, match=r"strategy\.requote_interval_seconds must equal"):
        attrs.evolve(config, engine=EngineConfig(tick_interval_seconds=Decimal(2)))


def test_every_limit_on_risk_must_be_written_down() -> None:
    limits = [key for key in all_keys() if key.section == "risk"]

    assert len(limits) == 8
    assert all(key.required for key in limits)


def test_every_key_without_a_default_says_what_it_protects_and_what_to_write() -> None:
    required = [key for key in all_keys() if key.required]

    assert all(key.protects and key.example for key in required)
    assert not [key.path for key in all_keys() if key.protects and not key.required]


def test_every_key_says_what_it_means() -> None:
    assert not [key.path for key in all_keys() if not key.meaning]
    assert len({key.path for key in all_keys()}) == len(all_keys())


def test_numbers_are_bounded_on_at_least_one_side() -> None:
    assert not [key.path for key in all_keys() if key.type in (int, Decimal) and key.rule is None]


def test_sections_are_found_at_any_depth() -> None:
    assert all_sections()["strategy.viability"] is ViabilityConfig
    assert all_sections()[""] is Config
