"""A file as it is judged: a template as each of the documents that it can become.

A finding about a template holds only if it holds in every rendering that prints its place. Renderings that are not
well formed are left out: no template engine is asked, so some of them combine what never comes together. Where most
are not, the template does something that is not understood here, and nothing is said about it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from vnetlint.errors import UserError
from vnetlint.finding import Finding, Problem, Span
from vnetlint.misspelt import Misspelt
from vnetlint.model import Model, model_of
from vnetlint.model.view import has_unknowns
from vnetlint.schema import gate
from vnetlint.xml import wellformed
from vnetlint.xml.places import ElementIndex
from vnetlint.xml.source import Source
from vnetlint.xml.syntaxfault import SyntaxFault
from vnetlint.xml.template import HAS_STAND_IN, NOTHING, STAND_INS, covering
from vnetlint.xml.tree import Document, parse

if TYPE_CHECKING:
    from vnetlint.schema.fault import Fault

MAY_BE_PADDED = re.compile(r"""=\s*["'](?:\s|[^"'<]*\s["'])""")
"""Finds what may be a value with blanks around it. Most files have none, and need no matcher."""

_Place = tuple[str, Span]
"""The rule of a finding and where it is."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One text as XML, with the verdicts on its form."""

    source: Source
    schemas: Path | None

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents in the text."""
        return tuple(parse(self.source))

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The views of those that are libvirt's."""
        return tuple(model for document in self.documents if (model := model_of(document)) is not None)

    @property
    def is_ours(self) -> bool:
        """A file without any element counts: it was meant to be XML."""
        return bool(self.models) or not self.documents

    @cached_property
    def fault(self) -> SyntaxFault | None:
        """Why it is not well formed."""
        if not self.documents:
            return wellformed.check_without_root(self.source)
        return next((fault for each in self.documents if (fault := wellformed.check(each)) is not None), None)

    @cached_property
    def rejected(self) -> tuple[tuple[str, Problem], ...]:
        """What the schema rejects, by rule; nothing in a malformed file."""
        if self.fault is not None:
            return ()
        faulty, padded = self._faulty, MAY_BE_PADDED.search(self.source.text)
        if not faulty and not padded:
            return ()
        from vnetlint.schema import problems

        found = [each for document, faults in faulty for each in problems.of_faults(document, faults, self.schemas)]
        for model in self.models if padded else ():
            found += problems.of_padded(model.node.document, self.schemas)
        return tuple(found)

    @cached_property
    def has_stand_ins(self) -> bool:
        """Whether a value that its datatype does not allow is a word that a script replaces."""
        if not HAS_STAND_IN.search(self.source.text) or self.fault is not None or not (faulty := self._faulty):
            return False
        from vnetlint.schema import problems

        return any(problems.is_stand_in(fault) for _, faults in faulty for fault in faults)

    @cached_property
    def _faulty(self) -> "list[tuple[Document, tuple[Fault, ...]]]":
        """The documents that have schema faults. Loading the matcher takes longer than linting a valid file."""
        documents = [model.node.document for model in self.models]
        invalid = [document for document in documents if not gate.is_valid(document, self.schemas)]
        if not invalid:
            return []
        from vnetlint.schema import judge

        explained = ((document, judge.explained(document, self.schemas)) for document in invalid)
        return [(document, faults) for document, faults in explained if faults]


@dataclass(frozen=True, eq=False)
class File:
    """A file with its readings: one, or one for each thing that a template can become."""

    asked: Source
    """The text as it was given."""
    schemas: Path | None
    placeholders: tuple[re.Pattern[str], ...]
    first: Reading
    """The reading that has the most; of a file that is not well formed, the one that is reported."""
    readings: tuple[Reading, ...]
    """All that are well formed; the first alone where most are not."""
    covering: int = 1
    """How many of them print everything that any of them prints."""
    is_certain: bool = True
    """Whether a fault of its form is the file's, and not that of how its template is understood."""

    @property
    def source(self) -> Source:
        """The text with its placeholders known."""
        return self.first.source

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents of all readings that are needed to see everything."""
        return tuple(document for reading in self.readings[: self.covering] for document in reading.documents)

    @property
    def models(self) -> tuple[Model, ...]:
        """The views that other files see."""
        return self.first.models

    @property
    def is_ours(self) -> bool:
        """Whether it holds something of libvirt's, or nothing at all."""
        return any(reading.is_ours for reading in self.readings)

    @cached_property
    def rejected(self) -> tuple[tuple[str, Problem], ...] | None:
        """What the schema rejects, in the reading in which that is the most; None where the matcher fails.

        That it fails is reported as a finding.
        """
        try:
            return max((reading.rejected for reading in self.readings[: self.covering]), key=len)
        except UserError:
            raise
        except Exception:
            return None

    @cached_property
    def places(self) -> ElementIndex:
        """The elements by place."""
        return ElementIndex(self.first.documents)

    @cached_property
    def misspelt(self) -> Misspelt:
        """The names that the schema does not know."""
        return Misspelt(self.source.text, self.places, self.rejected or ())

    def with_text(self, text: str) -> "File":
        """Return the same file with another text."""
        return read(self.asked.with_text(text), self.schemas, self.placeholders)

    @property
    def fault(self) -> SyntaxFault | None:
        """Why it is not well formed, whatever becomes of it."""
        return self.first.fault

    def number(self, of: int) -> Reading:
        """Return the reading of a number, or the last."""
        return self.readings[min(of, len(self.readings) - 1)]


def read(source: Source, schemas: Path | None, placeholders: tuple[re.Pattern[str], ...] = ()) -> File:
    """Read a file in which more than the usual placeholders may stand for values."""
    first = Reading(source.with_placeholders(placeholders), schemas)
    if first.has_stand_ins:
        first = Reading(source.with_placeholders((*placeholders, STAND_INS)), schemas)
    readings = [first, *(Reading(each, schemas) for each in first.source.readings[1:])]
    template = first.source.template
    if template is None:
        return File(source, schemas, placeholders, first, (first,))
    sound = [each for each in readings if each.fault is None]
    if 2 * len(sound) < len(readings):
        broken = next(each for each in readings if each.fault is not None)
        places = {each.fault.span for each in readings if each.fault is not None}
        # What a placeholder prints between elements may open or close one.
        opaque = any(has_unknowns(document.root) for document in broken.documents)
        certain = template.blocks.sound and not sound and not opaque and len(places) == 1
        return File(source, schemas, placeholders, broken, (broken,), is_certain=certain)
    prefix = covering([template.renderings[each.source.rendering] for each in sound])
    return File(source, schemas, placeholders, sound[0], tuple(sound), prefix)


def common(readings: Sequence[Reading], prefix: int, judge: Callable[[int], Iterable[Finding]]) -> list[Finding]:
    """Return the findings that hold in every reading that prints their place.

    `judge` is asked for those of the reading of a number; the first `prefix` print everything.
    """
    if len(readings) == 1:
        return list(judge(0))
    judged = {number: _by_place(judge(number)) for number in range(prefix)}
    candidates: dict[_Place, list[Finding]] = {}
    for found in judged.values():
        for place, findings in found.items():
            candidates.setdefault(place, findings)
    for number, reading in enumerate(readings):
        if not candidates:
            break
        found = judged[number] if number in judged else _by_place(judge(number))
        for place in [each for each in candidates if each not in found and _prints(reading, each[1])]:
            del candidates[place]
    return [finding for findings in candidates.values() for finding in findings]


def _by_place(findings: Iterable[Finding]) -> dict[_Place, list[Finding]]:
    found: dict[_Place, list[Finding]] = {}
    for each in findings:
        found.setdefault((each.rule, each.span), []).append(each)
    return found


def _prints(reading: Reading, span: Span) -> bool:
    """Whether a place is printed. It begins with a character that is not white space."""
    text, masked = reading.source.text, reading.source.masked
    at = span.start
    return at >= len(text) or text[at].isspace() or not (masked[at].isspace() or masked[at] == NOTHING)
