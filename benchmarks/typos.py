"""Make documents with one misspelt name each, and fix them: the name is restored, or a finding says where it is wrong.

The names are those of elements and attributes in the valid networks, filters and domains of a corpus. The same seed
makes the same documents. Safe fixes must leave the misspelling as it is or restore it; unsafe fixes as well.

usage: python -m benchmarks.typos CORPUS [--sample N] [--list]
"""

import argparse
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.manifest import Entry, entries
from vnetlint.engine import FixResult, Settings, fix, lint
from vnetlint.finding import Finding, Span
from vnetlint.mend import FixPolicy
from vnetlint.schema import gate
from vnetlint.xml.source import Source
from vnetlint.xml.tree import Node, parse

ROOTS = ("network", "filter", "domain")
PER_DOCUMENT = 12
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Typo:
    """A document with one misspelt name."""

    before: Source
    after: Source
    element: str
    attribute: str
    written: str
    span: Span
    """The misspelt name."""

    @property
    def name(self) -> str:
        """The name as `_names` counts it."""
        return f"{self.element}@{self.attribute}" if self.attribute else self.element

    @property
    def misspelt(self) -> str:
        """The misspelt name as `_names` counts it."""
        return f"{self.element}@{self.written}" if self.attribute else self.written

    @property
    def what(self) -> str:
        """The file, the place and the name."""
        return f"{self.before.path}: {self.name} as '{self.written}'"


def main() -> int:
    """Print each miss, and the figures."""
    parser = argparse.ArgumentParser(description="Fix documents with one misspelt name each.")
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--sample", type=int, help="look at about this many documents only")
    parser.add_argument("--list", action="store_true", help="print each document that is not fixed")
    options = parser.parse_args()
    every = [entry for entry in entries(options.corpus) if entry.root in ROOTS and entry.jing == "valid"]
    step = max(len(every) * PER_DOCUMENT // options.sample, 1) if options.sample else 1
    total = internal = good = restored = 0
    misses: Counter[str] = Counter()
    for entry in every[::step]:
        for typo in _typos(entry):
            total += 1
            failure, fault, is_restored = _judge(typo)
            internal += bool(failure)
            good += not fault
            restored += is_restored
            if fault:
                misses[fault] += 1
            if failure or fault or (options.list and not is_restored):
                print(f"{typo.what}: {failure or fault or 'is not restored'}")
    for fault, count in misses.most_common():
        print(f"{count:6} {fault}")
    share = 100 * good / total if total else 0.0
    print(f"restored {restored}")
    print(f"typos {total}, internal {internal}, fixed or explained {share:.2f} %")
    return 0


def _judge(typo: Typo) -> tuple[str, str, bool]:
    """Return the failure of vnetlint itself, what is wrong with the outcome, and whether the name is restored."""
    safe, unsafe = (fix([typo.after], Settings(fixing=FixPolicy(unsafe=each))) for each in (False, True))
    failure = next((_failure(each) for each in (safe, unsafe) if _failure(each)), "")
    is_restored = _is_restored(typo, unsafe)
    fault = next((said for outcome in (safe, unsafe) if (said := _fault(typo, outcome))), "")
    return failure, fault, is_restored


def _fault(typo: Typo, outcome: FixResult) -> str:
    if _is_restored(typo, outcome):
        return ""
    names = _names(outcome.changed[0].after if outcome.changed else typo.after)
    if typo.misspelt in names:
        if names[typo.name] >= _names(typo.before)[typo.name]:
            return "a fix adds the name beside the misspelt one"
        return "" if _is_explained(typo, outcome) else "is not explained"
    # It was taken away as what libvirt drops; the report said so.
    return "" if any(_names_it(typo, each) for each in lint([typo.after], Settings()).findings) else "is not explained"


def _failure(outcome: FixResult) -> str:
    return next((each.message for each in outcome.result.findings if each.rule == "internal-error"), "")


def _is_restored(typo: Typo, outcome: FixResult) -> bool:
    """Whether the document is valid and has the name as often as before."""
    if not outcome.changed:
        return False
    after = outcome.changed[0].after
    names = _names(after)
    if typo.misspelt in names or not all(gate.is_valid(each) for each in parse(after)):
        return False
    return names[typo.name] >= _names(typo.before)[typo.name]


def _is_explained(typo: Typo, outcome: FixResult) -> bool:
    """Whether a finding names the misspelt thing; its place is only known in a file that did not change."""
    return any(
        _names_it(typo, each)
        and (bool(outcome.changed) or (each.span.start <= typo.span.end and typo.span.start <= each.span.end))
        for each in outcome.result.findings
    )


def _names_it(typo: Typo, finding: Finding) -> bool:
    return f"'{typo.written}'" in finding.message or f"<{typo.written}>" in finding.message


def _names(source: Source) -> Counter[str]:
    found: Counter[str] = Counter()
    for document in parse(source):
        for node in document.root.descendants():
            found.update((node.name, *(f"{node.name}@{name}" for name in node.attributes)))
    return found


# -- making them ---------------------------------------------------------------------------------------------------


def _typos(entry: Entry) -> Iterator[Typo]:
    source = entry.open()
    if not isinstance(source, Source) or source.is_template:
        return
    documents = parse(source)
    if len(documents) != 1 or documents[0].has_entities or gate.is_valid(documents[0]) is not True:
        return
    # Hashes of texts differ from run to run.
    random = Random(zlib.crc32(entry.name.encode()))
    places = list(_places(documents[0].root))
    random.shuffle(places)
    made = 0
    for element, attribute, spans in places:
        if made == PER_DOCUMENT:
            return
        written = _misspelt(attribute or element, random)
        text = source.text
        for span in reversed(spans):
            text = text[: span.start] + written + text[span.end :]
        after = source.with_text(text)
        (document,) = parse(after)
        start = spans[0].start
        typo = Typo(source, after, element, attribute, written, Span(start, start + len(written)))
        if gate.is_valid(document) is False:
            made += 1
            yield typo


def _places(root: Node) -> Iterator[tuple[str, str, list[Span]]]:
    """Yield the names that can be misspelt, each kind of name once: element, attribute, places in the text."""
    seen: set[tuple[str, str]] = set()
    for node in root.descendants():
        if node is root or ":" in node.name or any(":" in each for each in node.attributes):
            continue
        ends = [] if node.is_empty_tag else [Span(node.close_start + 2, node.close_start + 2 + len(node.name))]
        for attribute, spans in [("", [node.name_span, *ends])] + [
            (each.name, [each.name_span]) for each in node.attributes.values()
        ]:
            if (node.name, attribute) not in seen and len(attribute or node.name) > 1:
                seen.add((node.name, attribute))
                yield node.name, attribute, spans


def _misspelt(name: str, random: Random) -> str:
    """Double, drop, swap or replace one letter."""
    at = random.randrange(len(name))
    match random.randrange(4):
        case 0:
            return name[: at + 1] + name[at:]
        case 1 if at:
            return name[:at] + name[at + 1 :]
        case 2 if at and name[at] != name[at - 1]:
            return name[: at - 1] + name[at] + name[at - 1] + name[at + 1 :]
        case _:
            letter = random.choice([each for each in _LETTERS if each != name[at]])
            return name[:at] + letter + name[at + 1 :]


if __name__ == "__main__":
    sys.exit(main())
