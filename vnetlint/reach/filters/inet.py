"""The layer of iptables and ip6tables, which sees bridged packets only where the kernel's br_netfilter hands them on.

libvirt makes three chains for a port: FI for what the guest sends through the host, HI for what it sends to the host,
and FO for what another port of the bridge sends to it. What the host sends or routes to a guest passes no chain. Each
rule is put into all three: backwards in the chains of the other direction, so that replies match it too.
"""

from collections.abc import Sequence

from vnetlint.reach.filters.ethernet import Possible
from vnetlint.reach.filters.expand import PlacedRule
from vnetlint.reach.filters.frame import Frame, Matched, Missing
from vnetlint.reach.filters.match import Headers, both, matches, packet_of


def outcomes(rules: Sequence[PlacedRule], frame: Frame) -> list[Possible]:
    """Return what may become of a frame that the kernel hands to iptables; the last may be that no rule decides."""
    own = [each for each in rules if each.layer == f"ipv{frame.version}"]
    if frame.protocol == "arp" or (frame.direction == "in" and frame.path != "bridged"):
        return [Possible(None)]
    found: list[Possible] = []
    packet = packet_of(frame)
    for rule in sorted(own, key=lambda each: each.priority):
        matched = _matches(rule, frame, packet)
        if matched is False:
            continue
        if rule.action == "continue":
            matched = Missing("what the action 'continue' does, which iptables refuses")
        found.append(Possible(rule.action, rule, matched if isinstance(matched, Missing) else None))
        if matched is True:
            return found
    return [*found, Possible(None)]


def _matches(rule: PlacedRule, frame: Frame, packet: Headers) -> Matched:
    # In FI and HI, rules for `in` and `inout` are backwards; in FO, rules for `out`.
    backwards = rule.direction == "out" if frame.direction == "in" else rule.direction != "out"
    asked = rule.match.get("state")
    if isinstance(asked, Missing):
        return asked
    by_state = asked is not None and rule.tracks
    with_type = "type" in rule.match
    if with_type and (backwards or rule.direction == "inout"):
        # A type of ICMP has no opposite, so libvirt leaves the rule out, for both directions even from every chain.
        return False
    if by_state and backwards and rule.direction != "inout":
        return False
    skipped: frozenset[str] = frozenset()
    if backwards and "srcmacaddr" in rule.match:
        # A packet's receiver cannot be matched by MAC address, so that part is left out, and a rule without another.
        skipped = frozenset(("srcmacaddr",))
        if rule.match.keys() <= {"srcmacaddr", "match", "comment", "state"}:
            return False
    state: Matched = True
    if by_state:
        state = _in_states(str(asked), frame)
    elif rule.tracks and rule.action == "accept" and rule.direction != "inout":
        state = _is_tracked(frame, is_reply=backwards, any_direction=with_type)
    return both([matches(rule, packet.swapped() if backwards else packet, skipped=skipped), state])


def _is_tracked(frame: Frame, *, is_reply: bool, any_direction: bool) -> bool:
    """Whether the connection's state is the one that libvirt asks for where a rule accepts."""
    if frame.is_discovery:
        return False
    if is_reply:
        return frame.state == "established"
    return any_direction or frame.state == "new"


def _in_states(asked: str, frame: Frame) -> bool:
    names = {each.strip().lower() for each in asked.split(",")}
    if names == {"none"}:
        return True
    return not frame.is_discovery and frame.state in names
