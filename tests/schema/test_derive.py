"""Faults: each with its place, what was expected there, and one for one mistake; and never long about it."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.schema.grammars import document, faults, grammar, rng
from vnetlint.schema.derive import explain, matches
from vnetlint.schema.expect import Expected, definitions, expected
from vnetlint.schema.grammar import Grammar, GrammarError
from vnetlint.xml.wellformed import MAX_DEPTH

GUEST = """
<start><ref name='guest'/></start>
<define name='guest'>
  <element name='guest'>
    <interleave>
      <element name='name'><data type='string'><param name='pattern'>[a-z]+</param></data></element>
      <optional><element name='memory'><optional><attribute name='unit'><choice><value>KiB</value><value>MiB</value>
        </choice></attribute></optional><data type='unsignedInt'/></element></optional>
      <optional><element name='uuid'><data type='string'><param name='minLength'>3</param></data></element></optional>
      <zeroOrMore><ref name='card'/></zeroOrMore>
      <optional><element name='boot'><element name='first'><empty/></element><element name='second'><empty/></element>
        <optional><element name='third'><empty/></element></optional></element></optional>
      <optional><element name='note'><mixed><zeroOrMore><element name='b'><text/></element></zeroOrMore></mixed></element>
      </optional>
    </interleave>
  </element>
</define>
<define name='card'>
  <element name='card'>
    <choice>
      <group><attribute name='type'><value>bridge</value></attribute>
        <interleave><element name='source'><attribute name='bridge'/></element><ref name='options'/></interleave></group>
      <group><attribute name='type'><value>network</value></attribute>
        <interleave><element name='source'><attribute name='network'/><optional><attribute name='portgroup'/></optional>
        </element><ref name='options'/></interleave></group>
      <group><attribute name='type'><value>user</value></attribute><ref name='options'/></group>
    </choice>
  </element>
</define>
<define name='options'>
  <interleave>
    <optional><element name='mac'><attribute name='address'><data type='string'>
      <param name='pattern'>([0-9a-f]{2}:){5}[0-9a-f]{2}</param></data></attribute></element></optional>
    <optional><element name='model'><attribute name='type'><choice><value>virtio</value><value>e1000</value></choice>
      </attribute></element></optional>
    <optional><element name='address'><choice>
      <group><attribute name='type'><value>pci</value></attribute><attribute name='slot'><data type='int'/></attribute>
      </group><group><attribute name='type'><value>ccw</value></attribute><attribute name='cssid'/></group>
    </choice></element></optional>
  </interleave>
</define>
"""


@pytest.fixture(scope="module")
def guest(tmp_path_factory: pytest.TempPathFactory) -> Grammar:
    return grammar(tmp_path_factory.mktemp("guest"), GUEST)


SINGLE = {
    "<guest><name>a</name><bogus/></guest>": [
        "unknown-element bogus at 'bogus', expected boot card note uuid memory",
    ],
}


@pytest.mark.parametrize("text", SINGLE)
def test_x(text: str, guest: Grammar) -> None:
    assert faults(text, guest) == SINGLE[text]
