"""What was looked at before trading, what was seen, and what to do about it: `neo doctor` and every start share the rules."""

from __future__ import annotations

import enum
from collections.abc import Iterable

from neo.domain.session.exit_codes import ACCOUNT, CLOCK, CONFIG, FINDINGS, SIGNING_KEY, UNAVAILABLE, WRONG_NETWORK
from neo.records import frozen


class Verdict(enum.Enum):
    """FAIL stops a start; WARN is advice."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Topic(enum.Enum):
    """What a finding is about. When several fail, the one that comes first here is the cause, the others follow from it."""

    SOFTWARE = ("software", FINDINGS)
    CONFIGURATION = ("configuration", FINDINGS)
    DISK = ("disk", FINDINGS)
    KEY = ("key", SIGNING_KEY)
    NETWORK = ("network", WRONG_NETWORK)
    CLOCK = ("clock", CLOCK)
    NODES = ("nodes", UNAVAILABLE)
    EXCHANGE = ("exchange", UNAVAILABLE)
    WATCHLIST = ("watchlist", CONFIG)
    ACCOUNT = ("account", ACCOUNT)

    @property
    def label(self) -> str:
        return self.value[0]

    @property
    def exit_code(self) -> int:
        """Of a start that this topic stopped."""
        return self.value[1]


@frozen
class Finding:
    """`what` names the thing, `seen` is what was found there, `fix` what to do; a fix is there unless all is well."""

    topic: Topic
    what: str
    verdict: Verdict
    seen: str
    fix: str = ""


def ok(topic: Topic, what: str, seen: str) -> Finding:
    return Finding(topic, what, Verdict.OK, seen)


def warn(topic: Topic, what: str, seen: str, fix: str) -> Finding:
    return Finding(topic, what, Verdict.WARN, seen, fix)


def fail(topic: Topic, what: str, seen: str, fix: str) -> Finding:
    return Finding(topic, what, Verdict.FAIL, seen, fix)


def failures(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a start, the cause first."""
    order = list(Topic)
    failed = (finding for finding in findings if finding.verdict is Verdict.FAIL)
    return tuple(sorted(failed, key=lambda finding: order.index(finding.topic)))
