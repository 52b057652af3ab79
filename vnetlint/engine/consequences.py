"""Findings that are only a consequence of a schema fault, which is reported itself: they are gone once it is fixed.

`<ip adress='10.0.0.1'/>` has no address, and `<forward moed='route'/>` no mode, but there is one thing to correct in
each. The rules are asked again about the text with the schema's likely fixes, and what they no longer report is not
reported. If libvirt refuses a consequence, the fault is what it refuses.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from vnetlint.engine.reading import File
from vnetlint.finding import SEVERITIES, Edit, Finding
from vnetlint.xml.splice import OffsetsBefore, apply

_Place = tuple[str, int]
"""The rule of a finding, and where it begins."""


def without_consequences(
    found: Sequence[Finding], whole: Callable[[], File], judge: Callable[[File], Iterable[Finding]]
) -> Sequence[Finding]:
    """Return the findings of a file without the consequences.

    `whole` returns the file with its trees, and `judge` returns what rules find in a file if there is no other.
    """
    faults = sorted((each for each in found if each.is_schema_fault), key=_start)
    edits = list(_corrections(faults))
    if not edits or len(faults) == len(found):
        return found
    file = whole()
    corrected = file.with_text(apply(file.source.text, edits))
    if corrected.fault is not None:
        return found
    before = OffsetsBefore(edits)
    left = {(each.rule, before.of(_start(each))) for each in judge(corrected)}
    # What a rule reports at the place of a fault is no consequence, but another account of the same.
    accounts = {_start(each) for each in faults}
    gone = {_place(each) for each in found if _start(each) not in accounts} - left
    if gone:
        # What depends on other files is no consequence of this one's fault.
        gone &= {_place(each) for each in judge(file)}
    refused = _refused(faults, [each for each in found if _place(each) in gone])
    return [_as_refusal(each, refused) for each in found if _place(each) not in gone]


def _start(finding: Finding) -> int:
    return finding.span.start


def _place(finding: Finding) -> _Place:
    return finding.rule, _start(finding)


def _corrections(faults: Iterable[Finding]) -> Iterator[Edit]:
    """Yield the edits of the fixes that the faults probably need, without those that overlap others.

    To remove what is faulty is a way out, and not what was meant.
    """
    likely = (each.fixes[0].edits for each in faults if each.fixes)
    fixes = (sorted(edits, key=lambda edit: edit.span) for edits in likely if any(each.text for each in edits))
    end = -1
    for edits in sorted(fixes, key=lambda edits: edits[0].span):
        if edits[0].span.start > end:
            yield from edits
            end = edits[-1].span.end


def _refused(faults: Sequence[Finding], consequences: Iterable[Finding]) -> Mapping[_Place, Finding]:
    """Return the worst consequence of each fault that has one worse than itself. A consequence is near its fault."""
    found: dict[_Place, Finding] = {}
    for each in consequences:
        at = bisect_left(faults, _start(each), key=_start)
        fault = min(faults[max(at - 1, 0) : at + 1], key=lambda fault: abs(_start(fault) - _start(each)))
        if _severity(each) < _severity(found.get(_place(fault), fault)):
            found[_place(fault)] = each
    return found


def _severity(finding: Finding) -> int:
    return SEVERITIES.index(finding.severity)


def _as_refusal(finding: Finding, refused: Mapping[_Place, Finding]) -> Finding:
    """Return a finding, a fault as what libvirt refuses if that is worse."""
    worst = refused.get(_place(finding))
    if worst is None:
        return finding
    said = finding.libvirt_message or worst.libvirt_message
    return replace(finding, severity=worst.severity, when=worst.when, libvirt_message=said)
