from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neo.infra.web import feed as feeds
from neo.infra.web.feed import Feed, FellBehind, TooManyListeners


def texts(content: bytes) -> list[str]:
    """The data of each frame."""
    return [line.removeprefix("data: ") for line in content.decode().splitlines() if line.startswith("data: ")]


def news(feed: Feed, last_event_id: str) -> list[str]:
    listener = feed.listen(last_event_id)
    try:
        return texts(asyncio.run(listener.next()))
    finally:
        listener.close()


@given(before=st.integers(0, 30), after=st.integers(1, 30), seen=st.integers(0, 30))
def test_a_page_that_comes_back_gets_exactly_what_it_missed(before: int, after: int, seen: int) -> None:
    feed = Feed("boot", 4)
    for number in range(1, before + after + 1):
        feed.publish("event", str(number))
    seen = min(seen, before)
    assert news(feed, f"boot-{seen}") == [str(number) for number in range(seen + 1, before + after + 1)]


@pytest.mark.parametrize("unknown", ["", "other-3", "boot-9999", "boot-", "boot-x", "3", "boot-" + "9" * 5_000])
def test_a_page_that_was_fed_by_another_server_begins_anew_with_the_newest(unknown: str) -> None:
    feed = Feed("boot", 4)
    for number in range(feeds.BACKLOG_FRAMES + 50):
        feed.publish("event", str(number))
    listener = feed.listen(unknown)
    assert not listener.resumed
    assert texts(asyncio.run(listener.next()))[0] == "50"


def test_a_page_that_falls_behind_the_ring_is_told_so_and_the_others_are_not() -> None:
    async def course() -> list[bytes]:
        feed = Feed("boot", 4)
        slow, quick = feed.listen(""), feed.listen("")
        pieces = []
        for number in range(feeds.RING_FRAMES + 1):
            feed.publish("event", str(number))
            if number % 500 == 0:
                pieces.append(await quick.next())
        with pytest.raises(FellBehind):
            await slow.next()
        return pieces

    pieces = asyncio.run(course())
    assert len([text for piece in pieces for text in texts(piece)]) == feeds.RING_FRAMES + 1


def test_the_ring_is_bounded_in_bytes_as_well() -> None:
    feed = Feed("boot", 4)
    for _ in range(50):
        feed.publish("event", "x" * (feeds.RING_BYTES // 10))
    listener = feed.listen("boot-45")
    assert len(asyncio.run(listener.next())) < feeds.RING_BYTES


def test_of_the_status_a_slow_page_gets_only_the_newest() -> None:
    feed = Feed("boot", 4)
    for number in range(100):
        feed.post_status(str(number))
    assert news(feed, "") == ["99"]


def test_no_more_pages_are_fed_than_allowed_and_one_that_leaves_makes_room() -> None:
    feed = Feed("boot", 2)
    first, _second = feed.listen(""), feed.listen("")
    with pytest.raises(TooManyListeners):
        feed.listen("")
    first.close()
    assert feed.listen("") and feed.listeners == 2


def test_the_end_is_told_to_a_page_that_waits() -> None:
    async def course() -> bytes:
        feed = Feed("boot", 2)
        waiting = asyncio.ensure_future(feed.listen("").next())
        await asyncio.sleep(0)
        feed.close()
        return await waiting

    assert asyncio.run(course()) == b""
