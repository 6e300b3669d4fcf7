"""The dashboard: pages, a stream of what happens, history from the books; halt and resume behind a token.

Nothing here decides about trading or writes into the books. Numbers that a chart draws are floats; nothing is computed from them.
"""

from __future__ import annotations
