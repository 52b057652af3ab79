"""Make documents with one misspelt name each, and fix them: the name is restored, or a finding is at its place.

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
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding, Span
from vnetlint.result import FixResult
from vnetlint.schema import gate
from vnetlint.settings import FixPolicy, Settings
from vnetlint.xml.node import Node
from vnetlint.xml.source import Source
from vnetlint.xml.tree import parse

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
    total = internal = good = 0
    counts: Counter[str] = Counter()
    for entry in every[::step]:
        wanted: tuple[str, str] | None = None
        for typo in _typos(entry):
            wanted = wanted or _fixed(typo.before)
            failure, fault, done = _judge(typo, wanted)
            total += 1
            internal += bool(failure)
            good += not fault
            counts[done] += 1
            if failure or fault or (options.list and done != "restored"):
                print(f"{typo.what}: {failure or fault or done}")
    share = 100 * good / total if total else 0.0
    print(", ".join(f"{done} {count}" for done, count in counts.most_common()))
    print(f"typos {total}, internal {internal}, fixed or explained {share:.2f} %")
    return 0


def _judge(typo: Typo, wanted: tuple[str, str]) -> tuple[str, str, str]:
    """Return the failure of vnetlint itself, the fault of the outcome, and what unsafe fixes do to the name."""
    outcomes = [fix([typo.after], _settings(unsafe)) for unsafe in (False, True)]
    failure = next((said for each in outcomes if (said := _failure(each))), "")
    done = [_done(typo, *each) for each in zip(outcomes, wanted, strict=True)]
    fault = next((each for each in done if each not in ("restored", "removed", "explained")), "")
    return failure, fault, done[-1]


def _done(typo: Typo, outcome: FixResult, wanted: str) -> str:
    text = _text(outcome, typo.after)
    if text == wanted:
        return "restored"
    before, names = _names(typo.before), _names(typo.after.with_text(text))
    if names[typo.misspelt] > before[typo.misspelt]:
        if names[typo.name] >= before[typo.name]:
            return "a fix adds the name beside the misspelt one"
        return "explained" if _is_explained(typo, outcome) else "not explained"
    # It was removed, because libvirt drops it; the report before the fix says so.
    is_named = any(_names_it(typo, each) for each in lint([typo.after], Settings()).findings)
    return "removed" if is_named else "removed and not explained"


def _settings(unsafe: bool) -> Settings:
    return Settings(fixing=FixPolicy(unsafe=unsafe))


def _fixed(source: Source) -> tuple[str, str]:
    """Return what safe and unsafe fixes make of a document."""
    safe, unsafe = (fix([source], _settings(each)) for each in (False, True))
    return _text(safe, source), _text(unsafe, source)


def _text(outcome: FixResult, source: Source) -> str:
    return outcome.changed[0].after.text if outcome.changed else source.text


def _failure(outcome: FixResult) -> str:
    if bugs := [each for each in outcome.dropped if each.is_bug]:
        return repr(bugs[0])
    return next((each.message for each in outcome.result.findings if each.rule == "internal-error"), "")


def _is_explained(typo: Typo, outcome: FixResult) -> bool:
    """Whether a finding names the misspelt name; its place is only known in a file that did not change."""
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


# -- making typos --------------------------------------------------------------------------------------------------


def _typos(entry: Entry) -> Iterator[Typo]:
    source = entry.open()
    if not isinstance(source, Source) or source.is_template:
        return
    documents = parse(source)
    if len(documents) != 1 or documents[0].has_entities or gate.is_valid(documents[0]) is not True:
        return
    # The hash of a text differs from run to run.
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
