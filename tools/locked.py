"""What is locked: the names and versions that the requirements files hold."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement

from tools.marked import ROOT

TORCH = ROOT / "requirements-torch.txt"
RUNTIME = ROOT / "requirements.txt"
DEV = ROOT / "requirements-dev.txt"


def requirements(path: Path) -> list[Requirement]:
    """The requirements of a file, one for each package, or more where the versions depend on the Python."""
    lines = re.findall(r"^[A-Za-z0-9][^\\\n#]*", path.read_text(encoding="utf-8"), re.MULTILINE)
    return [Requirement(line) for line in lines]


def requirements_here(*paths: Path) -> dict[str, str]:
    """Name -> exact version, of what the files ask for on this platform and Python."""
    found = (wanted for path in paths for wanted in requirements(path))
    return {
        wanted.name: str(wanted.specifier).removeprefix("==")
        for wanted in found
        if wanted.marker is None or wanted.marker.evaluate()
    }
