"""A real Chromium for tests of the dashboard and of reports."""

from __future__ import annotations
