from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from neo.infra.session.atomic_file import write_atomically
from neo.infra.session.process_alive import process_alive


@pytest.mark.parametrize("durable", [False, True])
def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path, durable: bool) -> None:
    path = tmp_path / "status.json"
    write_atomically(path, "old")

    write_atomically(path, "new", durable=durable)

    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_leaves_the_old_content_and_no_debris(tmp_path: Path) -> None:
    """A real limit of the operating system (RLIMIT_FSIZE) in a process of its own."""
    script = """
import resource, signal, sys
from pathlib import Path
from neo.infra.session.atomic_file import write_atomically

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, resource.RLIM_INFINITY))
try:
    write_atomically(Path(sys.argv[1]), "x" * 10_000)
except OSError:
    sys.exit(7)
"""
    path = tmp_path / "status.json"
    write_atomically(path, "old")

    done = subprocess.run([sys.executable, "-c", script, str(path)], check=False)

    assert done.returncode == 7
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_process_is_alive_until_it_has_ended() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert process_alive(process.pid)

    process.communicate(b"\n")

    assert not process_alive(process.pid)
    assert not process_alive(0)
    assert not process_alive(-1)


def test_a_process_that_has_ended_is_not_alive_though_its_parent_has_not_asked_how() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    process.kill()
    if sys.platform == "linux":  # elsewhere nobody tells
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        assert not process_alive(process.pid)
    process.communicate()
    assert not process_alive(process.pid)
