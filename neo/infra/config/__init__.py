"""Read, check, explain and audit the configuration."""

from __future__ import annotations
