"""The course of a session: phases, the facts that may end it, and the orderly way out.

Facts are reported by anybody; only the Supervisor classifies them as a halt (neo/domain/safety/halts.py).
"""

from __future__ import annotations

import enum

from neo.quickly_built import quickly_built
from neo.records import frozen


class Phase(enum.Enum):
    """Where the session stands. Orders are placed in TRADING only; cancels are allowed everywhere."""

    STARTING = "starting"
    RECONCILING = "reconciling"
    TRADING = "trading"
    PAUSED = "paused"  # an actor that orders depend on is being rebuilt
    HALTING = "halting"
    HELD = "held"
    STOPPING = "stopping"


@frozen
class PhaseChanged:
    """Where the session stands on `venue`: told to the actors of that venue and to those that all venues share."""

    phase: Phase
    session_id: str
    reason: str = ""
    venue: str = ""


# --------------------------------------------------------------------------------------------- facts for the Supervisor


class RiskBreach(enum.Enum):
    """Limits that Risk watches; each maps to one halt reason."""

    XRP_EXPOSURE = "risk_xrp_exposure"
    RLUSD_EXPOSURE = "risk_rlusd_exposure"
    QUOTE_EXPOSURE = "risk_quote_exposure"
    DRAWDOWN = "risk_drawdown"
    LOSS_STREAK = "risk_loss_streak"
    ORDER_RATE = "risk_order_rate"
    RPC_FAILURE = "risk_rpc_failure"
    STALE_LEDGER = "risk_stale_ledger"
    GATEWAY_UNHEALTHY = "risk_gateway_unhealthy"
    STALE_MARKET_DATA = "risk_stale_market_data"


@frozen
class RiskBreached:
    """`venue` when the limit concerns one venue only, empty when it concerns the engine."""

    breach: RiskBreach
    detail: str
    venue: str = ""


@frozen
class EngineHaltRequested:
    """A strategy or another actor decided that trading should stop: on `venue`, everywhere when it is empty."""

    requested_by: str
    detail: str
    venue: str = ""


class StopSignal(enum.Enum):
    SIGINT = "interrupted_sigint"
    SIGTERM = "interrupted_sigterm"
    SIGBREAK = "interrupted_sigbreak"
    CONSOLE_CLOSE = "interrupted_console_close"


@frozen
class StopRequested:
    """The operating system asked the process to stop."""

    signal: StopSignal


@frozen
class OperatorHalt:
    """Kill switch: command, dashboard or signal file. `who` and `note` go into halt.detail."""

    who: str
    note: str = ""


@frozen
class OperatorResume:
    """Trade again on `venue`, on every venue that is held when it is empty."""

    who: str
    venue: str = ""


@frozen
class ReconcileAmbiguous:
    """Something at the venue that the books cannot explain."""

    detail: str
    venue: str = ""


@frozen
class BeatsMissed:
    """An actor did not answer `missed` pings in a row."""

    name: str
    missed: int
    silent_s: int


@frozen
class StartupFailed:
    """A safe state could not be reached: balances, offers."""

    detail: str


# --------------------------------------------------------------------------------------------------- the way in and out


@frozen
class ReconcileNow:
    """Asks the Reconciler for a run at once (start-up, after a restart)."""

    cause: str


@frozen
class Reconciled:
    """The books and the venue agree as of `ledger_index`; `explained` lists differences with their explanation."""

    venue: str
    ledger_index: int
    explained: tuple[str, ...]


@frozen
class CancelEverything:
    """Cancel every order that may still trade, prove that it is gone, and answer EverythingCanceled.

    With `journal` False the storage has failed: cancels are sent without being written first. They add no exposure, and
    what they bring about is read from the ledger at the next start.
    """

    deadline_ns: int
    journal: bool = True


@frozen
class EverythingCanceled:
    """`unverified` names the orders whose end could not be proved in time."""

    canceled: int
    unverified: tuple[str, ...]


@quickly_built
@frozen
class GatewayReported:
    """How a call to a venue went; told to Risk by whoever made the call.

    `of_account`: it was made in our account's name (orders, wallet). Prices that anybody may ask for prove nothing about those.
    """

    venue: str
    ok: bool
    detail: str
    of_account: bool = False


@frozen
class SessionEnded:
    """The outcome the driver waits for."""

    session_id: str
    halt_reason: str
    halt_detail: str
    exit_code: int
    stuck: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
