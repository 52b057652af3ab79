"""`vnetlint check --verbose`: which files are checked under which configuration, and which are skipped."""

import os
from collections.abc import Iterable, Iterator, Sequence

from vnetlint.cli.streams import Streams
from vnetlint.config.exclude import Exclusions
from vnetlint.config.plan import Run, RunPlanner
from vnetlint.config.usedfiles import used_files
from vnetlint.files.candidates import is_kept_aside
from vnetlint.files.gitignore import Ignored
from vnetlint.files.paths import display
from vnetlint.report.content import plural


def note_plan(planner: RunPlanner, runs: Sequence[Run], paths: Iterable[str], streams: Streams) -> None:
    """Note for each configuration what it makes of the files, and what is skipped below the folders of a command."""
    for run in runs:
        config = planner.config_for(run.inputs[0].path)
        name = display(config) if config is not None else "no configuration"
        rules = plural(len(run.catalogue.select(run.settings.rules)), "rule")
        known = f" ({len(run.context)} more are known)" if run.context else ""
        streams.detail(f"{name}: {plural(len(run.inputs), 'file')}{known}, {rules}")
        for used in used_files(planner, [run]):
            if used != name:
                streams.detail(f"{name}: uses {used}")
        if run.settings.host is None:
            streams.detail(f"{name}: no inventory of the host")
        for each in run.inputs:
            streams.detail(f"{name}: checks {each.path}")
    checked = {each.path for run in runs for each in run.inputs}
    for path, reason in (each for top in paths if os.path.isdir(top) for each in _skipped(top, planner.exclusions)):
        if path not in checked:
            streams.detail(f"{path}: skipped: {reason}")


def _skipped(top: str, exclusions: Exclusions) -> Iterator[tuple[str, str]]:
    """Yield what is skipped below a folder before it is opened, with the reason. Other files are no XML by name."""
    ignored = Ignored(top)
    for folder, folders, names in os.walk(top):
        ignored.enter(folder)
        entered = []
        for name in sorted(folders):
            path = os.path.join(folder, name)
            if name.startswith("."):
                yield display(path), "a hidden folder"
            elif ignored.matches(path, folder=True):
                yield display(path), "git ignores it"
            elif excluded := exclusions.of(path):
                yield display(path), str(excluded)
            else:
                entered.append(name)
        folders[:] = entered
        for name in sorted(names):
            path = os.path.join(folder, name)
            if name.endswith(".xml") and ignored.matches(path):
                yield display(path), "git ignores it"
            elif name.endswith(".xml") and (excluded := exclusions.of(path)):
                yield display(path), str(excluded)
            elif is_kept_aside(name) and not name.endswith(".xml"):
                yield display(path), "a backup copy; to check it, name it"
