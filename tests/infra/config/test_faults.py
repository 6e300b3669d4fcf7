"""What an operator reads when a configuration is wrong: all of it, at its place, with what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from neo.domain.config.keys import all_keys
from neo.infra.config.fault import ConfigError, Fault, Location, render
from neo.infra.config.loader import load
from tests.infra.config.files import SIM, changed_sim, faults_of, line_of, written

SECRET = "sEdTM1uX8pu2do5XvTnutH6HsouMaM2"


def only(faults: tuple[Fault, ...]) -> Fault:
    assert len(faults) == 1, render(faults)
    return faults[0]


def test_an_unknown_key_is_an_error_with_the_key_that_was_meant(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("requote_threshold_bps = 4", "requote_treshold_bps = 4"))

    fault = only(faults_of(path))

    assert fault.location == Location(str(path), line_of(path, "requote_treshold_bps"), 1)
    assert fault.path == "strategy.requote_treshold_bps"
    assert fault.suggestion == "did you mean strategy.requote_threshold_bps?"


def test_a_misspelt_limit_is_one_fault_and_not_also_missing(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("max_drawdown_rlusd", "max_drawdwn_rlusd"))

    assert only(faults_of(path)).suggestion == "did you mean risk.max_drawdown_rlusd?"


def test_a_misspelt_table_is_one_fault(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("[risk]", "[rsik]"))

    fault = only(faults_of(path))

    assert (fault.path, fault.message, fault.suggestion) == ("rsik", "no such table", "did you mean risk?")


def test_a_key_in_the_wrong_table_is_sent_to_its_own(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("[order_size]", "[order_size]\nmax_xrp_exposure = 5"))

    assert only(faults_of(path)).suggestion == "it belongs to [risk]"


def test_a_missing_limit_says_why_there_is_no_default_and_what_to_write(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("max_drawdown_rlusd =", "#"))

    fault = only(faults_of(path))

    assert fault.location == Location(str(path), line_of(path, "[risk]"), 2)
    assert "What protects money has no default" in fault.message
    assert "max_drawdown_rlusd = 100" in fault.suggestion
    assert "RLUSD" in fault.suggestion
    assert "NEO_RISK__MAX_DRAWDOWN_RLUSD" in fault.suggestion


def test_an_empty_file_names_every_limit_and_the_table_to_write_it_in(tmp_path: Path) -> None:
    faults = faults_of(written(tmp_path, ""))

    assert "risk.max_xrp_exposure" in [fault.path for fault in faults]
    assert all("below [" in fault.suggestion for fault in faults)


@pytest.mark.parametrize(
    ("old", "new", "message", "suggestion"),
    [
        ("levels = 1 ", "levels = 1.0 ", "must be a whole number, but is a number 1.0", "write 1"),
        ("levels = 1 ", "levels = true ", "must be a whole number, but is a truth value true", "number without"),
        ("levels = 1 ", "levels = 0 ", "must be at least 1 and at most 10, but is 0", "quotes on each side"),
        ("levels = 1 ", f"levels = {'9' * 4000} ", "must be a whole number with at most 19 digits", ""),
        (
            "bid_offset_bps = 10 ",
            'bid_offset_bps = "10" ',
            "must be a number, but is text '10'",
            "write 10 without quotes",
        ),
        ("bid_offset_bps = 10 ", 'bid_offset_bps = "6,5" ', "must be a number, but is text '6,5'", "not a comma"),
        ("bid_offset_bps = 10 ", "bid_offset_bps = nan ", "must be a finite number, but is NaN", "no limit"),
        ("bid_offset_bps = 10 ", "bid_offset_bps = -inf ", "must be a finite number, but is -Infinity", ""),
        ("bid_offset_bps = 10 ", "bid_offset_bps = 1e999999999999999999999 ", "must be a finite number", ""),
        ("bid_offset_bps = 10 ", "bid_offset_bps = 1e99 ", "must be a number with at most 18 digits", ""),
        ("bid_offset_bps = 10 ", "bid_offset_bps = 1e-99 ", "must be a number with at most 18 digits", ""),
        ("bid_offset_bps = 10 ", "bid_offset_bps = 2020-01-01 ", "must be a number, but is a date or time", ""),
        ("bid_offset_bps = 10 ", "bid_offset_bps = true ", "must be a number, but is a truth value true", ""),
        ("bid_offset_bps = 10 ", "bid_offset_bps = [6] ", "must be a number, but is an array", ""),
        ("bid_offset_bps = 10 ", "bid_offset_bps = -3 ", "must be at least 0", "below the anchor"),
        ("warn_only = false", "warn_only = 0", "must be true or false, but is a number 0", "without quotes"),
        ("warn_only = false", 'warn_only = "false"', "must be true or false, but is text 'false'", "without quotes"),
        ('mode = "sim"', 'mode = "lvie"', "must be one of sim, replay, paper, live, but is text 'lvie'", '"live"'),
        ('path = "state/neo-sim.db"', "path = 5", "must be text, but is a number 5", 'write "5"'),
        ('path = "state/neo-sim.db"', 'path = "a\\u0000b"', "must be a path without control characters", ""),
    ],
)
def test_a_wrong_value_is_marked_and_explained(
    tmp_path: Path, old: str, new: str, message: str, suggestion: str
) -> None:
    path = changed_sim(tmp_path, (old, new))

    fault = only(faults_of(path))

    assert fault.message.startswith(message)
    assert suggestion in fault.suggestion
    assert fault.location.line == line_of(path, new.strip())
    assert fault.location.column == new.index("=") + 3


def test_what_a_refused_limit_means_is_a_sentence(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("levels = 1 ", "levels = 0 "))
    assert only(faults_of(path)).suggestion == "its meaning: quotes on each side [quotes]"


#: How a meaning must not begin: it is read after "its meaning:", and as the entry of a table.
_NO_NOUN = ("so ", "sold ", "spent ", "each ", "no ", "never ", "an alert is ", "a drop is ", "above ", "below ")


def test_every_meaning_says_what_the_value_is() -> None:
    assert [key.path for key in all_keys() if not key.meaning or key.meaning.lower().startswith(_NO_NOUN)] == []


def test_two_keys_that_disagree_are_shown_with_both_places(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("requote_interval_seconds = 4", "requote_interval_seconds = 5"))

    fault = only(faults_of(path))

    assert fault.path == "strategy.requote_interval_seconds"
    assert fault.message == "must equal engine.tick_interval_seconds: 5 is not 4"
    assert fault.related == (f"engine.tick_interval_seconds = 4 ({path}:{line_of(path, '[engine]') + 2}:25)",)


def test_all_faults_are_reported_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    path = changed_sim(
        tmp_path,
        ('mode = "sim"', 'mode = "smi"'),
        ("tick_interval_seconds = 4", "tick_interval_second = 4"),
        ("price_ceiling = 10 ", "price_ceiling = 0.05 "),
        ("max_xrp_exposure =", "#"),
        ("timeout_s = 75", "timeout_s = 2"),
    )

    faults = faults_of(path, {"NEO_SPED": "5"})

    assert [fault.path for fault in faults] == [
        "mode",
        "engine.tick_interval_second",
        "strategy.price_ceiling",
        "risk.max_xrp_exposure",
        "heartbeat.timeout_s",
        "",
    ]
    assert str(faults[-1].location) == "environment NEO_SPED"


def test_the_excerpt_points_at_the_value(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("levels = 1 ", "levels = 99"))

    text = render(faults_of(path))

    source, carets = text.splitlines()[1:3]
    assert source[carets.index("^") : carets.rindex("^") + 1] == "99"
    assert text.endswith("1 fault in the configuration; nothing was started.")


def test_a_duplicate_key_is_shown_with_its_first_place(tmp_path: Path) -> None:
    path = written(tmp_path, "[engine]\ntick_interval_seconds = 4\n\ntick_interval_seconds = 5\n")

    fault = only(faults_of(path))

    assert (fault.path, fault.message) == ("engine.tick_interval_seconds", "is written twice")
    assert str(fault.location) == f"{path}:4:1"
    assert fault.related == (f"first at {path}:2:1",)


def test_a_duplicate_table_is_shown_with_its_first_place(tmp_path: Path) -> None:
    fault = only(faults_of(written(tmp_path, "[engine]\n[risk]\n[engine]\n")))

    assert (fault.path, fault.location.line, fault.location.column) == ("engine", 3, 2)


@pytest.mark.parametrize(
    ("content", "place", "message"),
    [
        ("a = 4s\n", ":1:6", "not valid TOML"),
        ("[engine\n", ":1:8", "not valid TOML"),
        ('a = "open', ":1:10", "not valid TOML"),
        ("a = 1\nb = \0\n", ":2:5", "NUL byte"),
        (b"a = 1\n# caf\xe9\n", ":2:6", "byte 0xe9 is not UTF-8"),
        (b"\xef\xbb\xbfa = 1", "", "byte order mark"),
        ("a = " + "[" * 20_000, "", "nested too deeply"),
        (f"a = {'9' * 5000}", "", "cannot be read"),
        ("#" * 1_000_001, "", "larger than 1000000 bytes"),
    ],
    ids=["suffix", "header", "string", "nul", "latin-1", "bom", "deep", "digits", "large"],
)
def test_a_file_that_is_no_toml_is_one_located_fault(
    tmp_path: Path, content: str | bytes, place: str, message: str
) -> None:
    path = written(tmp_path, content)

    fault = only(faults_of(path))

    assert str(fault.location) == f"{path}{place}"
    assert message in fault.message


def test_a_missing_file_names_its_neighbours(tmp_path: Path) -> None:
    there = written(tmp_path, "")

    fault = only(faults_of(tmp_path / "nao.toml"))

    assert fault.message == "there is no such file"
    assert str(there) in fault.suggestion


def test_a_folder_cannot_be_read(tmp_path: Path) -> None:
    assert only(faults_of(tmp_path)).message == "cannot be read: Is a directory"


def test_windows_line_ends_do_not_shift_places(tmp_path: Path) -> None:
    path = written(tmp_path, SIM.read_bytes().replace(b"\n", b"\r\n").replace(b"levels = 1 ", b"levels = 0 "))

    fault = only(faults_of(path))

    assert (fault.location.line, fault.location.column) == (line_of(SIM, "levels = 1"), 10)
    assert "\r" not in render([fault])


def test_a_table_written_as_a_value_is_one_fault(tmp_path: Path) -> None:
    path = changed_sim(
        tmp_path, ("[reconcile]\nreconcile_interval_s = 60 ", ""), ("[engine]", "reconcile = 5\n[engine]")
    )

    fault = only(faults_of(path))

    assert (fault.path, fault.message) == ("reconcile", "must be a table, but is a number 5")


def test_inline_and_dotted_tables_are_located_as_well(tmp_path: Path) -> None:
    path = changed_sim(
        tmp_path,
        ("[strategy.viability]\nadverse_move_bps = 1.5 ", "#"),
        ("max_spread_bps = 60 ", "#"),
        ("expiration_s = 120 ", "viability = {adverse_move_bps = 1, max_spread_bps = 'wide'}\nexpiration_s = 120 "),
    )

    fault = only(faults_of(path))

    assert fault.path == "strategy.viability.max_spread_bps"
    assert fault.excerpt is not None
    assert fault.location.column == fault.excerpt.text.index("'wide'") + 1


@pytest.mark.parametrize(
    ("name", "value", "path", "message"),
    [
        ("NEO_SPEED", "fast", "speed", "must be a number, but is text 'fast'"),
        ("NEO_STRATEGY__LEVELS", "2.5", "strategy.levels", "must be a whole number, but is a number 2.5"),
        ("NEO_STRATEGY__LEVELS", "99", "strategy.levels", "must be at least 1 and at most 10, but is 99"),
        ("NEO_HEARTBEAT__WARN_ONLY", "yes", "heartbeat.warn_only", "must be true or false, but is text 'yes'"),
        ("NEO_MODE", "Live", "mode", "must be one of sim, replay, paper, live, but is text 'Live'"),
        ("NEO_SPEED", "nan", "speed", "must be a finite number, but is NaN"),
        ("NEO_ALLOW_LIVE", "true", "allow_live", "can only be set in the configuration file, where it is seen"),
    ],
)
def test_a_fault_of_the_environment_names_the_variable(name: str, value: str, path: str, message: str) -> None:
    fault = only(faults_of(SIM, {name: value}))

    assert (str(fault.location), fault.path, fault.message) == (f"environment {name}", path, message)


def test_a_disagreement_with_a_variable_names_it() -> None:
    fault = only(faults_of(SIM, {"NEO_ENGINE__TICK_INTERVAL_SECONDS": "2"}))

    assert fault.related == ("engine.tick_interval_seconds = 2 (environment NEO_ENGINE__TICK_INTERVAL_SECONDS)",)


def test_an_unknown_variable_is_an_error_and_its_value_stays_private() -> None:
    with pytest.raises(ConfigError) as raised:
        load(SIM, {"NEO_STRATEGY__LEVLES": SECRET})

    assert "did you mean NEO_STRATEGY__LEVELS?" in str(raised.value)
    assert SECRET not in str(raised.value)


def test_reserved_variables_are_left_alone() -> None:
    assert faults_of(SIM, {"NEO_SHARED": "/anywhere"}) == ()


def test_faults_of_file_and_environment_come_together_even_when_the_file_is_broken(tmp_path: Path) -> None:
    faults = faults_of(written(tmp_path, "a = = 1"), {"NEO_NOTHING_LIKE_IT": "1"})

    assert len(faults) == 2


@pytest.mark.parametrize(
    "line",
    [
        f'wallet = "{SECRET}"',
        "wallet = 'hunter2hunter2'",
        f"secret = {SECRET}",
        f"seed_phrase = {SECRET}",
        'api_token = "hunter2hunter2"',
        f"passphrase = 'x' hunter2hunter2 {SECRET}",
    ],
)
def test_a_secret_in_the_wrong_place_never_reaches_a_message(tmp_path: Path, line: str) -> None:
    path = changed_sim(tmp_path, ("[engine]", f"{line}\n[engine]"))

    text = render(faults_of(path))

    assert SECRET not in text
    assert "hunter2hunter2" not in text


def test_a_secret_as_the_value_of_a_known_key_never_reaches_a_message(tmp_path: Path) -> None:
    path = changed_sim(tmp_path, ("seed = 0", f'seed = "{SECRET}"'), ('base = "XRP"', f'base = "{SECRET}"'))

    text = render(faults_of(path))

    assert "seed" in text
    assert SECRET not in text
