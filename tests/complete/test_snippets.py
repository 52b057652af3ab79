"""Each snippet with its defaults has no finding at warning or above, and libvirt accepts it."""

import re

import pytest

from tests.complete.asking import inserted, labels
from tests.oracle.asking import Parser
from vnetlint.complete.snippets import NETWORKS, NICS
from vnetlint.engine.lint import lint
from vnetlint.inputkey import FileKey
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

GUEST = """\
<domain type='kvm'>
  <name>guest</name>
  <memory unit='GiB'>1</memory>
  <memoryBacking>
    <source type='memfd'/>
    <access mode='shared'/>
  </memoryBacking>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    ‸
  </devices>
</domain>
"""
WITHOUT_PASST = "XML error: Invalid value for attribute 'type' in element 'backend': 'passt'."
DOCUMENTS = {each.label: inserted("‸", each.label) for each in NETWORKS} | {
    each.label: inserted(GUEST, each.label) for each in NICS
}


@pytest.mark.parametrize("label", DOCUMENTS)
def test_a_snippet_has_no_findings(label: str) -> None:
    findings = lint([Source(FileKey("a.xml"), DOCUMENTS[label])], Settings()).findings
    assert [each.message for each in findings if each.severity != "info"] == []


@pytest.mark.oracle
@pytest.mark.parametrize("kind", ["network", "domain"])
def test_libvirt_accepts_the_snippets(kind: str) -> None:
    texts = {
        label: re.sub("<name>[a-z]+</name>", f"<name>n{number}</name>", text)
        for number, (label, text) in enumerate(DOCUMENTS.items())
        if text.startswith(f"<{kind}")
    }
    assert len(texts) > 5
    with Parser() as parser:
        said = dict(zip(texts, parser.ask(kind, list(texts.values())), strict=True))
    if kind == "domain":
        # Debian's libvirt 9.0 is built without passt; tests/oracle/test_openvswitch.py defines a guest with it.
        assert said.pop("interface (passt)") in ("", WITHOUT_PASST)
    assert not any(said.values()), said


def test_snippets_are_offered_in_an_empty_document_and_at_the_top() -> None:
    names = [each.label for each in NETWORKS]
    assert labels("‸")[: len(names)] == names
    assert labels("<?xml version='1.0'?>\n<!-- x -->\n<‸")[: len(names)] == names
    assert set(names) <= set(labels("<network><name>n</name></network>\n‸"))


def test_nics_are_offered_among_devices() -> None:
    assert {each.label for each in NICS} <= set(labels(GUEST))
    assert not {each.label for each in NICS} & set(labels("<domain>‸</domain>"))
