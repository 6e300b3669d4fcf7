"""Process exit codes of every command. Halts have their own, from 80, with the reason that they belong to.

Source: the range from 64 follows sysexits.h, where 64 means that the caller asked for something impossible.
"""

from __future__ import annotations

from typing import Final

EX_OK: Final = 0
CONFIG: Final = 64
DATA: Final = 65
DATABASE: Final = 66
DATABASE_IN_USE: Final = 67
NO_SUCH_SESSION: Final = 68
UNAVAILABLE: Final = 69
INTERNAL: Final = 70
#: A simulation broke an invariant; the seed that is named breaks it again.
INVARIANT_BROKEN: Final = 71
