"""Rules do not fail on any value of a document, such as a text in place of a number."""

from collections.abc import Iterator

import pytest

from tests.fuzz.mutate import seeds
from tests.fuzz.properties import settings_with_all
from tests.sources import named
from vnetlint.engine.fix import fix
from vnetlint.finding import Span
from vnetlint.xml.node import Node
from vnetlint.xml.tree import parse

HOSTILE = ("²", "①", "٣", "9" * 5000, "-", "+", "0x", "08", "1_000", "1e9", "%", "/", ":", "::/", "0/", "٣.1.1.1")


def places() -> Iterator[tuple[str, str, Span]]:
    """Yield a text and the span of a value in it, once for each attribute or text of an element."""
    seen: set[tuple[str, str]] = set()
    for text in seeds():
        for document in parse(named("x.xml", text)):
            for node in document.root.descendants():
                for name, span in _values(node):
                    kind = f"{document.root.name}/{node.parent.name if node.parent else ''}/{node.name}"
                    if (kind, name) not in seen:
                        seen.add((kind, name))
                        yield f"{kind}@{name}", text, span


def _values(node: Node) -> Iterator[tuple[str, Span]]:
    yield from ((each.name, each.value_span) for each in node.attributes.values())
    if not node.children and node.text.strip():
        yield "", node.content_span


@pytest.mark.slow
@pytest.mark.parametrize("part", range(12))
def test_no_value_makes_a_rule_fail(part: int) -> None:
    failures: dict[str, str] = {}
    for number, (name, text, span) in enumerate(places()):
        if number % 12 != part:
            continue
        for value in HOSTILE:
            written = named("x.xml", f"{text[: span.start]}{value}{text[span.end :]}")
            outcome = fix([written], settings_with_all())
            said = [each.message for each in outcome.result.findings if each.rule == "internal-error"]
            said += [repr(each) for each in outcome.dropped if each.is_bug]
            if said:
                failures[f"{name}={value[:9]}"] = said[0][:300]
    assert failures == {}
