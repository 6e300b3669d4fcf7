"""Where the seed comes from: an environment variable, or a file that only its owner may read. Never a configuration file.

The texts of the errors say what to do, and never show what was found.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from neo.domain.config.secret_text import SEED_VARIABLE
from neo.domain.errors import NeoError
from neo.domain.session.exit_codes import SIGNING_KEY
from neo.infra.xrpl.signing_key import keys_of_seed

_FILE_BYTES_MAX = 4096
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SEED_ADVICE = (
    "A seed begins with s and has 29 or 31 characters, for example sEd… . Best is the seed of a regular key: it can be "
    "replaced when it was stolen, the account's own cannot."
)


class SeedUnavailable(NeoError):
    """There is no seed, or none that may be used. Nothing was signed."""

    exit_code = SIGNING_KEY


def read_seed(environment: Mapping[str, str], key_file: Path | None) -> str:
    """The seed, checked. SeedUnavailable when there is none, when there are two, or when others may read the file."""
    from_environment = environment.get(SEED_VARIABLE, "").strip()
    if from_environment and key_file is not None:
        advice = f"Unset {SEED_VARIABLE}, or take key_file out of the configuration."
        raise SeedUnavailable(f"a seed is given twice: in {SEED_VARIABLE} and by the file {key_file}", advice)
    if from_environment:
        return _checked(from_environment, f"the environment variable {SEED_VARIABLE}")
    if key_file is None:
        advice = f"Put the seed into a file, chmod 600 it and name it as key_file in [xrpl], or set {SEED_VARIABLE}."
        raise SeedUnavailable("there is no key to sign with", advice)
    return _checked(_read_file(key_file), f"the key file {key_file}")


def key_file_problem(key_file: Path) -> str | None:
    """What is wrong with the file itself, in words; None when it may be used."""
    try:
        found = key_file.stat()
    except OSError as failed:
        return f"it cannot be read: {failed.strerror}"
    if not stat.S_ISREG(found.st_mode):
        return "it is not a file"
    if os.name == "posix" and found.st_mode & _OTHERS:
        return f"others may read it (mode {stat.S_IMODE(found.st_mode):04o})"
    if found.st_size > _FILE_BYTES_MAX:
        return f"it has {found.st_size} bytes, far more than a seed"
    return None


def _read_file(key_file: Path) -> str:
    problem = key_file_problem(key_file)
    if problem is not None:
        advice = f"It must hold the seed alone and be readable by you alone: chmod 600 {key_file}"
        raise SeedUnavailable(f"the key file {key_file} is not used: {problem}", advice)
    try:
        lines = [line.strip() for line in key_file.read_text(encoding="ascii").splitlines()]
    except (OSError, UnicodeDecodeError):
        lines = []
    seeds = [line for line in lines if line and not line.startswith("#")]
    if len(seeds) != 1:  # outside of the handler: its error may quote what was read
        raise SeedUnavailable(f"the key file {key_file} does not hold one line of plain text", _SEED_ADVICE)
    return seeds[0]


def _checked(seed: str, where: str) -> str:
    problem = _problem(seed)
    if problem is not None:
        raise SeedUnavailable(f"{where} holds no seed: {problem}", _SEED_ADVICE)
    return seed


def _problem(seed: str) -> str | None:
    if " " in seed:
        return "it is several words (a seed made of words must be converted by the wallet that made it)"
    if seed.startswith("r") and len(seed) <= 35:
        return "it looks like an address"
    if len(seed) == 64:
        return "it looks like a private key or a hash"
    try:
        keys_of_seed(seed)
    except ValueError as reason:
        return str(reason)
    return None
