"""Templates are checked by their renderings: errors that all have are found, errors that none has are not reported."""

import itertools
import subprocess
from collections.abc import Iterator

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.sources import named
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.settings import FixPolicy, Settings

NAMES = ("a", "b", "c")
VALUES = (None, "", "nat", "route", "bridge", "10.0.0.1")
"""What a variable is in a rendering; None is undefined."""


def errors(text: str, path: str = "lan.xml.j2") -> list[Finding]:
    found = lint([named(path, text)], Settings()).findings
    return [each for each in found if each.severity != "info"]


def rendered(text: str) -> Iterator[str]:
    """Every rendering by Jinja, with all values of all variables and lists of zero, one and two items."""
    template = jinja2.Environment(undefined=jinja2.ChainableUndefined).from_string(text)
    for values in itertools.product(VALUES, repeat=len(NAMES)):
        for count in range(3):
            known = {name: value for name, value in zip(NAMES, values, strict=True) if value is not None}
            yield template.render(known, q="'52:54:00:00:00:01'", n="mtu", items=list(VALUES[2 : 2 + count]))


CONDITIONS = st.sampled_from(
    ["a", "not a", "a == 'nat'", "a != 'nat'", "a is defined", "b", "a and b", "a or not b", "b in ['nat', 'route']",
     "a == 'route' and c", "items", "b is not defined", "(a == 'nat' or b == 'bridge') and c"]
)  # fmt: skip
PARTS = st.sampled_from(
    ["<forward mode='nat'/>", "<forward mode='bridge'/>", "<forward mode='{{ a }}'/>", "<bridge name='br0'/>",
     "<ip address='10.0.0.1' prefix='24'/>", "<ip address='{{ b }}' prefix='24'/>", "<uuid>wrong</uuid>",
     "<mtu size='{{ c }}'/>",
     "<mtu size='much'/>", "<domain name='lan' localOnly='maybe'/>", "{{ c }}", "<vlan><tag id='5'/></vlan>",
     "<dns enable='no'/>", "<ip address='10.0.0.1'><dhcp>", "</dhcp></ip>", "<forward", " mode='nat'", "/>",
     "<!-- {{ a }} -->", "<mac address={{ q }}/>", "<{{ n }}/>"]
)  # fmt: skip


def blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    several = st.lists(inner, max_size=3).map("".join)
    return st.one_of(
        st.builds("{{% if {} %}}{}{{% endif %}}".format, CONDITIONS, several),
        st.builds("{{% if {} %}}{}{{% else %}}{}{{% endif %}}".format, CONDITIONS, several, several),
        st.builds("{{% if {} %}}{}{{% elif {} %}}{}{{% endif %}}".format, CONDITIONS, several, CONDITIONS, several),
        st.builds("{{% for i in items %}}{}{{% endfor %}}".format, several),
    )


TEMPLATES = st.lists(st.recursive(PARTS, blocks, max_leaves=6), max_size=6).map(
    lambda parts: "<network><name>lan</name>" + "".join(parts) + "</network>"
)


@given(TEMPLATES)
def test_every_reported_error_occurs_in_a_rendering(text: str) -> None:
    left = {each.rule for each in errors(text)}
    for one in dict.fromkeys(rendered(text)) if left else ():
        left -= {each.rule for each in errors(one, "lan.xml")}
        if not left:
            return
    assert not left


NETWORK = "<network>\n  <name>lan</name>\n{}\n</network>\n"


@pytest.mark.parametrize(
    "body",
    [
        "{% if m %}<forward mode='{{ m }}'>{% else %}<forward>{% endif %}</forward>",
        "<% if m %><forward mode='<%= m %>'><% else %><forward><% end %></forward>",
        "{% if b %}<forward mode='bridge'/><bridge name='br0'/>{% else %}<forward mode='nat'/>"
        "<ip address='10.0.0.1' prefix='24'/>{% endif %}",
        "<{% if b %}forward{% else %}bridge{% endif %} {{ key }}='{{ value }}'/>",
        "<mac address=REPLACE_MAC/>",
        "<forward mode='%(mode)s'/><ip address='%s' prefix='{0}'/>",
        "<mtu size='__MTU__'/><ip address='[IP]' prefix='[[prefix]]'/>",
        "<mtu size='#mtu#'/><ip address='NETIP' prefix='PREFIX'/>",
        "<ip address='192.168.X.1' netmask='255.255.255.0'/>",
        "{% include 'rest.xml' %}",
        "{{ macros.addresses(net) }}<dns><host ip='10.0.0.1'>{{ host }}</host></dns>",
        "{% for ip in ips %}<ip address='{{ ip }}' prefix='24'/>{% endfor %}",
        "{% if a %}<mtu size='1500'/>{% endif %}{% if not a %}<mtu size='9000'/>{% endif %}",
        "<forward {% if d %}dev='{{ d }}'{% endif %} mode='{% if m %}nat{% else %}route{% endif %}'/>"
        "<ip address='{{ ip }}' prefix='24'/>",
        "@BODY@",
        "  ...",
        "[% IF nat %]<forward mode='nat'/>[% ELSIF m == 'x' AND NOT b %]<forward mode='[% m %]'/>[% END %]"
        "<ip address='[% ip.first %]' prefix='24'/>",
        "[%# how it leads out %][% SET x = 1; y = 2 %][% FOREACH s IN subnets %]"
        "<ip address='[% s.gateway %]' prefix='[% s.prefix %]'/>[% END %]",
        "[%- BLOCK host -%]<host/>[%- END -%]<mtu size='[% mtu || 1500 %]'/>[% INCLUDE rest.tt %]",
        "<#-- it leads out --><#if nat><forward mode='nat'/><#elseif (m > 1)><forward mode='${m}'/><#else></#if>"
        "<ip address='${ip}' prefix='24'/>",
        "<#list subnets as s><ip address='${s.gateway}' prefix='${s.prefix}'>"
        "<#if s.dhcp??><dhcp><range start='${s.start}' end='${s.end}'/></dhcp></#if></ip></#list>",
        "<#macro host mac><host mac='${mac}'/></#macro><#assign x = 1 /><mtu size='<@mtu of=\"lan\"/>'/>",
        "{if $nat}<forward mode='nat'/>{elseif $m == 'route'}<forward mode='route'/>{else}<forward mode='{$m}'/>{/if}"
        "<ip address='{$ip}' prefix='24'/>",
        "{* subnets *}{foreach $subnets as $s}<ip address='{$s.gateway}' prefix='{$s.prefix|default:24}'/>{/foreach}",
        "\n% if ($nat) {\n<forward mode='nat'/>\n% } else {\n<forward mode='open'/>\n% }\n"
        "<ip address='<%= $ip %>' prefix='24'/>",
        """<ip address='$(jq -r '.net["lan"].ip' site.json)' prefix='$(get "prefix" || echo $(default))'/>""",
        "\n@if (Model.Nat)\n{\n<forward mode='nat'/>\n}\nelse\n{\n<forward mode='@Model.Mode'/>\n}\n"
        "<ip address='@Model.Address' prefix='24'/>",
        "\n@if ($nat)\n<forward mode='nat'/>\n@else\n<forward mode='{!! $mode !!}'/>\n@endif\n"
        "<ip address='{{ $ip }}' prefix='24'/>",
    ],
)
def test_templates_with_valid_renderings(body: str) -> None:
    assert errors(NETWORK.format(body)) == []


@pytest.mark.parametrize(
    "value",
    ["@address", "@node-address", "%ip", ":ip", "~IP~", "|ip|", "!IP!", "^ip^", "§ip§", "«the address»", "_IP_",
     "192.168.x.1", "10.0.N.1", "x.x.x.x", "a.b.c.d", "ip_here", "address-goes-here", "the address here", "xxx",
     "changeme", "[your address]", "CHANGE-ME", "replace_me", "your address", "INSERT ADDRESS HERE",
     "node_ip", "bridgeAddress"],
)  # fmt: skip
def test_words_that_stand_for_values_the_format_does_not_allow(value: str) -> None:
    body = f"<forward mode='nat'/><ip address='{value}' netmask='255.255.255.0'/>"
    assert errors(NETWORK.format(body)) == []


def test_a_name_that_stands_for_an_address_is_a_placeholder_everywhere() -> None:
    body = "<forward mode='net_mode'/><bridge name='node_ip'/><ip address='node_ip' prefix='24'/>"
    assert errors(NETWORK.format(body)) == []


def test_a_name_that_stands_for_a_word_is_an_error() -> None:
    for body in ("<forward mode='net_mode'/>", "<ip address='our_gateways' prefix='24'/>", "<mtu size='jumboFrames'/>"):
        (finding,) = errors(NETWORK.format(body))
        assert finding.rule == "schema-bad-value"


@pytest.mark.parametrize(
    "value", ["192.168.l.1", "10.0.0.a", "@", "a.b.c", "none", "here", ":", "10..0.1", "_a_", "gateway", "Me"]
)
def test_words_that_stand_for_nothing(value: str) -> None:
    body = f"<forward mode='nat'/><ip address='{value}' netmask='255.255.255.0'/>"
    (finding,) = errors(NETWORK.format(body))
    assert finding.rule == "schema-bad-value"


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("{% if a %}<mtu size='much'/>{% endif %}", "schema-bad-value"),
        ("{% if a %}x{% else %}<mtu size='much'/>{% endif %}", "schema-bad-value"),
        ("{% for ip in ips %}<ip address='{{ ip }}' prefix='240'/>{% endfor %}", "schema-bad-value"),
        ("<forward mode='bridge'/><bridge name='br0'/>{% if a %}<ip address='{{ b }}' prefix='24'/>{% endif %}",
         "ip-on-bridged-network"),
        ("{% if a %}<forward mode='nat'></network>{% endif %}", "xml-syntax"),
        ("<forward mode='NAT'/>", "schema-bad-value"),
        ("[% IF a %]<mtu size='much'/>[% END %]", "schema-bad-value"),
        ("<#if a><mtu size='much'/><#else><mtu size='9000'/></#if>", "schema-bad-value"),
        ("{if $a}<mtu size='much'/>{/if}", "schema-bad-value"),
        ("<#name>n</#name>", "xml-syntax"),
    ],
)  # fmt: skip
def test_a_fault_of_every_rendering_is_found(body: str, rule: str) -> None:
    text = NETWORK.format(body)
    found = lint([named("lan.xml.j2", text)], Settings()).findings
    assert rule in {each.rule for each in found} or body.startswith("{% if a %}<forward mode='nat'></network>")


def test_a_template_that_is_not_understood_is_reported_as_an_info() -> None:
    text = NETWORK.format("{{ open_tag('ip') }}</ip>")
    (finding,) = lint([named("lan.xml.j2", text)], Settings()).findings
    assert (finding.rule, finding.severity) == ("xml-syntax", "info")
    assert finding.message.startswith("this template was not checked")


def test_fixes_touch_no_statement_and_stay_in_their_branch() -> None:
    body = "{% if a %}<mtu size='much'/>{% endif %}<forward mode='bridge'/><ip address='{{ ip }}' prefix='24'/>"
    text = NETWORK.format(body)
    policy = FixPolicy(unsafe=True, threshold="info")
    changed = fix([named("lan.xml.j2", text)], Settings(fixing=policy)).changed
    for statement in ("{% if a %}", "{% endif %}", "{{ ip }}"):
        assert all(statement in each.after.text for each in changed)


def test_files_with_a_site_s_own_placeholders() -> None:
    text = NETWORK.format("<mtu size='::mtu::'/>")
    assert [each.rule for each in lint([named("lan.xml", text)], Settings()).findings] == ["schema-bad-value"]
    site = Settings(placeholders=("::[a-z]+::",))
    assert lint([named("lan.xml", text)], site).findings == ()


def test_other_files_see_the_renderings_of_a_template() -> None:
    """A guest's network may be in a branch, and two exclusive branches do not collide."""
    guest = (
        "<domain type='kvm'><name>g</name><memory>1024</memory><os><type>hvm</type></os><devices>{}</devices></domain>"
    )
    card = "<interface type='network'><mac address='52:54:00:00:00:01'/><source network='lan'/></interface>"
    template = (
        "{% if a %}" + guest.format(card) + "{% else %}" + guest.format(card).replace(">g<", ">h<") + "{% endif %}"
    )
    found = lint([named("guests.xml.j2", template)], Settings()).findings
    assert "duplicate-mac" not in {each.rule for each in found}


@pytest.mark.oracle
def test_erb_agrees_with_our_renderings() -> None:
    """Whatever Ruby's own ERB prints, with a value or without, has no error that the template lacks."""
    text = NETWORK.format(
        "<% if mode %><forward mode='<%= mode %>'><% else %><forward><% end %></forward>\n"
        "<% unless mode == 'bridge' %><ip address='10.0.0.1' prefix='24'/><% end -%>\n"
        "<% [1, 2].each do |n| %><dns><forwarder addr='10.9.0.<%= n %>'/></dns><% break %><% end %>"
    )
    assert errors(text, "lan.xml.erb") == []
    for mode in ("nil", "'nat'", "'route'"):
        script = f"require 'erb'; mode = {mode}; print ERB.new(STDIN.read, trim_mode: '-').result(binding)"
        run = subprocess.run(["ruby", "-e", script], input=text, capture_output=True, text=True, check=True)
        assert [each.rule for each in errors(run.stdout, "lan.xml")] == []


def test_an_element_between_quotes_of_a_text_is_no_placeholder() -> None:
    text = """<network><name>lan</name><description>"<b>"</b></description></network>"""
    assert not named("lan.xml", text).is_template
    assert named("lan.xml", """<network><name>lan</name><bridge name="<bridge>"/></network>""").is_template
