"""Which slip broke a document: the one without which it follows its schema.

A parser only knows where it stopped. `<dhpc>…</dhcp>` is well formed with either name twice, but libvirt knows one.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from vnetlint.dataclass import dataclass
from vnetlint.finding import Edit, Span
from vnetlint.schema import gate
from vnetlint.schema.derive import count_faults, matches
from vnetlint.schema.grammar import Grammar
from vnetlint.schema.judge import grammar_of
from vnetlint.xml import wellformed
from vnetlint.xml.node import Document
from vnetlint.xml.slips import slips, strays
from vnetlint.xml.source import Source
from vnetlint.xml.splice import OffsetsBefore, apply
from vnetlint.xml.tree import parse
from vnetlint.xml.wellformed import SyntaxFault

MOST = 40
"""Slips that are tried."""
WORK = 2_000_000
"""Characters that are read to try slips, all together."""
EXPLAINED = 10_000
"""Characters of a document whose faults are counted, where no slip alone explains all of them."""


@dataclass(frozen=True)
class _Trial:
    """A slip, the document without it, and how far a parser then comes."""

    slip: SyntaxFault
    source: Source
    stops_at: int | None
    """An offset in the document as it is, from its start; None if the parser reads to the end."""
    is_template: bool


def meant(document: Document, fault: SyntaxFault, folder: Path | None = None) -> SyntaxFault:
    """Return the slip that explains a fault, or the fault itself if none or several do.

    Its fix is safe if the document then follows the schema and there is no other such slip. `folder` holds the schemas.
    """
    size = document.span.end - document.span.start
    most = min(MOST, WORK // (size + 1))
    if fault.at is None or not most:
        return fault
    own = _tried(document, fault) if fault.fix is not None else None
    if own is not None and own.stops_at is None and _is_valid(own, folder):
        return fault
    likely = [_tried(document, each) for each in islice(slips(document, fault.at), most)]
    sound = _sound(likely)
    valid = list(islice((each for each in sound if _is_valid(each, folder)), 2))
    if not valid:
        others = (_tried(document, each) for each in islice(strays(document, fault.at), most - len(likely)))
        valid = [each for each in _sound(others) if _is_valid(each, folder)]
    if valid:
        return valid[0].slip if len(valid) == 1 else _uncertain(valid[0].slip)
    if own is not None and own.stops_at is None:
        return fault
    if sound:
        best = sound if len(sound) == 1 else _best(sound, folder) if size <= EXPLAINED else []
    else:
        # There is another fault behind this one.
        furthest = _furthest(likely, document, fault.at)
        best = furthest if len(furthest) < 2 or size > EXPLAINED else _best(furthest, folder)
    if best:
        return _uncertain(best[0].slip)
    helps = own is None or (own.stops_at or 0) + document.span.start > fault.at
    return fault if helps else fault._replace(fix=None)


def _sound(trials: Iterable[_Trial]) -> list[_Trial]:
    """Return those that make the document well formed, and of several with the same result the first."""
    found: dict[str, _Trial] = {}
    for each in trials:
        if each.stops_at is None:
            found.setdefault(each.source.text, each)
    return list(found.values())


def _tried(document: Document, slip: SyntaxFault) -> _Trial:
    start, end = document.span
    if slip.fix is not None and slip.fix.edits[0][0].start < document.root.start:
        # With another root, what has been several documents may be one.
        end = len(document.source.text)
    edits = [
        Edit("", Span(place.start - start, place.end - start), text)
        for place, text in (slip.fix.edits if slip.fix else ())
    ]
    stops_at = wellformed.stops_at(apply(document.source.masked[start:end], edits))
    before = None if stops_at is None else OffsetsBefore(edits).of(stops_at)
    source = document.source
    return _Trial(slip, source.with_text(apply(source.text[start:end], edits)), before, source.is_template)


def _document(trial: _Trial) -> Document | None:
    documents = parse(trial.source)
    return documents[0] if len(documents) == 1 else None


def _is_valid(trial: _Trial, folder: Path | None) -> bool:
    verdict = None if trial.is_template else gate.accepts(trial.source.text, folder)
    if verdict is None and (document := _document(trial)) is not None:
        grammar = _grammar(document, folder)
        return grammar is not None and matches(document.root, grammar)
    return bool(verdict)


def _grammar(document: Document, folder: Path | None) -> Grammar | None:
    try:
        return grammar_of(document.root.name, folder)
    except KeyError:
        return None


def _best(trials: Sequence[_Trial], folder: Path | None) -> list[_Trial]:
    """Return the trial that leaves the fewest faults; none if several do."""
    counted: dict[int, list[_Trial]] = {}
    for each in trials:
        document = _document(each)
        if document is not None and (grammar := _grammar(document, folder)) is not None:
            counted.setdefault(count_faults(document.root, grammar, {}), []).append(each)
    best = counted[min(counted)] if counted else []
    return best if len(best) == 1 else []


def _furthest(trials: Sequence[_Trial], document: Document, at: int) -> list[_Trial]:
    """Return the trials with which a parser comes furthest, beyond the line of the fault."""
    text, start = document.source.text, document.span.start
    beyond = [each for each in trials if each.stops_at is not None and "\n" in text[at : start + each.stops_at]]
    furthest = max((each.stops_at or 0 for each in beyond), default=0)
    return [each for each in beyond if each.stops_at == furthest]


def _uncertain(slip: SyntaxFault) -> SyntaxFault:
    return slip if slip.fix is None else slip._replace(fix=slip.fix._replace(is_certain=False))
