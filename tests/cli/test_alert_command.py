from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from neo.cli.main import main
from neo.domain.config.alerts import CHANNELS_VARIABLE, WEBHOOK_VARIABLE
from neo.domain.session.exit_codes import CONFIG as CONFIG_REFUSED
from neo.domain.session.exit_codes import EX_OK, UNAVAILABLE
from tests.infra.alerts.webhook_receiver import receiving

CONFIG = str(Path(__file__).parents[2] / "config" / "paper.toml")


@pytest.fixture(autouse=True)
def nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Addresses of whoever runs the tests are not theirs to use."""
    for name in (WEBHOOK_VARIABLE, CHANNELS_VARIABLE):
        monkeypatch.delenv(name, raising=False)


def test_a_test_message_arrives_and_the_address_is_shown_without_its_token(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with receiving() as receiver:
        monkeypatch.setenv(WEBHOOK_VARIABLE, receiver.url)

        assert main(["alert", "test", CONFIG]) == EX_OK

        out = capsys.readouterr().out
        assert receiver.kinds() == [("test", "test")]
        assert "[ ok ] webhook http://127.0.0.1: delivered" in out
        assert "alerts.enabled is false" in out
        assert "T0KENt0ken" not in out


def test_an_address_that_refuses_is_a_failure_that_json_names(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with receiving() as receiver:
        receiver.status = 403
        monkeypatch.setenv(WEBHOOK_VARIABLE, receiver.url)

        assert main(["alert", "test", CONFIG, "--json"]) == UNAVAILABLE

    content = json.loads(capsys.readouterr().out)
    assert content == {
        "enabled": False,
        "delivered": False,
        "addresses": [{"address": "webhook http://127.0.0.1", "delivered": False, "reason": "HTTP 403"}],
        "problems": [],
    }


def test_without_an_address_the_variables_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["alert", "test", CONFIG]) == UNAVAILABLE

    out = capsys.readouterr().out
    assert WEBHOOK_VARIABLE in out and CHANNELS_VARIABLE in out


def test_without_apprise_the_webhook_is_still_told_and_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)  # as where it is not installed
    with receiving() as receiver:
        monkeypatch.setenv(WEBHOOK_VARIABLE, receiver.url)
        monkeypatch.setenv(CHANNELS_VARIABLE, "json://127.0.0.1 json://127.0.0.2")

        assert main(["alert", "test", CONFIG]) == UNAVAILABLE

        assert receiver.kinds() == [("test", "test")]
    assert capsys.readouterr().out.count("neo-trading-engine[alerts]") == 1


def test_an_address_in_the_configuration_is_refused_and_not_repeated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = "https://hooks.example.com/T0KENt0ken"
    file = tmp_path / "alerts.toml"
    text = Path(CONFIG).read_text(encoding="utf-8")
    file.write_text(text.replace(f'webhook_env = "{WEBHOOK_VARIABLE}"', f'webhook_env = "{address}"'), encoding="utf-8")

    assert main(["alert", "test", str(file)]) == CONFIG_REFUSED

    err = capsys.readouterr().err
    assert "must be the name of an environment variable" in err


def test_one_variable_for_webhook_and_channels_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "alerts.toml"
    lines = [each for each in Path(CONFIG).read_text(encoding="utf-8").splitlines() if "channels_env" not in each]
    at = lines.index("[alerts]") + 1
    lines.insert(at, f'channels_env = "{WEBHOOK_VARIABLE}"')
    file.write_text("\n".join(lines), encoding="utf-8")

    assert main(["alert", "test", str(file)]) == CONFIG_REFUSED

    err = capsys.readouterr().err
    assert f"alerts.toml:{at + 1}:" in err and "alerts.channels_env" in err and "variable each" in err
