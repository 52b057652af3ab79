"""systemd-networkd: *.network, *.netdev and *.link with their drop-ins, as networkd applies them."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from vnetlint.host.convert.draft import Draft, LinkDraft
from vnetlint.host.convert.ini import IniSection, joined, read_sections
from vnetlint.host.convert.sources import PlacedText, files_in, flag, is_masked, layered, mtu_of, shown
from vnetlint.model.addresses import Family

_KINDS = {"bridge": "bridge", "bond": "bond", "vlan": "vlan", "dummy": "dummy", "veth": "veth", "tap": "tap"}
_STACKED = ("VLAN", "MACVLAN", "MACVTAP", "IPVLAN", "IPVTAP", "VXLAN", "Tunnel", "MACsec")
"""Keys of [Network] that name devices on top of the interface."""
_HARDWARE = ("MACAddress", "PermanentMACAddress", "Path")
_ENDINGS = (".network", ".netdev", ".link")
_MAIN_FILE = "networkd.conf"
_MAIN_TABLES = ("main", "254")
_FORWARDS = {"ipv4": ("ipv4",), "ipv6": ("ipv6",), "kernel": (), "no": ()}


@dataclass
class _File:
    """A file with its drop-ins."""

    path: str
    sections: list[IniSection]

    @property
    def name(self) -> str:
        return os.path.basename(self.path)

    def section(self, name: str) -> IniSection:
        return joined(self.sections, name)

    def each(self, name: str) -> Iterator[IniSection]:
        return (section for section in self.sections if section.name == name)


@dataclass
class _Known:
    """The interfaces whose names are in a file."""

    names: dict[str, str | None] = field(default_factory=dict)
    """The kind of each that networkd makes; None for one that is there already."""
    hardware: dict[tuple[str, str], str] = field(default_factory=dict)
    """The names that *.link files give, by the address or path that they match."""


def describe(paths: Sequence[str], draft: Draft) -> None:
    """Add what networkd's files describe to a draft."""
    files = _read(paths, draft)
    known = _Known()
    for file in files:
        if file.name.endswith(".netdev"):
            _netdev(file, known, draft)
        elif file.name.endswith(".link"):
            _renamed(file, known)
        elif file.name == _MAIN_FILE:
            _global(file, draft)
    networks = [file for file in files if file.name.endswith(".network") and file.sections]
    for file in networks:
        for word in file.section("Match").words("Name"):
            if not _is_pattern(word.value):
                known.names.setdefault(word.value, None)
    taken: set[str] = set()
    for file in networks:
        for name in _matched(file, known, draft):
            if name.value not in taken:
                taken.add(name.value)
                _Network(draft, file, name).describe()


def _read(paths: Sequence[str], draft: Draft) -> list[_File]:
    expected = "networkd's *.network, *.netdev or *.link"
    found = files_in(paths, lambda name: name.endswith(_ENDINGS) or name == _MAIN_FILE, expected)
    folders = list(dict.fromkeys(path if os.path.isdir(path) else os.path.dirname(path) for path in paths))
    files = []
    for path in layered(found, draft.remark):
        if is_masked(path):
            continue
        sections = read_sections(path, continued=True)
        drops = [os.path.join(folder, f"{os.path.basename(path)}.d") for folder in folders]
        drops = [folder for folder in drops if os.path.isdir(folder)]
        confs = files_in(drops, lambda name: name.endswith(".conf"), "*.conf") if any(map(os.listdir, drops)) else []
        for conf in layered(confs, draft.remark):
            sections += [] if is_masked(conf) else read_sections(conf, continued=True)
        files.append(_File(path, sections))
    return files


def _global(file: _File, draft: Draft) -> None:
    """Add what networkd.conf says for all interfaces."""
    for family in ("ipv4", "ipv6"):
        found = file.section("Network").get(f"IPv{family[-1]}Forwarding")
        if found:
            draft.forwarding[family] = flag(found)


def _netdev(file: _File, known: _Known, draft: Draft) -> None:
    section = file.section("NetDev")
    name, kind, mtu = section.get("Name"), section.get("Kind"), section.get("MTUBytes")
    if not file.sections:
        return
    if name is None or kind is None:
        raise file.sections[0].place.error("expected a section [NetDev] with Name= and Kind=")
    link = draft.link(name, _KINDS.get(kind.value, "other"))
    link.mtu = mtu_of(_bytes(mtu)) if mtu else link.mtu
    known.names[name.value] = kind.value
    if kind.value in ("bridge", "bond"):
        link.add_ports()
    peer = file.section("Peer").get("Name")
    if kind.value == "veth" and peer:
        draft.link(peer, "veth")
        known.names[peer.value] = "veth"
    if kind.value == "vrf":
        draft.remark(f"{link.name} is a VRF with a routing table of its own, which the inventory leaves out")


def _renamed(file: _File, known: _Known) -> None:
    name, match = file.section("Link").get("Name"), file.section("Match")
    if name is None:
        return
    known.names.setdefault(name.value, None)
    for key in _HARDWARE:
        for value in match.words(key):
            known.hardware[(_kind_of_key(key), value.value.lower())] = name.value


def _kind_of_key(key: str) -> str:
    return "path" if key == "Path" else "mac"


def _is_pattern(word: str) -> bool:
    return bool(set("*?[]!") & set(word))


def _matched(file: _File, known: _Known, draft: Draft) -> list[PlacedText]:
    """Return the known interfaces that a *.network file applies to, and remark on those without a known name."""
    match = file.section("Match")
    keys = {key for key, value in match.keys if value.value}
    if not keys:
        place = match.place if match.place.path else file.sections[0].place
        draft.remark(f"{place}: without a condition in [Match], networkd ignores the file")
        return []
    words = match.words("Name")
    exact = [each for each in words if not _is_pattern(each.value)]
    hardware = [
        known.hardware.get((_kind_of_key(key), each.value.lower())) for key in _HARDWARE for each in match.words(key)
    ]
    if words and len(exact) == len(words):
        if keys - {"Name"} and [each.value for each in exact] != hardware:
            draft.remark(f"{match.place}: the other conditions of [Match] are taken as met for {exact[0].value}")
        return exact
    if not words and hardware and None not in hardware:
        return [PlacedText(name, match.place) for name in hardware if name]
    kinds = [each.value for key in ("Kind", "Type") for each in match.words(key)]
    decidable = not keys - {"Name", "Kind", "Type"}
    found = [name for name, kind in known.names.items() if decidable and _fits(name, kind, words, kinds)]
    if not kinds or not set(kinds) <= {*_KINDS, "vxlan", "wireguard", "macvlan", "macvtap", "tun"}:
        _remark_unknown(match, file, draft)
    return [PlacedText(name, match.place) for name in found]


def _fits(name: str, kind: str | None, words: list[PlacedText], kinds: list[str]) -> bool:
    patterns = [each.value for each in words]
    inverted = bool(patterns) and patterns[0].startswith("!")
    patterns = [each.removeprefix("!") for each in patterns]
    by_name = not patterns or any(fnmatchcase(name, each) for each in patterns) != inverted
    return by_name and (not kinds or (kind or "ether") in kinds)


def _remark_unknown(match: IniSection, file: _File, draft: Draft) -> None:
    draft.remark(
        f"{match.place}: [Match] does not name all interfaces that it means, so the inventory does not list those "
        "that no other file names"
    )
    for key in ("Bridge", "Bond"):
        master = file.section("Network").get(key)
        if master:
            draft.link(master).ports_unknown = True


def _bytes(text: PlacedText) -> PlacedText:
    """Return a number of bytes, of which systemd writes 1024 as 1K."""
    value = text.value
    if value[-1:].upper() == "K" and value[:-1].isdigit() and len(value) < 6:
        return PlacedText(str(int(value[:-1]) * 1024), text.place)
    return text


@dataclass
class _Network:
    """A *.network file, as it applies to one interface."""

    draft: Draft
    file: _File
    name: PlacedText

    def describe(self) -> None:
        """Add the interface to the draft."""
        section, hardware = self.file.section("Network"), self.file.section("Link")
        link = self.draft.link(self.name)
        unmanaged, mtu = hardware.get("Unmanaged"), hardware.get("MTUBytes")
        if unmanaged and flag(unmanaged):
            return
        link.mtu = mtu_of(_bytes(mtu)) if mtu else link.mtu
        self._related(link, section)
        self._addresses(link, section)
        for gateway in section.all("Gateway"):
            self._route(link, None, gateway)
        for route in self.file.each("Route"):
            self._route_section(link, route)
        self._forwarding(link, section)

    def _related(self, link: LinkDraft, section: IniSection) -> None:
        for key in ("Bridge", "Bond"):
            master = section.get(key)
            if master:
                link.master = self.draft.link(master).name
        for key in _STACKED:
            for name in section.words(key):
                self.draft.link(name).parent = link.name
        vrf = section.get("VRF")
        if vrf:
            self.draft.remark(f"{link.name} is in the VRF {shown(vrf.value)}, whose routes the inventory leaves out")

    def _addresses(self, link: LinkDraft, section: IniSection) -> None:
        inside = (each.get("Address") for each in self.file.each("Address"))
        for address in (*section.all("Address"), *filter(None, inside)):
            if address.value.startswith(("0.0.0.0/", "::/")):
                self.draft.remark(f"{address.place}: networkd chooses the address, so the inventory does not have it")
            else:
                link.address(address)
        dhcp = section.get("DHCP")
        if dhcp:
            link.dhcp |= _families(dhcp)
        accepts, local = section.get("IPv6AcceptRA"), section.get("LinkLocalAddressing")
        has_local = local is None or local.value.lower() == "ipv6" or (local.value.lower() != "ipv4" and flag(local))
        forwards = section.get("IPv6Forwarding") or section.get("IPForward")
        is_router = forwards is not None and forwards.value.lower() in ("yes", "true", "on", "1", "ipv6")
        link.advertised = has_local and link.master is None and (flag(accepts) if accepts else not is_router)

    def _route_section(self, link: LinkDraft, section: IniSection) -> None:
        kind, table, to, via = (section.get(key) for key in ("Type", "Table", "Destination", "Gateway"))
        if (kind and kind.value != "unicast") or (table and table.value not in _MAIN_TABLES):
            self.draft.remark(f"{section.place}: left out, because it is not a plain route of the main table")
        elif to or via:
            self._route(link, to, via)

    def _route(self, link: LinkDraft, to: PlacedText | None, via: PlacedText | None) -> None:
        # A gateway such as _dhcp4 is one that DHCP or a router tells.
        if via is None or not via.value.startswith("_"):
            self.draft.route(link.name, to, via)

    def _forwarding(self, link: LinkDraft, section: IniSection) -> None:
        forward = section.get("IPForward")
        if forward:
            word = forward.value.lower()
            families = _FORWARDS[word] if word in _FORWARDS else ("ipv4", "ipv6") if flag(forward) else ()
            self.draft.forwarding |= dict.fromkeys(families, True)
        for key in ("IPv4Forwarding", "IPv6Forwarding", "IPMasquerade"):
            found = section.get(key)
            if found:
                self.draft.remark(
                    f"{found.place}: {key}={shown(found.value)} concerns {link.name} alone, which an inventory cannot "
                    "express; it is left out"
                )


def _families(dhcp: PlacedText) -> set[Family]:
    word = dhcp.value.lower()
    both: set[Family] = {"ipv4", "ipv6"}
    named: dict[str, set[Family]] = {"both": both, "none": set(), "ipv4": {"ipv4"}, "ipv6": {"ipv6"}}
    named |= {"v4": {"ipv4"}, "v6": {"ipv6"}}
    return named[word] if word in named else both if flag(dhcp) else set()
