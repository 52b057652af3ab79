"""NetworkManager's keyfiles: the *.nmconnection files of /etc/NetworkManager/system-connections."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from vnetlint.host.convert.draft import Draft, LinkDraft
from vnetlint.host.convert.ini import IniSection, joined, read_sections
from vnetlint.host.convert.sources import FilePlace, PlacedText, files_in, flag, layered, mtu_of, one_of, shown

_KINDS = {
    "ethernet": "nic",
    "wifi": "nic",
    "infiniband": "nic",
    "bridge": "bridge",
    "bond": "bond",
    "vlan": "vlan",
    "dummy": "dummy",
    "veth": "veth",
    "ovs-bridge": "ovs",
}
_LONG = {"802-3-ethernet": "ethernet", "802-11-wireless": "wifi"}
_ADDRESS = re.compile(r"address(?:es)?\d*")
_ROUTE = re.compile(r"routes?\d*")
_UNCONFIGURED = ("vpn", "wireguard", "ovs-bridge", "ovs-port", "loopback")
"""Types that get no address unless the file has one."""
_MAIN_TABLES = ("0", "254")


@dataclass
class _Profile:
    """A connection profile."""

    path: str
    sections: list[IniSection]

    def __post_init__(self) -> None:
        self.connection = self.section("connection")
        word = self.connection.get("type")
        if word is None:
            place = self.connection.place if self.connection.place.path else FilePlace(self.path, 1)
            raise place.error("expected a section [connection] with type=")
        self.type = _LONG.get(word.value, word.value)
        self.place = word.place
        uuid = self.connection.get("uuid")
        self.uuid = uuid.value if uuid else None
        controller = self.connection.get("controller") or self.connection.get("master")
        self.controller = controller.value if controller else None

    def section(self, name: str) -> IniSection:
        """Return a section, also if it has the long name of older versions."""
        long = next((key for key, short in _LONG.items() if short == name), name)
        found = joined(self.sections, name)
        return found if found.keys else joined(self.sections, long)

    @property
    def own_name(self) -> PlacedText | None:
        """The name of the interface, where the file has it."""
        return self.connection.get("interface-name") or self.section(self.type).get("interface-name")

    @property
    def priority(self) -> int:
        found = self.connection.get("autoconnect-priority")
        return one_of(found, int, "a number") if found else 0

    @property
    def is_on_demand(self) -> bool:
        """Whether it is not activated by itself. A port is activated with what it is a port of."""
        found = self.connection.get("autoconnect")
        return found is not None and not flag(found) and self.controller is None


def describe(paths: Sequence[str], draft: Draft) -> None:
    """Add what keyfiles describe to a draft."""
    files = files_in(paths, lambda name: name.endswith(".nmconnection"), "NetworkManager's *.nmconnection")
    profiles = [_Profile(path, read_sections(path, continued=False)) for path in layered(files, draft.remark)]
    active = []
    for each in profiles:
        if each.is_on_demand:
            draft.remark(f"{each.path}: left out, because the connection is activated only by hand (autoconnect)")
        else:
            active.append(each)
    site = _Site(draft, active)
    for each in active:
        site.describe(each)


class _Site:
    """All profiles, so that they can refer to each other by UUID or by the name of the interface."""

    def __init__(self, draft: Draft, profiles: list[_Profile]) -> None:
        self.draft = draft
        self.by_uuid = {each.uuid: each for each in profiles if each.uuid}
        self.by_name: dict[str, list[_Profile]] = {}
        for each in profiles:
            name = self.name(each)
            if name:
                self.by_name.setdefault(name.value, []).append(each)

    def name(self, profile: _Profile) -> PlacedText | None:
        """Return the name of a profile's interface; that of a VLAN is made of its parent and number."""
        if profile.own_name or profile.type != "vlan":
            return profile.own_name
        parent, number = self.parent(profile), profile.section("vlan").get("id")
        return PlacedText(f"{parent}.{number.value}", number.place) if parent and number else None

    def parent(self, profile: _Profile) -> str | None:
        """Return the name of the interface that a profile's is on."""
        found = profile.section(profile.type).get("parent")
        if found is None:
            return None
        by_uuid = self.by_uuid.get(found.value)
        name = (by_uuid.own_name if by_uuid else found) if by_uuid or len(found.value) < 16 else None
        return name.value if name else None

    def describe(self, profile: _Profile) -> None:
        """Add the interface of a profile to the draft."""
        if profile.type == "ovs-port":
            return
        name, master = self.name(profile), self._controller(profile)
        if name is None:
            if master is not None:
                master.ports_unknown = True
            self.draft.remark(
                f"{profile.path}: no interface-name, so the name of its interface is unknown and the inventory does "
                "not list it"
            )
            return
        details = profile.section("ovs-interface").get("type")
        if details and details.value == "patch":
            return
        link = self.draft.link(name)
        if link.kind != "ovs":
            link.kind = _KINDS.get(profile.type, "other")
        link.wireless = True if profile.type == "wifi" else link.wireless
        link.parent = self.parent(profile) or link.parent
        mtu = profile.section("ethernet").get("mtu") or profile.section(profile.type).get("mtu")
        link.mtu = mtu_of(mtu) if mtu else link.mtu
        if profile.type in ("bridge", "bond", "ovs-bridge"):
            link.add_ports()
        if master is not None and master.kind not in ("bridge", "bond", "ovs"):
            self.draft.remark(f"{link.name} belongs to {master.name}, which is not a bridge; its routes are left out")
        elif master is not None and master is not link:
            link.master = master.name
        if (master is None or profile.type == "ovs-interface") and self._is_chosen(profile, link):
            self._addresses(profile, link)

    def _controller(self, profile: _Profile) -> LinkDraft | None:
        """Return the bridge, bond or switch of a port. Between a switch and its interfaces are ports of its own."""
        seen: set[str] = set()
        current: _Profile | None = profile
        while current is not None and current.controller and current.controller not in seen:
            seen.add(current.controller)
            place = current.connection.place
            wanted = self.by_uuid.get(current.controller)
            if wanted is None:
                kinds = {"ovs-port": ("ovs-bridge",)}.get(current.type, ("ovs-port", "bridge", "bond", "vrf", "team"))
                named = self.by_name.get(current.controller, [])
                wanted = next((each for kind in kinds for each in named if each.type == kind), None)
            if wanted is None:
                kind = current.connection.get("port-type") or current.connection.get("slave-type")
                named_so = len(current.controller) < 16
                known = _KINDS.get(kind.value) if kind else None
                return self.draft.link(PlacedText(current.controller, place), known) if named_so else None
            if wanted.type != "ovs-port":
                name = self.name(wanted)
                return self.draft.link(name, _KINDS.get(wanted.type, "other")) if name else None
            current = wanted
        return None

    def _is_chosen(self, profile: _Profile, link: LinkDraft) -> bool:
        """Whether a profile is the one that NetworkManager activates, of those for an interface."""
        rivals = [each for each in self.by_name.get(link.name, []) if each.type == profile.type]
        best = max(each.priority for each in rivals)
        first = [each for each in rivals if each.priority == best]
        if len(first) > 1:
            files = ", ".join(each.path for each in first)
            self.draft.remark(
                f"{link.name} has several connections of the same priority, so its addresses are unknown: {files}"
            )
            # Either may be active, so that addresses which a file has may be missing.
            link.dhcp |= {"ipv4", "ipv6"}
        return first == [profile]

    def _addresses(self, profile: _Profile, link: LinkDraft) -> None:
        for family in ("ipv4", "ipv6"):
            section = profile.section(family)
            chosen = section.get("method")
            method = chosen.value if chosen else "disabled" if profile.type in _UNCONFIGURED else "auto"
            if method == "auto" and family == "ipv4":
                link.dhcp.add("ipv4")
            elif method in ("auto", "ignore") and family == "ipv6":
                link.advertised = True
            elif method == "dhcp":
                link.dhcp.add("ipv6")
            elif method == "shared":
                self.draft.remark(
                    f"{section.place}: {link.name} is shared: NetworkManager translates and forwards for what is "
                    "connected to it, which the inventory does not have"
                )
            if method in ("auto", "manual", "shared", "dhcp"):
                self._values(section, link)

    def _values(self, section: IniSection, link: LinkDraft) -> None:
        gateways = [gateway] if (gateway := section.get("gateway")) else []
        options = {key: value for key, value in section.keys if key.endswith("_options")}
        routes = []
        for key, text in section.keys:
            if _ADDRESS.fullmatch(key) and text.value:
                address, more = _split(text)
                link.address(address)
                gateways += more[:1]
            elif _ROUTE.fullmatch(key) and text.value:
                routes.append((key, *_split(text)))
        table, never = section.get("route-table"), section.get("never-default")
        elsewhere = table is not None and table.value not in _MAIN_TABLES
        if elsewhere and table:
            self.draft.remark(f"{table.place}: routes of {link.name} are left out, because their table is not main")
            return
        for key, to, via in routes:
            extra = options.get(f"{key}_options")
            if extra and re.search(r"\b(?:table=(?!0\b|254\b)|type=(?!unicast))", extra.value):
                self.draft.remark(f"{extra.place}: left out, because it is not a plain route of the main table")
            else:
                self.draft.route(link.name, to, via[0] if via else None)
        if gateways and not (never and flag(never)):
            self.draft.route(link.name, None, gateways[0])


def _split(text: PlacedText) -> tuple[PlacedText, list[PlacedText]]:
    """Return an address with its prefix, and the gateway behind it: `a/24,gateway`, and `a;24;gateway;` of old."""
    parts = [each.strip() for each in re.split("[,;]", text.value)]
    if "/" not in parts[0] and len(parts) > 1 and parts[1].isdigit() and len(parts[1]) < 4:
        parts[:2] = [f"{parts[0]}/{parts[1]}"]
    via = [PlacedText(each, text.place) for each in parts[1:2] if each and each not in ("0.0.0.0", "::")]
    if via and shown(via[0].value).isdigit():
        via = []
    return PlacedText(parts[0], text.place), via
