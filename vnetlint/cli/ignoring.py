"""`vnetlint check --add-ignores`: comments in the files that suppress what was found, each with the same reason."""

from collections import Counter
from collections.abc import Iterable, Sequence

from vnetlint.cli.streams import CommandError, Streams
from vnetlint.config.plan import Run
from vnetlint.engine.lint import lint
from vnetlint.engine.suppress import suppressing_all
from vnetlint.errors import UserError
from vnetlint.files.write import FileChange, replace_together
from vnetlint.finding import Finding
from vnetlint.report.content import plural
from vnetlint.result import Result, merged
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

LONGEST_REASON = 200


def add_suppressions(
    findings: Sequence[Finding], before: Result, runs: Sequence[Run], reason: str, streams: Streams
) -> tuple[Result, bool]:
    """Write comments that suppress findings. Return the result of checking again, and whether all could be written.

    A file in which something new would be found stays as it is. Raises CommandError if the reason cannot be used.
    """
    reason = _checked(reason)
    of_file: dict[str, list[Finding]] = {}
    for finding in findings:
        of_file.setdefault(finding.path, []).append(finding)
    changed: dict[str, Source] = {}
    for path, own in of_file.items():
        source = before.sources.get(path)
        if source is None or not source.key.is_writable:
            continue
        edits = suppressing_all(parse(source), own, before.rules, reason)
        if edits:
            changed[path] = source.with_text(apply(source.text, edits))
    after = _again(runs, changed)
    for path in _worse(before, after, changed):
        streams.note(f"{path}: no suppression added: other findings would appear")
        del changed[path]
    written = True
    for path, source in list(changed.items()):
        try:
            replace_together([FileChange.between(before.sources[path], source)])
        except UserError as error:
            streams.error(str(error))
            written = False
            del changed[path]
    after = _again(runs, changed)
    count = len(after.suppressed) - len(before.suppressed)
    streams.note(f"suppressed {plural(count, 'finding')} in {plural(len(changed), 'file')}")
    return after, written


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise CommandError("--add-ignores needs a reason, such as 'known since 2024'")
    if "--" in reason or reason.endswith("-") or not reason.isprintable():
        raise CommandError("--add-ignores: the reason cannot be in a comment: expected text without '--'")
    if len(reason) > LONGEST_REASON:
        raise CommandError(f"--add-ignores: the reason is too long: expected at most {LONGEST_REASON} characters")
    return reason


def _again(runs: Iterable[Run], changed: dict[str, Source]) -> Result:
    found = (
        lint([changed.get(each.path, each) for each in run.inputs], run.settings, _context(run, changed))
        for run in runs
    )
    return merged(found)


def _context(run: Run, changed: dict[str, Source]) -> tuple[Source, ...]:
    return tuple(changed.get(each.path, each) for each in run.context)


def _worse(before: Result, after: Result, changed: Iterable[str]) -> list[str]:
    """Return the changed files in which something is found, or suppressed, that was not there before."""

    def count(result: Result) -> Counter[tuple[str, str, str]]:
        every = (*result.findings, *result.baselined, *(each for each, _ in result.suppressed))
        return Counter((each.path, each.rule, each.element) for each in every)

    more = {path for path, _, _ in count(after) - count(before)}
    return [path for path in changed if path in more]
