"""`python -m tools.notice`: write the licences of the packages that the program runs on into NOTICE."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import Distribution, distribution

from tools.locked import RUNTIME, TORCH, requirements_here
from tools.marked import ROOT, fill_file

NOTICE = ROOT / "NOTICE"
LONGEST = 60
"""Some packages put a whole licence where its name belongs."""


def package_lines() -> Iterator[str]:
    """Name, version and licence of each package that this platform needs. Raises PackageNotFoundError."""
    for name, version in sorted(requirements_here(TORCH, RUNTIME).items()):
        yield f"- {name} {version}: {licence(distribution(name))}"


def licence(package: Distribution) -> str:
    """A package's licence as its metadata say: the expression, else the short name, else the classifiers."""
    metadata = package.metadata
    if "License-Expression" in metadata:
        return metadata["License-Expression"]
    short = metadata["License"] or ""
    if short and len(short) <= LONGEST and "\n" not in short:
        return short
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License")]
    return ", ".join(line.rpartition(" :: ")[2] for line in classifiers) or "see the package"


if __name__ == "__main__":
    fill_file(NOTICE, "packages", "\n".join(package_lines()))
