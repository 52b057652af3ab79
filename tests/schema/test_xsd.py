"""Validation by a user's own XSD."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from vnetlint.schema.xsd import SchemaError, XsdFault, validate

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"

SITE = """<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:site'
    elementFormDefault='qualified'>
  {first}
  <xs:element name='site'><xs:complexType><xs:sequence>
    <xs:element name='owner' type='xs:string'/>
    <xs:element name='room' type='xs:positiveInteger' minOccurs='0'/>
  </xs:sequence>{last}</xs:complexType></xs:element>
</xs:schema>"""


def site(folder: Path, first: str = "", last: str = "") -> Path:
    path = folder / "site.xsd"
    path.write_text(SITE.format(first=first, last=last), encoding="utf-8")
    return path


def test_a_valid_document(tmp_path: Path) -> None:
    text = "<?xml version='1.0' encoding='latin-1'?>\n<site xmlns='urn:site'><owner>Zoë</owner></site>"
    assert validate(site(tmp_path), text) == []


def test_faults_have_a_place(tmp_path: Path) -> None:
    text = "<?xml version='1.0'?>\n<site xmlns='urn:site'>\n <owner/>\n <room>cellar</room>\n</site>"
    (fault,) = validate(site(tmp_path), text)
    assert (fault.line, fault.path.rpartition(":")[2].rpartition("/")[2]) == (4, "room")
    assert "cellar" in fault.message


def test_a_document_that_is_not_well_formed(tmp_path: Path) -> None:
    (fault,) = validate(site(tmp_path), "<site>\n<owner>")
    assert (fault.line, fault.path) == (2, "/")


def test_an_assertion_says_what_must_hold(tmp_path: Path) -> None:
    path = site(tmp_path, last="<xs:assert test='count(*) &gt; 1'/>")
    (fault,) = validate(path, "<site xmlns='urn:site'><owner/></site>")
    assert fault == XsdFault("this must hold, but does not: count(*) > 1", fault.path, 1)


def test_a_schema_that_includes_xsd_11(tmp_path: Path) -> None:
    site(tmp_path, last="<xs:assert test='room'/>")
    path = tmp_path / "all.xsd"
    path.write_text(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema' targetNamespace='urn:site'>"
        "<xs:include schemaLocation='site.xsd'/></xs:schema>",
        encoding="utf-8",
    )
    assert len(validate(path, "<site xmlns='urn:site'><owner/></site>")) == 1


def test_a_changed_schema_is_loaded_again(tmp_path: Path) -> None:
    text = "<site xmlns='urn:site'><owner/></site>"
    assert validate(site(tmp_path), text) == []
    assert len(validate(site(tmp_path, last="<xs:attribute name='id' use='required'/>"), text)) == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<xs:schema", "site.xsd:1"),
        ("<grammar/>", "<grammar>"),
        (
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='a' type='b'/></xs:schema>",
            "b",
        ),
        (
            "<!DOCTYPE s [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>"
            "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'>&e;</xs:schema>",
            "site.xsd",
        ),
    ],
)
def test_a_broken_schema(content: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "site.xsd"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SchemaError, match=r"site\.xsd") as raised:
        validate(path, "<a/>")
    assert said in str(raised.value)
    assert len(str(raised.value)) < 300
    assert "\n" not in str(raised.value)


def test_no_schema_at_all(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"site\.xsd: No such file"):
        validate(tmp_path / "site.xsd", "<a/>")


def test_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("tried to fetch something")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    imported = "<xs:import namespace='urn:far' schemaLocation='http://far.example/far.xsd'/>"
    text = (
        "<site xmlns='urn:site' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' "
        "xsi:schemaLocation='urn:far http://far.example/other.xsd'><owner/></site>"
    )
    assert validate(site(tmp_path, first=imported), text) == []
    included = "<xs:include schemaLocation='http://far.example/far.xsd'/>"
    with pytest.raises(SchemaError, match=r"site\.xsd"):
        validate(site(tmp_path, first=included + " "), text)


def test_entities_are_not_expanded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("7", encoding="utf-8")
    text = (
        f"<!DOCTYPE site [<!ENTITY e SYSTEM '{secret.as_uri()}'>]>"
        "<site xmlns='urn:site'><owner/><room>&e;</room></site>"
    )
    (fault,) = validate(site(tmp_path), text)
    assert "entity" in fault.message


def test_deep_documents_do_no_harm(tmp_path: Path) -> None:
    text = "<site xmlns='urn:site'>" + "<owner>" * 240 + "</owner>" * 240 + "</site>"
    (fault,) = validate(site(tmp_path), text)
    assert "deep" in fault.message


def test_xmlschema_is_loaded_by_the_first_validation_only() -> None:
    code = "import sys, vnetlint.schema.xsd; sys.exit('xmlschema' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_bundled_schemas_can_be_used_so() -> None:
    network = "<network><name>orchard</name><mtu size='{}'/></network>"
    assert validate(SCHEMAS / "network.xsd", network.format(1400)) == []
    (fault,) = validate(SCHEMAS / "network.xsd", network.format("big"))
    assert fault.path == "/network/mtu"
