"""neo sandbox exchange: a process that serves until it is interrupted."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import ccxt
import pytest

from neo.cli.main import main
from tests.patience import PATIENCE_S

BARS = "ts_ms,open,high,low,close,volume\n1621425600000,0.5,0.6,0.4,0.55,100\n1621425660000,0.55,0.56,0.5,0.51,100\n"


def test_the_command_serves_ccxt_until_it_is_interrupted_and_exits_with_zero(tmp_path: Path) -> None:
    bars = tmp_path / "IOTA_USDT.csv"
    bars.write_text(BARS)
    options = ["--dialect", "binance", "--symbols", "8", "--latency", "1:2", "--errors", "0", "--bars", str(bars)]
    command = [sys.executable, "-m", "neo", "sandbox", "exchange", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], "the server ended before it had said everything"
        exchange = ccxt.binance(json.loads(re.findall(r"^ccxt: ccxt\.binance\((.*)\)$", lines[2])[0]))

        ticker = exchange.fetch_ticker("IOTA/USDT")
        listed = len(exchange.markets)
        balance = exchange.fetch_balance()["USDT"]["free"]
        exchange.session.close()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)

    assert 0.4 <= ticker["last"] <= 0.6
    assert (listed, balance) == (9, 10_000)
    assert (process.returncode, errors) == (0, "")


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        code = main(["sandbox", "exchange", "--port", str(port)])

    assert code == 69
    assert str(port) in capsys.readouterr().err


@pytest.mark.parametrize("latency", ["fast", "200:100", "-1", "1:2:3", "nan"])
def test_a_latency_that_is_none_is_refused(latency: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "exchange", "--latency", latency]) == 2

    assert "180:2000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "text"), [("bars.csv", BARS), ("XRP_USDT.csv", "no,bars\n1,2\n"), ("XRP_BTC.csv", BARS)]
)
def test_a_file_that_holds_no_bars_or_names_no_market_is_refused(
    name: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_text(text)

    assert main(["sandbox", "exchange", "--bars", str(path)]) not in {0, 2}

    assert name in capsys.readouterr().err
