"""Runs as they would have been at an earlier commit: the files of that time under the settings of now."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from vnetlint.config.plan import Run, RunPlanner
from vnetlint.files.candidates import can_be_candidate, is_candidate_with
from vnetlint.files.changedlines import lines_of
from vnetlint.files.git import CommittedFiles, GitError, blob_name, contents, files_at, merge_base, repository_of
from vnetlint.files.gitignore import matcher
from vnetlint.files.paths import display
from vnetlint.files.read import opened
from vnetlint.inputkey import FileKey
from vnetlint.xml.limits import MAX_BYTES
from vnetlint.xml.source import Input, Source

ALIKE = 0.5
"""The part of its lines that a file must share with one that is gone to be the same file under another name."""
MOST_RENAMED = 100_000
"""The most pairs of files that are compared to find renamed ones."""


@dataclass(frozen=True)
class EarlierRuns:
    """What runs were at an earlier commit."""

    runs: tuple[Run, ...]
    texts: Mapping[str, Source]
    """The earlier text of each file by its present path."""
    renamed: Mapping[str, str]
    """The present path of each file that had another one, by that one."""
    changed: tuple[str, ...]
    """The changed files that decide how a run judges, such as its configuration."""


def at_revision(
    revision: str, runs: Sequence[Run], planner: RunPlanner, named: Sequence[str], used: Sequence[str]
) -> EarlierRuns:
    """Return the runs as they would have been where the present commit left a revision.

    `named` are the paths of the command, `used` the files that decide how a run judges. Raises GitError if a file is in
    no repository, or if a repository cannot be read.
    """
    for run in runs:
        for each in run.inputs:
            if not isinstance(each.key, FileKey):
                raise GitError(f"{each.path}: --diff-base needs files in a git repository")
            if repository_of(each.path) is None:
                raise GitError(f"{each.path}: not in a git repository, and --diff-base needs one")
    every = [each for run in runs for each in (*run.inputs, *run.context)]
    stated = [each.file for run in runs for each in run.settings.expectations]
    history = _History(revision, [*(each.path for each in (*every, *stated)), *used])
    texts = history.earlier_texts({each.path: each for each in (*every, *stated) if isinstance(each, Source)})
    gone = history.gone()
    renamed = dict(_renamed([each for each in every if each.path not in texts and isinstance(each, Source)], gone))
    before = [_before(run, texts, gone, planner, named) for run in runs]
    by_present = {**texts, **{renamed[path]: source for path, source in gone.items() if path in renamed}}
    return EarlierRuns(tuple(before), by_present, renamed, tuple(path for path in used if history.has_changed(path)))


def _before(
    run: Run, texts: Mapping[str, Source], gone: Mapping[str, Source], planner: RunPlanner, named: Sequence[str]
) -> Run:
    config = planner.config_for(run.inputs[0].path)
    overrides = planner.overrides_for(config, run.inputs[0].path)
    is_known = _belongs(config, planner, named)

    def belongs(path: str) -> bool:
        of_run = planner.config_for(path) == config and planner.overrides_for(config, path) == overrides
        return of_run and is_known(path) and planner.exclusions.of(path) is None

    inputs: list[Input] = [texts[each.path] for each in run.inputs if each.path in texts]
    inputs += (source for path, source in gone.items() if belongs(path))
    context = tuple(texts[each.path] for each in run.context if each.path in texts)
    return replace(run, inputs=tuple(sorted(inputs, key=lambda each: each.path)), context=context)


def _belongs(config: str | None, planner: RunPlanner, named: Sequence[str]) -> Callable[[str], bool]:
    """Return whether a run knew a file that is gone: one below a named folder, or one that its configuration adds."""
    folders = [os.path.join(os.path.realpath(each), "") for each in named if os.path.isdir(each)]

    def is_named(path: str) -> bool:
        return any(os.path.abspath(path).startswith(folder) for folder in folders)

    if config is None:
        return is_named
    loaded = planner.loaded(config)
    folder = os.path.join(os.path.realpath(loaded.folder("include")), "")
    matches = matcher(folder, loaded.config.include)
    return lambda path: is_named(path) or (os.path.abspath(path).startswith(folder) and matches(os.path.abspath(path)))


def _renamed(new: Sequence[Source], gone: Mapping[str, Source]) -> Iterator[tuple[str, str]]:
    """Yield the old and new paths of files that were renamed, the most similar first."""
    if not new or not gone or len(new) * len(gone) > MOST_RENAMED:
        return
    lines = {each.path: Counter(lines_of(each.text)) for each in (*new, *gone.values())}
    pairs = [(_likeness(lines[old], lines[each.path]), old, each.path) for each in new for old in gone]
    taken: set[str] = set()
    for likeness, old, path in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if likeness >= ALIKE and old not in taken and path not in taken:
            taken |= {old, path}
            yield old, path


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    """Return the part of the lines of the longer text that both have."""
    return (one & other).total() / max(one.total(), other.total())


class _History:
    """The commits that repositories had where they left a revision."""

    def __init__(self, revision: str, paths: Iterable[str]) -> None:
        self.top_of = {path: top for path in paths if (top := repository_of(path)) is not None}
        self.commits: dict[str, CommittedFiles] = {}
        # A submodule was at the commit that the repository around it names.
        for top in sorted(set(self.top_of.values()), key=len):
            commit = self._as_submodule(top)
            self.commits[top] = files_at(top, commit or merge_base(top, revision))

    def _as_submodule(self, top: str) -> str | None:
        for outer, committed in self.commits.items():
            if top.startswith(outer + os.sep) and (at := os.path.relpath(top, outer)) in committed.modules:
                return committed.modules[at]
        return None

    def _blob(self, path: str) -> str | None:
        top = self.top_of.get(path)
        return self.commits[top].blobs.get(os.path.relpath(os.path.realpath(path), top)) if top else None

    def has_changed(self, path: str) -> bool:
        """Whether a file is not as it was, or was not there."""
        blob = self._blob(path)
        if path not in self.top_of:
            return False
        try:
            return blob is None or blob_name(Path(path).read_bytes(), blob) != blob
        except OSError:
            return True

    def earlier_texts(self, present: Mapping[str, Source]) -> dict[str, Source]:
        """Return the earlier text of each file that was there; one outside of any repository is as it was."""
        found = {path: each for path, each in present.items() if path not in self.top_of}
        other: dict[str, dict[str, str]] = {}
        for path, source in present.items():
            if (blob := self._blob(path)) is None:
                continue
            if blob_name(source.encode(), blob) == blob:
                found[path] = source
            else:
                other.setdefault(self.top_of[path], {})[path] = blob
        for top, wanted in other.items():
            for path, data in zip(wanted, contents(top, wanted.values(), MAX_BYTES + 1), strict=True):
                if isinstance(earlier := opened(FileKey(path), data), Source):
                    found[path] = earlier
        return found

    def gone(self) -> dict[str, Source]:
        """Return the files to check that were there and are not any more, by the paths that they had."""
        found: dict[str, Source] = {}
        for top, committed in self.commits.items():
            wanted = {name: blob for name, blob in committed.blobs.items() if _is_gone(top, name)}
            for name, data in zip(wanted, contents(top, wanted.values(), MAX_BYTES + 1), strict=True):
                path = display(os.path.join(top, name))
                if is_candidate_with(path, data) and isinstance(source := opened(FileKey(path), data), Source):
                    found[path] = source
        return found


def _is_gone(top: str, name: str) -> bool:
    is_hidden = any(part.startswith(".") for part in name.split("/")[:-1])
    return not is_hidden and can_be_candidate(name) and not os.path.lexists(os.path.join(top, name))
