"""Findings that are only a consequence of a schema fault, which is reported itself: they are gone once it is fixed.

`<ip adress='10.0.0.1'/>` has no address, and `<forward moed='route'/>` no mode, but there is one thing to correct in
each. The rules are asked again about the text with the schema's likely fixes, and what they no longer report is not
reported. If libvirt refuses a consequence, the fault is what it refuses.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from vnetlint.engine.reading import File
from vnetlint.finding import SEVERITIES, Edit, Finding
from vnetlint.xml.splice import OffsetsBefore, apply


def without_consequences(
    found: Sequence[Finding], whole: Callable[[], File], judge: Callable[[File], Iterable[Finding]]
) -> Sequence[Finding]:
    """Return the findings of a file without the consequences.

    `whole` returns the file with its trees, and `judge` returns what rules find in a file if there is no other.
    """
    faults = [each for each in found if _is_fault(each)]
    edits = list(_corrections(faults))
    if not edits or len(faults) == len(found):
        return found
    file = whole()
    corrected = file.with_text(apply(file.source.text, edits))
    if corrected.fault is not None:
        return found
    before = OffsetsBefore(edits)
    gone = {(each.rule, each.span.start) for each in judge(file)}
    gone -= {(each.rule, before.of(each.span.start)) for each in judge(corrected)}
    # What a rule reports at the place of the fault is no consequence, but another account of the same.
    places = {each.span.start for each in faults}
    consequences = [
        each
        for each in found
        if not _is_fault(each) and each.span.start not in places and (each.rule, each.span.start) in gone
    ]
    refused: dict[Finding, Finding] = {}
    for each in consequences:
        cause = max(faults, key=lambda fault: _steps_shared(fault.element, each.element))
        if _severity(each) < _severity(refused.get(cause, cause)):
            refused[cause] = each
    dropped = set(consequences)
    return [_as_refusal(each, refused.get(each)) for each in found if each not in dropped]


def _is_fault(finding: Finding) -> bool:
    return finding.rule.startswith("schema-")


def _corrections(faults: Iterable[Finding]) -> Iterator[Edit]:
    """Yield the edits of the fixes that the faults probably need, without those that overlap others."""
    likely = (each.fixes[0] for each in faults if each.fixes and each.fixes[0].safety in ("safe", "unsafe"))
    fixes = (sorted(fix.edits, key=lambda edit: edit.span) for fix in likely if fix.edits)
    end = -1
    for edits in sorted(fixes, key=lambda edits: edits[0].span):
        if edits[0].span.start > end:
            yield from edits
            end = edits[-1].span.end


def _steps_shared(one: str, other: str) -> int:
    """Return how many steps from the root two paths of elements have in common."""
    pairs = list(zip(one.split("/"), other.split("/"), strict=False))
    return next((number for number, (step, its) in enumerate(pairs) if step != its), len(pairs))


def _severity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _as_refusal(fault: Finding, refused: Finding | None) -> Finding:
    """Return a fault with what libvirt says of its worst consequence."""
    if refused is None:
        return fault
    said = fault.libvirt_message or refused.libvirt_message
    return replace(fault, severity=refused.severity, when=refused.when, libvirt_message=said)
