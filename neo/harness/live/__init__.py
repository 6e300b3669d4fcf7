"""Whole sessions over real sockets: a sandbox ledger, an engine on threads, and an audit of one against the other."""

from __future__ import annotations
