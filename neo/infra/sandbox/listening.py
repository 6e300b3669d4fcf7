"""Ports of the sandboxes on a loop of asyncio: kept while nobody listens, and given up without losing a connection."""

from __future__ import annotations

import asyncio
import socket

#: Of the loop, in which it does what it has put off, such as telling of a connection that came or went.
_TURNS = 10


def bound(host: str, port: int, *, shared: bool = True) -> socket.socket:
    """A socket that does not listen yet. OSError when the port is taken.

    A shared one leaves its port to others that are shared, and keeps it from everybody else: clients are refused as by a
    machine on which nothing runs.
    """
    opened = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared and hasattr(socket, "SO_REUSEPORT"):
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    opened.setblocking(False)
    try:
        opened.bind((host, port))
    except OSError:
        opened.close()
        raise
    return opened


async def accept_no_more(listening: socket.socket) -> None:
    """To be awaited before the server of `listening` is closed: asyncio loses a socket that it accepts in that very turn."""
    asyncio.get_running_loop().remove_reader(listening)
    await settle()


async def settle() -> None:
    """Lets the loop do what it has put off."""
    for _ in range(_TURNS):
        await asyncio.sleep(0)
