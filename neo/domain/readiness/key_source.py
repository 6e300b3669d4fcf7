"""Where the seed of the signing key comes from, and who else may read it."""

from __future__ import annotations

import attrs

from neo.domain.config.secret_text import SEED_VARIABLE
from neo.domain.readiness.finding import Finding, Topic, fail, ok, warn

_WHAT = "key source"


@attrs.frozen(kw_only=True)
class KeySourceFacts:
    """`path` empty: the environment. `problem` is why nothing could be read there; `open_to` who else may read the file."""

    path: str
    problem: str = ""
    open_to: str = ""


def judge_key_source(source: KeySourceFacts, *, needed: bool) -> Finding:
    """A live session needs a key; for the others one that lies open is still worth a word."""
    if source.problem and not needed:
        return ok(Topic.KEY, _WHAT, "none, and none is needed: nothing is signed for a real ledger")
    if source.problem:
        fix = f"name a file with the seed in xrpl.key_file (chmod 600), or set {SEED_VARIABLE} (docs/live.md)"
        return fail(Topic.KEY, _WHAT, source.problem, fix)
    if not source.path:
        seen = f"the environment variable {SEED_VARIABLE}"
        return warn(Topic.KEY, _WHAT, seen, "a file is safer: environments are inherited, and tools show them")
    if source.open_to:
        fix = f"chmod 600 {source.path}; if others had access to this machine, set another regular key"
        return fail(Topic.KEY, _WHAT, f"{source.path} may be read by {source.open_to}", fix)
    return ok(Topic.KEY, _WHAT, f"{source.path}, which only its owner may read")
