"""Renderings of templates are XML, and every offset in them is one of the template."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
from tests.xml.documents import only_document
from vnetlint.xml.template import FILLER, NOTHING, OPEN, is_opaque
from vnetlint.xml.template.pieces import pieces_of
from vnetlint.xml.template.rendering import MOST_RENDERINGS
from vnetlint.xml.tree import parse
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


def masked(text: str) -> str:
    """The first rendering of a text."""
    return named("x", text).masked


@given(st.lists(PIECES, max_size=30).map("".join))
def test_every_rendering_keeps_the_length_and_every_line_end(text: str) -> None:
    for reading in named("x", text).readings:
        assert len(reading.masked) == len(text)
        assert re.sub(r"[^\r\n]", "", reading.masked) == re.sub(r"[^\r\n]", "", text)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_a_rendering_has_only_characters_of_the_template(text: str) -> None:
    for reading in named("x", text).readings:
        assert set(reading.masked) <= {FILLER, NOTHING, OPEN, " ", "'", *text}


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
def test_what_is_never_closed_is_not_a_placeholder(text: str) -> None:
    assert pieces_of(text) == []
    assert masked(text) is text
    assert not named("x", text).is_template


@pytest.mark.parametrize("value", ["{{ x }}", "a{%x%}", "<%= x %>", "${X}", "$X", "br-$X", "@MAC@", "%NAME%", "{{x"])
def test_a_value_that_holds_a_placeholder_is_opaque(value: str) -> None:
    assert is_opaque(value)


@pytest.mark.parametrize("value", ["", "10.0.0.1", "$", "100%", "50% of 100%", "a@b", "fe80::1%eth0", "$1"])
def test_an_ordinary_value_is_not(value: str) -> None:
    assert not is_opaque(value)


def test_an_expression_becomes_filler_in_a_value_and_an_open_place_between_attributes() -> None:
    assert masked("<a b='{{x}}' {{y}}>{{z}}</a>") == f"<a b='{FILLER * 5}' {OPEN * 5}>{FILLER * 5}</a>"
    assert masked("<a>{%x%}{#y#}<%z%></a>") == "<a>" + " " * 15 + "</a>"


def test_a_placeholder_directly_behind_a_name_is_attributes() -> None:
    root = only_document("<network><vlan{{ trunk }}><tag id='1'{{ mode }}/></vlan></network>").root
    (vlan,) = root.children
    assert (vlan.name, vlan.has_unknown_attributes, vlan.children[0].has_unknown_attributes) == ("vlan", True, True)


def test_computed_names_are_names() -> None:
    root = only_document("<devices><{{ kind }} a='1'/><source {{ type }}='br0'/></devices>").root
    computed, source = root.children
    assert computed.name == FILLER
    assert source.attributes == {}
    assert source.has_unknown_attributes
    assert not computed.has_unknown_attributes


@pytest.mark.parametrize("written", ["REPLACE_MAC", "@MAC@", "{{ mac }}", "__MAC__", "MAC"])
def test_quotes_that_a_script_prints_are_not_missing(written: str) -> None:
    document = only_document(f"<mac address={written}/>")
    assert check(document) is None
    assert is_opaque(document.root.attributes["address"].value)


def test_quotes_that_no_script_prints_are_missing() -> None:
    assert check(only_document("<mac address=52:54:00:12:34:56/>")) is not None


@pytest.mark.parametrize(
    "value",
    ["%(x)s", "%s", "{0}", "{}", "{x}", "{x!r:>8}", "__X__", "[X]", "[[x]]", "#x#", "REPLACE_X", "YOUR_MAC", "%%X%%",
     "((x))", "((net.x))",
     "&lt;your name&gt;", "$(hostname)", "a-%(x)s.local", "10.%d.0.1", "%02x:%02x", "{0:02x}", "$((1024 * 2))",
     "`date`", "..."],
)  # fmt: skip
def test_words_that_stand_for_values(value: str) -> None:
    assert is_opaque(value)
    assert named("x", f"<a b='{value}'/>").is_template


@pytest.mark.parametrize(
    "text",
    ["<mac address='<MAC>'/>", '<mac address="<your mac>"/>', "<mac><MAC_ADDR></mac>", "<mac><the-mac></mac>",
     "<mac><fill in the mac></mac>"],
)  # fmt: skip
def test_words_in_brackets_are_not_elements(text: str) -> None:
    document = only_document(text)
    assert check(document) is None
    assert document.root.children == []


def test_elements_are_no_words_in_brackets() -> None:
    for text in ("<a><b-c></b-c></a>", "<a><b c='d'></b></a>", "<a><b></a>"):
        assert not named("x", text).is_template


BRACES = """<network>
  <description>
@if you read this, and
{
see } here
}
# if so, ask
  </description>
</network>
"""


def test_lines_of_a_text_are_no_statements() -> None:
    document = only_document(BRACES)
    assert document.source.readings == (document.source,)


def test_lines_of_a_template_that_print_nothing() -> None:
    text = (
        "@model Net\n@using Net.Spec\n@* <b> *@\n@{ var x = 1; }\n<a>\n@if (x) {\n<c/>\n}\n{{-- <d> --}}</a>\n"
        "@(net: Net, to: Seq[Host])\n"
    )
    (shown, hidden) = (each.masked.split() for each in named("x", text).readings)
    assert (shown, hidden) == (["<a>", "<c/>", "</a>"], ["<a>", "</a>"])


def test_a_command_in_a_comment_makes_no_template() -> None:
    assert not named("x", """<a><!-- echo 52:54$(hexdump -e '/1 ":%02x"' /dev/urandom) --></a>""").is_template
    assert named("x", """<a b='$(hexdump -e '/1 ":%02x"' /dev/urandom)'/>""").is_template


@pytest.mark.parametrize(
    "value", ["vnet%d", "[a b]", "[::1]", "[2001:db8::1]", "a_b", "__init", "#1", "vm#2", "LAN", "eth%d"]
)
def test_words_that_are_values(value: str) -> None:
    assert not is_opaque(value)
    assert not named("x", f"<a b='{value}'/>").is_template


def test_dollar_is_libvirts_own_in_a_filter() -> None:
    assert not named("x", "<filter name='a'><rule><ip srcipaddr='$IP'/></rule></filter>").is_template
    assert named("x", "<network><name>$IP</name></network>").is_template


FORWARD = "<network>{}<forward mode='nat'>{}<forward mode='route'>{}</forward></network>"


@pytest.mark.parametrize(
    ("opens", "turns", "closes"),
    [
        ("{% if a %}", "{% else %}", "{% endif %}"),
        ("{%- if a == 'x' -%}", "{%- elif a -%}", "{%- endif -%}"),
        ("{% unless a %}", "{% else %}", "{% endunless %}"),
        ("<% if a %>", "<% else %>", "<% end %>"),
        ("<%- unless a -%>", "<%- else -%>", "<%- end -%>"),
        ("<% if (a) { %>", "<% } else { %>", "<% } %>"),
        ("<% case a %><% when 'x' %>", "<% when 'y', 'z' %>", "<% end %>"),
        ("{{ if .A }}", "{{ else }}", "{{ end }}"),
        ("{{- with .A -}}", "{{- else -}}", "{{- end -}}"),
        ("{{ range .A }}", "{{ else }}", "{{ end }}"),
        ("{{#if a}}", "{{else}}", "{{/if}}"),
        ("{{#a}}", "{{/a}}{{^a}}", "{{/a}}"),
        ("%{ if a }", "%{ else }", "%{ endif }"),
        ("%{~ if a ~}", "%{~ else ~}", "%{~ endif ~}"),
        ("\n#if $a\n", "\n#else\n", "\n#end if\n"),
        ("\n#if($a)\n", "\n#else\n", "\n#end\n"),
        ("\n% if a:\n", "\n% else:\n", "\n% endif\n"),
        ("<?php if ($a): ?>", "<?php else: ?>", "<?php endif; ?>"),
        ("{% for x in a %}", "{% else %}", "{% endfor %}"),
        ("\n# if a\n", "\n# else\n", "\n# endif\n"),
        ("\n%% for x in a\n", "\n%% else:\n", "\n%% endfor\n"),
        ("\n@if ($a)\n", "\n@else\n", "\n@endif\n"),
        ("\n@unless($a)\n", "\n@elseif ($b)\n", "\n@endunless\n"),
        ("\n@forelse ($a as $b)\n", "\n@empty\n", "\n@endforelse\n"),
        ("\n@switch($a)\n@case(1)\n", "\n@break\n@default\n", "\n@endswitch\n"),
        ("\n@if (Model.A) {\n", "\n} else {\n", "\n}\n"),
        ("\n  @if (Model.A)\n  {\n", "\n  }\n  else if (b)\n  {\n", "\n  }\n"),
        ("\n@for(a <- as) {\n", "\n} else if (b) {\n", "\n}\n"),
    ],
)
def test_branches_exclude_each_other(opens: str, turns: str, closes: str) -> None:
    source = named("x", FORWARD.format(opens, turns, closes))
    template = source.template
    assert template is not None
    assert template.blocks.sound
    modes = {mode for each in source.readings for mode in re.findall("mode='(.*?)'", each.masked)}
    assert modes == {"nat", "route"}
    assert all(each.masked.count("<forward") <= 1 for each in source.readings)


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("m == 'a'", "m == 'b'", False),
        ("m == 'a'", 'm=="a"', True),
        ("m is defined", "m == 'a'", True),
        ("m is not defined", "m == 'a'", False),
        ("m", "not m", False),
        ("m and n", "n", True),
        ("m in ['a', 'b']", "m == 'c'", False),
        ("m != 'a'", "m == 'b'", True),
        ("m.x == 'a' and m is defined", "m.x != 'a'", False),
        ("m | default('a') == 'a'", "m|default('a') == 'b'", False),
        ("m > 3", "m > 3", True),
        ("(m == 'a' or n)", "m == 'b' and not n", False),
        ("what ever ~ this", "m", True),
    ],
)
def test_conditions_that_can_be_met_together(one: str, other: str, together: bool) -> None:
    source = named("x", f"<a>{{% if {one} %}}<b/>{{% endif %}}{{% if {other} %}}<c/>{{% endif %}}</a>")
    texts = [each.masked for each in source.readings]
    assert any("<b/>" in text for text in texts)
    assert any("<c/>" in text for text in texts)
    assert any("<b/>" in text and "<c/>" in text for text in texts) == together


def test_an_item_is_another_operand_in_another_loop() -> None:
    loop = "{{% for h in {0} %}}{{% if h.x == '{1}' %}}<{1}/>{{% endif %}}{{% endfor %}}"
    source = named("x", f"<a>{loop.format('p', 'b')}{loop.format('q', 'c')}</a>")
    assert any("<b/>" in each.masked and "<c/>" in each.masked for each in source.readings)


@pytest.mark.parametrize("text", ["{% if a %}<a/>", "<a/>{% endif %}", "<% if a %><a/>", "{{ if .A }}<a/>"])
def test_blocks_that_do_not_fit_are_not_sound(text: str) -> None:
    template = named("x", text).template
    assert template is not None
    assert not template.blocks.sound


def test_a_value_is_what_its_branch_prints() -> None:
    text = "<forward mode='{% if a %}nat{% else %}route{% endif %}'/>"
    modes = {parse(each)[0].root.get("mode") for each in named("x", text).readings}
    assert modes == {"nat", "route"}


def test_a_macro_prints_nothing_where_it_is() -> None:
    assert "<b/>" not in masked("<a>{% macro m() %}<b/>{% endmacro %}</a>")


@pytest.mark.parametrize("written", ["...", "\n  ...\n  ", "…", "<!-- ... -->", ".... left out ....", "[...]"])
def test_what_documentation_leaves_out(written: str) -> None:
    assert only_document(f"<domain>{written}<name>a</name></domain>").root.has_elision


def test_renderings_are_bounded() -> None:
    blocks = "".join(f"{{% if a{number} %}}<b/>{{% endif %}}" for number in range(400))
    assert len(named("x", f"<a>{blocks}</a>").readings) <= MOST_RENDERINGS
