"""Errors of the server's API: name, number and text as rippled `ErrorCodes.cpp` has them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neo.records import frozen

#: Name: (number, text). Names without a number are those that the server sends without one.
ERRORS: Mapping[str, tuple[int | None, str | None]] = {
    "actMalformed": (35, "Account malformed."),
    "actNotFound": (19, "Account not found."),
    "badMarket": (42, "No such market."),
    "dstAmtMalformed": (51, "Destination amount/currency/issuer is malformed."),
    "dstIsrMalformed": (53, "Destination issuer is malformed."),
    "entryNotFound": (98, "Entry not found."),
    "forbidden": (3, "Bad credentials."),
    "internal": (73, "Internal error."),
    "invalidLgrRange": (79, "Ledger range is invalid."),
    "invalidParams": (31, "Invalid parameters."),
    "invalidTransaction": (None, None),
    "invalid_API_version": (None, None),
    "issueMalformed": (93, "Issue is malformed."),
    "lgrIdxMalformed": (58, "Ledger index malformed."),
    "lgrIdxsInvalid": (57, "Ledger indexes invalid."),
    "lgrNotFound": (21, "ledgerNotFound"),
    "lgrNotValidated": (60, "Ledger not validated."),
    "malformedStream": (71, "Stream malformed."),
    "missingCommand": (None, None),
    "notImpl": (74, "Not implemented."),
    "notSupported": (75, "Operation not supported."),
    "notSynced": (18, "Not synced to the network."),
    "slowDown": (10, "You are placing too much load on the server."),
    "srcCurMalformed": (69, "Source currency is malformed."),
    "srcIsrMalformed": (70, "Source issuer is malformed."),
    "transactionSigned": (96, "Transaction should not be signed."),
    "txnNotFound": (29, "Transaction not found."),
    "unknownCmd": (32, "Unknown method."),
}


class RpcError(Exception):
    """An answer of status error. `fields` go beside the error's own (what had been found until then)."""

    def __init__(self, name: str, text: str | None = None, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(name)
        self.name = name
        self.text = text
        self.fields = dict(fields or {})

    def body(self) -> dict[str, Any]:
        """The error's fields as they appear in an answer, without request and status."""
        number, text = ERRORS[self.name]
        body: dict[str, Any] = {"error": self.name, **self.fields}
        if number is not None:
            body["error_code"] = number
            body["error_message"] = self.text or text
        return body


@frozen
class PlainRefusal(Exception):
    """A request that is not even answered in JSON: HTTP status and text."""

    status: int
    text: str


def missing(field: str) -> RpcError:
    return RpcError("invalidParams", f"Missing field '{field}'.")


def invalid(field: str) -> RpcError:
    return RpcError("invalidParams", f"Invalid field '{field}'.")
