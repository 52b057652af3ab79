"""What an editor shows if the pointer rests on a part of a document: its documentation, and what it means for guests.

What is said about guests is what `vnetlint show` prints. A template of which parts are unknown, or a text that is not
well formed, is documented only, because the rest would be a guess.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from vnetlint.errors import UserError
from vnetlint.finding import Span
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.places import NodePlace, place_at
from vnetlint.model import Domain, Filter, Interface, Model, Network
from vnetlint.model.domain import FilterRef
from vnetlint.model.view import has_unknowns
from vnetlint.reach.describe import Describer, Fact, interface_facts, mode_words
from vnetlint.reach.filters.passage import lets_through, reference_to
from vnetlint.report.display import clean
from vnetlint.schema.pattern import Notes
from vnetlint.schema.sets import FILES
from vnetlint.schema.versions import SINCE
from vnetlint.xml.source import Source

MAX_LINES = 12
"""The most facts that are shown."""
MAX_ALIKE = 4
"""The most sentences about what a guest reaches, or about who reaches it, for one IP version."""
MAX_LENGTH = 300
"""The most characters of one fact."""
_MARKUP = re.compile(r"[\\`*\[\]<>|#!&~]|(?<!\w)_|_(?!\w)")
_OF_NIC = ("interface", "source", "mac", "target", "model")


@dataclass(frozen=True)
class Meaning:
    """What is shown about a part of a document."""

    span: Span
    text: str


def meaning_at(judgement: Judgement, analyst: Analyst, offset: int, markdown: bool) -> Meaning | None:
    """Return what is known of the part of a document at an offset; None if nothing is. It may take a second."""
    source = judgement.buffer.input
    if not isinstance(source, Source):
        return None
    file = analyst.memory.read(source, judgement.run.settings)
    place = place_at(tuple(each for each in file.first.documents if each.root.name in FILES), offset)
    if place is None:
        return None
    parts = list(_documentation(place, judgement, markdown))
    model = next((each for each in file.models if each.node.document is place.node.document), None)
    if model is not None and file.fault is None and not (model.is_template and has_unknowns(model.node)):
        parts += _facts(_about(place, model, judgement, analyst), markdown)
    return Meaning(place.span, "\n\n".join(parts)) if parts else None


def _documentation(place: NodePlace, judgement: Judgement, markdown: bool) -> Iterator[str]:
    from vnetlint.schema import judge, notes

    node, attribute = place.node, place.attribute
    root = node.document.root
    try:
        grammar = judge.grammar_of(root.name, judgement.run.settings.schemas)
    except (UserError, KeyError):
        return
    found = (
        notes.of_element(root, grammar, node)
        if attribute is None
        else notes.of_attribute(root, grammar, node, attribute.name)
    )
    name = f"<{node.name}>" if attribute is None else f"<{node.name} {attribute.name}>"
    yield from _entry(name, found.part, markdown)
    value = (attribute.value if attribute else node.text).strip()
    yield from _entry(value, found.value, markdown)


def _entry(name: str, notes: Notes, markdown: bool) -> Iterator[str]:
    since = notes.get(SINCE)
    words = " ".join(filter(None, (notes.documentation, f"(since {since})" if since else "")))
    if words:
        yield f"{_code(name)}: {_escaped(words)}" if markdown else f"{clean(name)}: {words}"


def _code(text: str) -> str:
    """Return a text as code, in which nothing else is markup."""
    return f"`{clean(text).replace('`', chr(39))}`"


def _about(place: NodePlace, model: Model, judgement: Judgement, analyst: Analyst) -> Iterable[Fact]:
    """Return the facts that belong to a part of a document."""
    node, name = place.node, place.node.name
    is_name = node is model.node or (name == "name" and node.parent is model.node)
    if name == "filterref":
        return _of_reference(FilterRef(node), model, analyst.describer(judgement, model))
    if isinstance(model, Filter):
        own = reference_to(model) if is_name else None
        return _lets_through(own, analyst.describer(judgement, model)) if own is not None else ()
    if isinstance(model, Network):
        describer = analyst.describer(judgement, model)
        if model.forward is not None and node is model.forward.node:
            return (Fact("mode", mode_words(model)), *describer.reach(model))
        return describer.describe(model).facts if is_name else ()
    interface = _interface_of(place, model)
    if interface is not None:
        describer = analyst.describer(judgement, model)
        return (*interface_facts(interface, describer.project), *describer.reach(model))
    return analyst.describer(judgement, model).describe(model).facts if is_name else ()


def _interface_of(place: NodePlace, domain: Domain) -> Interface | None:
    if place.node.name not in _OF_NIC:
        return None
    near = (place.node, place.node.parent)
    return next((each for each in domain.interfaces if each.node in near), None)


def _of_reference(reference: FilterRef, model: Model, describer: Describer) -> Iterator[Fact]:
    own = [each for each in model.interfaces if reference.node.parent is each.node] if isinstance(model, Domain) else []
    return _lets_through(reference, describer, own[0].mac if own else None)


def _lets_through(reference: FilterRef, describer: Describer, mac: str | None = None) -> Iterator[Fact]:
    for line in lets_through(reference, describer.project, mac):
        topic, colon, words = line.partition(": ")
        yield Fact(topic, words) if colon else Fact("note", line)


def _facts(facts: Iterable[Fact], markdown: bool) -> Iterator[str]:
    every = list(facts)
    shown = _bounded(every)
    lines = [_line(each, markdown) for each in shown]
    if len(every) > len(shown):
        lines.append(f"- and {len(every) - len(shown)} more")
    if lines:
        yield "\n".join(lines)


def _bounded(facts: list[Fact]) -> list[Fact]:
    """Return the first facts of each kind: both what a guest reaches and who reaches it should be among them."""
    seen: Counter[tuple[str, str]] = Counter()
    shown: list[Fact] = []
    for each in facts:
        kind = each.topic, each.words.partition(" ")[0]
        seen[kind] += 1
        if seen[kind] <= MAX_ALIKE and len(shown) < MAX_LINES:
            shown.append(each)
    return shown


def _line(fact: Fact, markdown: bool) -> str:
    words = clean(fact.words)
    words = words if len(words) <= MAX_LENGTH else f"{words[: MAX_LENGTH - 1]}…"
    return f"- {_escaped(fact.topic)}: {_escaped(words)}" if markdown else f"- {fact.topic}: {words}"


def _escaped(text: str) -> str:
    """Return a text so that nothing of it is markup: it may be from a file of an unknown author."""
    return _MARKUP.sub(r"\\\g<0>", text)
