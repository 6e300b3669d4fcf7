"""config/sim.toml in a folder of the test's own, with changes, and with every path inside that folder."""

from __future__ import annotations

from pathlib import Path

from neo.infra.config.loader import Loaded, load

SIM = Path(__file__).parents[2] / "config" / "sim.toml"


def sim_file(folder: Path, *changes: tuple[str, str]) -> Path:
    """The first text of each change is replaced by the second; the first must be there."""
    text = SIM.read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    path = folder / "neo.toml"
    path.write_text(text, "utf-8")
    return path


def loaded_in(folder: Path, *changes: tuple[str, str], **options: str) -> Loaded:
    """Ready to be started in `folder`. Double underscores in the names of options are dots."""
    inside = {"storage.path": str(folder / "state" / "neo.db"), "session.directory": str(folder / "sessions")}
    asked = {name.replace("__", "."): value for name, value in options.items()}
    return load(sim_file(folder, *changes), {}, {**inside, **asked})
