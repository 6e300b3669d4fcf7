"""Error answers, and which of the port's three ways of failing each is.

Codes: https://xrpl.org/docs/references/http-websocket-apis/api-conventions/error-formatting#universal-errors and rippled
`ErrorCodes.cpp`. A server that is busy or not synced answers before it looks at the request.
"""

from __future__ import annotations

from neo.domain.messages.venue import PortError
from neo.infra.xrpl.wire.errors import WireError
from neo.infra.xrpl.wire.fields import TEXT_LENGTH_MAX, Fields
from neo.records import frozen

#: The server cannot answer now; nothing of the request was done.
_NOT_NOW = frozenset(
    {
        "amendmentBlocked", "expiredValidatorList", "failedToForward", "highFee", "jsonInvalid", "lgrNotFound",
        "lgrNotValidated", "lgrIdxsInvalid", "lgrIdxMalformed", "noClosed", "noCurrent", "noNetwork", "noPermission",
        "notReady", "notSynced", "reportingUnsupported", "forbidden", "slowDown", "tooBusy", "unknownCmd",
    }
)  # fmt: skip
#: The request can never be answered as it is.
_NEVER = frozenset(
    {
        "actMalformed", "actNotFound", "badMarket", "badSeed", "channelMalformed", "dstActMalformed", "dstActNotFound",
        "dstAmtMalformed", "dstIsrMalformed", "entryNotFound", "invalidHotWallet", "invalidLgrRange", "invalidParams",
        "invalidTransaction", "issueMalformed", "malformedAddress", "malformedCurrency", "malformedOwner",
        "malformedRequest", "malformedStream", "missingCommand", "notImpl", "notSupported", "objectNotFound", "oracleMalformed",
        "srcActMalformed", "srcActMissing", "srcActNotFound", "srcCurMalformed", "srcIsrMalformed", "transactionSigned",
        "unexpectedLedgerType", "unknownOption", "invalid_API_version",
    }
)  # fmt: skip
_OVERLOADED = frozenset({"slowDown", "tooBusy"})


@frozen
class Refusal:
    """`code` as the server writes it (`lgrNotFound`), `message` shortened. `searched_all` only in answers to `tx`."""

    code: str
    message: str
    searched_all: bool | None = None


def read_refusal(result: object) -> Refusal | None:
    """The error in an answer (the whole websocket response or the JSON-RPC result); None when it is a success."""
    fields = Fields(result, "answer")
    if "error" not in fields:
        if fields.raw("status") == "error":
            raise WireError("answer.error", "an error code beside status error")
        return None
    return Refusal(fields.text("error"), _message(fields), fields.optional_flag("searched_all"))


def port_error(refusal: Refusal, *, submitting: bool) -> PortError:
    """UNAVAILABLE, REJECTED or, for a submission whose fate the error leaves open, OUTCOME_UNKNOWN. An error code that is not
    known is UNAVAILABLE for a question and OUTCOME_UNKNOWN for a submission."""
    if refusal.code in _NOT_NOW:
        return PortError.UNAVAILABLE
    if refusal.code in _NEVER:
        return PortError.REJECTED
    return PortError.OUTCOME_UNKNOWN if submitting else PortError.UNAVAILABLE


def is_overload(refusal: Refusal) -> bool:
    """The server asks to be left alone for a while."""
    return refusal.code in _OVERLOADED


def _message(fields: Fields) -> str:
    for name in ("error_exception", "error_message"):
        value = fields.raw(name)
        if isinstance(value, str):
            return ascii(value[:TEXT_LENGTH_MAX])[1:-1]
    return ""
