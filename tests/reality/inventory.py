"""The inventory of a scenario's host, with the machines outside and what guests configure: all as it is measured."""

from __future__ import annotations

import json
from typing import Any

from . import firewall
from .guests import mac
from .members import Member
from .world import LIBVIRTS, World

_KINDS = {"bridge": "bridge", "vlan": "vlan", "bond": "bond", "dummy": "dummy"}


def inventory(world: World) -> dict[str, Any]:
    """The inventory, as it was before libvirt's networks were started; their bridges are not among the interfaces."""
    scenario = world.scenario
    addresses, routes = {}, {}
    for member in (*world.outside.values(), *world.guests.values()):
        addresses[member.name] = _addresses(json.loads(member.run("ip", "-json", "address")))
        routes[member.name] = _routes(member)
    forwarding4, forwarding6 = (world.before[key] == "1" for key in ("ipv4/ip_forward", "ipv6/conf/all/forwarding"))
    outside = scenario.outside
    return {
        "version": 1,
        "libvirt": _version(world),
        "firewall_backend": LIBVIRTS[world.version],
        "interfaces": _interfaces(json.loads(world.before["links"])),
        "routes": [_route(each) for text in world.before["routes"] for each in json.loads(text) if _is_set(each)],
        "forwarding": {"ipv4": forwarding4, "ipv6": forwarding6},
        "bridge_netfilter": scenario.host.bridge_netfilter,
        "reverse_path_filter": scenario.host.reverse_path_filter,
        "firewall": firewall.described(scenario.host.firewall, flushed=scenario.host.flushed),
        "machines": [
            {
                "name": name,
                "on": {"lan2host": "eth1", "internet": "internet"}.get(name, "br0" if scenario.host.br0 else "eth0"),
                "addresses": addresses[name].get("eth0", []),
                "routes": [_hop(each) for each in routes[name]],
            }
            for name in world.outside
            if name != "router"
        ],
        "upstream": {
            "routes": [_hop(each) for each in routes["router"] if each["dev"] == "eth0"],
            "hairpin": outside.hairpin,
            "translates": list(outside.translates),
            "addresses": [each.partition("/")[0] for each in addresses["router"]["eth1"]],
            "inbound": outside.inbound,
        },
        "networks": _networks(world),
        "guests": [
            {
                "name": guest.name,
                "nics": [
                    {"mac": mac(index, place), "addresses": addresses[guest.name].get(f"eth{place}", [])}
                    for place in range(len(guest.nics))
                ],
                "routes": [{**_hop(each), "nic": int(each["dev"].removeprefix("eth"))} for each in routes[guest.name]],
                "forwarding": guest.forwards,
            }
            for index, guest in enumerate(scenario.guests)
        ],
    }


def _version(world: World) -> str:
    # virsh would have libvirtd ask qemu about all it can do, which takes more than a second.
    return world.daemon.run("libvirtd", "--version").stdout.split()[-1]


def _networks(world: World) -> list[dict[str, Any]]:
    active = world.daemon.virsh("net-list", "--name").stdout.split()
    names = world.daemon.virsh("net-list", "--all", "--name").stdout.split()
    # Running networks are left out: the rest of the inventory is from before they started.
    return [{"name": name, "active": False} for name in sorted(names) if name not in active]


def _interfaces(links: list[dict[str, Any]]) -> list[dict[str, Any]]:
    made = []
    for link in links:
        if link["ifname"] == "lo":
            continue
        kind = _KINDS.get(link.get("linkinfo", {}).get("info_kind"), "nic")
        one: dict[str, Any] = {"name": link["ifname"], "kind": kind, "addresses": _own(link)}
        if "master" in link:
            one["master"] = link["master"]
        if kind == "bridge":
            one["ports"] = [each["ifname"] for each in links if each.get("master") == link["ifname"]]
        made.append(one)
    return made


def _own(link: dict[str, Any]) -> list[str]:
    return [f"{each['local']}/{each['prefixlen']}" for each in link["addr_info"] if each["scope"] != "link"]


def _addresses(links: list[dict[str, Any]]) -> dict[str, list[str]]:
    return {link["ifname"]: _own(link) for link in links if link["ifname"] != "lo"}


def _routes(member: Member) -> list[dict[str, Any]]:
    heard = (json.loads(member.run("ip", family, "-json", "route")) for family in ("-4", "-6"))
    return [_route(each) for routes in heard for each in routes if _is_set(each)]


def _is_set(route: dict[str, Any]) -> bool:
    """Whether a route is more than that of an address."""
    return route.get("protocol") != "kernel" or "gateway" in route


def _route(route: dict[str, Any]) -> dict[str, Any]:
    via = route.get("gateway") or route.get("via", {}).get("host")
    to = route["dst"]
    if to == "default":
        to = "::/0" if ":" in (via or "::") else "0.0.0.0/0"
    made = {"to": to, "dev": route["dev"]}
    return {**made, "via": via} if via else made


def _hop(route: dict[str, Any]) -> dict[str, Any]:
    """A route without its device."""
    return {key: route[key] for key in ("to", "via") if key in route}
