"""Every reason for which a session ends, with its rules: the only source for dashboards, exit codes and the documentation."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

from neo.domain.safety.halt_rule import Allowed, ClearedBy, HaltRule
from neo.domain.session.exit_codes import EX_OK
from neo.records import frozen


class HaltReason(enum.Enum):
    """The value is what users see in `halt.reason`; numbers and names go into `halt.detail`."""

    DURATION_ELAPSED = "duration_elapsed"
    ENGINE_REQUESTED_HALT = "engine_requested_halt"
    RISK_XRP_EXPOSURE = "risk_xrp_exposure"
    RISK_RLUSD_EXPOSURE = "risk_rlusd_exposure"
    RISK_QUOTE_EXPOSURE = "risk_quote_exposure"
    RISK_DRAWDOWN = "risk_drawdown"
    RISK_LOSS_STREAK = "risk_loss_streak"
    RISK_ORDER_RATE = "risk_order_rate"
    RISK_RPC_FAILURE = "risk_rpc_failure"
    RISK_STALE_LEDGER = "risk_stale_ledger"
    RISK_GATEWAY_UNHEALTHY = "risk_gateway_unhealthy"
    RISK_STALE_MARKET_DATA = "risk_stale_market_data"
    KILL_SWITCH = "kill_switch"
    RECONCILER_HALT = "reconciler_halt"
    INTERRUPTED_SIGINT = "interrupted_sigint"
    INTERRUPTED_SIGTERM = "interrupted_sigterm"
    INTERRUPTED_SIGBREAK = "interrupted_sigbreak"
    INTERRUPTED_CONSOLE_CLOSE = "interrupted_console_close"
    HEARTBEAT_TIMEOUT = "heartbeat_timeout"
    ACTOR_FAILURE = "actor_failure"
    STORAGE_FAILURE = "storage_failure"
    STARTUP_FAILURE = "startup_failure"
    UNEXPECTED_HALT = "unexpected_halt"

    @property
    def rule(self) -> HaltRule:
        return HALT_RULES[self]

    @property
    def exit_code(self) -> int:
        """Process exit code: 0 when the session ended as somebody wanted, else 80 and above.

        A stop by signal is success, not 128 + number: it was handled, every order cancelled, the session closed.
        """
        return self.rule.exit_code

    @property
    def ends_session(self) -> bool:
        """Whether the session ends even with `session.on_halt = "hold"`: there is nothing left to hold for, or with."""
        return self.rule.ends_session


@frozen
class Halt:
    """A classified halt: `reason` is what users filter by, `detail` has the numbers.

    `venue` is the only one that halts; empty when the whole engine does.
    """

    reason: HaltReason
    detail: str
    venue: str = ""


_R, _A, _C = HaltReason, Allowed, ClearedBy


def _rule(
    trigger: str,
    emitted_by: str,
    exit_code: int,
    what_to_do: str,
    allowed: Allowed = Allowed.CANCEL,
    cleared_by: ClearedBy = ClearedBy.RECONCILIATION,
    ends_session: bool = False,
) -> HaltRule:
    # Only what a person must look at outlives the reconciliation of a recovery session.
    latches = cleared_by is ClearedBy.OPERATOR
    return HaltRule(trigger, emitted_by, allowed, latches, cleared_by, exit_code, what_to_do, ends_session)


_ASKED_TO_STOP = "Nothing: the stop was asked for. Start again with neo run."

HALT_RULES: Mapping[HaltReason, HaltRule] = MappingProxyType(
    {
        _R.DURATION_ELAPSED: _rule(
            "The session ran for session.duration_s.",
            "session timer",
            EX_OK,
            "Nothing: this is the normal end.",
            ends_session=True,
        ),
        _R.ENGINE_REQUESTED_HALT: _rule(
            "A strategy or another part of the engine decided to stop.",
            "strategy or engine",
            80,
            "Read halt.detail: it names who asked and why. Start again once the cause is understood.",
        ),
        _R.RISK_XRP_EXPOSURE: _rule(
            "The value of XRP, orders in flight counted, is above risk.max_xrp_exposure.",
            "risk",
            81,
            "Sell XRP, withdraw it, or raise risk.max_xrp_exposure if the wallet was meant to hold that much.",
        ),
        _R.RISK_RLUSD_EXPOSURE: _rule(
            "The value of RLUSD, orders in flight counted, is above risk.max_rlusd_exposure.",
            "risk",
            82,
            "Buy XRP, withdraw RLUSD, or raise risk.max_rlusd_exposure if the wallet was meant to hold that much.",
        ),
        _R.RISK_QUOTE_EXPOSURE: _rule(
            "More quote currency is spent or reserved on the exchange than its limit allows.",
            "risk",
            83,
            "Close positions or raise the limit.",
        ),
        _R.RISK_DRAWDOWN: _rule(
            "The trading result fell from its best value by more than risk.max_drawdown_rlusd.",
            "risk",
            84,
            "Find out what lost the money (neo summary: markouts, fills) before trading again; clear with neo resume.",
            cleared_by=_C.OPERATOR,
        ),
        _R.RISK_LOSS_STREAK: _rule(
            "Too many losing trades in a row.",
            "risk",
            85,
            "Look at the last trades and at the market; clear with neo resume.",
            cleared_by=_C.OPERATOR,
        ),
        _R.RISK_ORDER_RATE: _rule(
            "More orders were placed in one minute than risk.max_orders_per_minute.",
            "risk",
            86,
            "Look for a requote loop in the order events. The limit must leave room for levels x 2 sides x ticks a minute.",
        ),
        _R.RISK_RPC_FAILURE: _rule(
            "More requests to the venue failed in a row than risk.rpc_failures_max.",
            "risk",
            87,
            "Check the network and the venue's status; the last error is in halt.detail.",
        ),
        _R.RISK_STALE_LEDGER: _rule(
            "The newest validated ledger closed more than risk.ledger_age_max_s ago.",
            "risk",
            88,
            "The node lags or the network stands still: check the node, then start again.",
        ),
        _R.RISK_GATEWAY_UNHEALTHY: _rule(
            "No request to the venue succeeded for risk.gateway_unhealthy_s.",
            "risk",
            89,
            "Check the network and the venue's status, then start again. Offers end by their Expiration meanwhile.",
        ),
        _R.RISK_STALE_MARKET_DATA: _rule(
            "No book was received for risk.market_data_age_max_s.",
            "risk",
            90,
            "Check the connection to the market data; neo status shows its age.",
        ),
        _R.KILL_SWITCH: _rule(
            "An operator stopped trading: neo halt, the dashboard, or the signal file.",
            "operator",
            91,
            "Whoever pulled it decides when to go on; clear with neo resume.",
            cleared_by=_C.OPERATOR,
        ),
        _R.RECONCILER_HALT: _rule(
            "The venue has something that the books cannot explain: fills, orders or balances.",
            "reconciler",
            92,
            "Compare halt.detail with the account's history; what it names is on one side only. "
            "When both agree again, clear it with neo resume: trading goes on only after a reconciliation.",
            cleared_by=_C.OPERATOR,
        ),
        _R.INTERRUPTED_SIGINT: _rule("SIGINT (Ctrl-C).", "signal handler", EX_OK, _ASKED_TO_STOP, ends_session=True),
        _R.INTERRUPTED_SIGTERM: _rule(
            "SIGTERM (kill, systemd stop).", "signal handler", EX_OK, _ASKED_TO_STOP, ends_session=True
        ),
        _R.INTERRUPTED_SIGBREAK: _rule(
            "SIGBREAK (Ctrl-Break on Windows).", "signal handler", EX_OK, _ASKED_TO_STOP, ends_session=True
        ),
        _R.INTERRUPTED_CONSOLE_CLOSE: _rule(
            "The console window was closed.", "signal handler", EX_OK, _ASKED_TO_STOP, ends_session=True
        ),
        _R.HEARTBEAT_TIMEOUT: _rule(
            "An actor answered no ping for heartbeat.timeout_s and could not be replaced.",
            "supervisor",
            93,
            "The session log names the actor and what it was doing. Report it with the session directory.",
            ends_session=True,
        ),
        _R.ACTOR_FAILURE: _rule(
            "An actor kept crashing until its restarts were used up.",
            "supervisor",
            94,
            "The session log has the error of every crash. Report it with the session directory.",
            ends_session=True,
        ),
        _R.STORAGE_FAILURE: _rule(
            "State cannot be written: disk full, read-only file system, damaged file.",
            "supervisor",
            95,
            "Make room or repair the disk, run neo db check, then start again: the session is recovered from the database.",
            ends_session=True,
        ),
        _R.STARTUP_FAILURE: _rule(
            "No safe state was reached at the start: balances, offers, database, configuration.",
            "start-up",
            96,
            "halt.detail says what was missing. Nothing was traded; remove the cause and start again.",
            ends_session=True,
        ),
        _R.UNEXPECTED_HALT: _rule(
            "A fact that no rule knows. Must never appear.",
            "fallback",
            97,
            "This is a defect: report it with the session directory.",
            ends_session=True,
        ),
    }
)
