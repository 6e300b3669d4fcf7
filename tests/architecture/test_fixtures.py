"""What tests/conftest.py promises to every test."""

from __future__ import annotations

import threading
from pathlib import Path

import pykka
import pytest

from tests import conftest


def test_the_recordings_are_beside_the_repository_or_where_neo_shared_says(tmp_path: Path) -> None:
    assert conftest.recordings_folder({}) == conftest.REPO.parent / "shared" / "recordings"
    assert conftest.recordings_folder({"NEO_SHARED": str(tmp_path)}) == tmp_path / "recordings"


def test_missing_recordings_skip_a_test_here_and_fail_it_on_ci(tmp_path: Path) -> None:
    gone = tmp_path / "recordings"
    with pytest.raises(pytest.skip.Exception, match="NEO_SHARED"):
        conftest.require_recordings(gone, on_ci=False)
    with pytest.raises(pytest.fail.Exception, match="NEO_SHARED"):
        conftest.require_recordings(gone, on_ci=True)
    gone.mkdir()
    assert conftest.require_recordings(gone, on_ci=True) == gone


def test_a_missing_browser_skips_a_test_here_and_fails_it_where_one_was_promised() -> None:
    with pytest.raises(pytest.skip.Exception, match="no browser"):
        conftest.require_browser(None, required=False)
    with pytest.raises(pytest.fail.Exception, match="no browser"):
        conftest.require_browser(None, required=True)
    assert conftest.require_browser("/usr/bin/chromium", required=True) == "/usr/bin/chromium"


def test_a_thread_that_is_left_behind_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conftest, "THREAD_GRACE_S", 0.01)
    before, over = set(threading.enumerate()), threading.Event()
    thread = threading.Thread(target=over.wait, name="left behind")
    thread.start()
    try:
        assert conftest.threads_left(before) == [thread]
    finally:
        over.set()
    thread.join()
    assert conftest.threads_left(before) == []


def test_an_actor_that_is_left_behind_is_noticed_and_stopped() -> None:
    actor = pykka.ThreadingActor.start()
    assert conftest.actors_left() == [actor.actor_urn]
    actor.actor_stopped.wait(conftest.THREAD_GRACE_S)
    assert conftest.actors_left() == []
