"""One thing to correct is one finding: what rules report only because of a schema fault is not reported beside it."""

import random
from collections.abc import Iterator

import pytest

from tests.documents import of_pages
from tests.sources import named
from vnetlint.engine import sweep
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.engine.sweep import Sweep
from vnetlint.finding import Finding
from vnetlint.settings import Settings
from vnetlint.xml.tree import parse

NO_ADDRESS = """<network>
  <name>lan</name>
  <forward mode='nat'/>
  <ip adress='10.0.0.1' prefix='24'/>
</network>
"""
BRIDGED = "<network><name>lan</name><forward mode='bridge'><interface dev='eth0'/></forward></network>"
MEMORY = Memory()
"""The rules of the settings are chosen once for all documents."""


def found(text: str, settings: Settings | None = None) -> list[Finding]:
    every = lint([named("a.xml", text)], settings or Settings(), memory=MEMORY).findings
    return [each for each in every if each.severity != "info"]


def rules(text: str, settings: Settings | None = None) -> list[str]:
    return [each.rule for each in found(text, settings)]


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        (NO_ADDRESS.replace("adress", "address"), "address", "adress"),
        (BRIDGED, "dev", "dve"),
        (BRIDGED, "mode", "moed"),
        (BRIDGED, "interface", "inteface"),
        (BRIDGED.replace("bridge", "passthrough"), "passthrough", "passthru"),
    ],
)
def test_a_misspelt_word_is_one_finding(text: str, right: str, wrong: str) -> None:
    assert found(text) == []
    [fault] = rules(text.replace(right, wrong))
    assert fault.startswith("schema-")


@pytest.mark.parametrize("name", ["{{ name }}", "lan"])
def test_it_is_one_finding_in_a_template_too(name: str) -> None:
    assert rules(NO_ADDRESS.replace("lan", name)) == ["schema-unknown-attribute"]


def test_without_rules_about_schema_faults_the_consequence_is_reported() -> None:
    assert rules(NO_ADDRESS, Settings(frozenset({"ip-without-address"}))) == ["ip-without-address"]


def test_what_is_wrong_besides_is_reported() -> None:
    both = NO_ADDRESS.replace("</network>", "  <ip prefix='24'/>\n</network>")
    assert rules(both) == ["schema-unknown-attribute", "ip-without-address"]
    where = [each.span.start for each in found(both)]
    assert where[1] == both.index("<ip prefix")


def test_a_fault_that_libvirt_ignores_has_the_severity_of_what_it_causes() -> None:
    missing = "<network><name>lan</name><forward mode='bridge'/></network>"
    [refused] = found(missing)
    assert (refused.rule, refused.severity) == ("direct-network-without-device", "error")
    [fault] = found(missing.replace("/></network>", " dve='eth0'/></network>"))
    assert fault.rule == "schema-unknown-attribute"
    assert (fault.severity, fault.when, fault.libvirt_message) == (
        refused.severity, refused.when, refused.libvirt_message,
    )  # fmt: skip


def test_it_is_the_same_where_only_facts_of_files_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = [named("a.xml", NO_ADDRESS), named("b.xml", NO_ADDRESS.replace("lan", "b").replace("adress", "adres"))]
    alike = lint(inputs, Settings()).findings
    monkeypatch.setattr(sweep, "FEW", 0)
    assert lint(inputs, Settings(), memory=Sweep()).findings == alike
    assert [each.rule for each in alike if each.severity != "info"] == ["schema-unknown-attribute"] * 2


EXAMPLES = dict(of_pages("Good"))


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.slow) for part in range(1, 8))], ids="of-8-{}".format
)
def test_a_misspelt_attribute_of_an_example_is_one_finding(part: int) -> None:
    several: dict[str, list[str]] = {}
    for case in list(EXAMPLES)[part::8]:
        text = EXAMPLES[case]
        if found(text):
            continue
        for wrong in _misspelt(text, random.Random(case)):
            # A comment may suppress what is no longer found.
            reported = [each for each in rules(wrong) if each != "unused-suppression"]
            # Without its namespace, an element is unknown as well.
            if len(reported) != 1 and "xmlns" not in text:
                several[wrong] = reported
    assert not several


def _misspelt(text: str, chance: random.Random) -> Iterator[str]:
    """Yield a document with one letter of an attribute's name twice, for some attributes."""
    nodes = [node for document in parse(named("a.xml", text)) for node in document.root.descendants()]
    spans = [each.name_span for node in nodes for each in node.attributes.values()]
    for span in chance.sample(spans, min(3, len(spans))):
        at = chance.randrange(span.start, span.end)
        yield text[:at] + text[at] + text[at:]
