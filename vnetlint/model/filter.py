"""`<filter>`: a network filter (nwfilter), its rules, and the filters that it includes."""

import re
from collections.abc import Iterator
from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.lazy import cached_property, pattern
from vnetlint.model.domain import FilterRef
from vnetlint.model.view import Named, View, known
from vnetlint.xml.node import Attribute, Node

Layer = Literal["ethernet", "ipv4", "ipv6"]
"""Who handles a rule: ebtables sees every frame; iptables and ip6tables see IP packets, and only if asked to."""

ETHERNET_PROTOCOLS = ("mac", "vlan", "stp", "arp", "rarp", "ip", "ipv6")
IPV4_PROTOCOLS = ("tcp", "udp", "udplite", "esp", "ah", "sctp", "icmp", "igmp", "all")
IPV6_PROTOCOLS = (
    "tcp-ipv6", "udp-ipv6", "udplite-ipv6", "esp-ipv6", "ah-ipv6", "sctp-ipv6", "icmpv6", "all-ipv6",
)  # fmt: skip
PROTOCOLS: dict[str, Layer] = {
    **dict.fromkeys(ETHERNET_PROTOCOLS, "ethernet"),
    **dict.fromkeys(IPV4_PROTOCOLS, "ipv4"),
    **dict.fromkeys(IPV6_PROTOCOLS, "ipv6"),
}
"""The protocol elements of a rule, each with the layer that handles it."""

DEFAULT_PRIORITY = 500
_VARIABLE = pattern(r"\$ *([A-Za-z0-9_]+)")


def variable_in(value: str) -> str | None:
    """Return the variable of an attribute's value: `$NAME`, `$NAME[1]` or `$NAME[@1]`; None if it has none."""
    match = _VARIABLE.match(value)
    return match[1] if match else None


@dataclass(frozen=True, eq=False)
class FilterRule(View):
    """`<rule>`: an action for the packets that one protocol element describes."""

    @property
    def protocol(self) -> str | None:
        """The name of the protocol element, such as `tcp`; None where the rule matches everything."""
        return self.node.children[0].name if self.node.children else None

    @cached_property
    def match(self) -> Node | None:
        """The protocol element: the first that libvirt knows. None where the rule matches everything."""
        return next((each for each in self.node.children if each.name in PROTOCOLS), None)

    @property
    def layer(self) -> Layer:
        """Who handles the rule; one without a protocol element is about frames."""
        return PROTOCOLS[self.match.name] if self.match else "ethernet"

    @property
    def matches_all(self) -> bool:
        """Whether it matches every packet of its layer."""
        if self.match is None:
            return not self.node.children
        return self.match.name in ("mac", "all", "all-ipv6") and not set(self.match.attributes) - {"comment"}

    @property
    def is_merged(self) -> bool:
        """Whether its protocol occurs twice; libvirt merges the two, and the later value of an attribute wins."""
        return self.match is not None and len(self.node.all(self.match.name)) > 1

    @property
    def action(self) -> str | None:
        """`accept`, `drop`, `reject`, `return` or `continue`."""
        return self.known("action")

    @property
    def direction(self) -> str | None:
        """`in`, `out` or `inout`, as seen from the guest."""
        return self.known("direction")

    @property
    def priority(self) -> int | None:
        """The priority: lower ones are tried first. The default is 500; None if it is not a number."""
        written = self.node.get("priority")
        if written is None:
            return DEFAULT_PRIORITY
        return int(written) if re.fullmatch(r"[+-]?[0-9]{1,9}", written) else None

    def variables(self) -> Iterator[tuple[Attribute, str]]:
        """Yield every attribute of the protocol element whose value is a variable, with the variable's name."""
        for attribute in self.match.attributes.values() if self.match else ():
            name = variable_in(attribute.value)
            if name:
                yield attribute, name


@dataclass(frozen=True, eq=False)
class Filter(Named):
    """A network filter, whose name is an attribute."""

    @cached_property
    def name(self) -> str | None:
        """The name by which `<filterref>` finds it."""
        return known(self.node.get("name"))

    @property
    def name_place(self) -> Node | Attribute:
        """What stands for the whole filter: its `name`, else the root."""
        return self.node.attributes.get("name") or self.node

    @property
    def chain(self) -> str | None:
        """The chain of its rules; `root` by default."""
        return known(self.node.get("chain")) if "chain" in self.node.attributes else "root"

    @cached_property
    def rules(self) -> tuple[FilterRule, ...]:
        """The filter's own rules."""
        return tuple(FilterRule(node) for node in self.node.all("rule"))

    @property
    def matches(self) -> Iterator[Node]:
        """The protocol elements of its rules, without those that occur twice in a rule."""
        for rule in self.rules:
            if rule.match is not None and not rule.is_merged:
                yield rule.match

    @cached_property
    def references(self) -> tuple[FilterRef, ...]:
        """The filters that it includes."""
        return tuple(FilterRef(node) for node in self.node.all("filterref"))
