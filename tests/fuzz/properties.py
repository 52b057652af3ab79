"""The properties that hold for any files under any settings. One that does not hold raises `Broken`."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from random import Random
from xml.etree import ElementTree

from tests.fuzz.mutate import ROOT, Files
from tests.worktime import in_time
from vnetlint.config import load as config
from vnetlint.engine.fix import fix
from vnetlint.engine.fixes import edits_by_path, is_consistent
from vnetlint.engine.lint import lint
from vnetlint.errors import UserError
from vnetlint.files.read import opened
from vnetlint.finding import SEVERITIES, Edit, Finding, Fix, Span
from vnetlint.host import Host, load
from vnetlint.inputkey import FileKey
from vnetlint.report import renderer
from vnetlint.report.content import Report
from vnetlint.result import FixResult, Result
from vnetlint.rulebook.catalogue import builtin
from vnetlint.schema import problems
from vnetlint.settings import FixPolicy, Settings
from vnetlint.version import parse_version
from vnetlint.xml import wellformed
from vnetlint.xml.scan import TokenKind, scan
from vnetlint.xml.source import Input, Source
from vnetlint.xml.splice import apply
from vnetlint.xml.tree import parse

SECONDS = 5.0
"""Processor time for a few small files; for each 10,000 bytes they may take as much again."""

TRIED = 6
"""Fixes that are made one by one, of those that a run offers."""


class Broken(AssertionError):  # noqa: N818 - it is a property that is broken
    """A property does not hold: the one called `name`, at `detail`."""

    def __init__(self, name: str, detail: str) -> None:
        super().__init__(f"{name}: {detail}")
        self.name = name


@cache
def _host() -> Host:
    return load(str(ROOT / "examples" / "host.json"))


def settings(random: Random) -> Settings:
    """Return random settings."""
    rules = [each.name for each in builtin()]
    chosen = {random.choice(rules): random.choice((1, 1, 2, 3)) for _ in range(random.choice((0, 0, 5, 400)))}
    policy = FixPolicy(
        unsafe=random.random() < 0.6,
        threshold=random.choice(SEVERITIES),
        unfixable=frozenset(random.choice(rules) for _ in range(random.choice((0, 0, 20)))),
        choices=chosen,
    )
    return Settings(
        rules=frozenset(rules if random.random() < 0.8 else random.sample(rules, len(rules) // 2)),
        host=random.choice((None, None, _host())),
        complete=random.random() < 0.3,
        fixing=policy,
        target=random.choice((None, None, None, parse_version("6.0.0"), parse_version("9.0.0"))),
    )


@cache
def settings_with_all() -> Settings:
    """Return settings with every rule, and with every fix that may be made in bulk."""
    return Settings(frozenset({"all"}), _host(), fixing=FixPolicy(unsafe=True, threshold="info"))


def hold(files: Files, under: Settings) -> None:
    """Check every property on some files. Raises Broken."""
    start = time.process_time()
    inputs = [opened(FileKey(path), data) for path, data in files.items()]
    result, outcome = lint(inputs, under), fix(inputs, under)
    spent = time.process_time() - start
    allowed = SECONDS * (1 + sum(map(len, files.values())) / 10_000)
    if not in_time(spent, allowed):
        raise Broken("time", f"{spent:.1f} s where {allowed:.1f} s are allowed")
    for each in (result, outcome.result):
        _no_failure(each)
        _in_range(each)
        _reports(each)
    for one in outcome.dropped:
        # Making the same choice for every finding of a rule need not end.
        if one.is_bug and not (one.rule in under.fixing.choices and not one.title):
            raise Broken(f"dropped {one.rule}", repr(one))
    _good_fixes(result)
    _faithful(inputs, outcome, under)


def _no_failure(result: Result) -> None:
    for finding in result.findings:
        if finding.rule == "internal-error":
            raise Broken(f"internal-error {finding.message[:60]}", finding.message)


# -- ranges and fixes ----------------------------------------------------------------------------------------------


def _in_range(result: Result) -> None:
    for finding in result.findings:
        for path, span in _spans(finding):
            source = result.opened(path)
            if source is None or not 0 <= span.start <= span.end <= len(source.text):
                raise Broken(f"range {finding.rule}", f"{path} {span}")


def _spans(finding: Finding) -> Iterator[tuple[str, Span]]:
    yield finding.path, finding.span
    yield from ((each.path, each.span) for each in finding.related)
    yield from ((edit.path, edit.span) for fix in finding.fixes for edit in fix.edits)


def _good_fixes(result: Result) -> None:
    texts = {path: source.text for path, source in result.sources.items()}
    tried = 0
    for finding in result.findings:
        for each in finding.fixes:
            if (each.safety == "display") == bool(each.edits):
                raise Broken(f"{each.safety} {finding.rule}", f"{each.title}: {len(each.edits)} edits")
            if not each.edits:
                continue
            if not is_consistent(each, texts):
                raise Broken(f"inconsistent {finding.rule}", f"{each.title}: {each.edits}")
            if tried < TRIED:
                tried += 1
                _alone(result, finding, each)


def _alone(result: Result, finding: Finding, one: Fix) -> None:
    """A fix that is made by itself leaves a well-formed file well-formed, and a valid one valid."""
    for path, edits in edits_by_path([one]).items():
        before = result.sources[path]
        after = before.with_text(apply(before.text, edits))
        if not _is_well_formed(before):
            continue
        if not _is_well_formed(after):
            raise Broken(f"malformed by {finding.rule}", one.title)
        if _is_valid(before) and not _is_valid(after):
            raise Broken(f"invalid by {finding.rule}", one.title)


def _is_well_formed(source: Source) -> bool:
    documents = parse(source)
    return bool(documents) and all(wellformed.check(each) is None for each in documents)


@lru_cache(maxsize=8)
def _is_valid(source: Source) -> bool:
    ours = [each for each in parse(source) if each.root.name in ("network", "domain", "filter")]
    return not any(problems.of_document(each, None) for each in ours)


# -- what fixing does ----------------------------------------------------------------------------------------------


def _faithful(inputs: Iterable[Input], outcome: FixResult, under: Settings) -> None:
    for change in outcome.changed:
        text = change.before.text
        for edits in change.rounds:
            _no_overlap(edits)
            text = apply(text, edits)
        if text != change.after.text:
            raise Broken("replay", change.before.path)
        if _is_well_formed(change.before) and not _is_well_formed(change.after):
            raise Broken("malformed", change.before.path)
        only_safe = not under.fixing.unsafe and not under.fixing.choices
        if only_safe and (lost := _comments(change.before) - _comments(change.after)):
            raise Broken("comment", repr(lost))
    after = {change.after.path: change.after for change in outcome.changed}
    again = fix([after.get(each.path, each) for each in inputs], under)
    if again.changed:
        raise Broken("idempotent", repr(again.changed[0].rounds[0]))
    if _seen(again.result) != _seen(outcome.result):
        raise Broken("result", "what is left is not what linting the fixed files finds")


def _seen(result: Result) -> list[tuple[str, Span, str]]:
    return [(each.path, each.span, each.rule) for each in result.findings]


def _no_overlap(edits: Iterable[Edit]) -> None:
    end = 0
    for edit in sorted(edits, key=lambda each: each.span):
        if edit.span.start < end:
            raise Broken("overlap", repr(edit))
        end = edit.span.end


def _comments(source: Source) -> Counter[str]:
    """Return the comments that people wrote, without suppressions, which are fixed like everything else."""
    kinds = (TokenKind.COMMENT, TokenKind.INSTRUCTION)
    found = (source.text[each.start : each.end] for each in scan(source.text) if each.kind in kinds)
    return Counter(each for each in found if "vnetlint" not in each)


# -- reports -------------------------------------------------------------------------------------------------------


def _json(text: str) -> None:
    json.loads(text)


def _github(text: str) -> None:
    if any(not line.startswith(("::error ", "::warning ", "::notice ")) for line in text.split("\n") if line):
        raise ValueError("a line is not a command")


def _xml(text: str) -> None:
    ElementTree.fromstring(text)


FORMATS: Mapping[str, Callable[[str], object]] = {
    "json": _json, "sarif": _json, "gitlab": _json, "junit": _xml, "github": _github,
    "full": str, "concise": str,
}  # fmt: skip


def _reports(result: Result) -> None:
    for name, parses in FORMATS.items():
        try:
            parses(renderer(name)(Report(result)))
        except Exception as error:
            raise Broken(f"report {name}", f"{type(error).__name__}: {error}") from error


# -- configurations ------------------------------------------------------------------------------------------------


def configuration_is_read_or_refused(path: Path, data: bytes) -> None:
    """Loading a configuration raises nothing but an error for its user, of one line."""
    path.write_bytes(data)
    config.forget()
    try:
        config.load(str(path))
    except UserError as error:
        if "\n" in str(error):
            raise Broken("configuration", f"{error!s:.200}") from error
