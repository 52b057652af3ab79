"""The host's own firewall, as the inventory tells it, around libvirt's rules."""

from functools import lru_cache
from ipaddress import ip_network
from typing import TYPE_CHECKING, Literal, NamedTuple

from vnetlint.dataclass import dataclass
from vnetlint.reach.answer import IpVersion, Reason, Unknown
from vnetlint.reach.facts import Facts
from vnetlint.reach.libvirtrules import LibvirtRules, Ruling
from vnetlint.reach.packet import FAMILIES, Packet, Prefix, number

if TYPE_CHECKING:
    from vnetlint.host.firewall import FirewallChain, FirewallRule
    from vnetlint.host.inventory import Inventory

Hook = Literal["input", "forward", "output"]
_POLICIES = {"forward": "forward_policy", "input": "input_policy"}
_BETWEEN = {"input": "what is sent to it", "forward": "what it forwards", "output": "what it sends"}
_BACKEND = Unknown("firewall_backend", "libvirt's firewall backend is {}", ("nftables", "iptables"))


@dataclass(frozen=True)
class Passage:
    """A packet at a hook: the interfaces, and whether it belongs to a connection that the host knows."""

    packet: Packet
    inbound: str | None
    outbound: str | None
    established: bool


class UnlistedChain(NamedTuple):
    """The chain of iptables for a kind of packet where the inventory lists none: it may have any policy."""

    hook: Hook
    table: str = "iptables"
    policy: None = None
    rules: "tuple[FirewallRule, ...]" = ()
    libvirt_at: int = 0
    asked_first: None = None


if TYPE_CHECKING:
    _Chain = FirewallChain | UnlistedChain


@dataclass(frozen=True, eq=False)
class Filtering:
    """All rules of a host: those of its administrator and those of libvirt."""

    inventory: "Inventory"
    libvirt: LibvirtRules
    backend: str | None
    """iptables or nftables; None if it is not known."""

    def judge(self, hook: Hook, passage: Passage, facts: Facts) -> tuple[Ruling, Reason | None]:
        """Return what happens to a packet at a hook, and why."""
        family = FAMILIES[passage.packet.version]
        chains = [each for each in self.inventory.firewall or () if each.family == family and each.hook == hook]
        first = next((each for each in chains if each.table == "iptables"), UnlistedChain(hook))
        found, why = self._iptables(first, passage, facts)
        for chain in chains:
            if chain is not first and found == "accept":
                found = _first(chain.rules, passage, facts) or chain.policy or "accept"
                why = why if found == "accept" else _by_rule(chain)
        return found, why

    def _iptables(self, chain: "_Chain", passage: Passage, facts: Facts) -> tuple[Ruling, Reason | None]:
        """Return what the tables of iptables and libvirt's rules decide together.

        With the backend iptables libvirt's rules are in the same chain, so they end it. With nftables they are in a
        table of their own: what they accept can still be dropped.
        """
        verdict, why = self._of_libvirt(chain.hook, passage, facts)
        if chain.policy is None and (verdict == "reject" or (chain.hook == "input" and passage.established)):
            # Where no rules are known, the host is taken to let replies to itself in: nothing works without them.
            return verdict or "accept", why
        found: dict[str, tuple[Ruling, Reason | None]] = {}
        for backend in (self.backend,) if self.backend else _BACKEND.values:
            decided = _within(chain, verdict, passage, facts) if backend == "iptables" else None
            if backend == "nftables":
                decided = self._beside(chain, verdict, passage, facts)
            by_libvirt = decided == verdict and decided is not None
            decided = decided or self._policy(chain, facts)
            found[backend] = (decided, why if by_libvirt or decided == "accept" else _by_rule(chain))
        if len({decided for decided, _ in found.values()}) == 1:
            return next(iter(found.values()))
        return found[facts.ask(_BACKEND)]

    def _beside(self, chain: "_Chain", verdict: Ruling | None, passage: Passage, facts: Facts) -> Ruling | None:
        """Return what a chain beside libvirt's table decides; None if its policy has to, which may still drop.

        What both refuse is refused by the one that the kernel asks first.
        """
        own = _first(chain.rules, passage, facts)
        if verdict != "reject":
            return own
        if (own or self._policy(chain, facts)) != "drop":
            return "reject"
        first = chain.asked_first
        if first is None:
            text = "the host's own firewall is asked before libvirt's, because its rules are newer"
            first = facts.holds(Unknown("firewall.asked_first", text, ("no", "yes")))
        return "drop" if first else "reject"

    def _of_libvirt(self, hook: str, passage: Passage, facts: Facts) -> tuple[Ruling | None, Reason | None]:
        if hook != "forward" or passage.inbound is None or passage.outbound is None:
            return None, None
        return self.libvirt.decide(passage.packet, passage.inbound, passage.outbound, passage.established, facts)

    def _policy(self, chain: "_Chain", facts: Facts) -> Ruling:
        """Return the policy of a chain of iptables; the inventory may give it without the chain."""
        if chain.policy is not None:
            return chain.policy
        listed = self.inventory.firewall
        if listed is not None and any(each.hook == chain.hook for each in listed):
            # The rules of the other family are listed, so this one has none.
            return "accept"
        known = {"forward": self.inventory.forward_policy, "input": self.inventory.input_policy}.get(
            chain.hook, "accept"
        )
        if listed is None and self.inventory.firewalld_zones and chain.hook != "output" and known != "drop":
            # Its zones are in tables of its own, which only the list of rules shows.
            fact = Unknown("firewall", f"firewalld lets the host accept {_BETWEEN[chain.hook]}", ("yes", "no"))
            return "accept" if facts.holds(fact) else "reject"
        if known is not None or listed is not None:
            return known or "accept"
        fact = Unknown(_POLICIES[chain.hook], f"the host's firewall accepts {_BETWEEN[chain.hook]}", ("yes", "no"))
        return "accept" if facts.holds(fact) else "drop"

    def translation(self, packet: Packet, outbound: str, facts: Facts) -> "FirewallRule | None":
        """Return the rule of the host's own that sets the sender of a packet that leaves by an interface."""
        family = FAMILIES[packet.version]
        passage = Passage(packet, None, outbound, packet.is_reply)
        for chain in self.inventory.firewall or ():
            if chain.family == family and chain.hook == "postrouting":
                found = _match_first(chain.rules, passage, facts)
                if found is not None and found.verdict in ("masquerade", "snat"):
                    return found
        return None

    def translates_by_libvirt(self, version: IpVersion) -> bool:
        """Whether libvirt's rules for translation are in place."""
        family = FAMILIES[version]
        chains = [each for each in self.inventory.firewall or () if each.hook == "postrouting"]
        gone = any(each.family == family and each.table == "iptables" and each.libvirt_at is None for each in chains)
        return not gone or self.backend == "nftables"


def _by_rule(chain: "_Chain") -> Reason:
    text = f"the host's own firewall stops {_BETWEEN[chain.hook]} (table {chain.table})"
    return Reason(text, is_firewall=True)


def _within(chain: "_Chain", libvirt: Ruling | None, passage: Passage, facts: Facts) -> Ruling | None:
    """Return what a chain decides that has libvirt's rules in it; None if its policy has to."""
    at = len(chain.rules) if chain.libvirt_at is None else chain.libvirt_at
    opinion = None if chain.libvirt_at is None else libvirt
    return _first(chain.rules[:at], passage, facts) or opinion or _first(chain.rules[at:], passage, facts)


def accepts(rules: "tuple[FirewallRule, ...]", passage: Passage, facts: Facts) -> Ruling:
    """Return what a guest's own firewall does with a packet."""
    return _first(rules, passage, facts) or "accept"


def _first(rules: "tuple[FirewallRule, ...]", passage: Passage, facts: Facts) -> Ruling | None:
    found = _match_first(rules, passage, facts)
    if found is None or found.verdict not in ("accept", "drop", "reject"):
        return None
    return "accept" if found.verdict == "accept" else "drop" if found.verdict == "drop" else "reject"


def _match_first(rules: "tuple[FirewallRule, ...]", passage: Passage, facts: Facts) -> "FirewallRule | None":
    """Return the first rule that decides about a packet; None at the end of the rules or at a `return`."""
    for rule in rules:
        if rule.verdict == "none" or not _matches(rule, passage, facts):
            continue
        if rule.verdict == "return":
            return None
        if rule.verdict != "rules":
            return rule
        found = _match_first(rule.rules, passage, facts)
        if found is not None:
            return found
    return None


def _matches(rule: "FirewallRule", passage: Passage, facts: Facts) -> bool:
    packet = passage.packet
    checks: list[tuple[str, bool]] = []
    if rule.inbound is not None:
        checks.append(("in", _is_named(rule.inbound, passage.inbound)))
    if rule.outbound is not None:
        checks.append(("out", _is_named(rule.outbound, passage.outbound)))
    if rule.source is not None:
        checks.append(("from", _holds(rule.source, packet.version, packet.source)))
    if rule.destination is not None:
        checks.append(("to", _holds(rule.destination, packet.version, packet.destination)))
    if rule.protocol is not None:
        checks.append(("protocol", rule.protocol == packet.protocol))
    if rule.ports is not None:
        checks.append(("ports", _has_port(rule, packet)))
    if rule.states is not None:
        checks.append(("states", ("established" if passage.established else "new") in rule.states))
    if any(passes == (key in rule.negated) for key, passes in checks):
        return False
    if rule.condition is None:
        return True
    return facts.holds(Unknown("firewall", f"the rule of the host's firewall matches: {rule.condition}", ("no", "yes")))


def _is_named(pattern: str, name: str | None) -> bool:
    if name is None:
        return False
    return name.startswith(pattern[:-1]) if pattern.endswith(("+", "*")) else name == pattern


def _has_port(rule: "FirewallRule", packet: Packet) -> bool:
    if packet.protocol == "icmp" or packet.is_reply or packet.port is None:
        return False
    return any(first <= packet.port <= last for first, last in rule.ports or ())


@lru_cache(maxsize=1024)
def _prefix(subnet: str) -> Prefix:
    return Prefix.of(ip_network(subnet, strict=False))


def _holds(subnet: str, version: IpVersion, address: int) -> bool:
    prefix = _prefix(subnet)
    return prefix.version == version and prefix.holds(address)


def pool_of(rule: "FirewallRule") -> tuple[int, int] | None:
    """Return the first and last address that a rule sets as the sender."""
    return None if rule.translated is None else (number(rule.translated[0])[1], number(rule.translated[1])[1])
