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
#: `neo doctor` found something that has to be put right.
FINDINGS: Final = 72
#: The signing key or the API key is missing, unreadable, open to others, refused, or may not sign for the account.
SIGNING_KEY: Final = 73
#: The account cannot trade: it does not exist, has no trust line or no money, is frozen, or cannot pay its reserve.
ACCOUNT: Final = 74
#: A server belongs to another network than the configuration says.
WRONG_NETWORK: Final = 75
#: Mode live without both acts that it needs: the key in the file and the option at start.
NO_CONSENT: Final = 76
#: The machine's clock and the ledger's or the exchange's differ too much.
CLOCK: Final = 77
