"""What a network filter does to a packet, exactly as libvirt installs the filter.

Two layers decide. ebtables sees every frame on the guest's port. iptables and ip6tables see IP packets that ebtables
accepted, only if the host's br_netfilter is on, and never what the host itself sends or routes to the guest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Literal

from vnetlint.dataclass import dataclass
from vnetlint.model.domain import FilterRef
from vnetlint.project import Project
from vnetlint.reach.filters import inet
from vnetlint.reach.filters.ethernet import Chains, Possible, chains_of, refused
from vnetlint.reach.filters.expand import PlacedRule, expanded
from vnetlint.reach.filters.frame import Decision, Direction, Frame, Missing
from vnetlint.reach.filters.match import packet_of

__all__ = ["Decision", "Frame", "Installed", "Learning", "installed", "learning", "passes"]

Learning = Literal["any", "dhcp", "none"]
"""How libvirt finds out a guest's address."""


@dataclass(frozen=True)
class Installed:
    """A filter on a guest's port."""

    rules: tuple[PlacedRule, ...]
    missing: Missing | None = None
    """Why its rules are not known."""

    def passes(self, frame: Frame, *, bridge_netfilter: bool) -> Decision:
        """Return what becomes of a frame."""
        if self.missing is not None:
            return Decision("unknown", missing=self.missing.text)
        packet = packet_of(frame)
        layers = [self._chains[frame.direction].outcomes(packet, backwards=frame.direction == "out")]
        if bridge_netfilter:
            layers.append(inet.outcomes(self.rules, frame))
        if frame.direction == "in":
            # ebtables sees a frame when it arrives on a port and when it leaves by one, with iptables in between.
            layers.reverse()
        possible = _in_turn(layers)
        return _decision(possible, skips_firewall=bridge_netfilter and self._skips(frame, possible))

    def _skips(self, frame: Frame, possible: Sequence[Possible]) -> bool:
        """Whether nwfilter accepts a packet for the whole of the host's FORWARD chain.

        It does so for what a guest with rules for iptables sends, and for what such a rule accepts towards a guest.
        """
        layer = f"ipv{frame.version}"
        if frame.protocol == "arp" or frame.path == "host":
            return False
        if frame.direction == "out":
            return any(each.layer == layer for each in self.rules)
        return all(
            each.rule is not None and (each.rule.layer, each.rule.action) == (layer, "accept") for each in possible
        )

    @cached_property
    def _chains(self) -> Mapping[Direction, Chains]:
        return {direction: chains_of(self.rules, direction) for direction in ("in", "out")}


def _in_turn(layers: Sequence[list[Possible]]) -> list[Possible]:
    """Return what becomes of a frame that the first layer decides about, and the next one if it is accepted."""
    stopped: list[Possible] = []
    accepted = [Possible("accept")]
    for possible in layers:
        stopped += [each for each in possible if each.verdict in ("drop", "reject")]
        passed = [each for each in possible if each.verdict not in ("drop", "reject")]
        # A rule that accepts is a better reason than the end of a layer that no rule decided in.
        named = [replace(each, verdict="accept") for each in passed if each.rule or each.end]
        unnamed = accepted if any(not (each.rule or each.end) for each in passed) else []
        accepted = [*unnamed, *named]
        if not passed:
            break
    return [*stopped, *accepted]


def learning(reference: FilterRef) -> Learning | None:
    """Return how libvirt learns the guest's address for `IP`; None if the reference sets it, or names no known way.

    By default (`any`) the first packet of the guest decides. Until then it may send IPv4 and ARP from its MAC address,
    and everything passes to it. With `dhcp` nothing but DHCP passes until a lease is seen, so a guest with a static
    address is cut off. With `none` a guest whose filter needs `IP` does not start.
    """
    value = reference.value_of("CTRL_IP_LEARNING") if "CTRL_IP_LEARNING" in reference.given else "any"
    ways: tuple[Learning, ...] = ("any", "dhcp", "none")
    return None if "IP" in reference.given else next((each for each in ways if each == (value or "").lower()), None)


def installed(reference: FilterRef, project: Project, variables: Mapping[str, tuple[str, ...]]) -> Installed:
    """Return the filter that a reference puts on a guest's port.

    `variables` are what is known of the guest: its MAC address as `MAC`, and as `IP` the address that libvirt learned
    (see `learning`), which is the one from which the guest sends first. The reference's own parameters win over them. A
    variable without a value makes decisions unknown only where it decides.
    """
    rules = expanded(reference, project, variables)
    if isinstance(rules, Missing):
        return Installed((), rules)
    chain = refused(rules)
    why = f"what the filters of chain '{chain}' do, because libvirt refuses their priorities" if chain else None
    return Installed(rules, Missing(why) if why else None)


def passes(
    reference: FilterRef,
    project: Project,
    frame: Frame,
    variables: Mapping[str, tuple[str, ...]],
    *,
    bridge_netfilter: bool,
) -> Decision:
    """Return what a guest's filter does with one frame; see `installed` for many."""
    return installed(reference, project, variables).passes(frame, bridge_netfilter=bridge_netfilter)


def _decision(possible: Sequence[Possible], *, skips_firewall: bool) -> Decision:
    verdicts = {each.verdict for each in possible}
    if len(verdicts) > 1:
        missing = next((each.missing.text for each in possible if each.missing), "what decides")
        return Decision("unknown", missing=missing)
    first = possible[-1]
    verdict = next(name for name in ("accept", "drop", "reject") if name == first.verdict)
    skips = skips_firewall and verdict == "accept"
    if first.end is not None:
        return Decision(verdict, None, first.end.filter, first.end.place, skips_firewall=skips)
    if first.rule is None:
        return Decision(verdict, skips_firewall=skips)
    return Decision(verdict, first.rule.rule, first.rule.filter, first.rule.place, skips_firewall=skips)
