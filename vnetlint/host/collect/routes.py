"""The routes of a machine, from `ip -j route`."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from ipaddress import ip_network
from typing import Any

from vnetlint.host.collect.chains import PlainPart
from vnetlint.host.collect.links import parsed
from vnetlint.host.collect.system import Questions

_USUAL_TABLES = ("local", "main", "default", 253, 254, 255)


def collect_routes(questions: Questions) -> list[PlainPart] | None:
    """Return the routes of both families, or None if one cannot be listed."""
    found: list[PlainPart] = []
    for version in (4, 6):
        text = questions.ask("routes", "ip", "-j", f"-{version}", "route")
        routes = parsed(text, partial(routes_of, version=version))
        if routes is None:
            return None
        found += routes
    for version in (4, 6):
        done = questions.system.run(("ip", "-j", f"-{version}", "rule"))
        others = parsed(done.stdout if done.code == 0 else None, other_tables) or ()
        if others:
            tables = ", ".join(map(str, others))
            questions.remark(f"routes of the table {tables}", "an inventory has those of the table main alone")
    return found


def routes_of(data: Iterable[Mapping[str, Any]], version: int) -> list[PlainPart]:
    """Return the routes in the output of `ip -j route`, without those that follow from the addresses.

    Of several routes to one destination, those with the lowest metric are used, so only they are listed.
    """
    usable = [each for each in data if each.get("type", "unicast") == "unicast" and not _follows(each)]
    least: dict[str, int] = {}
    for each in usable:
        metric = each.get("metric", 0)
        least[each["dst"]] = min(metric, least.get(each["dst"], metric))
    best = (each for each in usable if each.get("metric", 0) == least[each["dst"]])
    hops = [each for one in best for each in _hops(one, version)]
    return list({tuple(each.items()): each for each in hops}.values())


def _follows(route: Mapping[str, Any]) -> bool:
    """Whether the kernel made a route itself: to the subnet of an address, or to link-local or multicast addresses."""
    if route["dst"] == "default":
        return False
    network = ip_network(route["dst"], strict=False)
    is_kernels = route.get("protocol") == "kernel" and "gateway" not in route
    return is_kernels or network.is_multicast or (network.version == 6 and network.is_link_local)


def _hops(route: Mapping[str, Any], version: int) -> Iterator[PlainPart]:
    to = route["dst"]
    if to == "default":
        to = "default" if version == 4 else "::/0"
    for hop in route.get("nexthops") or (route,):
        via = hop.get("gateway") or hop.get("via", {}).get("host")
        made = {"to": to, "via": via, "dev": hop.get("dev")}
        if route.get("protocol") == "ra":
            made["advertised"] = True
        yield {key: value for key, value in made.items() if value is not None}


def other_tables(data: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the tables other than the usual that rules of `ip -j rule` use."""
    return sorted({str(each["table"]) for each in data if each.get("table", "main") not in _USUAL_TABLES})
