"""How long a test waits for what must happen. One figure for all of them, and a last resort: whoever reaches it has failed.

A machine that runs tests may stand still, for a moment or for many: with a bound near to what something takes, tests fail by
chance. Waiting for what happens costs nothing, however long the bound is.
"""

from __future__ import annotations

#: Real seconds.
PATIENCE_S = 120.0
