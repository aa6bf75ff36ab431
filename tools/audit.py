"""`python -m tools.audit`: a bill of materials of what is installed, and the known vulnerabilities of what is locked.

Exit codes: 0 none known, 1 some are known, 3 the advisory service was not reached, so nothing is known.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tools.locked import DEV, RUNTIME, TORCH, requirements_here
from tools.marked import ROOT

SBOM = ROOT / "evals" / "reports" / "sbom.cdx.json"
NONE_KNOWN, VULNERABLE, UNKNOWN = 0, 1, 3


def main() -> int:
    """Write the bill of materials, ask the advisory service, say what it says. Returns the exit code."""
    write_bill()
    print(f"bill of materials: {SBOM.relative_to(ROOT).as_posix()}")
    code, lines = verdict(*advisories())
    print(*lines, sep="\n")
    return code


def write_bill() -> None:
    """A CycloneDX bill of materials of this environment. Raises CalledProcessError, OSError."""
    SBOM.parent.mkdir(parents=True, exist_ok=True)
    options = ["--pyproject", "pyproject.toml", "--output-reproducible", "--short-PURLs", "--output-file", str(SBOM)]
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", "environment", *options, sys.executable], cwd=ROOT, check=True
    )


def advisories() -> tuple[list[dict[str, Any]], str]:
    """What pip-audit says of each locked package, and the last line of its complaint; [] where it gave up."""
    options = ["--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off", "--timeout", "30"]
    with TemporaryDirectory() as folder:
        # One list of its own: a file with hashes and one without cannot be audited together.
        locked = Path(folder) / "locked.txt"
        packages = requirements_here(TORCH, RUNTIME, DEV)
        locked.write_text("".join(f"{name}=={version}\n" for name, version in packages.items()), encoding="utf-8")
        command = [sys.executable, "-m", "pip_audit", *options, "--requirement", str(locked)]
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    problem = (result.stderr.strip().splitlines() or [""])[-1]
    return (json.loads(result.stdout)["dependencies"] if result.stdout.strip() else []), problem


def verdict(answer: list[dict[str, Any]], problem: str) -> tuple[int, list[str]]:
    """The exit code, and what to print. A package that the service does not know was not audited."""
    skipped = {package["name"]: package["skip_reason"] for package in answer if "skip_reason" in package}
    audited = [package for package in answer if package["name"] not in skipped]
    if not audited:
        reason = next(iter(skipped.values()), problem)
        return UNKNOWN, [f"the advisory service was not reached, nothing is known of any package: {reason}"]
    lines = [
        f"{package['name']} {package['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none'}"
        for package in audited
        for found in package["vulns"]
    ]
    total = f"{len(audited)} packages audited, {len(lines)} known vulnerabilities"
    return (VULNERABLE if lines else NONE_KNOWN), [*lines, *(f"not audited: {name}" for name in skipped), total]


if __name__ == "__main__":
    sys.exit(main())
