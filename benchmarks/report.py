"""What `neo report` and `neo analyse` take for a simulated session, without the start of Python. Prints JSON.

Run: python benchmarks/report.py [hours] [seed]
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import attrs

from neo.cli.session_evidence import evidence_of
from neo.cli.session_report import report_of
from neo.domain.diagnosis.diagnosis import diagnose
from neo.domain.diagnosis.document import diagnosis_markdown
from neo.domain.report.page import report_page
from neo.harness import World
from neo.infra.report.page_assets import page_assets
from neo.infra.sqlite.books_reader import BooksReader


def main() -> None:
    hours = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    with tempfile.TemporaryDirectory() as temporary:
        base = Path(temporary)
        with World(seed=seed, directory=base) as world:
            world.boot().until_trading().run_for(hours * 3600)
            world.finish()
            (base / "logs").mkdir()
            (base / "logs" / "events.jsonl").write_text("\n".join(world.telemetry.lines) + "\n")
        with BooksReader(base / "neo.db") as reader:
            row = attrs.evolve(reader.sessions()[0], directory=str(base))
            page, report = _timed(
                lambda: report_page(report_of(base / "neo.db", reader, row, is_running=False), page_assets())
            )
            text, analysis = _timed(
                lambda: diagnosis_markdown(diagnose(evidence_of(base / "neo.db", reader, row, is_running=False)))
            )
            fills = len(reader.fills(row.session_id))
    print(
        json.dumps(
            {
                "hours": hours,
                "fills": fills,
                "report": {**report, "page_mb": round(len(page.encode()) / 1e6, 2)},
                "analyse": {**analysis, "text_kb": round(len(text.encode()) / 1e3, 1)},
            },
            indent=2,
        )
    )


def _timed(work: Callable[[], str]) -> tuple[str, dict[str, float]]:
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    made = work()
    return made, {
        "wall_s": round(time.perf_counter() - began_s, 2),
        "cpu_s": round(time.process_time() - began_cpu_s, 2),
    }


if __name__ == "__main__":
    main()
