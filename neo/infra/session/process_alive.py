"""Whether a process of this machine is running."""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform == "win32":
    import ctypes

    _QUERY_LIMITED_INFORMATION = 0x1000
    _STILL_ACTIVE = 259

    def process_alive(pid: int) -> bool:
        """Whether `pid` runs. os.kill(pid, 0) would end the process on Windows, so its handle is asked."""
        if pid <= 0:
            return False
        kernel = ctypes.windll.kernel32
        handle = kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid)
        if not handle:
            return False
        code = ctypes.c_ulong()
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        kernel.CloseHandle(handle)
        return code.value == _STILL_ACTIVE
else:

    def process_alive(pid: int) -> bool:
        """Whether `pid` runs; one of another user counts as running, an ended one that its parent has not asked does not."""
        if pid <= 0:
            return False
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        except (PermissionError, OverflowError):
            return True
        return not _only_its_number_is_left(pid)

    def _only_its_number_is_left(pid: int) -> bool:
        """Linux keeps an ended process as a zombie until its parent asks how it ended. Elsewhere nobody says so: False."""
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return False
        state = stat.rpartition(")")[2].split()[:1]  # the name before it is the program's own and may hold brackets
        return state in (["Z"], ["X"])
