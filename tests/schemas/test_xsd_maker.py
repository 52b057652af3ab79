"""The maker of the XSD: the same each time, and exact for grammars of any shape."""

from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from tests.schemas.loaded import SCHEMAS
from tests.schemas.making import generate

KINDS = ("network", "nwfilter", "domain")


@pytest.mark.slow
def test_the_xsd_files_are_made_from_the_rng_files() -> None:
    done = generate("--check", seed="1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_same_comes_out_each_time(tmp_path: Path) -> None:
    """Whatever order Python's sets have."""
    texts = []
    for seed in ("1", "2"):
        for kind in KINDS:
            (tmp_path / f"{kind}.rng").write_bytes((SCHEMAS / "network.rng").read_bytes())
        generate("--from", str(tmp_path), "--to", str(tmp_path), seed=seed)
        texts.append((tmp_path / "network.xsd").read_bytes() + (tmp_path / "network-1.0.xsd").read_bytes())
        (tmp_path / "network.xsd").unlink()
    assert texts[0] == texts[1]


def made(tmp_path: Path, grammar: str) -> tuple[xmlschema.XMLSchema11, etree.XMLSchema]:
    """Both schemas of a grammar, which replaces that of networks."""
    text = (
        "<grammar xmlns='http://relaxng.org/ns/structure/1.0' xmlns:o='urn:o' "
        f"datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>{grammar}</grammar>"
    )
    for kind in KINDS:
        (tmp_path / f"{kind}.rng").write_text(text, encoding="utf-8")
    done = generate("--from", str(tmp_path))
    assert done.returncode == 0, done.stderr
    return (
        xmlschema.XMLSchema11(str(tmp_path / "network.xsd")),
        etree.XMLSchema(file=str(tmp_path / "network-1.0.xsd")),
    )


OTHERS = {
    "one child of two contents, distinguished by another child": (
        "<start><element name='r'><choice>"
        "<interleave><element name='a'><attribute name='x'/></element><element name='p'><empty/></element></interleave>"
        "<interleave><element name='a'><attribute name='y'/></element><element name='q'><empty/></element></interleave>"
        "</choice></element></start>",
        ["<r><a x=''/><p/></r>", "<r><q/><a y=''/></r>"],
        ["<r><a x=''/><q/></r>", "<r><p/><a y=''/></r>", "<r><a x=''/></r>", "<r><a x=''/><p/><q/></r>"],
    ),
    "an element that holds itself": (
        "<start><ref name='r'/></start><define name='r'><element name='r'><optional><attribute name='n'>"
        "<data type='int'/></attribute></optional><zeroOrMore><ref name='r'/></zeroOrMore></element></define>",
        ["<r/>", "<r n='1'><r n='2'><r/></r><r/></r>"],
        ["<r><r n='x'/></r>", "<r><s/></r>"],
    ),
    "text and attributes": (
        "<start><element name='r'><attribute name='unit'><choice><value>KiB</value><value>MiB</value></choice>"
        "</attribute><choice><data type='unsignedInt'/><value>all</value></choice></element></start>",
        ["<r unit='KiB'>5</r>", "<r unit='MiB'>all</r>"],
        ["<r>5</r>", "<r unit='KiB'/>", "<r unit='KiB'>some</r>"],
    ),
    "values separated by blanks": (
        "<start><element name='r'><list><oneOrMore><data type='unsignedByte'/></oneOrMore></list></element></start>",
        ["<r>1 2 3</r>", "<r>255</r>"],
        ["<r>1,2</r>", "<r>256</r>"],
    ),
    "text between elements": (
        "<start><element name='r'><mixed><zeroOrMore><element name='b'><text/></element></zeroOrMore></mixed>"
        "</element></start>",
        ["<r>a<b>c</b>d</r>", "<r/>"],
        ["<r><c/></r>"],
    ),
    "any element but one": (
        "<start><element name='r'><optional><element name='a'><attribute name='x'/></element></optional><zeroOrMore>"
        "<element><anyName><except><name>a</name><nsName ns='urn:no'/></except></anyName><ref name='any'/></element>"
        "</zeroOrMore></element></start><define name='any'><zeroOrMore><choice><attribute><anyName/></attribute><text/>"
        "<element><anyName/><ref name='any'/></element></choice></zeroOrMore></define>",
        ["<r><b c='d'>e<f/></b><a x=''/><b/><o:c xmlns:o='urn:o'/></r>", "<r/>"],
        ["<r><a/></r>", "<r><a x=''/><a x=''/></r>"],
    ),
    "a value that is left out": (
        "<start><element name='r'><attribute name='n'><data type='string'><except><value>none</value></except></data>"
        "</attribute></element></start>",
        ["<r n='some'/>", "<r n=''/>"],
        ["<r n='none'/>"],
    ),
    "two attributes or none": (
        "<start><element name='r'><optional><group><attribute name='a'/><attribute name='b'/></group></optional>"
        "</element></start>",
        ["<r/>", "<r a='' b=''/>"],
        ["<r a=''/>", "<r b=''/>"],
    ),
}


@pytest.mark.parametrize("why", OTHERS)
def test_other_grammars(why: str, tmp_path: Path) -> None:
    grammar, good, bad = OTHERS[why]
    schema, looser = made(tmp_path, grammar)
    for text in good:
        assert [str(error.reason) for error in schema.iter_errors(text)] == [], text
        assert looser.validate(etree.fromstring(text)), f"{text}: {looser.error_log}"
    for text in bad:
        assert not schema.is_valid(text), text


def test_a_grammar_that_cannot_be_made_into_xsd(tmp_path: Path) -> None:
    done = generate("--from", str(tmp_path))
    assert done.returncode == 2
    assert "network.rng" in done.stderr or "domain.rng" in done.stderr
