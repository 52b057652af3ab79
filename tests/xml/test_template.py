"""Placeholders hide what would break the XML around them, and every offset stays true."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xml.documents import only_document
from vnetlint.xml.source import Source
from vnetlint.xml.template import FILLER, is_opaque, mask, placeholders
from vnetlint.xml.wellformed import check

PIECES = st.sampled_from(
    [
        "{{",
        "}}",
        "{%",
        "%}",
        "{#",
        "#}",
        "<%",
        "<%=",
        "%>",
        "<a b='",
        "'/>",
        "x",
        "\r\n",
        "\n",
        "\r",
        "'",
        '"',
        ">",
        "<",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_mask_keeps_the_length_and_every_line_end(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert re.sub(r"[^\r\n]", "", masked) == re.sub(r"[^\r\n]", "", text)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_only_placeholders_are_masked(text: str) -> None:
    inside = {at for start, end in placeholders(text) for at in range(start, end)}
    assert all(mask(text)[at] == text[at] for at in range(len(text)) if at not in inside)


@pytest.mark.parametrize(
    "text",
    [
        "<network><name>{{ 'a<b' if x > 1 }}</name></network>",
        '<network><name>{{ x | default("<none>") }}</name></network>',
        "<ip address='{{ hosts['web'].address }}'/>",
        '<ip address="{{ hosts["web"].address }}"/>',
        "<ip address='<%= node[\"ip\"] %>' netmask='<%= mask %>'/>",
        "<ip {{ 'address=\"10.0.0.1\"' }}/>",
        "<ip address='1' {% if x < 3 and y > '2' %}family='ipv4'{% endif %}/>",
        "<network>{% for a in b %}<ip address='{{ a }}'/>{% endfor %}</network>",
        "<network><!-- {{ x }} {% raw %} --></network>",
        "<network><!-- it's {{ x }} --><name>{{ y }}</name></network>",
        "<network>{# a <comment> that isn't XML #}</network>",
        "{% set x = '<' %}\n<network><name>x</name></network>",
        '<network>{{- range .IPs }}<ip address="{{ .Address }}"/>{{- end }}</network>',
        "<network><name>${name}</name><bridge name='$BR'/><mac address='@MAC@'/></network>",
    ],
)
def test_a_template_is_as_well_formed_as_what_it_becomes(text: str) -> None:
    assert check(only_document(text)) is None


def test_a_value_is_read_as_it_is_written_and_its_span_holds_it() -> None:
    text = "<ip a='1' address='{{ hosts['web'] }}' {{ more }} b='2'/>"
    root = only_document(text).root
    assert [(name, each.value) for name, each in root.attributes.items()] == [
        *(("a", "1"), ("address", "{{ hosts['web'] }}"), ("b", "2"))
    ]
    assert text[slice(*root.attributes["address"].span)] == "address='{{ hosts['web'] }}'"


def test_text_is_read_as_it_is_written() -> None:
    assert only_document("<name>a-{{ 'x<y' }}</name>").root.text == "a-{{ 'x<y' }}"


@pytest.mark.parametrize("text", ["<a b='{{ x'/>", "<a>{% if x</a>", "<a>{# x</a>", "<a>}} %} #} %></a>"])
def test_what_is_never_closed_is_no_placeholder(text: str) -> None:
    assert placeholders(text) == []
    assert mask(text) is text
    assert not Source("x", text).is_template


@pytest.mark.parametrize("value", ["{{ x }}", "a{%x%}", "<%= x %>", "${X}", "$X", "br-$X", "@MAC@", "%NAME%", "{{x"])
def test_a_value_that_holds_a_placeholder_is_opaque(value: str) -> None:
    assert is_opaque(value)


@pytest.mark.parametrize("value", ["", "10.0.0.1", "$", "100%", "50% of 100%", "a@b", "fe80::1%eth0", "$1"])
def test_an_ordinary_value_is_not(value: str) -> None:
    assert not is_opaque(value)


def test_an_expression_becomes_filler_in_a_value_and_space_between_attributes() -> None:
    assert mask("<a b='{{x}}' {{y}}>{{z}}</a>") == f"<a b='{FILLER * 5}'      >{FILLER * 5}</a>"
    assert mask("<a>{%x%}{#y#}<%z%></a>") == "<a>" + " " * 15 + "</a>"
