"""Process exit codes of every command. Halts have their own, from 80, with the reason that they belong to.

Source: the range from 64 follows sysexits.h, where 64 means that the caller asked for something impossible.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
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

#: What each means, for the table in docs/commands.md. A code without a meaning fails the tests.
MEANINGS: Final[Mapping[int, str]] = MappingProxyType(
    {
        EX_OK: "done; a session that ended after its duration or because it was asked to",
        CONFIG: "the configuration is wrong",
        DATA: "a data file is missing or malformed",
        DATABASE: "the database cannot be read, is damaged, or is too new",
        DATABASE_IN_USE: "another engine holds the database",
        NO_SUCH_SESSION: "the session that was asked for does not exist",
        UNAVAILABLE: "something needed is not there: no engine to talk to, a directory that cannot be written",
        INTERNAL: "a fault in neo itself; the message says where the traceback is",
        INVARIANT_BROKEN: "a simulation broke an invariant",
        FINDINGS: "`neo doctor` found something that has to be put right",
        SIGNING_KEY: "the signing key or the API key is missing, unreadable, open to others, or may not sign for the account",
        ACCOUNT: "the account cannot trade: it does not exist, has no trust line, is frozen, or cannot pay its reserve",
        WRONG_NETWORK: "a server belongs to another network than `xrpl.network_id` says",
        NO_CONSENT: "mode live without both acts that it needs: `allow_live = true` and `--mode live`",
        CLOCK: "the machine's clock and the ledger's or the exchange's differ too much",
    }
)
