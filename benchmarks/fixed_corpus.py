"""Fix a copy of a corpus with all fixes: fixing ends, nothing gets worse, and no byte outside the edits changes.

With `--libvirtd`, which needs root and the packages that .ci/run installs, every network that libvirtd accepted must be
accepted again after fixing.

usage: python -m benchmarks.fixed_corpus CORPUS [--libvirtd]
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.manifest import Entry, entries
from vnetlint.engine.fix import fix
from vnetlint.files.read import read
from vnetlint.files.write import FileChange, replace_together
from vnetlint.result import ChangedFile, FixResult
from vnetlint.schema import gate
from vnetlint.settings import FixPolicy, Settings
from vnetlint.xml import wellformed
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse


def main(corpus: str, *options: str) -> int:
    """Print what went wrong, then the figure."""
    manifest = entries(Path(corpus))
    with tempfile.TemporaryDirectory() as copy:
        for entry in manifest:
            target = Path(copy, entry.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(entry.path, target)
        settings = Settings(fixing=FixPolicy(unsafe=True))
        paths = [str(Path(copy, entry.name)) for entry in manifest]
        outcome = fix([read(path) for path in paths], settings)
        for before, after, _ in outcome.changed:
            replace_together([FileChange.between(before, after)])
        wrong = list(_faults(outcome, paths, settings, copy))
        if "--libvirtd" in options:
            wrong += _refused(manifest, Path(copy))
    for line in wrong:
        print(line)
    print(
        f"changed {len(outcome.changed)} files, {outcome.fixed} fixes, rounds {outcome.rounds}, "
        f"{len(outcome.result.findings)} findings left, wrong {len(wrong)}"
    )
    return 1 if wrong else 0


def _faults(outcome: FixResult, paths: list[str], settings: Settings, copy: str) -> Iterator[str]:
    for finding in outcome.result.findings:
        if finding.rule == "internal-error":
            yield f"{finding.path}: {finding.message}"
    again = fix([read(path) for path in paths], settings)
    yield from (f"{each.before.path}: a second run changes it" for each in again.changed)
    for each in outcome.changed:
        name = each.before.path.removeprefix(copy)
        if Path(each.before.path).read_bytes() != each.after.encode():
            yield f"{name}: the bytes written are not those of the fixed text"
        if _validity(each.before) is True and _validity(each.after) is not True:
            yield f"{name}: was valid and is no longer"
        if not _is_only_edited(each):
            yield f"{name}: a byte outside the edits changed"


def _validity(source: Source) -> bool | None:
    documents = parse(source)
    if any(wellformed.check(document) for document in documents):
        return None
    return all(gate.is_valid(document) for document in documents)


def _is_only_edited(change: ChangedFile) -> bool:
    """Follow what stands between the edits of each round from the old bytes to the new."""
    text = change.before.text
    for edits in change.rounds:
        for edit in sorted(edits, key=lambda each: each.span, reverse=True):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text == change.after.text and change.before.encode(text) == change.after.encode()


def _refused(manifest: list[Entry], copy: Path) -> list[str]:
    from tests.oracle.libvirtd import Libvirtd

    refused = []
    with Libvirtd() as libvirtd:
        for entry in manifest:
            if entry.libvirtd_define != "accept":
                continue
            verdict = libvirtd.judge_network((copy / entry.name).read_text("utf-8", "surrogateescape"))
            started = verdict.start is not None and verdict.start.ok
            if not verdict.define.ok:
                refused.append(f"{entry.name}: refused after fixing: {verdict.define.message}")
            elif entry.libvirtd_start == "start" and not started:
                refused.append(f"{entry.name}: no longer starts: {verdict.start.message if verdict.start else ''}")
    return refused


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
