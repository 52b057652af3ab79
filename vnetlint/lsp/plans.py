"""The files and settings with which a document is linted, kept until something on the disk changes.

They follow from the document's configuration, as on the command line. Without one, a document is linted with the folder
that the editor has opened, as `vnetlint check` does it there. A document outside of all opened folders, or without a
file, is linted alone.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import NamedTuple

from vnetlint.config import model as config
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.config.runoptions import RunOptions
from vnetlint.errors import UserError
from vnetlint.files.candidates import ENDINGS
from vnetlint.files.find import walk
from vnetlint.files.gitignore import matcher
from vnetlint.files.paths import display
from vnetlint.files.read import read
from vnetlint.finding import Severity
from vnetlint.lsp.documents import Buffer
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings
from vnetlint.xml.source import Input, Source

MAX_FILES = 5000
"""The most files that are read of a folder without configuration, because it may be somebody's home folder."""


class LintGroup(NamedTuple):
    """Documents that are linted with the same configuration or folder. One that is linted alone has neither."""

    config: str | None = None
    folder: str | None = None


@dataclass(frozen=True)
class GroupPlan:
    """The settings of a group, and its files as they are on the disk."""

    settings: Settings
    min_severity: Severity
    files: Mapping[str, Source]
    takes_new: tuple[str, tuple[str, ...]] | None
    """The folder and patterns by which a document that was never saved belongs to the group."""


class GroupPlans:
    """The plans by group, and the files that were read for them."""

    def __init__(self, options: RunOptions, folders: Iterable[str] = ()) -> None:
        self.options = options
        self.folders = [os.path.abspath(folder) for folder in folders]
        self._groups: dict[str, LintGroup] = {}
        self._plans: dict[LintGroup, GroupPlan] = {}
        self._read: dict[str, tuple[tuple[int, int, int], Input]] = {}

    def run_for(self, buffer: Buffer, buffers: Iterable[Buffer]) -> Run:
        """Return the run for a document. It sees the other open documents as the editor shows them.

        Raises UserError if the configuration or the settings of the editor cannot be used.
        """
        group = self._group_of(buffer)
        plan = self._plan(group)
        texts: dict[str, Input] = dict(plan.files)
        for other in buffers:
            if other.path in texts or self._is_new_in(group, plan, other):
                texts[other.path] = other.input
        texts.pop(buffer.path, None)
        context = tuple(each for each in texts.values() if isinstance(each, Source))
        return Run((buffer.input,), context, plan.settings, plan.min_severity)

    def is_saved(self, buffers: Iterable[Buffer]) -> bool:
        """Whether documents are as they are on the disk; those without a file do not count."""
        return all(_text(each.input) == _text(self.read(each.path)) for each in buffers if each.is_file)

    def refresh(self) -> bool:
        """Read the disk again, and return whether anything changed. Raises UserError if a configuration is invalid."""
        groups, plans = self._groups, self._plans
        self._groups, self._plans = {}, {}
        config.forget()
        try:
            for group, before in plans.items():
                if (after := self._made(group)) == before:
                    # With the same object, findings that were kept for its settings stay valid.
                    after = before
                self._plans[group] = after
        except UserError:
            self._plans = plans
            raise
        now = {path: self._grouped(path, is_file=True) for path, group in groups.items() if group != LintGroup()}
        had_none = any(group not in plans for group in groups.values())
        return had_none or self._plans != plans or any(now[path] != groups[path] for path in now)

    def _group_of(self, buffer: Buffer) -> LintGroup:
        if buffer.path not in self._groups:
            self._groups[buffer.path] = self._grouped(buffer.path, buffer.is_file)
        return self._groups[buffer.path]

    def _grouped(self, path: str, is_file: bool) -> LintGroup:
        absolute = os.path.abspath(path)
        holding = [each for each in self.folders if is_file and absolute.startswith(each.rstrip(os.sep) + os.sep)]
        folder = max(holding, key=len, default=None)
        if self.options.config is None and (not is_file or (self.folders and folder is None)):
            return LintGroup()
        found = self._planner(self.options).config_for(path)
        return LintGroup(found) if found is not None else LintGroup(folder=folder)

    def _planner(self, options: RunOptions) -> RunPlanner:
        return RunPlanner(options, self.read)

    def _plan(self, group: LintGroup) -> GroupPlan:
        if group not in self._plans:
            self._plans[group] = self._made(group)
        return self._plans[group]

    def _made(self, group: LintGroup) -> GroupPlan:
        run = self._planner(replace(self.options, isolated=group.config is None)).run_under(group.config, ())
        context = run.context if group.folder is None else self._below(group.folder)
        takes_new: tuple[str, tuple[str, ...]] | None = (group.folder, ("*",)) if group.folder is not None else None
        if group.config is not None:
            loaded = config.load(os.path.abspath(group.config), builtin())
            takes_new = (loaded.folder("include"), loaded.config.include)
        return GroupPlan(run.settings, run.min_severity, {source.path: source for source in context}, takes_new)

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
        shown = (display(path) for path in islice(walk(folder), MAX_FILES))
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


def _text(one: Input) -> str | None:
    return one.text if isinstance(one, Source) else None
