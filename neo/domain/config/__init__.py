"""The configuration as pure values: one attrs class for each section, and the rules between them."""

from __future__ import annotations
