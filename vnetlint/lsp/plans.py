"""The files and settings with which a document is linted, kept until something on the disk changes.

They follow from the document's configuration, as on the command line. Without one, a document is linted with the folder
that the editor has opened, as `vnetlint check` does it there. A document outside of all opened folders, or without a
file, is linted alone.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from vnetlint.config import load as config
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.engine.baseline import Baseline
from vnetlint.engine.baselinefile import read as read_baseline
from vnetlint.errors import UserError
from vnetlint.files.candidates import ENDINGS
from vnetlint.files.find import walk
from vnetlint.files.gitignore import matcher
from vnetlint.files.paths import display
from vnetlint.files.read import read
from vnetlint.finding import Severity
from vnetlint.interruption import pause
from vnetlint.lsp.documents import Buffer
from vnetlint.rulebook.plugins import installed
from vnetlint.settings import Settings
from vnetlint.xml.source import Input, Source

MAX_FILES = 5000
"""The most files that are read of a folder without configuration, because it may be somebody's home folder."""


class LintGroup(NamedTuple):
    """Documents that are linted with the same configuration or folder. One that is linted alone has neither."""

    config: str | None = None
    folder: str | None = None
    overrides: tuple[int, ...] = ()
    is_excluded: bool = False
    """Whether the configuration excludes the documents. Nothing is reported in them, and no other one sees them."""


@dataclass(frozen=True)
class GroupPlan:
    """The settings of a group, and its files as they are on the disk."""

    settings: Settings
    min_severity: Severity
    files: Mapping[str, Source]
    takes_new: tuple[str, tuple[str, ...]] | None
    """The folder and patterns by which a document that was never saved belongs to the group."""
    baseline: str | None = None
    """The path of the baseline."""
    held: Baseline | None = None
    """What the baseline holds, which is nothing if the file does not exist."""


class GroupPlans:
    """The plans by group, and the files that were read for them."""

    def __init__(self, options: RunOptions, folders: Iterable[str] = ()) -> None:
        self.options = options
        self.folders = [os.path.abspath(folder) for folder in folders]
        self._groups: dict[str, LintGroup] = {}
        self._plans: dict[LintGroup, GroupPlan] = {}
        self._has_failed = False
        """Whether the configuration of the latest document was invalid, so that it has no group."""
        self._read: dict[str, tuple[tuple[int, int, int], Input]] = {}

    def run_for(self, buffer: Buffer, buffers: Iterable[Buffer]) -> Run:
        """Return the run for a document. It sees the other open documents as the editor shows them.

        Raises UserError if the configuration or the settings of the editor cannot be used.
        """
        group = self._group_of(buffer)
        plan = self._plan(group)
        if group.is_excluded:
            return Run((), (), plan.settings, plan.min_severity)
        texts: dict[str, Input] = dict(plan.files)
        for other in buffers:
            if other.path in texts or self._is_new_in(group, plan, other):
                texts[other.path] = other.input
        texts.pop(buffer.path, None)
        context = tuple(each for each in texts.values() if isinstance(each, Source))
        return Run((buffer.input,), context, plan.settings, plan.min_severity, plan.baseline)

    def held_for(self, buffer: Buffer) -> Baseline | None:
        """Return the baseline for a document, if its configuration names one. Raises UserError as `run_for`."""
        return self._plan(self._group_of(buffer)).held

    def config_of(self, buffer: Buffer) -> str | None:
        """Return the path of the configuration for a document, or None. Raises UserError as `run_for`."""
        return self._group_of(buffer).config

    def group_of(self, buffer: Buffer) -> LintGroup:
        """Return the group of a document. Raises UserError as `run_for`."""
        return self._group_of(buffer)

    def workspace(self, buffers: Iterable[Buffer]) -> Iterator[tuple[Run, Baseline | None]]:
        """Yield the runs that check the opened folders as the command line does, each with its baseline.

        Open documents are as the editor shows them. Raises UserError as `run_for`.
        """
        texts = {each.path: each.input for each in buffers if each.is_file}
        groups: dict[LintGroup, dict[str, Input]] = {}
        for path in self._paths_below(self.folders):
            pause()
            if path not in self._groups:
                self._groups[path] = self._grouped(path, is_file=True)
            groups.setdefault(self._groups[path], {})[path] = texts[path] if path in texts else self.read(path)
        for group, inputs in groups.items():
            plan = self._plan(group)
            beside = {path: texts.get(path, each) for path, each in plan.files.items() if path not in inputs}
            context = tuple(each for each in beside.values() if isinstance(each, Source))
            if not group.is_excluded:
                run = Run(tuple(inputs.values()), context, plan.settings, plan.min_severity, plan.baseline)
                yield run, plan.held

    def _paths_below(self, folders: Iterable[str]) -> list[str]:
        exclusions = self._planner(self.options).exclusions
        found = (display(path) for folder in folders for path in islice(walk(folder, exclusions), MAX_FILES))
        return list(dict.fromkeys(found))

    def in_folders(self) -> Iterator[Buffer]:
        """Yield an empty document in each opened folder, to ask for the folder's files when no document is open."""
        for folder in self.folders:
            path = display(os.path.join(folder, ".vnetlint.xml"))
            yield Buffer("", path, 0, "", "utf-16", is_file=True)

    def is_saved(self, buffers: Iterable[Buffer]) -> bool:
        """Whether documents are as they are on the disk; those without a file do not count."""
        return all(_text(each.input) == _text(self.read(each.path)) for each in buffers if each.is_file)

    def refresh(self) -> bool:
        """Read the disk again, and return whether anything changed. Raises UserError if a configuration is invalid."""
        groups, plans = self._groups, self._plans
        self._groups, self._plans = {}, {}
        config.forget()
        try:
            now = {path: self._grouped(path, is_file=True) for path, group in groups.items() if group != LintGroup()}
            # A group that is no more may have overrides that the configuration does not have any more.
            for group in plans.keys() & {LintGroup(), *now.values()}:
                # With the same object, findings that were kept for its settings stay valid.
                after, before = self._made(group), plans[group]
                self._plans[group] = before if after == before else after
        except UserError:
            # What the last valid configuration said stays in use.
            self._groups, self._plans = groups, plans
            raise
        had_none = self._has_failed or any(group not in plans for group in groups.values())
        return had_none or self._plans != plans or any(now[path] != groups[path] for path in now)

    def _group_of(self, buffer: Buffer) -> LintGroup:
        if buffer.path not in self._groups:
            self._has_failed = True
            self._groups[buffer.path] = self._grouped(buffer.path, buffer.is_file)
            self._has_failed = False
        return self._groups[buffer.path]

    def _grouped(self, path: str, is_file: bool) -> LintGroup:
        absolute = os.path.abspath(path)
        holding = [each for each in self.folders if is_file and absolute.startswith(each.rstrip(os.sep) + os.sep)]
        folder = max(holding, key=len, default=None)
        if self.options.config is None and (not is_file or (self.folders and folder is None)):
            return LintGroup()
        planner = self._planner(self.options)
        found = planner.config_for(path)
        if found is None:
            return LintGroup(folder=folder)
        if planner.exclusions.of(path):
            return LintGroup(is_excluded=True)
        return LintGroup(found, None, planner.overrides_for(found, path))

    def _planner(self, options: RunOptions) -> RunPlanner:
        return RunPlanner(options, self.read)

    def _plan(self, group: LintGroup) -> GroupPlan:
        if group not in self._plans:
            self._plans[group] = self._made(group)
        return self._plans[group]

    def _made(self, group: LintGroup) -> GroupPlan:
        run = self._planner(replace(self.options, isolated=group.config is None)).run_under(
            group.config, (), group.overrides
        )
        context = run.context if group.folder is None else self._below(group.folder)
        takes_new: tuple[str, tuple[str, ...]] | None = (group.folder, ("*",)) if group.folder is not None else None
        if group.config is not None:
            loaded = config.load(os.path.abspath(group.config), installed())
            takes_new = (loaded.folder("include"), loaded.config.include)
        return GroupPlan(run.settings, run.min_severity, {source.path: source for source in context}, takes_new,
                         run.baseline, _held(run.baseline))  # fmt: skip

    def _is_new_in(self, group: LintGroup, plan: GroupPlan, other: Buffer) -> bool:
        return (
            plan.takes_new is not None
            and matcher(*plan.takes_new)(other.path)
            and other.is_file
            and other.path.endswith(ENDINGS)
            and self._group_of(other) == group
            and not os.path.exists(other.path)
        )

    def _below(self, folder: str) -> tuple[Source, ...]:
        shown = (display(path) for path in islice(walk(folder, self._planner(self.options).exclusions), MAX_FILES))
        return tuple(source for path in shown if isinstance(source := self.read(path), Source))

    def read(self, path: str) -> Input:
        """Return a file as an input. It is read only if it has changed since it was last read."""
        try:
            status = os.stat(path)
        except OSError:
            return read(path)
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        kept = self._read.get(path)
        if kept is None or kept[0] != stamp:
            kept = self._read[path] = (stamp, read(path))
        return kept[1]


def _held(path: str | None) -> Baseline | None:
    """Return what a baseline holds. Raises BaselineError if it is there and cannot be read."""
    if path is None:
        return None
    return read_baseline(path) if os.path.lexists(path) else Baseline(os.path.dirname(os.path.abspath(path)), {})


def _text(one: Input) -> str | None:
    return one.text if isinstance(one, Source) else None
