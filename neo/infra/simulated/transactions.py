"""Transactions that the simulated ledger understands, their flags and result codes.

Names and values are the server's: https://xrpl.org/docs/references/protocol/transactions/types/offercreate and
https://xrpl.org/docs/references/protocol/transactions/transaction-results. Times are ledger times in seconds.
"""

from __future__ import annotations

import enum

import attrs

from neo.infra.simulated.amounts import Amount


class OfferFlag(enum.IntFlag):
    PASSIVE = 0x0001_0000
    IMMEDIATE_OR_CANCEL = 0x0002_0000
    FILL_OR_KILL = 0x0004_0000
    SELL = 0x0008_0000


PASSIVE = int(OfferFlag.PASSIVE)
IMMEDIATE_OR_CANCEL = int(OfferFlag.IMMEDIATE_OR_CANCEL)
FILL_OR_KILL = int(OfferFlag.FILL_OR_KILL)
SELL = int(OfferFlag.SELL)
FULLY_CANONICAL_SIGNATURE = 0x8000_0000
KNOWN_OFFER_FLAGS = PASSIVE | IMMEDIATE_OR_CANCEL | FILL_OR_KILL | SELL | FULLY_CANONICAL_SIGNATURE

TES_SUCCESS = "tesSUCCESS"
TEC_EXPIRED = "tecEXPIRED"
TEC_INSUF_RESERVE_OFFER = "tecINSUF_RESERVE_OFFER"
TEC_KILLED = "tecKILLED"
TEC_NO_DST_INSUF_XRP = "tecNO_DST_INSUF_XRP"
TEC_NO_DST = "tecNO_DST"
TEC_PATH_DRY = "tecPATH_DRY"
TEC_PATH_PARTIAL = "tecPATH_PARTIAL"
TEC_UNFUNDED_OFFER = "tecUNFUNDED_OFFER"
TEC_UNFUNDED_PAYMENT = "tecUNFUNDED_PAYMENT"
TEF_MAX_LEDGER = "tefMAX_LEDGER"
TEF_PAST_SEQ = "tefPAST_SEQ"
TEL_INSUF_FEE_P = "telINSUF_FEE_P"
TEM_BAD_AMOUNT = "temBAD_AMOUNT"
TEM_BAD_EXPIRATION = "temBAD_EXPIRATION"
TEM_BAD_OFFER = "temBAD_OFFER"
TEM_BAD_SEQUENCE = "temBAD_SEQUENCE"
TEM_INVALID_FLAG = "temINVALID_FLAG"
TEM_REDUNDANT = "temREDUNDANT"
TER_INSUF_FEE_B = "terINSUF_FEE_B"
TER_NO_ACCOUNT = "terNO_ACCOUNT"
TER_PRE_SEQ = "terPRE_SEQ"
TER_QUEUED = "terQUEUED"


@attrs.frozen
class OfferCreate:
    """The sender gives up to `taker_gets` for `taker_pays`: its own view is sell `taker_gets`, buy `taker_pays`."""

    account: str
    sequence: int
    fee_drops: int
    taker_pays: Amount
    taker_gets: Amount
    flags: int = 0
    offer_sequence: int | None = None
    expiration_s: int | None = None
    last_ledger_sequence: int | None = None
    hash: str = ""


@attrs.frozen
class OfferCancel:
    account: str
    sequence: int
    fee_drops: int
    offer_sequence: int
    last_ledger_sequence: int | None = None
    hash: str = ""


@attrs.frozen
class Payment:
    """`amount` of one asset straight to `destination`: no paths, no conversion, all or nothing."""

    account: str
    sequence: int
    fee_drops: int
    destination: str
    amount: Amount
    last_ledger_sequence: int | None = None
    hash: str = ""


Transaction = OfferCreate | OfferCancel | Payment
