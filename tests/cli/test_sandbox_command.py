"""neo sandbox xrpl: a process that serves until it is interrupted."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys

import pytest

from neo.cli.main import main
from tests.infra.sandbox.xrpl.raw_client import rpc
from tests.patience import PATIENCE_S


def test_the_command_serves_until_it_is_interrupted_and_exits_with_zero() -> None:
    command = [sys.executable, "-m", "neo", "sandbox", "xrpl", "--manual", "--nodes", "2", "--seed", "5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        while not lines or "Ctrl-C" not in lines[-1]:
            lines.append(process.stdout.readline())
            assert lines[-1], "the server ended before it had said everything"
        said = "".join(lines)
        urls = re.findall(r"http://\S+", said)
        account = re.findall(r"^account: (r\S+)", said, re.MULTILINE)[0]

        found = [rpc(url, "account_info", account=account)["account_data"]["Account"] for url in urls]
        accepted = rpc(urls[0], "ledger_accept")["ledger_current_index"]
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=PATIENCE_S)

    assert found == [account, account]
    assert accepted == 1_002
    assert (process.returncode, errors) == (0, "")


def test_a_port_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        code = main(["sandbox", "xrpl", "--port", str(port)])

    assert code == 69
    assert str(port) in capsys.readouterr().err


def test_an_unknown_schedule_of_faults_is_refused_with_those_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sandbox", "xrpl", "--faults", "none-such"]) == 2

    assert "restless" in capsys.readouterr().err
