"""Netplan: the YAML files of /etc/netplan, merged in the order of their names as netplan merges them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vnetlint.host.convert.draft import Draft, LinkDraft
from vnetlint.host.convert.sources import PlacedText, files_in, layered, mtu_of, shown
from vnetlint.host.convert.tree import YamlNode, read_tree

_PHYSICAL = {"ethernets": "nic", "wifis": "nic", "modems": "other"}
_VIRTUAL = {
    "bridges": "bridge",
    "bonds": "bond",
    "vlans": "vlan",
    "tunnels": "other",
    "vrfs": "other",
    "dummy-devices": "dummy",
    "virtual-ethernets": "veth",
    "nm-devices": "other",
}
_OTHERS = ("version", "renderer", "openvswitch")
_MAIN_TABLE = "254"


def describe(paths: Sequence[str], draft: Draft) -> None:
    """Add what netplan's files describe to a draft."""
    files = layered(files_in(paths, lambda name: name.endswith(".yaml"), "netplan's *.yaml"), draft.remark)
    network: YamlNode | None = None
    for path in files:
        own = read_tree(path).get("network")
        network = own if network is None else _merged(network, own) if own else network
    if network is None:
        draft.remark(f"{paths[0]}: no key `network`, so netplan configures nothing here")
        return
    groups = _groups(network)
    names = {each.value: _name(each, definition, group) for group, each, definition in groups}
    ports = frozenset(
        port.value for group, _, each in groups if group in ("bridges", "bonds") for port in each.texts("interfaces")
    )
    renderers = {key.value: [network.one("renderer"), value.one("renderer")] for key, value in network.named() if
                 key.value not in _OTHERS}  # fmt: skip
    for group, identity, definition in groups:
        by_manager = _by_network_manager([*renderers[group], definition.one("renderer")])
        _Definition(draft, names, ports, group, identity, definition, by_manager).describe()
    if _by_network_manager([network.one("renderer")]) and not any(group in _PHYSICAL for group, _, _ in groups):
        draft.remark(
            "the renderer is NetworkManager, which has connections of its own: "
            "see `vnetlint host --from networkmanager /etc/NetworkManager/system-connections`"
        )


def _merged(first: YamlNode, second: YamlNode) -> YamlNode:
    """Return two values as one: mappings by their keys, lists one behind the other, otherwise the second."""
    if first.pairs is not None and second.pairs is not None:
        merged = {key.text: (key, value) for key, value in first.pairs}
        for key, value in second.pairs:
            old = merged.get(key.text)
            merged[key.text] = (key, _merged(old[1], value) if old else value)
        return replace(second, pairs=[*merged.values()])
    if first.text is None and second.text is None and first.pairs is None and second.pairs is None:
        return replace(second, items=[*first.items, *second.items])
    return second


def _groups(network: YamlNode) -> list[tuple[str, PlacedText, YamlNode]]:
    """Return the definitions of interfaces, each with its group and identity."""
    found = []
    for key, group in network.named():
        if key.value in _OTHERS:
            continue
        if key.value not in _PHYSICAL and key.value not in _VIRTUAL:
            known = ", ".join(each for each in (*_PHYSICAL, *_VIRTUAL))
            raise key.place.error(f"unknown key '{shown(key.value)}': expected one of {known}")
        for identity, definition in group.named():
            if identity.value != "renderer":
                found.append((key.value, identity, definition))
                definition.mapping()
    return found


def _by_network_manager(levels: Sequence[PlacedText | None]) -> bool:
    """Whether NetworkManager is the renderer, as the innermost level says that names one."""
    return [each.value for each in levels if each][-1:] == ["NetworkManager"]


def _name(identity: PlacedText, definition: YamlNode, group: str) -> PlacedText | None:
    """Return the name of the interface that a definition is about; None where only the machine knows it."""
    match = next((value for key, value in definition.named() if key.value == "match"), None)
    if match is None or group in _VIRTUAL:
        return identity
    renamed, matched = definition.one("set-name"), match.get("name")
    if renamed or matched is None:
        return renamed
    patterns = [matched.scalar()] if matched.text is not None else [each.scalar() for each in matched.entries()]
    exact = [each for each in patterns if not set("*?[]!") & set(each.value)]
    return exact[0] if len(patterns) == len(exact) == 1 else None


@dataclass
class _Definition:
    """One interface, as netplan defines it."""

    draft: Draft
    names: dict[str, PlacedText | None]
    """The names of all interfaces, by their identities."""
    ports: frozenset[str]
    """The identities of ports, which have no addresses of their own."""
    group: str
    identity: PlacedText
    tree: YamlNode
    by_manager: bool
    """Whether NetworkManager is the renderer."""

    def describe(self) -> None:
        """Add the interface to the draft."""
        name = self.names[self.identity.value]
        if name is None:
            self.draft.remark(
                f"{self.identity.place}: '{shown(self.identity.value)}' has a match and no set-name, so the name of "
                "its interface is unknown and the inventory does not list it"
            )
            return
        kind = "ovs" if self._is_switch() else {**_PHYSICAL, **_VIRTUAL}[self.group]
        link = self.draft.link(name, kind)
        link.wireless = True if self.group == "wifis" else link.wireless
        mtu = self.tree.one("mtu")
        link.mtu = mtu_of(mtu) if mtu else link.mtu
        self._related(link)
        self._addresses(link)
        self._routes(link)
        mode = self.tree.one("activation-mode")
        if mode:
            self.draft.remark(f"{link.name} is activated by hand ({mode.place}); the inventory has it as if it were up")

    def _is_switch(self) -> bool:
        return self.group in ("bridges", "bonds") and any(key.value == "openvswitch" for key, _ in self.tree.named())

    def _related(self, link: LinkDraft) -> None:
        """Add ports, the parent of a VLAN, and the physical function of a virtual one."""
        under = self.tree.one("link")
        if under and self.group == "vlans":
            parent = self._interface(under)
            link.parent = parent.name if parent else None
        elif under and self.group == "ethernets":
            link.is_vf = True
        if self.group in ("bridges", "bonds"):
            ports = [self._interface(each) for each in self.tree.texts("interfaces")]
            link.ports_unknown = None in ports
            link.add_ports(*(each.name for each in ports if each))
        elif self.group == "vrfs":
            self.draft.remark(f"{link.name} is a VRF with a routing table of its own, which the inventory leaves out")

    def _interface(self, identity: PlacedText) -> LinkDraft | None:
        """Return the interface of an identity that is defined; None where its name is unknown."""
        if identity.value not in self.names:
            raise identity.place.error(f"interface '{shown(identity.value)}' is not defined in these files")
        name = self.names[identity.value]
        return self.draft.link(name) if name else None

    def _addresses(self, link: LinkDraft) -> None:
        for each in self._entries("addresses"):
            # An address with options is a mapping with the address as its only key.
            texts = [each.scalar()] if each.text is not None else [key for key, _ in each.named()]
            for text in texts:
                if "/" not in text.value:
                    raise text.place.error(f"address '{shown(text.value)}' has no prefix: expected one such as /24")
                link.address(text)
        if self.tree.flag("dhcp4"):
            link.dhcp.add("ipv4")
        if self.tree.flag("dhcp6"):
            link.dhcp.add("ipv6")
        local = self.tree.get("link-local")
        has_local = local is None or any(each.value == "ipv6" for each in self.tree.texts("link-local"))
        # NetworkManager does not listen to routers where all IPv6 addresses are written down.
        is_manual = self.by_manager and "ipv6" not in link.dhcp and any(":" in each for each in link.addresses)
        accepts = self.tree.flag("accept-ra", has_local and not is_manual)
        link.advertised = accepts and self.identity.value not in self.ports

    def _entries(self, key: str) -> list[YamlNode]:
        found = self.tree.get(key)
        return found.entries() if found else []

    def _routes(self, link: LinkDraft) -> None:
        for key in ("gateway4", "gateway6"):
            gateway = self.tree.one(key)
            if gateway:
                self.draft.route(link.name, None, gateway)
        for route in self._entries("routes"):
            kind, table, to, via = (route.one(key) for key in ("type", "table", "to", "via"))
            if (kind and kind.value != "unicast") or (table and table.value != _MAIN_TABLE):
                self.draft.remark(f"{route.place}: left out, because it is not a plain route of the main table")
            elif to or via:
                self.draft.route(link.name, to, via)
