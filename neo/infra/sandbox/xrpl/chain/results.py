"""Result codes with their numbers and texts.

Source: rippled `TER.h` and `TER.cpp`; the texts of the codes that recordings show are those of xrpld 3.2.0.
"""

from __future__ import annotations

from collections.abc import Mapping

_TEXTS: Mapping[str, tuple[int, str]] = {
    "tecPATH_PARTIAL": (101, "Path could not send full amount."),
    "tecUNFUNDED_OFFER": (103, "Insufficient balance to fund created offer."),
    "tecUNFUNDED_PAYMENT": (104, "Insufficient XRP balance to send."),
    "tecDIR_FULL": (121, "Can not add entry to full directory."),
    "tecINSUF_RESERVE_LINE": (122, "Insufficient reserve to add trust line."),
    "tecINSUF_RESERVE_OFFER": (123, "Insufficient reserve to create offer."),
    "tecNO_DST": (124, "Destination does not exist. XRP must be sent to create it."),
    "tecNO_DST_INSUF_XRP": (125, "Destination does not exist. Too little XRP sent to create it."),
    "tecNO_LINE_INSUF_RESERVE": (126, "No such line. Too little reserve to create it."),
    "tecNO_LINE_REDUNDANT": (127, "Can't set non-existent line to default."),
    "tecPATH_DRY": (128, "Path could not send partial amount."),
    "tecUNFUNDED": (129, "Not enough XRP to satisfy the reserve requirement."),
    "tecNO_ALTERNATIVE_KEY": (130, "The operation would remove the ability to sign transactions with the account."),
    "tecNO_REGULAR_KEY": (131, "Regular key is not set."),
    "tecNO_ISSUER": (133, "Issuer account does not exist."),
    "tecNO_AUTH": (134, "Not authorized to hold asset."),
    "tecNO_LINE": (135, "No such line."),
    "tecFROZEN": (137, "Asset is frozen."),
    "tecNO_PERMISSION": (139, "No permission to perform requested operation."),
    "tecNO_ENTRY": (140, "No matching entry found."),
    "tecINSUFFICIENT_RESERVE": (141, "Insufficient reserve to complete requested operation."),
    "tecINTERNAL": (144, "An internal error has occurred during processing."),
    "tecEXPIRED": (148, "Expiration time is passed."),
    "tecDUPLICATE": (149, "Ledger object already exists."),
    "tecKILLED": (150, "No funds transferred and no offer created."),
    "tecINSUFFICIENT_FUNDS": (159, "Not enough funds available to complete requested transaction."),
    "tecUNFUNDED_AMM": (162, "AMM ledger entry is unfunded."),
    "tecAMM_BALANCE": (163, "AMM has invalid balance."),
    "tecAMM_FAILED": (164, "AMM transaction failed."),
    "tecAMM_INVALID_TOKENS": (165, "AMM invalid LP tokens."),
    "tecAMM_EMPTY": (166, "AMM is in empty state."),
    "tecAMM_NOT_EMPTY": (167, "AMM is not in empty state."),
    "tecAMM_ACCOUNT": (168, "This operation is not allowed on an AMM Account."),
    "tefFAILURE": (-199, "Failed to apply."),
    "tefALREADY": (-198, "The exact transaction was already in this ledger."),
    "tefBAD_AUTH": (-196, "Transaction's public key is not authorized."),
    "tefPAST_SEQ": (-190, "This sequence number has already passed."),
    "tefMASTER_DISABLED": (-188, "Master key is disabled."),
    "tefMAX_LEDGER": (-187, "Ledger sequence too high."),
    "tefNO_TICKET": (-180, "Ticket is not in ledger."),
    "telLOCAL_ERROR": (-399, "Local failure."),
    "telINSUF_FEE_P": (-394, "Fee insufficient."),
    "telCAN_NOT_QUEUE": (-392, "Can not queue at this time."),
    "telCAN_NOT_QUEUE_FEE": (-388, "Can not queue at this time: fee insufficient to replace queued transaction."),
    "telCAN_NOT_QUEUE_FULL": (-387, "Can not queue at this time: queue is full."),
    "telWRONG_NETWORK": (-386, "Transaction specifies a Network ID that differs from that of the local node."),
    "telREQUIRES_NETWORK_ID": (
        -385,
        "Transactions submitted to this node/network must include a correct NetworkID field.",
    ),
    "telNETWORK_ID_MAKES_TX_NON_CANONICAL": (
        -384,
        "Transactions submitted to this node/network must NOT include a NetworkID field.",
    ),
    "temMALFORMED": (-299, "Malformed transaction."),
    "temBAD_AMOUNT": (-298, "Malformed: Bad amount."),
    "temBAD_CURRENCY": (-297, "Malformed: Bad currency."),
    "temBAD_EXPIRATION": (-296, "Malformed: Bad expiration."),
    "temBAD_FEE": (-295, "Invalid fee, negative or not XRP."),
    "temBAD_ISSUER": (-294, "Malformed: Bad issuer."),
    "temBAD_LIMIT": (-293, "Limits must be non-negative."),
    "temBAD_OFFER": (-292, "Malformed: Bad offer."),
    "temBAD_PATH": (-291, "Malformed: Bad path."),
    "temBAD_SEND_XRP_MAX": (-288, "Malformed: Send max is not allowed for XRP to XRP."),
    "temBAD_SEQUENCE": (-283, "Malformed: Sequence is not in the past."),
    "temBAD_TRANSFER_RATE": (-280, "Malformed: Transfer rate must be >= 1.0 and <= 2.0"),
    "temDST_IS_SRC": (-279, "Destination may not be source."),
    "temINVALID": (-277, "The transaction is ill-formed."),
    "temINVALID_FLAG": (-276, "The transaction has an invalid flag."),
    "temREDUNDANT": (-275, "The transaction is redundant."),
    "temDISABLED": (-273, "The transaction requires logic that is currently disabled."),
    "temBAD_TICK_SIZE": (-269, "Malformed: Tick size out of range."),
    "temSEQ_AND_TICKET": (-263, "Transaction contains a TicketSequence and a non-zero Sequence."),
    "temBAD_AMM_TOKENS": (-261, "Malformed: Invalid LPTokens."),
    "terRETRY": (-99, "Retry transaction."),
    "terINSUF_FEE_B": (-97, "Account balance can't pay fee."),
    "terNO_ACCOUNT": (-96, "The source account does not exist."),
    "terNO_LINE": (-94, "No such line."),
    "terPRE_SEQ": (-92, "Missing/inapplicable prior transaction."),
    "terNO_RIPPLE": (-90, "Path does not permit rippling."),
    "terQUEUED": (-89, "Held until escalated fee drops."),
    "terPRE_TICKET": (-88, "Ticket is not yet in ledger."),
    "terNO_AMM": (-87, "AMM doesn't exist for the asset pair."),
    "tesSUCCESS": (0, "The transaction was applied. Only final in a validated ledger."),
}  # fmt: skip
_CLASSES = {"tel": -399, "tem": -299, "tef": -199, "ter": -99, "tes": 0, "tec": 100}


def engine_fields(result: str) -> dict[str, str | int]:
    """The three fields by which answers and stream messages give a result."""
    number, text = _TEXTS.get(result, (_CLASSES.get(result[:3], -399), result))
    return {"engine_result": result, "engine_result_code": number, "engine_result_message": text}


def is_applied(result: str) -> bool:
    """True when a transaction with this preliminary result is in the open ledger."""
    return result.startswith(("tes", "tec"))
