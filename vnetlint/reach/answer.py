"""What reach answers: who is asked about, what happens to the packets, and why."""

from dataclasses import field
from functools import cached_property
from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.model import View
from vnetlint.xml.node import Attribute, Node

Verdict = Literal["allowed", "one-way", "rejected", "dropped", "no-route"]
"""What becomes of a connection.

allowed
    The packets arrive and the replies come back.
one-way
    The first packet arrives, and no reply comes back.
rejected
    A firewall refuses the packet, and the sender is told.
dropped
    The packet is lost, and the sender is not told.
no-route
    The sender, or a router on the way, has no route to the address.
"""
Protocol = Literal["icmp", "tcp", "udp"]
IpVersion = Literal[4, 6]
"""The IP version."""
EndpointKind = Literal["guest", "host", "machine", "lan", "internet"]


@dataclass(frozen=True)
class Endpoint:
    """Someone who sends or receives: a guest, the host, or what is outside."""

    kind: EndpointKind
    name: str
    """The guest's or machine's name, `host`, `lan(eth0)`, `internet`."""
    view: View | None = field(default=None, compare=False)
    """The domain of a guest."""


@dataclass(frozen=True)
class Reason:
    """One step of an explanation, with the element that causes it."""

    text: str
    place: Node | Attribute | None = field(default=None, compare=False)
    is_firewall: bool = field(default=False, compare=False)
    """Whether it is a rule or policy of the host's own firewall."""

    @property
    def node(self) -> Node | None:
        """The element at its place; of an attribute, the element that has it."""
        return self.place.node if isinstance(self.place, Attribute) else self.place


@dataclass(frozen=True)
class Unknown:
    """Something that is not known and decides an answer."""

    key: str
    """The inventory's key that would tell it, such as `forwarding.ipv4`."""
    text: str
    """The fact as a condition that follows `if`, with a `{}` for the value where it is not yes or no."""
    values: tuple[str, ...]
    """The values that it can have, the usual one first."""

    def with_value(self, value: str) -> str:
        """Return the condition that it has a value, as it follows `if`."""
        if "{}" in self.text:
            return self.text.format(value)
        return self.text if value == "yes" else f"{self.text}: no"


@dataclass(frozen=True)
class Outcome:
    """What happens to a connection."""

    verdict: Verdict
    source: str | None = None
    """The sender's address as the receiver sees it, or a range such as `10.0.0.1-10.0.0.3`; None if nothing arrives."""
    reasons: tuple[Reason, ...] = field(default=(), compare=False)
    is_translated: bool = False
    """Whether NAT changed the sender's address on the way."""


@dataclass(frozen=True)
class Case:
    """An outcome, and the values of unknown facts under which it is the one."""

    assumed: tuple[tuple[Unknown, str], ...]
    outcome: Outcome


@dataclass(frozen=True)
class Question:
    """Whether one endpoint can open a connection to an address of another."""

    source: Endpoint
    destination: Endpoint
    version: IpVersion
    protocol: Protocol
    port: int | None = None
    """The receiver's port; None is a port that no rule singles out."""
    address: str | None = None
    """The receiver's address; None is its first of the IP version."""


@dataclass(frozen=True)
class Answer:
    """What happens when a connection is opened: one case if all that decides it is known, else one for each value."""

    question: Question
    address: str | None
    """The receiver's address that was used; None if it has none of the IP version."""
    cases: tuple[Case, ...]

    @property
    def usual(self) -> Outcome:
        """The outcome if every unknown fact has its usual value."""
        return self.cases[0].outcome

    @property
    def verdict(self) -> Verdict | None:
        """The verdict if it is the same in all cases; None if it depends on an unknown fact."""
        first = self.usual.verdict
        return first if all(each.outcome.verdict == first for each in self.cases) else None

    @cached_property
    def depends_on(self) -> tuple[Unknown, ...]:
        """The unknown facts that decide the verdict."""
        return tuple({fact.key: fact for each in self.cases for fact, _ in each.assumed}.values())
