"""What is kept as JSON: findings, and the result of a run. Whatever else is found in its place is not taken for one."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from vnetlint.finding import Confidence, Edit, Finding, Fix, Related, Safety, Severity, Span, When
from vnetlint.result import Result
from vnetlint.rulebook.info import Profile, RuleInfo
from vnetlint.xml.source import Source, Unreadable

Plain = Any
"""A value that JSON has."""

_SEVERITIES, _TIMES, _CONFIDENCES, _SAFETIES, _PROFILES = map(
    frozenset, map(get_args, (Severity, When, Confidence, Safety, Profile))
)


class ForeignValueError(ValueError):
    """A kept value is not what this program keeps."""


def plain_finding(each: Finding) -> Plain:
    """Return a finding as JSON can write it."""
    fixes = [[one.title, [[*map(_plain_edit, one.edits)], one.safety, one.snippet]] for one in each.fixes]
    related = [[one.message, one.path, *one.span] for one in each.related]
    return [
        each.rule, each.code, each.path, *each.span, each.element, each.message, each.severity, each.when,
        each.libvirt_message, each.confidence, fixes, related,
    ]  # fmt: skip


def finding_of(value: Plain) -> Finding:
    """Return the finding that was written. Raises ForeignValueError if none was."""
    try:
        rule, code, path, start, end, element, message, severity, when, said, confidence, fixes, related = value
        _are_texts(rule, code, path, element, message)
        return Finding(
            rule,
            code,
            path,
            _span(start, end),
            element,
            message,
            _one_of(severity, _SEVERITIES),
            _one_of(when, _TIMES),
            None if said is None else text_of(said),
            _one_of(confidence, _CONFIDENCES),
            tuple(map(_fix, list_of(fixes))),
            tuple(map(_related, list_of(related))),
        )
    except (TypeError, ValueError, IndexError) as error:
        raise ForeignValueError(str(error)) from None


def _plain_edit(each: Edit) -> Plain:
    return [each.path, *each.span, each.text]


def _related(value: Plain) -> Related:
    message, path, start, end = value
    _are_texts(message, path)
    return Related(message, path, _span(start, end))


def _fix(value: Plain) -> Fix:
    title, (edits, safety, snippet) = value
    _are_texts(title, snippet)
    return Fix(title, tuple(map(_edit, list_of(edits))), _one_of(safety, _SAFETIES), snippet)


def _edit(value: Plain) -> Edit:
    path, start, end, text = value
    _are_texts(path, text)
    return Edit(path, _span(start, end), text)


def written_result(result: Result) -> bytes:
    """Return the result of linting as bytes, without the texts of the files."""
    findings = [plain_finding(each) for each in result.findings]
    suppressed = [[plain_finding(each), why] for each, why in result.suppressed]
    rules = [
        [each.name, each.code, each.family, each.severity, each.when, each.since, each.text, each.profile, each.fails,
         each.suppressible, each.package]
        for each in result.rules.values()
    ]  # fmt: skip
    return written([findings, suppressed, dict(result.foreign), rules, sorted(result.roots), [*result.context]])


def result_of(data: bytes, inputs: Iterable[Source | Unreadable], context: Mapping[str, Source]) -> Result:
    """Return the result that was written, with the files that it is about. Raises ForeignValueError if none was."""
    try:
        findings, suppressed, foreign, rules, roots, seen = json.loads(data)
        infos = [_rule(each) for each in list_of(rules)]
        every = tuple(inputs)
        return Result(
            findings=tuple(finding_of(each) for each in list_of(findings)),
            sources={each.path: each for each in every if isinstance(each, Source)},
            unreadable=tuple(each for each in every if isinstance(each, Unreadable)),
            foreign={text_of(path): text_of(root) for path, root in foreign.items()},
            suppressed=tuple((finding_of(each), text_of(why)) for each, why in list_of(suppressed)),
            context={path: context[path] for path in map(text_of, list_of(seen))},
            rules={each.name: each for each in infos},
            roots=frozenset(map(text_of, list_of(roots))),
        )
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        raise ForeignValueError(str(error)) from None


def _rule(value: Plain) -> RuleInfo:
    name, code, family, severity, when, since, text, profile, fails, suppressible, package = value
    return RuleInfo(
        text_of(name),
        text_of(code),
        text_of(family),
        _one_of(severity, _SEVERITIES),
        _one_of(when, _TIMES),
        text_of(since),
        text_of(text),
        _one_of(profile, _PROFILES),
        fails is True,
        suppressible is True,
        text_of(package),
    )


def written(value: Plain) -> bytes:
    """Return a plain value as bytes."""
    return json.dumps(value, separators=(",", ":")).encode()


def text_of(value: Plain) -> str:
    """Return a value that is a text. Raises ForeignValueError if it is none."""
    if not isinstance(value, str):
        raise ForeignValueError("no text")
    return value


def _are_texts(*values: Plain) -> None:
    if {*map(type, values)} != {str}:
        raise ForeignValueError("no text")


def list_of(value: Plain) -> list[Plain]:
    """Return a value that is a list. Raises ForeignValueError if it is none."""
    if not isinstance(value, list):
        raise ForeignValueError("no list")
    return value


def _span(start: Plain, end: Plain) -> Span:
    if not (type(start) is int and type(end) is int and 0 <= start <= end):
        raise ForeignValueError("no span")
    return Span(start, end)


def _one_of(value: Plain, words: frozenset[Any]) -> Any:
    if value not in words:
        raise ForeignValueError("unknown word")
    return value
