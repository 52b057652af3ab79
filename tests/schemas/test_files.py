"""The files of the schemas: documented, current, and with patterns that libxml2 understands."""

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.schemas.loaded import SCHEMAS

RNG = "{http://relaxng.org/ns/structure/1.0}"
SINCE = "{urn:vnetlint:schema}since"
DOCUMENTATION = "{http://relaxng.org/ns/compatibility/annotations/1.0}documentation"


def patterns(path: Path) -> list[etree._Element]:
    """The elements and attributes that a schema names."""
    root = etree.parse(path).getroot()
    return [node for node in root.iter(RNG + "element", RNG + "attribute") if node.get("name")]


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.rng")), ids=lambda path: path.name)
def test_everything_is_documented(path: Path) -> None:
    """Each element and attribute has documentation, there or at another definition of its name."""
    said = {(node.tag, node.get("name")) for node in patterns(path) if node.find(DOCUMENTATION) is not None}
    assert not [node.get("name") for node in patterns(path) if (node.tag, node.get("name")) not in said]


def test_releases_look_like_releases() -> None:
    found = [
        value
        for path in SCHEMAS.glob("*.rng")
        for node in etree.parse(path).getroot().iter(etree.Element)
        if (value := node.get(SINCE))
    ]
    assert len(found) > 100
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", value) for value in found)


def expressions() -> list[str]:
    """The patterns of all values."""
    return sorted(
        {
            str(node.text)
            for path in SCHEMAS.glob("*.rng")
            for node in etree.parse(path).getroot().iter(RNG + "param")
            if node.get("name") == "pattern"
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("expression", expressions())
def test_libxml2_understands_the_patterns(expression: str) -> None:
    """It misreads, for example, a repetition with bounds inside another."""
    grammar = etree.fromstring(
        f"<element name='a' xmlns='{RNG.strip('{}')}' datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'>"
        "<attribute name='b'><data type='string'><param name='pattern'/></data></attribute></element>"
    )
    for node in grammar.iter(RNG + "param"):
        node.text = expression
    schema, chance = etree.RelaxNG(grammar), random.Random(expression)

    @settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.from_regex(expression, fullmatch=True, alphabet=st.characters(min_codepoint=32, max_codepoint=126)))
    def agrees(value: str) -> None:
        place = chance.randint(0, len(value))
        for text in (
            value,
            value[:place] + chance.choice("0aF:.-x, g") + value[place:],
            value[:place] + value[place + 1 :],
        ):
            matches = re.fullmatch(expression, text) is not None
            assert schema.validate(etree.Element("a", b=text)) == matches, text

    agrees()


@pytest.mark.oracle
@pytest.mark.parametrize("kind", ["rng", "libvirt"])
def test_the_files_are_made_from_the_rnc_files(kind: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.schemas", kind, "--check"],
        cwd=SCHEMAS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
