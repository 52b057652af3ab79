"""Format every file of a corpus with its own indentation and with tabs, and check that nothing else changes.

Formatted again, nothing may change. The elements, attributes, values and comments must be the same, and so must the
findings. libvirt's parser must accept what it accepted before. Needs the packages that .ci/run installs.

usage: python -m benchmarks.formatting CORPUS [--no-libvirt]
"""

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.manifest import Entry, entries
from tests.oracle.asking import Parser
from vnetlint.engine.format import formatting
from vnetlint.engine.lint import lint
from vnetlint.engine.reading import File, read
from vnetlint.settings import Settings
from vnetlint.xml.node import Document
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply

UNITS = (None, "\t")
FOLDERS = (".", "wild2")
Findings = Counter[tuple[str, str, str]]
"""How many findings there are of a rule, with a message, in an element."""
_KNOWN = ("already exists with uuid", "already defined with uuid", "with same UUID but different name")
"""What libvirt says of a document that it has read, and whose name or UUID is that of another one."""
_SETTINGS = Settings(rules=frozenset({"all"}))


def main(corpus: str, *flags: str) -> int:
    """Print each file that is not the same afterwards, and the figures."""
    files = formatted = wrong = 0
    slowest = 0.0
    asked: dict[str, list[tuple[Entry, str, str]]] = {"network": [], "domain": [], "filter": []}
    for entry in _every(Path(corpus)):
        source = entry.open()
        if not isinstance(source, Source):
            continue
        files += 1
        before, was = read(source, None), _findings(source)
        for unit in UNITS:
            started = time.perf_counter()
            text = apply(source.text, formatting(before, unit))
            slowest = max(slowest, time.perf_counter() - started)
            if text == source.text:
                continue
            formatted += 1
            wrong += _print(entry, unit, differences(before, was, text, unit))
            if entry.root in asked and not source.is_template and len(before.documents) == 1:
                asked[entry.root].append((entry, source.text, text))
    refused = 0 if "--no-libvirt" in flags else sum(_refused(kind, every) for kind, every in asked.items())
    print(f"slowest {slowest * 1000:.0f} ms, asked libvirt {sum(map(len, asked.values()))}")
    print(f"files {files}, formatted {formatted}, wrong {wrong}, refused {refused}")
    return 1 if wrong or refused else 0


def _every(corpus: Path) -> Iterator[Entry]:
    for folder in FOLDERS:
        yield from entries(corpus / folder)


def _print(entry: Entry, unit: str | None, found: Iterator[str]) -> bool:
    reason = next(found, "")
    if reason:
        print(f"{entry.name}: indented by {unit!r}: {reason}")
    return bool(reason)


def differences(before: File, was: Findings, text: str, unit: str | None) -> Iterator[str]:
    """Yield what is different in a formatted text besides the white space between elements."""
    after = before.with_text(text)
    if apply(text, formatting(after, unit)) != text:
        yield "formatting it again changes it"
    if re.sub(r"[ \t\r\n]+", "", before.source.text) != re.sub(r"[ \t\r\n]+", "", text):
        yield "more than white space has changed"
    meant = [list(map(_meaning, each.documents)) for each in before.readings]
    if meant != [list(map(_meaning, each.documents)) for each in after.readings]:
        yield "it does not mean the same"
    if was != (now := _findings(after.asked)):
        yield f"its findings differ: {dict(was - now)} is now {dict(now - was)}"


def _meaning(document: Document) -> list[Any]:
    """The elements of a document with their attributes and text, and its comments, as they are written."""
    found: list[Any] = [document.source.excerpt(each.span) for each in document.comments]
    for node in document.root.descendants():
        text = " ".join(node.text.split()) if node.children or not node.text.strip() else node.text
        found.append((node.path, [(each.name, each.value, each.quote) for each in node.all_attributes()], text))
    return found


def _findings(source: Source) -> Findings:
    return Counter((each.rule, each.message, each.element) for each in lint([source], _SETTINGS).findings)


def _refused(kind: str, every: list[tuple[Entry, str, str]]) -> int:
    """Print the documents to which libvirt's parser says something else than before, and return how many there are."""
    refused = 0
    with Parser() as parser:
        texts = list(dict.fromkeys(text for _, *both in every for text in both))
        said = dict(zip(texts, parser.ask(kind, texts), strict=True))
    for entry, before, after in every:
        if accepts(said[before]) and not accepts(said[after]):
            refused += 1
            print(f"{entry.name}: libvirt accepted it, and now says: {said[after]}")
    return refused


def accepts(said: str) -> bool:
    """Whether libvirt's parser accepted a document. Another one may have had its name or UUID before."""
    return not said or any(each in said for each in _KNOWN)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
