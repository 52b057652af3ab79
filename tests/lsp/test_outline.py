"""The outline names what is in a file in words, and never has an empty name."""

from collections.abc import Iterator

import pytest

from tests.sources import named
from vnetlint.engine.reading import read
from vnetlint.lsp.symbols import Symbol, outline

NETWORK = """<network>
  <name>lan</name>
  <forward mode='nat' dev='eth0'/>
  <bridge name='virbr7'/>
  <dns><host ip='10.7.0.9'><hostname>ns</hostname><hostname>dns</hostname></host></dns>
  <ip address='10.7.0.1' prefix='24'>
    <dhcp>
      <range start='10.7.0.20' end='10.7.0.40'/>
      <host mac='52:54:00:00:00:01' name='web' ip='10.7.0.5'/>
      <host mac='52:54:00:00:00:02'/>
    </dhcp>
  </ip>
  <route address='10.8.0.0' prefix='16' gateway='10.7.0.2'/>
  <portgroup name='fast' default='yes'/>
</network>
"""
FILTER = """<filter name='guard' chain='root'>
  <filterref filter='clean-traffic'/>
  <rule action='accept' direction='in'><tcp dstportstart='22'/></rule>
  <rule action='drop' direction='inout'/>
</filter>
"""


def shown(text: str) -> list[str]:
    """The outline of a text, one line for each entry."""

    def lines(found: tuple[Symbol, ...], indent: str) -> Iterator[str]:
        for each in found:
            yield f"{indent}{each.name} | {each.detail}"
            yield from lines(each.children, indent + "  ")

    return list(lines(outline(read(named("a.xml", text), None).first.models), ""))


def test_a_network_is_shown_with_what_is_on_it() -> None:
    assert shown(NETWORK) == [
        "lan | nat network",
        "  forward nat | eth0",
        "  bridge virbr7 | made by libvirt",
        "  ns, dns | 10.7.0.9",
        "  10.7.0.1/24 | subnet",
        "    10.7.0.20–10.7.0.40 | DHCP range",
        "    web | 10.7.0.5",
        "    52:54:00:00:00:02 | ",
        "  route 10.8.0.0/16 | via 10.7.0.2",
        "  fast | port group, default",
    ]


def test_a_filter_is_shown_with_its_rules() -> None:
    assert shown(FILTER) == [
        "guard | network filter, chain root",
        "  filter clean-traffic | included",
        "  accept in tcp | dstportstart=22",
        "  drop inout | ",
    ]


@pytest.mark.parametrize("text", [NETWORK, FILTER], ids=["network", "filter"])
def test_every_beginning_of_a_file_has_an_outline(text: str) -> None:
    def check(found: tuple[Symbol, ...], around: Symbol | None) -> None:
        for each in found:
            assert each.name.strip()
            assert each.span.start <= each.name_span.start <= each.name_span.end <= each.span.end
            assert around is None or (around.span.start <= each.span.start and each.span.end <= around.span.end)
            check(each.children, each)

    for end in range(len("<network>"), len(text)):
        found = outline(read(named("a.xml", text[:end]), None).first.models)
        assert found
        check(found, None)
