"""`vnetlint schema`: any schema, any document, and what is allowed at a place."""

import io
import json
from pathlib import Path

import pytest
from lxml import etree

from vnetlint.cli.main import main

LAN = "<network>\n  <name>lan</name>\n  <forward mode='natt'/>\n</network>\n"
RNG = '<element name="site" xmlns="http://relaxng.org/ns/structure/1.0"><attribute name="name"/></element>\n'
XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <xs:element name="site"><xs:complexType><xs:attribute name="name" use="required"/></xs:complexType></xs:element>
</xs:schema>
"""


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(["schema", *arguments], io.BytesIO(stdin), out, err)
    return code, out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("lan.xml").write_text(LAN)
    Path("site.rng").write_text(RNG)
    Path("site.xsd").write_text(XSD)
    return tmp_path


def test_documents_are_validated_against_the_bundled_schemas() -> None:
    code, out, err = run("validate", "lan.xml")
    assert (code, err) == (1, "")
    assert out.startswith("lan.xml:3:12: error: invalid value 'natt' for 'mode'; did you mean 'nat'?")
    Path("lan.xml").write_text(LAN.replace("natt", "nat"))
    assert run("validate", "lan.xml") == (0, "", "")


@pytest.mark.parametrize("schema", ["site.rng", "site.xsd"])
def test_any_document_is_validated_against_any_schema(schema: str) -> None:
    Path("site.xml").write_text("<site name='x'/>")
    assert run("validate", "site.xml", "--against", schema) == (0, "", "")
    Path("site.xml").write_text("<site nmae='x'/>")
    code, out, _ = run("validate", "site.xml", "--against", schema)
    assert code == 1
    assert out.startswith("site.xml:1:")
    assert "name" in out


def test_malformed_documents_are_reported() -> None:
    assert run("validate", "-", stdin=b"<network>")[:2] == (1, "<stdin>:1:2: error: unclosed element <network>\n")
    assert run("validate", "-", stdin=b"")[:2] == (1, "<stdin>:1:1: error: the file is empty\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "lan.xml", "--against", "missing.rng"),
        ("validate", "lan.xml", "--against", "missing.xsd"),
        ("validate", "lan.xml", "--against", "lan.xml"),
        ("validate", "missing.xml"),
        ("expected", "lan.xml"),
        ("expected", "site.rng:1:1"),
        ("expected", "missing.xml:1:1"),
        ("export", "rng", "lan.xml"),
    ],
)
def test_an_impossible_job_exits_with_2_and_one_line(arguments: tuple[str, ...]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1


def test_broken_schemas_are_reported_with_their_place() -> None:
    Path("site.rng").write_text(RNG.replace("<attribute", "<atribute"))
    code, _, err = run("validate", "lan.xml", "--against", "site.rng")
    assert code == 2
    assert "site.rng:1: " in err


def test_schemas_are_exported_for_other_tools() -> None:
    code, out, _ = run("export", "rng", "schemas")
    assert code == 0
    assert "schemas/network.rng" in out.splitlines()
    valid = etree.fromstring(LAN.replace("natt", "nat"))
    assert etree.RelaxNG(etree.parse("schemas/network.rng")).validate(valid)
    run("export", "xsd", "schemas")
    assert etree.XMLSchema(etree.parse("schemas/network-1.0.xsd")).validate(valid)


@pytest.mark.parametrize(
    ("place", "kind", "inside", "names"),
    [
        ("lan.xml:3:20", "value", "forward", {"nat", "route", "open", "bridge"}),
        ("lan.xml:3:12", "attribute", "forward", {"dev"}),
        ("lan.xml:3:3", "element", "network", {"bridge", "ip", "dns"}),
    ],
)
def test_what_is_allowed_at_a_place(place: str, kind: str, inside: str, names: set[str]) -> None:
    found = json.loads(run("expected", place, "--output-format", "json")[1])
    assert (found["place"], found["in"]) == (kind, inside)
    assert names <= {item["name"] for item in found["items"]}
    assert kind in run("expected", place)[1]


def test_expected_values_have_a_version_and_documentation() -> None:
    found = json.loads(run("expected", "lan.xml:3:20", "--output-format", "json")[1])
    (opened,) = [item for item in found["items"] if item["name"] == "open"]
    assert opened["since"] == "2.2.0"
    assert opened["documentation"]
