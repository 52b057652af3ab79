"""The host's firewall, apart from libvirt's own rules, as an inventory has it."""

from typing import Literal

from pydantic import Field

from vnetlint.host.part import InventoryPart, PlainAddress, Policy, SubnetText
from vnetlint.model.addresses import Family


class FirewallRule(InventoryPart):
    """A rule of the host's firewall. Every key that is present has to match; a rule without keys matches all."""

    inbound: str | None = Field(
        default=None,
        alias="in",
        description="The interface on which the packet arrives; `virbr+` is any that begins so.",
    )
    outbound: str | None = Field(
        default=None,
        alias="out",
        description="The interface by which the packet leaves; `virbr+` is any that begins so.",
    )
    source: SubnetText | None = Field(default=None, alias="from", description="The subnet or address of the sender.")
    destination: SubnetText | None = Field(
        default=None, alias="to", description="The subnet or address of the receiver."
    )
    protocol: Literal["icmp", "tcp", "udp", "other"] | None = Field(
        default=None, description="The protocol; icmp is ICMPv6 for IPv6."
    )
    ports: tuple[tuple[int, int], ...] | None = Field(
        default=None, description="The receiver's ports, as pairs of first and last."
    )
    states: tuple[Literal["new", "established", "related", "invalid", "untracked"], ...] | None = Field(
        default=None, description="The states of the connection."
    )
    negated: tuple[Literal["in", "out", "from", "to", "protocol", "ports", "states"], ...] = Field(
        default=(), description="The keys that must not match."
    )
    condition: str | None = Field(
        default=None, alias="if", description="A condition that the other keys cannot express, in words: it is unknown."
    )
    verdict: Literal["accept", "drop", "reject", "return", "masquerade", "snat", "rules", "none"] = Field(
        description="What happens to a packet that matches: `rules` asks the nested ones, `none` does nothing."
    )
    rules: tuple["FirewallRule", ...] = Field(default=(), description="The nested rules of the verdict `rules`.")
    translated: tuple[PlainAddress, PlainAddress] | None = Field(
        default=None, description="The first and last address that the verdict `snat` sets as the sender."
    )


class FirewallChain(InventoryPart):
    """What one table of the host's firewall does with a kind of packet, apart from libvirt's own rules."""

    table: str = Field(
        default="iptables",
        description="The table; `iptables` is the one into which libvirt's iptables backend puts its rules.",
    )
    family: Family = Field(description="ipv4 or ipv6.")
    hook: Literal["input", "forward", "output", "postrouting"] = Field(description="Which packets pass it.")
    policy: Policy | None = Field(
        default="accept", description="What happens to a packet that no rule decides; null if it is not known."
    )
    rules: tuple[FirewallRule, ...] = Field(default=(), description="The rules, in their order.")
    asked_first: bool | None = Field(
        default=None,
        description="Whether it is asked before the table of libvirt's nftables backend, because it is the newer one "
        "(nft list hooks).",
    )
    libvirt_at: int | None = Field(
        default=0,
        description="How many rules stand before libvirt's, which are usually the first; null if libvirt's are gone.",
    )
