"""Completion at every position of valid files: is what stands there offered, is what is offered valid, and how fast?

usage: python -m benchmarks.completion CORPUS [--files N] [--every N]

Each element, attribute and listed value of a file is cut out. Completion there must offer it among the first 20:
once with the rest of the file behind the place, once with the file cut off. Values that are not listed in the schema,
<metadata> and elements with a prefix are left out. `--every N` takes every N-th position only.

A sample of what is offered is inserted with its defaults: where the file was valid, it must stay valid. A hole without
a default gets the first sample value that fits. The time is that of one completion in a guest of 500 lines, with the
schema loaded and the guest linted before, as in the editor.
"""

from __future__ import annotations

import argparse
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

from benchmarks.keystroke import guest
from benchmarks.manifest import entries
from vnetlint.complete.draft import Hole
from vnetlint.complete.offers import Offer, Offers, offers_at
from vnetlint.complete.pieces import END
from vnetlint.files.read import typed
from vnetlint.finding import Span
from vnetlint.inputkey import StreamKey
from vnetlint.lsp import garbage
from vnetlint.schema import judge
from vnetlint.schema.derive import matches
from vnetlint.schema.expect import PlaceReader
from vnetlint.schema.pattern import AttributePattern, Value
from vnetlint.schema.query import walk
from vnetlint.schema.sets import FILES
from vnetlint.xml.node import Document, Node
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

FIRST = 20
SAMPLED = 12
"""Of how many positions one is tried for validity."""
SAMPLES = (
    "1", "x", "/x", "10.9.9.9", "52:54:00:aa:bb:cc", "0x1", "fd00::1", "yes", "24", "2147483648", "/dev/x", "a.b",
    "0000:00:00.0", "00000000-0000-0000-0000-000000000001", "https://x/", "65537", "1-2", "eth0", "0", "vda",
    "0123456789abcdef", "2030-01-01T00:00:00", "KiB", "src", "NEW", "SYN/SYN", "00:03:00:01:52:54:00:12:34:56",
)  # fmt: skip
MOST = 7000
"""How many combinations of sample values are tried."""


class Position(NamedTuple):
    """A thing in a file: what is cut out, what is typed in its place, and what must be offered."""

    kind: str
    cut: Span
    typed: str
    label: str
    path: str


@dataclass
class Figures:
    """What was counted."""

    asked: Counter[str] = field(default_factory=Counter)
    offered: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    tried: int = 0
    invalid: Counter[str] = field(default_factory=Counter)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--files", type=int, default=200)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    figures = Figures()
    files = 0
    for source, document in itertools.islice(_valid(options.corpus), options.files):
        files += 1
        for number, position in enumerate(_positions(document)):
            if number % options.every == 0:
                _ask(source, position, figures, number % (SAMPLED * options.every) == 0)
    for cause, count in figures.missed.most_common(40):
        print(f"missed {count}: {cause}")
    for cause, count in figures.invalid.most_common(40):
        print(f"invalid {count}: {cause}")
    for kind in figures.asked:
        print(f"{kind}: {figures.offered[kind]} of {figures.asked[kind]}")
    times = _times()
    share = 100 * figures.offered.total() / max(figures.asked.total(), 1)
    print(f"{len(times)} completions in 500 lines: median {median(times):.1f} ms, longest {max(times):.1f} ms")
    print(
        f"files {files} positions {figures.asked.total()} offered {share:.2f} tried {figures.tried} "
        f"invalid {figures.invalid.total()} p99 {quantiles(times, n=100)[98]:.1f}"
    )
    return 0


def _valid(corpus: Path) -> Iterator[tuple[Source, Document]]:
    """The files of the corpus that hold one valid document, in a fixed random order."""
    found = sorted(entries(corpus), key=lambda each: sha256(each.name.encode()).digest())
    for each in found:
        if each.root not in FILES:
            continue
        source = each.open()
        if not isinstance(source, Source) or source.is_template:
            continue
        documents = parse(source)
        if len(documents) == 1 and not documents[0].has_entities and _is_valid(documents[0]):
            yield source, documents[0]


def _is_valid(document: Document) -> bool:
    name = document.root.name
    return name in FILES and matches(document.root, judge.grammar_of(name))


def _positions(document: Document) -> Iterator[Position]:
    grammar = judge.grammar_of(document.root.name)
    reader = PlaceReader(document.root, grammar)
    stack = [document.root]
    while stack:
        node = stack.pop()
        if node.name == "metadata" or ":" in node.name:
            continue
        stack += reversed(node.children)
        if node.parent is not None:
            yield _element(node)
        listed = _listed(reader, node)
        for attribute in node.all_attributes():
            if attribute.name.startswith("xmlns"):
                continue
            path = f"{_path(node)}@{attribute.name}"
            yield Position("attribute", attribute.span, "", attribute.name, path)
            if attribute.value in listed.get(attribute.name, ()):
                yield Position("value", attribute.value_span, "", attribute.value, path)


def _element(node: Node) -> Position:
    return Position("element", node.span, "<", node.name, _path(node))


def _path(node: Node) -> str:
    return f"{node.parent.name}/{node.name}" if node.parent else node.name


def _listed(reader: PlaceReader, node: Node) -> dict[str, set[str]]:
    """The listed values of each attribute, by all definitions of the element."""
    found: dict[str, set[str]] = {}
    for definition in reader.definitions(node):
        for each in walk(reader.grammar.content(definition)):
            if isinstance(each, AttributePattern):
                values = {one.value for one in walk(each.content) if isinstance(one, Value)}
                for attribute in node.attributes.values():
                    if attribute.name in each.names:
                        found.setdefault(attribute.name, set()).update(values)
    return found


def _ask(source: Source, position: Position, figures: Figures, is_sampled: bool) -> None:
    text = source.text
    head = text[: position.cut.start] + position.typed
    for way, tail in (("whole", text[position.cut.end :]), ("cut off", "")):
        kind = f"{position.kind} ({way})"
        asked = source.with_text(head + tail)
        offers = offers_at(asked, len(head))
        labels = [each.label for each in offers.items[:FIRST]] if offers else []
        figures.asked[kind] += 1
        if position.label in labels:
            figures.offered[kind] += 1
        else:
            every = [each.label for each in offers.items] if offers else []
            place = every.index(position.label) if position.label in every else -1
            figures.missed[f"{kind} {position.path} '{position.label}' at {place} of {len(every)}"] += 1
        if is_sampled and offers is not None and way == "whole":
            _try(asked, position, offers, figures)


def _try(source: Source, position: Position, offers: Offers, figures: Figures) -> None:
    """Insert each offer where the file is valid without it; a value replaces a valid one."""
    plain = source.text[: offers.typed.start] + source.text[offers.typed.end :]
    if position.kind != "value" and not _accepts(source.with_text(plain)):
        return
    for each in offers.items:
        if each.kind in ("element", "attribute", "value", "snippet", "close"):
            figures.tried += 1
            if not any(_accepts(source.with_text(text)) for text in _inserted(source.text, offers.typed, each)):
                figures.invalid[f"{position.kind} {position.path}: {each.label} in {source.path}"] += 1


def _accepts(source: Source) -> bool:
    documents = parse(source)
    return len(documents) == 1 and _is_valid(documents[0])


def _inserted(text: str, typed: Span, offer: Offer) -> Iterator[str]:
    """Yield the text with an offer, with each combination of sample values in its empty holes."""
    (start, end), further = offer.extra or ((typed.end, typed.end), ())
    pieces = (text[: typed.start], *offer.pieces, text[typed.end : start], *further, text[end:])
    empty = [
        at for at, each in enumerate(pieces) if isinstance(each, Hole) and each is not END and each.values == ("",)
    ]
    for values in itertools.islice(itertools.product(SAMPLES, repeat=len(empty)), MOST):
        filled = dict(zip(empty, values, strict=True))
        yield "".join(
            filled[at] if at in filled else each if isinstance(each, str) else each.values[0]
            for at, each in enumerate(pieces)
        )


def _times() -> list[float]:
    """The processor time of each completion in a guest, in milliseconds."""
    text = guest()
    source = typed(StreamKey("guest"), text)
    assert isinstance(source, Source)
    (document,) = parse(source)
    judge.rehearse(document)
    garbage.warm_up()
    found: list[float] = []
    for position in _positions(document):
        asked = text[: position.cut.start] + position.typed + text[position.cut.end :]
        changed = typed(StreamKey("guest"), asked)
        assert isinstance(changed, Source)
        start = time.process_time()
        offers_at(changed, position.cut.start + len(position.typed))
        found.append((time.process_time() - start) * 1000)
        garbage.sweep()
    return found


if __name__ == "__main__":
    sys.exit(main())
