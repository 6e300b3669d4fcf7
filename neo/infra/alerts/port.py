"""The port in an address: found wrong when the address is read, not when the first alert cannot be delivered."""

from __future__ import annotations

from urllib.parse import urlsplit

PORT_MAX = 65_535


def require_port(url: str, *, may_be_token: bool = False) -> None:
    """ValueError when what stands behind the host is no port. The text does not repeat the address.

    `may_be_token`: some of apprise's addresses have a token in that place, so only a number is judged.
    """
    try:
        host = urlsplit(url).netloc.rpartition("@")[2]
    except ValueError:
        return  # whoever uses the address says what is wrong with it
    _, _, port = host.rpartition("]")[2].rpartition(":")
    if not port or (may_be_token and not port.isdecimal()) or ":" not in host.rpartition("]")[2]:
        return
    if not (port.isascii() and port.isdecimal() and 1 <= int(port) <= PORT_MAX):
        raise ValueError(f"has a port that does not exist: it must be from 1 to {PORT_MAX}")
