"""Files ready to be checked. A template has a reading for each document that it can become.

A finding about a template is reported only if it holds in every reading that prints its place. No template engine is
run, so a reading may combine branches that never occur together. Readings that are not well formed are therefore left
out. If most are not well formed, the template is not understood here, and nothing is reported about it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from vnetlint.dataclass import dataclass
from vnetlint.engine.misspelt import Misspelt
from vnetlint.errors import UserError
from vnetlint.finding import Finding, Problem, Span
from vnetlint.lazy import cached_property
from vnetlint.model import Model, model_of
from vnetlint.model.view import has_unknowns
from vnetlint.schema import gate
from vnetlint.xml import wellformed
from vnetlint.xml.node import Document
from vnetlint.xml.places import ElementIndex
from vnetlint.xml.source import Source
from vnetlint.xml.template import NOTHING, STAND_INS, may_have_stand_in
from vnetlint.xml.tree import parse
from vnetlint.xml.wellformed import SyntaxFault

if TYPE_CHECKING:
    from vnetlint.schema.fault import Fault

MAY_BE_PADDED = re.compile(r"""=\s*+["'](?:\s|[^"'<]*+(?<=\s)["'])""")
"""Finds what may be a value with blanks around it. The matcher is only needed for files with such a value."""

_RulePlace = tuple[str, Span]
"""The rule and the span of a finding."""


@dataclass(frozen=True, eq=False)
class FileReading:
    """One text parsed as XML, with its syntax and schema faults."""

    source: Source
    schemas: Path | None

    @cached_property
    def documents(self) -> tuple[Document, ...]:
        """The documents in the text."""
        return tuple(parse(self.source))

    @cached_property
    def models(self) -> tuple[Model, ...]:
        """The views of the libvirt documents in the text."""
        return tuple(model for document in self.documents if (model := model_of(document)) is not None)

    @property
    def is_ours(self) -> bool:
        """Whether it is libvirt's XML. A file without any element counts too, because it was meant to be XML."""
        return bool(self.models) or not self.documents

    @cached_property
    def fault(self) -> SyntaxFault | None:
        """Why it is not well formed; None if it is."""
        if not self.documents:
            return wellformed.check_without_root(self.source)
        return self._broken[1] if self._broken is not None else None

    @cached_property
    def _broken(self) -> tuple[Document, SyntaxFault] | None:
        """The first document that is not well formed, and why."""
        return next(((each, fault) for each in self.documents if (fault := wellformed.check(each)) is not None), None)

    @cached_property
    def explained_fault(self) -> SyntaxFault | None:
        """The fault as the slip that explains it, if there is one. Only one reading's fault is reported."""
        if not self.documents or self._broken is None:
            return self.fault
        from vnetlint.schema import slips

        return slips.meant(*self._broken, self.schemas)

    @cached_property
    def rejected(self) -> tuple[tuple[str, Problem], ...]:
        """The schema faults, each with the name of its rule; empty if the text is not well formed."""
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

    @property
    def stand_ins(self) -> tuple[re.Pattern[str], ...]:
        """What finds the words that a script replaces, if such a word is an invalid value."""
        if self.fault is not None or not may_have_stand_in(self.source.text) or not self._invalid:
            return ()
        from vnetlint.schema import problems

        every = [fault for _, faults in self._faulty for fault in faults]
        names = problems.standing_names(every)
        found = (STAND_INS,) if any(map(problems.is_stand_in, every)) else ()
        return (*found, re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")) if names else found

    @cached_property
    def _invalid(self) -> list[Document]:
        """The documents that libxml2 does not accept."""
        documents = (model.node.document for model in self.models)
        return [document for document in documents if not gate.is_valid(document, self.schemas)]

    @cached_property
    def _faulty(self) -> "list[tuple[Document, tuple[Fault, ...]]]":
        """The documents with schema faults. The matcher is loaded only for these, because that takes long."""
        if not self._invalid:
            return []
        from vnetlint.schema import judge

        explained = ((document, judge.explained(document, self.schemas)) for document in self._invalid)
        return [(document, faults) for document, faults in explained if faults]


@dataclass(frozen=True, eq=False)
class File:
    """A file with its readings: one, or for a template one for each document that it can become."""

    asked: Source
    """The text as the caller gave it."""
    schemas: Path | None
    placeholders: tuple[re.Pattern[str], ...]
    first: FileReading
    """The reading with the most content. If the file is not well formed, the reading whose fault is reported."""
    readings: tuple[FileReading, ...]
    """All readings that are well formed, or only `first` if most are not."""
    covering: int = 1
    """The number of readings, from the first, that together print everything that any reading prints."""
    is_certain: bool = True
    """Whether a syntax fault is certain, and not due to a template that is misunderstood here."""
    alone: tuple[Finding, ...] | None = None
    """What is wrong in the file alone, if it was judged already."""

    @property
    def source(self) -> Source:
        """The text with its placeholders recognised."""
        return self.first.source

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents of the readings that together print everything."""
        return tuple(document for reading in self.readings[: self.covering] for document in reading.documents)

    @property
    def models(self) -> tuple[Model, ...]:
        """The views that rules across files see."""
        return self.first.models

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The names of the root elements of all documents."""
        return tuple(document.root.name for document in self.documents)

    @property
    def is_ours(self) -> bool:
        """Whether any reading is libvirt's XML, or has no element at all."""
        return any(reading.is_ours for reading in self.readings)

    @cached_property
    def rejected(self) -> tuple[tuple[str, Problem], ...] | None:
        """The schema faults of the reading that has most of them; None if the matcher fails.

        The failure itself is reported as a finding.
        """
        try:
            return max((reading.rejected for reading in self.readings[: self.covering]), key=len)
        except UserError:
            raise
        except Exception:
            return None

    @cached_property
    def places(self) -> ElementIndex:
        """The elements of the first reading, by place."""
        return ElementIndex(self.first.documents)

    @cached_property
    def misspelt(self) -> Misspelt:
        """The names that the schema does not know."""
        return Misspelt(self.source.text, self.places, self.rejected or ())

    def with_text(self, text: str) -> "File":
        """Return the file with another text."""
        return read(self.asked.with_text(text), self.schemas, self.placeholders)

    @property
    def fault(self) -> SyntaxFault | None:
        """Why the file is not well formed; None if it is. Of a template that is misunderstood, no slip is guessed."""
        return self.first.explained_fault if self.is_certain else self.first.fault

    def number(self, of: int) -> FileReading:
        """Return the reading with a number (from 0), or the last one if there are fewer."""
        return self.readings[min(of, len(self.readings) - 1)]


def read(source: Source, schemas: Path | None, placeholders: tuple[re.Pattern[str], ...] = ()) -> File:
    """Return a file with all its readings. `placeholders` are recognised besides the usual ones."""
    first = FileReading(source.with_placeholders(placeholders), schemas)
    if stand_ins := first.stand_ins:
        first = FileReading(source.with_placeholders((*placeholders, *stand_ins)), schemas)
    readings = [first, *(FileReading(each, schemas) for each in first.source.readings[1:])]
    template = first.source.template
    if template is None:
        return File(source, schemas, placeholders, first, (first,))
    from vnetlint.xml.template.rendering import covering

    sound = [each for each in readings if each.fault is None]
    if 2 * len(sound) < len(readings):
        broken = next(each for each in readings if each.fault is not None)
        places = {each.fault.span for each in readings if each.fault is not None}
        # A placeholder between elements may print a start or end tag.
        opaque = any(has_unknowns(document.root) for document in broken.documents)
        certain = template.blocks.sound and not sound and not opaque and len(places) == 1
        return File(source, schemas, placeholders, broken, (broken,), is_certain=certain)
    prefix = covering([template.renderings[each.source.rendering] for each in sound])
    return File(source, schemas, placeholders, sound[0], tuple(sound), prefix)


class Printing(Protocol):
    """A reading, as far as it matters what it prints."""

    @property
    def source(self) -> Source:
        """The text."""


def common(readings: Sequence[Printing], prefix: int, judge: Callable[[int], Iterable[Finding]]) -> list[Finding]:
    """Return the findings that hold in every reading that prints their place.

    `judge` returns the findings of the reading with a number. The first `prefix` readings print everything.
    """
    if len(readings) == 1:
        return list(judge(0))
    judged = {number: _by_place(judge(number)) for number in range(prefix)}
    candidates: dict[_RulePlace, list[Finding]] = {}
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


def _by_place(findings: Iterable[Finding]) -> dict[_RulePlace, list[Finding]]:
    found: dict[_RulePlace, list[Finding]] = {}
    for each in findings:
        found.setdefault((each.rule, each.span), []).append(each)
    return found


def _prints(reading: Printing, span: Span) -> bool:
    """Whether a reading prints a place, judged by the first character of the span, which is not white space."""
    text, masked = reading.source.text, reading.source.masked
    at = span.start
    return at >= len(text) or text[at].isspace() or not (masked[at].isspace() or masked[at] == NOTHING)
