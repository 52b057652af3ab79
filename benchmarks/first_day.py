"""The first day with vnetlint in real repositories: configured, green, protected, and with a policy of one's own.

Three repositories with 50 to 300 findings, those with the most files, are made anew with git. In each, real commands
and the real pre-commit do what a user does:

- `vnetlint init --yes`, the hook installed, all committed: the commit and a check of everything succeed.
- A new fault is put into a file: the commit is refused because of that one finding. Without it, the commit succeeds.
- The policy of docs/policies.md is written as its tutorial says: it finds what the tutorial shows.

usage: python -m benchmarks.first_day CORPUS
"""

import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests import checkout
from vnetlint.cli.main import main as vnetlint
from vnetlint.cli.streams import FAILED
from vnetlint.files.paths import CONFIGURATION

FEWEST, MOST, REPOSITORIES = 50, 300, 3
BIN = Path(sys.executable).parent
TUTORIAL = (checkout.ROOT / "docs" / "policies.md").read_text("utf-8")
_FILE = re.compile(r"^```\w+ file=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHOWN = re.compile(r"^\$ vnetlint check .*\n(.*)$", re.MULTILINE)
_FINDING = re.compile(r"^(\S+):\d+:\d+: (?:error|warning|info): .* \[([\w-]+)\]$", re.MULTILINE)
_END = re.compile(r"</(domain|network)>\s*\Z")
BRIDGED = """<network>
  <name>first-day</name>
  <forward mode='bridge'/>
  <bridge name='br-first-day'/>
  <ip address='10.213.0.1' prefix='24'/>
</network>
"""


class StepError(Exception):
    """A step of the first day failed."""


@dataclass(frozen=True)
class Fault:
    """A file with a new fault, the rule that finds it, and the file without it."""

    rule: str
    path: str
    text: str
    fixed: str


class Repository:
    """A repository of the corpus, made anew."""

    def __init__(self, files: Path, folder: Path) -> None:
        self.folder = folder
        path = os.pathsep.join((str(BIN), os.environ["PATH"]))
        self.environment = checkout.environment(PATH=path, PRE_COMMIT_HOME=str(folder.parent / "pre-commit"))
        for file in _files(files):
            target = folder / file.relative_to(files)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(file.read_bytes())
        checkout.commit_all(folder)

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the repository."""
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def succeed(self, *command: str) -> str:
        """Run a command that must succeed, and return its output."""
        ran = self.run(*command)
        if ran.returncode != 0:
            raise StepError(f"`{' '.join(command)}` exits with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
        return ran.stdout

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Commit everything, as far as the hook lets it."""
        self.succeed("git", "add", "--all")
        return self.run("git", "commit", "--message", "change")

    def commit_well(self) -> None:
        """Commit everything. Raises StepError if the hook refuses it."""
        if (ran := self.commit()).returncode != 0:
            raise StepError(f"a commit is refused:\n{ran.stdout}{ran.stderr}")

    def commit_refused(self, expected: set[tuple[str, str]]) -> None:
        """Commit everything. Raises StepError unless the hook refuses it because of these findings alone."""
        ran = self.commit()
        found = _FINDING.findall(ran.stdout + ran.stderr)
        if ran.returncode == 0 or sorted(found) != sorted(expected):
            said = f"{ran.stdout}{ran.stderr}"
            raise StepError(f"expected {expected}, but the commit exits with {ran.returncode}:\n{said}")


def main(corpus: str) -> int:
    """Print how each repository fared and how long its first day took, then the figures."""
    chosen = _chosen(Path(corpus))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        days = list(pool.map(_day, (files for files, _ in chosen)))
    for (files, findings), day in zip(chosen, days, strict=True):
        words = ", ".join((*day.done, *filter(None, [day.failure])))
        print(f"{files.name}: {findings} findings, {day.seconds:.1f} s: {words}")
    failed, steps = sum(bool(each.failure) for each in days), sum(len(each.done) for each in days)
    slowest = max((each.seconds for each in days), default=0)
    print(f"repositories {len(chosen)}, steps {steps}, failed {failed}, slowest {slowest:.1f} s")
    return 1 if failed or len(chosen) < REPOSITORIES else 0


class Day(NamedTuple):
    """How the first day of a repository went."""

    done: list[str]
    failure: str
    seconds: float


def _day(files: Path) -> Day:
    """Return how the first day of a repository goes, of which files are a copy."""
    with tempfile.TemporaryDirectory() as scratch:
        repository = Repository(files, Path(scratch) / "repository")
        start, done, failure = time.perf_counter(), list[str](), ""
        try:
            for each in _first_day(repository):
                done.append(each)
        except StepError as error:
            failure = f"FAILED: {error}"
        return Day(done, failure, time.perf_counter() - start)


def _chosen(corpus: Path) -> list[tuple[Path, int]]:
    """Return the repositories with neither few nor many findings and the most files, with the number of findings."""
    found = []
    for folder in sorted(each for name in ("wild", "wild2") for each in (corpus / name).iterdir() if each.is_dir()):
        out, command = io.StringIO(), ["check", str(folder), "--isolated", "--output-format", "json"]
        if vnetlint(command, io.BytesIO(), out, io.StringIO()) < FAILED:
            count = len(json.loads(out.getvalue())["findings"])
            if FEWEST <= count <= MOST:
                found.append((folder, count))
    return sorted(found, key=lambda each: (-len(list(_files(each[0]))), each[0]))[:REPOSITORIES]


def _files(folder: Path) -> Iterator[Path]:
    """Yield the files of a repository without the older versions of them."""
    return (each for each in sorted(folder.rglob("*")) if each.is_file() and ".history" not in each.parts)


def _first_day(repository: Repository) -> Iterator[str]:
    """Do what a user does on the first day, and yield what succeeded. Raises StepError if something does not."""
    repository.succeed("vnetlint", "init", "--yes")
    repository.succeed("vnetlint", "check")
    repository.succeed("pre-commit", "install")
    repository.commit_well()
    repository.succeed("pre-commit", "run", "--all-files")
    yield "green"
    for fault in _faults(repository):
        path = repository.folder / fault.path
        path.write_text(fault.text, "utf-8")
        repository.commit_refused({(fault.path, fault.rule)})
        path.write_text(fault.fixed, "utf-8")
        repository.commit_well()
        yield f"{fault.rule} refused and fixed"
    _write_policy(repository)
    repository.succeed("vnetlint", "policy", "test", "site.toml")
    repository.commit_refused({("web.xml", "our-bridges")})
    (shown,) = [each for each in _SHOWN.findall(TUTORIAL) if "our-bridges" in each]
    if shown not in (said := repository.run("vnetlint", "check", "--output-format", "concise").stdout.splitlines()):
        raise StepError(f"the tutorial shows:\n{shown}\nbut a check prints:\n" + "\n".join(said))
    path = repository.folder / "web.xml"
    path.write_text(path.read_text().replace("'br0'", "'br-lab'"))
    repository.commit_well()
    yield "policy"


def _faults(repository: Repository) -> Iterator[Fault]:
    """Yield new faults of several kinds: one in the first plain file of a guest or a network, one in a new file."""
    path, text = next(_plain(repository.folder))
    fixed = f"{text.rstrip()}\n<!-- seen -->\n"
    end = _END.search(text)
    assert end is not None
    yield Fault("xml-syntax", path, text[: end.start()], fixed)
    yield Fault("schema-unknown-element", path, f"{text[: end.start()]}<tittle>web</tittle>\n{end[0]}", fixed + "\n")
    isolated = re.sub(r"  <(?:forward|bridge) .*\n", "", BRIDGED)
    yield Fault("ip-on-bridged-network", "first-day.xml", BRIDGED, isolated)


def _plain(folder: Path) -> Iterator[tuple[str, str]]:
    for each in _files(folder):
        if each.suffix == ".xml":
            text = each.read_text("utf-8")
            if _END.search(text):
                yield each.relative_to(folder).as_posix(), text


def _write_policy(repository: Repository) -> None:
    """Write the files of the tutorial. Its configuration is one line, which replaces the comment of `init`."""
    files = dict(_FILE.findall(TUTORIAL))
    line = files.pop(CONFIGURATION)
    for name, text in files.items():
        (repository.folder / name).write_text(text, "utf-8")
    path = repository.folder / CONFIGURATION
    before = path.read_text("utf-8")
    after = re.sub(r"^# policies = .*\n", lambda _: line, before, flags=re.MULTILINE)
    if after == before:
        raise StepError("the configuration has no line for policies")
    path.write_text(after, "utf-8")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
