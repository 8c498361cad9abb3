"""Running a storm and gathering what its workers were told."""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Told:
    """What the storm left outside the database: what the conductor saw, and each line of every worker's own file."""

    attempts: int
    killed: int
    stopped: int
    lines: list[dict[str, Any]]

    @property
    def accepted(self) -> dict[str, int]:
        """How many people each accepted key reached, as a caller was told."""
        return {line["key"]: line["sent"] for line in self.lines if "key" in line}

    def refused(self, reason: str) -> int:
        """How often a caller was told this reason."""
        return sum(line.get("refused") == reason for line in self.lines)


def storm(folder: Path, plan: dict[str, Any], module: str = "tests.kill.storm") -> Told:
    """Run the plan in a process of its own; every worker must end well or be killed by the plan."""
    folder.mkdir()
    path = folder / "plan.json"
    path.write_text(json.dumps(plan))
    done = subprocess.run(
        [sys.executable, "-m", module, str(path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = [
        line for line in done.stderr.splitlines() if re.match(r"[\w.]+(Error|Detected|Available)\b", line)
    ]
    assert (done.returncode, done.stderr) == (0, ""), "\n".join([*names, done.stderr[-4000:]])
    report = json.loads((folder / "report.json").read_text())
    assert report["failed"] == []
    lines = [
        json.loads(line)
        for file in sorted(folder.glob("accepted-*"))
        # A worker that was killed while writing leaves half a line: nobody was told anything by it.
        for line in file.read_text().splitlines(keepends=True)
        if line.endswith("\n")
    ]
    return Told(report["attempts"], report["killed"], report["stopped"], lines)
