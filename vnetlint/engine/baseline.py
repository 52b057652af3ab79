"""A baseline: the findings that a site knows and has not fixed yet. What it holds is not reported and fails no run.

A finding is recognised by its rule, its file relative to the baseline's folder, its element and the text that it is
about without layout. Equal findings are counted. The message is there for people and recognises nothing.
"""

import os
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from vnetlint.engine.fingerprint import source_print
from vnetlint.finding import Finding
from vnetlint.inputkey import is_uri
from vnetlint.result import Result, order


class Held(NamedTuple):
    """What a held finding is recognised by, in the order of the file."""

    path: str
    """Relative to the baseline's folder, with `/`."""
    rule: str
    element: str
    source: str
    """A hash of the text that it is about."""


@dataclass(frozen=True)
class HeldFindings:
    """The findings of one kind that a baseline holds: the message of the first, and how many there are."""

    message: str
    count: int


@dataclass(frozen=True)
class Baseline:
    """The content of a baseline. `folder` is that of its file."""

    folder: str
    entries: Mapping[Held, HeldFindings]

    @property
    def count(self) -> int:
        """The number of findings that it holds."""
        return sum(each.count for each in self.entries.values())


def can_be_held(result: Result, finding: Finding) -> bool:
    """Whether a baseline can hold a finding. One that part of the job could not be done is always reported."""
    return not result.rules[finding.rule].fails


def taken(folder: str, result: Result, paths: Container[str]) -> Baseline:
    """Return the baseline of a folder that holds what a result has of some files, whether reported or held already."""
    held: dict[Held, HeldFindings] = {}
    for finding in _all(result):
        if finding.path in paths and can_be_held(result, finding):
            key = _key(folder, result, finding)
            before = held.get(key)
            held[key] = HeldFindings(before.message, before.count + 1) if before else HeldFindings(finding.message, 1)
    return Baseline(folder, held)


def with_one_more(baseline: Baseline, result: Result, finding: Finding) -> Baseline:
    """Return a baseline that holds one more finding of a result."""
    key = _key(baseline.folder, result, finding)
    before = baseline.entries.get(key)
    held = HeldFindings(before.message, before.count + 1) if before else HeldFindings(finding.message, 1)
    return replace(baseline, entries={**baseline.entries, key: held})


def without_held(result: Result, baselines: Mapping[str, Baseline]) -> Result:
    """Return a result in which what the baselines hold is `baselined`. `baselines` has the one of each file, by path.

    If there are more findings of a kind than a baseline counts, the last ones are reported.
    """
    seen: Counter[tuple[str, Held]] = Counter()
    kept: list[Finding] = []
    held: list[Finding] = []
    for finding in _all(result):
        baseline = baselines.get(finding.path)
        if baseline is None or not can_be_held(result, finding):
            kept.append(finding)
            continue
        key = _key(baseline.folder, result, finding)
        seen[baseline.folder, key] += 1
        entry = baseline.entries.get(key)
        is_held = entry is not None and seen[baseline.folder, key] <= entry.count
        (held if is_held else kept).append(finding)
    return replace(result, findings=tuple(kept), baselined=tuple(held))


def judged(
    baseline: Baseline,
    paths: Iterable[str],
    rules: Container[str],
    known: Container[str],
    is_excluded: Callable[[str], object] = lambda path: False,
) -> Baseline:
    """Return the part of a baseline that a run judged: its files and those that are gone, and the rules that ran.

    Files that the configuration excludes count as gone. Rules that are not `known` any more count as well, because
    nothing will ever find what they found.
    """
    checked = {_relative(baseline.folder, path) for path in paths}
    hosts = {_connection(path) for path in checked if is_uri(path)}

    def is_gone(path: str) -> bool:
        if is_uri(path):
            return _connection(path) in hosts
        return _is_gone(baseline.folder, path) or bool(is_excluded(os.path.join(baseline.folder, path)))

    gone = {path for path in {each.path for each in baseline.entries} - checked if is_gone(path)}
    return Baseline(
        baseline.folder,
        {
            key: each
            for key, each in baseline.entries.items()
            if (key.path in checked or key.path in gone) and (key.rule in rules or key.rule not in known)
        },
    )


def less(baseline: Baseline, other: Baseline) -> Baseline:
    """Return a baseline without what another one holds."""
    left = {}
    for key, each in baseline.entries.items():
        without = other.entries.get(key)
        count = each.count - (without.count if without else 0)
        if count > 0:
            left[key] = replace(each, count=count)
    return replace(baseline, entries=left)


def together(one: Baseline, other: Baseline) -> Baseline:
    """Return a baseline that holds what either holds; of equal entries that of the second one."""
    return replace(one, entries={**one.entries, **other.entries})


def _all(result: Result) -> Iterable[Finding]:
    return sorted((*result.findings, *result.baselined), key=order) if result.baselined else result.findings


def _key(folder: str, result: Result, finding: Finding) -> Held:
    path = _relative(folder, finding.path)
    return Held(path, finding.rule, finding.element, source_print(result, finding))


def _connection(uri: str) -> str:
    """Return the connection of an object of a running libvirt, without the kind and the name of the object."""
    return uri.rsplit("/", 2)[0]


def _relative(folder: str, path: str) -> str:
    if is_uri(path):
        return path
    return os.path.relpath(os.path.abspath(path), folder).replace(os.sep, "/")


def _is_gone(folder: str, path: str) -> bool:
    return not os.path.lexists(os.path.join(folder, path))
