"""How long the gateway waits for what, and what it tolerates in a node."""

from __future__ import annotations

import attrs

from neo.records import frozen


@frozen(kw_only=True)
class GatewayTiming:
    """Seconds of the machine's own clock. A session at N times the clock uses `divided_by(N)`."""

    connect_s: float = 5.0
    #: One request, from sending to its answer.
    answer_s: float = 3.0
    #: One whole reading for the engine: several requests, perhaps to several nodes.
    reading_s: float = 7.0
    #: One node's time to answer a submission before the same blob goes to another one.
    submit_s: float = 2.5
    ping_s: float = 10.0
    #: No message at all for so long: the connection is half-open, whatever the operating system says.
    silence_s: float = 15.0
    health_every_s: float = 10.0
    #: Without a WebSocket: how often the newest ledger is asked for, and when the WebSocket is tried again.
    poll_every_s: float = 1.0
    http_for_s: float = 60.0
    backoff_first_s: float = 0.5
    backoff_max_s: float = 30.0
    #: After a node said that we ask too much; doubled each time it says so again soon, up to the longest.
    slow_down_first_s: float = 2.0
    slow_down_s: float = 20.0
    #: After the first thing a node said that is not so, doubled each time up to the longest.
    distrust_first_s: float = 20.0
    distrust_s: float = 900.0
    #: How long another node's word about our transactions is waited for.
    witness_s: float = 0.8
    #: How often the nodes are compared when nothing happens.
    judge_every_s: float = 1.0
    #: A node that leads keeps leading at least so long unless it fails.
    dwell_s: float = 30.0
    #: A better node must have been better without a break for so long.
    patience_s: float = 10.0
    #: A node that was dropped must have been well for so long before it leads again, while another one can.
    probation_s: float = 10.0
    #: Between two attempts to read a ledger that a node announced and does not serve yet.
    retry_s: float = 0.15
    #: A ledger that no node can serve is given up after so long: the router reads the account's history instead.
    gap_patience_s: float = 15.0
    #: The stream's book is compared with a fresh one so often; without a stream it is read anew so often.
    book_refresh_s: float = 30.0
    book_poll_s: float = 4.0
    report_every_s: float = 60.0
    stop_s: float = 3.0

    def divided_by(self, speed: float) -> GatewayTiming:
        """The same patience counted in the engine's seconds when its clock runs `speed` times as fast."""
        return GatewayTiming(**{name: seconds / speed for name, seconds in attrs.asdict(self).items()})


@frozen(kw_only=True)
class NodeRules:
    """What a node must be like to be listened to. Ages in seconds of the engine's clock, which ledger time follows."""

    network_id: int = 0
    validated_age_max_s: int = 20
    #: Ledger times may be this far ahead of our clock: they are rounded to 10 s, and our clock may be slow.
    clock_ahead_max_s: int = 60
    #: A node is dropped when it is more ledgers than this behind the best *and* its newest ledger is older than that: a node
    #: whose ledger is fresh is not behind, whatever another one claims. It is back when it has caught up.
    lag_ledgers_max: int = 1
    lag_age_s: int = 7
    #: Nobody sees so many ledgers more than all others: whoever says so makes them up.
    ahead_ledgers_max: int = 20
    error_rate_max: float = 0.5
    #: Ledgers before now that a node should have, else another one is preferred.
    history_ledgers_wanted: int = 1_000
