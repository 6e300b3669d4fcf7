"""Whatever an address of alerts holds that opens something is masked wherever it may be written."""

from __future__ import annotations

import pytest

from neo.domain.config.alerts import AlertsConfig
from neo.infra.alerts.secrets import secrets_of_alerts
from neo.infra.telemetry.redaction import Redactor

WEBHOOK = "https://hooks.example.com/services/T0AAAAAAA/B0BBBBBBB/xYz12345xYz"
CHANNELS = "tgram://123456789:AAbbCCddEEff/12345678 mailtos://user:p%40ssw0rd@mail.example.com?to=me@example.com"
ENVIRONMENT = {"NEO_ALERT_WEBHOOK": WEBHOOK, "NEO_ALERT_CHANNELS": CHANNELS}


@pytest.mark.parametrize(
    "secret",
    [WEBHOOK, *CHANNELS.split(), "xYz12345xYz", "T0AAAAAAA", "B0BBBBBBB", "AAbbCCddEEff", "p%40ssw0rd", "p@ssw0rd"],
)
def test_the_whole_address_and_its_tokens_are_masked(secret: str) -> None:
    redactor = Redactor(secrets_of_alerts(AlertsConfig(), ENVIRONMENT))

    assert secret not in redactor.clean(f"could not post to {secret}, will try again")


def test_ordinary_words_of_an_address_stay_readable() -> None:
    redactor = Redactor(secrets_of_alerts(AlertsConfig(), ENVIRONMENT))

    assert redactor.clean("services of example.com") == "services of example.com"


def test_where_nothing_is_set_there_is_nothing_to_mask() -> None:
    assert secrets_of_alerts(AlertsConfig(), {}) == ()
