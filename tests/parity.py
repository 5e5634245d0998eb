"""`make parity`: replay recordings of the real service and compare with the floor.

The recordings and their replayer lie beside the checkout (`../shared`, or `AUTUMN_MOCK_RECORDINGS`).
The floor, `.ci/parity-floor.json`, says for each group of recordings how many of its steps must
answer as the real service did; `--raise` lifts it to what is reached now, it never sinks by itself.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from autumn_mock.emulator import Emulator
from autumn_mock.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FLOOR = ROOT / ".ci" / "parity-floor.json"
_LINE = re.compile(r"^(\S+): (\d+)/(\d+) steps equal$")


@dataclass(frozen=True)
class Score:
    """How many steps of a group were equal."""

    equal: int
    steps: int

    def reaches(self, floor: "Score") -> bool:
        """Also when the group has other steps than when the floor was set: shares are compared."""
        return self.equal * floor.steps >= floor.equal * self.steps


def main() -> int:
    options = _options()
    replayer = options.recordings / "tools" / "replay.py"
    if not replayer.exists():
        print(f"no recordings at {options.recordings}; nothing compared")
        return 0
    scores = replay(replayer, options.show, options.only, options.recordings / "transcripts")
    if not scores:
        print("the replay printed no totals")
        return 1
    floor = {name: Score(*pair) for name, pair in json.loads(FLOOR.read_text()).items()}
    print(table(scores, floor))
    missing = [] if options.only else sorted(floor.keys() - scores.keys())
    below = sorted(name for name, score in scores.items() if name in floor and not score.reaches(floor[name]))
    for name in missing:
        print(f"{name}: has a floor but was not replayed")
    for name in below:
        print(f"{name}: {scores[name].equal} steps equal, the floor is {floor[name].equal}")
    if options.raise_floor and not options.only:
        raise_floor(scores, floor)
    return 1 if below or missing else 0


def replay(replayer: Path, show: int, only: str, transcripts: Path) -> dict[str, Score]:
    """Scores by group of recordings, from a server of its own in the profile `server`."""
    with Emulator(Settings(profile="server", id_seed=1)) as emulator:
        url = emulator.start()
        command = [sys.executable, str(replayer), "--url", url, "--by-area", "--show", str(show)]
        command += ["--only", only, str(transcripts)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    scores = {}
    for line in done.stdout.splitlines():
        if found := _LINE.match(line):
            scores[found[1]] = Score(int(found[2]), int(found[3]))
        else:
            print(line)
    print(done.stderr, end="")
    return scores


def table(scores: dict[str, Score], floor: dict[str, Score]) -> str:
    lines = [f"{'recordings':<28}{'equal':>8}{'steps':>8}{'share':>9}{'floor':>8}"]
    for name, score in sorted(scores.items()):
        needed = floor[name].equal if name in floor else "none"
        lines.append(f"{name:<28}{score.equal:>8}{score.steps:>8}{score.equal / score.steps:>9.1%}{needed:>8}")
    return "\n".join(lines)


def raise_floor(scores: dict[str, Score], floor: dict[str, Score]) -> None:
    kept = {
        name: floor[name] if name in floor and not score.reaches(floor[name]) else score
        for name, score in scores.items()
    }
    lines = [f'  "{name}": [{score.equal}, {score.steps}]' for name, score in sorted((floor | kept).items())]
    FLOOR.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"floor written to {FLOOR.relative_to(ROOT)}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    default = os.environ.get("AUTUMN_MOCK_RECORDINGS") or ROOT.parent / "shared"
    parser.add_argument("--recordings", type=Path, default=Path(default), help="default: %(default)s")
    parser.add_argument("--only", default="", help="only scenarios whose name contains this")
    parser.add_argument("--show", type=int, default=0, help="how many differing steps to print")
    parser.add_argument("--raise", dest="raise_floor", action="store_true", help="lift the floor")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
