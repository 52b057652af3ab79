"""Write fixed files. Files that share a fix are written all or none, and the rest is linted again for the report."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from vnetlint.cli.streams import Streams
from vnetlint.config.plan import Run
from vnetlint.engine.lint import lint
from vnetlint.errors import UserError
from vnetlint.files.read import read
from vnetlint.files.write import FileChange, replace_together
from vnetlint.result import ChangedFile, FixResult, MadeFix, merged
from vnetlint.xml.source import Input


def write_fixed(fixed: FixResult, runs: Iterable[Run], streams: Streams) -> tuple[FixResult, bool]:
    """Write the fixed files. Return the result as it is on the disk now, and whether all could be written."""
    unwritten: set[str] = set()
    for group in _groups(fixed.changed, fixed.made):
        try:
            replace_together([FileChange.between(each.before, each.after) for each in group])
        except UserError as error:
            streams.error(str(error))
            unwritten |= {each.before.path for each in group}
            if len(group) > 1:
                names = ", ".join(sorted(each.before.path for each in group))
                streams.error(f"none of the files that share a fix was written: {names}")
    if not unwritten:
        return fixed, True
    return _on_disk(fixed, runs, unwritten), False


def _groups(changed: Iterable[ChangedFile], made: Iterable[MadeFix]) -> list[list[ChangedFile]]:
    """Return the changed files in groups that share fixes, directly or through others."""
    group_of = {each.before.path: [each] for each in changed}
    for fix in made:
        first = group_of[fix.places[0].path]
        for place in fix.places[1:]:
            if (other := group_of[place.path]) is not first:
                first += other
                group_of |= {each.before.path: first for each in other}
    return list({id(group): group for group in group_of.values()}.values())


def _on_disk(fixed: FixResult, runs: Iterable[Run], unwritten: set[str]) -> FixResult:
    """Return the result of linting the files on the disk again, without the fixes that were not written."""
    written = {each.before.path: each.after for each in fixed.changed if each.before.path not in unwritten}
    found = merged(
        lint([_input(each, written, unwritten) for each in run.inputs], run.settings, run.context) for run in runs
    )
    # Only the run that tried the fixes can report failures in making them.
    result = replace(
        found,
        findings=tuple(dict.fromkeys((*fixed.result.failures, *found.findings))),
        rules={**fixed.result.rules, **found.rules},
    )
    made = tuple(each for each in fixed.made if not any(place.path in unwritten for place in each.places))
    changed = tuple(each for each in fixed.changed if each.before.path not in unwritten)
    return FixResult(merged([result]), changed, made, fixed.rounds)


def _input(each: Input, written: Mapping[str, Input], unwritten: set[str]) -> Input:
    return read(each.path) if each.path in unwritten else written.get(each.path, each)
