"""The one exception of the wire parsers."""

from __future__ import annotations


class WireError(Exception):
    """An answer that is not what it should be: broken, hostile, or about somebody else. Nothing of it is believed.

    The text names the path inside the answer, what was expected there and, shortened, what was found.
    """

    def __init__(self, path: str, expected: str, found: object = None) -> None:
        super().__init__(f"{path}: expected {expected}, found {shortened(found)}")
        self.path = path
        self.expected = expected

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (self.path, self.expected, str(self))


def _restored(path: str, expected: str, text: str) -> WireError:
    error = WireError(path, expected)
    error.args = (text,)
    return error


_TEXT_MAX = 40


def shortened(value: object) -> str:
    """A value in a few words, whatever it is: safe for a log line, bounded in time and length."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return ascii(value) if len(value) <= _TEXT_MAX else f"{value[:_TEXT_MAX]!a} and {len(value) - _TEXT_MAX} more"
    if isinstance(value, bool | float):
        return repr(value)
    if isinstance(value, int):
        return repr(value) if value.bit_length() <= 128 else f"a number of {value.bit_length()} bits"
    if isinstance(value, dict):
        return f"an object of {len(value)} members"
    if isinstance(value, list | tuple):
        return f"a list of {len(value)}"
    return f"a {type(value).__name__}"
