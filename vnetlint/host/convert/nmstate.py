"""Nmstate: a state as YAML or JSON, wanted or as `nmstatectl show` prints it."""

from collections.abc import Sequence

from vnetlint.host.convert.draft import Draft, LinkDraft
from vnetlint.host.convert.sources import PlacedText, files_in, mtu_of, shown
from vnetlint.host.convert.tree import YamlNode, read_tree

_KINDS = {
    "ethernet": "nic",
    "linux-bridge": "bridge",
    "ovs-bridge": "ovs",
    "bond": "bond",
    "vlan": "vlan",
    "veth": "veth",
    "dummy": "dummy",
    "tun": "tap",
}
_PORTS = {"bond": "link-aggregation", "linux-bridge": "bridge", "ovs-bridge": "bridge"}
_MAIN_TABLES = ("0", "254")
_ENDINGS = (".yml", ".yaml", ".json")


def describe(paths: Sequence[str], draft: Draft) -> None:
    """Add what states describe to a draft."""
    files = files_in(paths, lambda name: name.endswith(_ENDINGS), "nmstate's *.yml, *.yaml or *.json")
    states = [read_tree(path) for path in files]
    # What `nmstatectl show` prints has all that the machine has, with what was assigned to it.
    draft.is_complete = all(_is_shown(each) for each in states)
    for state in states:
        interfaces = state.get("interfaces")
        for each in interfaces.entries() if interfaces else ():
            _interface(each, draft)
        routes = state.get("routes")
        if routes:
            _routes(routes, draft)


def _is_shown(state: YamlNode) -> bool:
    routes = state.get("routes")
    return routes is not None and any(key.value == "running" for key, _ in routes.named())


def _interface(tree: YamlNode, draft: Draft) -> None:
    name, kind, state = tree.one("name"), tree.one("type"), tree.one("state")
    if name is None:
        raise tree.place.error("an interface without a name: expected the key 'name'")
    if state and state.value == "absent":
        return
    identifier = tree.one("identifier")
    if identifier and identifier.value != "name":
        draft.remark(
            f"{name.place}: '{shown(name.value)}' is found by its {shown(identifier.value)}, so the name of its "
            "interface is unknown and the inventory does not list it"
        )
        return
    word = kind.value if kind else ""
    if word == "ovs-interface" and name.value in draft.links:
        # The bridge's own port, which has the addresses, may be named like the bridge.
        link = draft.link(name)
    else:
        link = draft.link(name, (_KINDS.get(word, "other") if word not in ("", "unknown") else None))
    link.wireless = True if word == "wifi" else link.wireless
    mtu = tree.one("mtu")
    link.mtu = mtu_of(mtu) if mtu else link.mtu
    controller = tree.one("controller")
    if controller and controller.value:
        link.master = draft.link(controller).name
    _ports(tree, word, link, draft)
    for below in ("vlan", "mac-vlan", "mac-vtap", "vxlan"):
        details = tree.get(below)
        base = details.one("base-iface") if details else None
        link.parent = draft.link(base).name if base and base.value else link.parent
    _addresses(tree, link)


def _ports(tree: YamlNode, kind: str, link: LinkDraft, draft: Draft) -> None:
    details = tree.get(_PORTS.get(kind, ""))
    if details is None:
        return
    for key in ("port", "ports", "slaves"):
        listed = details.get(key)
        if listed is None:
            continue
        link.add_ports()
        for each in listed.entries():
            link.add_ports(*(draft.link(name).name for name in _members(each)))


def _members(port: YamlNode) -> list[PlacedText]:
    """Return the interfaces behind a port: one, or those of a bond of Open vSwitch."""
    if port.pairs is None:
        return [port.scalar()]
    group = port.get("link-aggregation")
    below = group.get("port") if group else None
    if below:
        return [name for each in below.entries() for name in _members(each)]
    name = port.one("name")
    if name is None:
        raise port.place.error("a port without a name: expected the key 'name'")
    return [name]


def _addresses(tree: YamlNode, link: LinkDraft) -> None:
    for family in ("ipv4", "ipv6"):
        details = tree.get(family)
        if details is None or not details.flag("enabled", True):
            continue
        listed = details.get("address")
        for each in listed.entries() if listed else ():
            address, prefix = each.one("ip"), each.one("prefix-length")
            if address is None or prefix is None:
                raise each.place.error("an address needs the keys 'ip' and 'prefix-length'")
            link.address(PlacedText(f"{address.value}/{prefix.value}", address.place))
        if details.flag("dhcp"):
            link.dhcp.add("ipv4" if family == "ipv4" else "ipv6")
        link.advertised = link.advertised or details.flag("autoconf")


def _routes(routes: YamlNode, draft: Draft) -> None:
    listed = routes.get("running") or routes.get("config")
    for each in listed.entries() if listed else ():
        to, via, dev, table, state, kind = (
            each.one(key)
            for key in ("destination", "next-hop-address", "next-hop-interface", "table-id", "state", "route-type")
        )
        if state and state.value == "absent":
            continue
        if to is None or kind or (table and table.value not in _MAIN_TABLES):
            draft.remark(f"{each.place}: left out, because it is not a plain route of the main table")
            continue
        name = draft.link(dev).name if dev and dev.value else None
        draft.route(name, to, via if via and via.value else None)
