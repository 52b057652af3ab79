"""The firewall in the output of `nft -j list ruleset`."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_network, summarize_address_range
from typing import Any, NamedTuple

from vnetlint.host.collect.chains import PlainPart, ReadChain, ReadRule, inventory_chains, may_drop, with_condition
from vnetlint.host.collect.iptables import ICMP_STATES, OTHER_ICMP, STATES

LIBVIRT_TABLE = "libvirt_network"
_FAMILIES = {"ip": ("ipv4",), "ip6": ("ipv6",), "inet": ("ipv4", "ipv6")}
_HOOKS = ("input", "forward", "output", "postrouting", "prerouting")
_VERDICTS = ("accept", "drop", "reject", "return", "masquerade")
_IGNORED = frozenset({"counter", "log", "comment", "mangle", "notrack", "ct helper", "ct timeout", "flow", "set"})
_ADDRESSES = {("ip", "saddr"): ("from", "ipv4"), ("ip", "daddr"): ("to", "ipv4"), ("ip6", "saddr"): ("from", "ipv6"),
              ("ip6", "daddr"): ("to", "ipv6")}  # fmt: skip
_NAMES = {"iifname": "in", "iif": "in", "oifname": "out", "oif": "out"}
_PROTOCOLS = {"tcp": "tcp", "udp": "udp", "icmp": "icmp", "ipv6-icmp": "icmp", "icmpv6": "icmp"}
_ICMP = {"icmp": "ipv4", "icmpv6": "ipv6"}
_OF_FAMILY = {"ipv4": "ipv4", "ipv6": "ipv6", "ip": "ipv4", "ip6": "ipv6"}


class Ruleset(NamedTuple):
    """The firewall that `nft` listed, without what iptables-save shows better and without libvirt's own table."""

    chains: list[tuple[int, PlainPart]]
    """The chains as an inventory has them, with their priorities."""
    left_out: tuple[str, ...]
    """Tables that decide about frames and not about packets, which an inventory cannot express."""
    has_libvirt: bool
    libvirt: Mapping[tuple[str, str], int]
    """The priority of libvirt's own chains, by family and hook."""


def ruleset(data: Mapping[str, Any], saved: Mapping[str, Container[str]]) -> Ruleset:
    """Return the firewall in the output of `nft -j list ruleset`.

    `saved` has, by family of the inventory, the tables that iptables-save has shown.
    """
    items = [item for item in data["nftables"] if isinstance(item, dict)]
    tables = [item["table"] for item in items if "table" in item]
    found: list[tuple[int, PlainPart]] = []
    left_out: set[str] = set()
    for table in tables:
        kind, name = table["family"], table["name"]
        if kind not in _FAMILIES:
            left_out |= {f"{kind} {name}" for chain in _chains(items, kind, name) if _is_foreign(chain)}
            continue
        for family in _FAMILIES[kind] if name != LIBVIRT_TABLE else ():
            if kind != "inet" and name in saved.get(family, ()):
                continue
            for priority, made in inventory_chains(_read(items, kind, name, family), name, family):
                made.pop("libvirt_at", None)
                if made["policy"] != "accept" or may_drop(made["rules"]):
                    found.append((priority, made))
    has_libvirt = any(each["name"] == LIBVIRT_TABLE for each in tables)
    own = {(family, chain["hook"]): chain["prio"] for kind in ("ip", "ip6") for family in _FAMILIES[kind]
           for chain in _chains(items, kind, LIBVIRT_TABLE) if "hook" in chain}  # fmt: skip
    return Ruleset(found, tuple(sorted(left_out)), has_libvirt, own)


_HOOK_LINE = re.compile(r"\s*(?:family (?P<family>\w+)|hook (?P<hook>\w+)|.*\bchain (?:ip6?|inet) (?P<table>\S+) )")


def hook_order(text: str) -> dict[tuple[str, str], list[str]]:
    """Return the tables in the order in which packets pass them, by family and hook: `nft list hooks`."""
    found: dict[tuple[str, str], list[str]] = {}
    family = hook = ""
    for line in filter(None, map(_HOOK_LINE.match, text.splitlines())):
        family, hook = line["family"] or family, line["hook"] or hook
        if line["table"] and family in _FAMILIES:
            found.setdefault((_FAMILIES[family][0], hook), []).append(line["table"])
    return found


def _chains(items: Iterable[Mapping[str, Any]], kind: str, table: str) -> Iterator[Mapping[str, Any]]:
    chains = (item["chain"] for item in items if "chain" in item)
    return (each for each in chains if (each["family"], each["table"]) == (kind, table))


def _is_foreign(chain: Mapping[str, Any]) -> bool:
    """Whether a chain is not one of libvirt's network filters, nor one of the ebtables that they use."""
    return "hook" in chain and chain["name"] not in ("PREROUTING", "POSTROUTING", "INPUT", "FORWARD", "OUTPUT")


def _read(items: list[dict[str, Any]], kind: str, table: str, family: str) -> dict[str, ReadChain]:
    sets = {each["name"]: each for item in items for key in ("set", "map") if (each := item.get(key))
            and (each["family"], each["table"]) == (kind, table)}  # fmt: skip
    found: dict[str, ReadChain] = {}
    for chain in _chains(items, kind, table):
        hook = chain.get("hook")
        is_nat = chain.get("type") == "nat"
        # Of the chains that translate, only those about the sender are in an inventory.
        known = hook in _HOOKS and (not is_nat or hook == "postrouting")
        policy, priority = chain.get("policy", "accept"), chain.get("prio", 0)
        found[chain["name"]] = ReadChain(chain["name"], hook if known else None, policy, priority)
    rules = (item["rule"] for item in items if "rule" in item)
    for rule in rules:
        if (rule["family"], rule["table"]) == (kind, table) and rule["chain"] in found:
            found[rule["chain"]].rules.extend(_rules(rule["expr"], family, sets))
    return found


def _rules(expressions: list[Any], family: str, sets: Mapping[str, Any]) -> Iterator[ReadRule]:
    """Yield the rules that a rule of nft means for a family: none if it is about the other one."""
    reading = _Reading(family, sets)
    for number, expression in enumerate(expressions):
        kind: str
        value: Any
        kind, value = next(iter(expression.items())) if isinstance(expression, dict) else (str(expression), None)
        if kind == "match":
            reading.match(value)
        elif kind == "vmap":
            yield from _cases(value, expressions[:number], family, sets)
            return
        elif kind in ("limit", "xt", "quota", "connlimit", "meter"):
            reading.condition(_shown(expression))
        elif kind not in _IGNORED:
            if not reading.never_matters:
                yield from reading.rules(kind, value)
            return


def _cases(value: Mapping[str, Any], before: list[Any], family: str, sets: Mapping[str, Any]) -> Iterator[ReadRule]:
    """Yield a rule for each case of a map from values to verdicts."""
    data = value["data"]
    cases = data["set"] if isinstance(data, dict) else sets.get(str(data).removeprefix("@"), {}).get("elem", [])
    for key, verdict in (case for case in cases if isinstance(case, list) and len(case) == 2):
        match = {"match": {"op": "==", "left": value["key"], "right": key}}
        yield from _rules([*before, match, verdict], family, sets)


class _Reading:
    """The expressions of one rule, read from left to right, for one family."""

    def __init__(self, family: str, sets: Mapping[str, Any]) -> None:
        self.family = family
        self.never_matters = False
        self._sets = sets
        self._match: PlainPart = {}
        self._negated: list[str] = []
        self._options: dict[str, tuple[str, ...]] = {}
        self._excluded: dict[str, tuple[str, ...]] = {}
        """Keys of which none of several values may match."""

    def condition(self, words: str) -> None:
        """Add what has to match, in words."""
        self._match = with_condition(self._match, words)

    def match(self, value: Mapping[str, Any]) -> None:
        """Add what an expression says has to match."""
        left, values, is_equal = value["left"], self._values(value["right"]), value["op"] in ("==", "in")
        if values is None or value["op"] not in ("==", "!=", "in") or not isinstance(left, dict):
            self.condition(_shown({"match": value}))
            return
        payload, meta = left.get("payload", {}), left.get("meta", {}).get("key")
        name = (payload.get("protocol"), payload.get("field"))
        if name in _ADDRESSES:
            key, family = _ADDRESSES[name]
            self.never_matters |= family != self.family
            self._several(key, tuple(one for each in values for one in _subnets(each)), is_equal, value)
        elif meta in _NAMES:
            self._several(_NAMES[meta], tuple(str(each).replace("*", "+") for each in values), is_equal, value)
        elif meta in ("nfproto", "protocol"):
            self.never_matters |= (self.family in [_OF_FAMILY.get(str(each)) for each in values]) is not is_equal
        elif meta == "l4proto" or name in (("ip", "protocol"), ("ip6", "nexthdr")):
            protocols = tuple(dict.fromkeys(_PROTOCOLS.get(str(each), "other") for each in values))
            self._several("protocol", protocols, is_equal, value)
        elif name[1] == "dport" and name[0] in ("tcp", "udp", "th"):
            self._ports(name[0], values, is_equal, value)
        elif left.get("ct", {}).get("key") == "state" and all(each in STATES for each in values):
            self._set("states", list(values), is_equal)
        elif name[0] in _ICMP and name[1] == "type" and is_equal:
            self.never_matters |= _ICMP[name[0]] != self.family
            self._set("protocol", "icmp", True)
            states = dict.fromkeys(one for each in values for one in ICMP_STATES.get(str(each), OTHER_ICMP))
            self._set("states", list(states), True)
        elif "fib" in left and "oif" in left["fib"].get("result", "") and not values[0]:
            # The path back is missing: the kernel's check of the reverse path, done by the firewall.
            self.never_matters = True
        else:
            self.condition(_shown({"match": value}))

    def _ports(self, protocol: str, values: tuple[Any, ...], is_equal: bool, value: Mapping[str, Any]) -> None:
        if protocol != "th":
            self._set("protocol", protocol, True)
        pairs = [each["range"] if isinstance(each, dict) and "range" in each else [each, each] for each in values]
        if all(isinstance(port, int) for pair in pairs for port in pair):
            self._set("ports", [list(pair) for pair in pairs], is_equal)
        else:
            self.condition(_shown({"match": value}))

    def _values(self, right: Any) -> tuple[Any, ...] | None:
        """The values on the right of a match, or None if they are not known."""
        if isinstance(right, str) and right.startswith("@"):
            named = self._sets.get(right[1:], {})
            if {"dynamic", "timeout"} & {*named.get("flags", ())} or "elem" not in named:
                return None
            right = {"set": named["elem"]}
        if isinstance(right, dict) and "set" in right:
            values = tuple(map(_element, right["set"]))
            return None if any(isinstance(each, list) for each in values) else values
        return tuple(right) if isinstance(right, list) else (right,)

    def _set(self, key: str, value: object, is_equal: bool) -> None:
        if key in self._match and self._match[key] != value:
            self.condition(f"{key} is also {value}")
            return
        self._match[key] = value
        if not is_equal and key not in self._negated:
            self._negated.append(key)

    def _several(self, key: str, values: tuple[str, ...], is_equal: bool, value: Mapping[str, Any]) -> None:
        if not values or "" in values:
            self.condition(_shown({"match": value}))
        elif len(values) == 1:
            self._set(key, values[0], is_equal)
        elif is_equal:
            self._options[key] = values
        elif len(self._excluded) or len(values) > 16:
            self.condition(_shown({"match": value}))
        else:
            self._excluded[key] = values

    def rules(self, kind: str, value: Any) -> Iterator[ReadRule]:
        """Yield the rules with a verdict of nft."""
        match = {**self._match, **({"negated": self._negated} if self._negated else {})}
        translated = None
        if kind in ("jump", "goto"):
            verdict, target = kind, value["target"]
        else:
            verdict, target = kind if kind in _VERDICTS else "unknown", ""
        if kind == "snat":
            translated = _range(value)
            verdict = "snat" if translated else "masquerade"
        if verdict == "unknown":
            match, verdict = with_condition(match, f"nft's {kind} drops it"), "drop"
        if self._excluded and verdict in ("return", "goto"):
            for key, values in self._excluded.items():
                match = with_condition(match, f"{key} is none of {', '.join(values)}")
        elif self._excluded:
            # A rule names only one value that must not match, so a nested list excludes each before the verdict.
            left = [ReadRule({key: each}, "return") for key, values in self._excluded.items() for each in values]
            nested = (*left, ReadRule({}, verdict, target, translated))
            yield ReadRule(match, "rules", options=self._options, nested=nested)
            return
        yield ReadRule(match, verdict, target, translated, self._options)


def _element(value: Any) -> Any:
    """Return an element of a set without its timeout, counter or comment."""
    return value["elem"]["val"] if isinstance(value, dict) and "elem" in value else value


def _subnets(value: Any) -> Iterator[str]:
    """Yield the subnets that an address, prefix or range of nft means; an empty text if it is something else."""
    try:
        if isinstance(value, dict) and "prefix" in value:
            yield str(ip_network(f"{value['prefix']['addr']}/{value['prefix']['len']}", strict=False))
        elif isinstance(value, dict) and "range" in value:
            first, last = map(ip_address, value["range"])
            yield from map(str, summarize_address_range(first, last))
        else:
            yield str(ip_network(value))
    except (ValueError, TypeError):
        yield ""


def _range(value: Any) -> tuple[str, str] | None:
    address = (value or {}).get("addr")
    ends: list[Any] = address["range"] if isinstance(address, dict) and "range" in address else [address, address]
    try:
        return str(ip_address(ends[0])), str(ip_address(ends[1]))
    except (ValueError, TypeError):
        return None


def _shown(expression: Any) -> str:
    """Return an expression about as nft writes it, for a person."""
    if isinstance(expression, list):
        return ", ".join(map(_shown, expression))
    if not isinstance(expression, dict):
        return str(expression)
    words: list[str] = []
    for key, value in expression.items():
        if key == "match":
            operator = "" if value["op"] in ("==", "in") else f" {value['op']}"
            words.append(f"{_shown(value['left'])}{operator} {_shown(value['right'])}")
        elif key == "payload" and isinstance(value, dict):
            words.append(" ".join(str(each) for each in value.values()))
        elif key in ("set", "range", "prefix", "concat"):
            marks = {"set": ("{ ", " }"), "range": ("", ""), "prefix": ("", ""), "concat": ("", "")}[key]
            parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,)
            joint = {"set": ", ", "range": "-", "prefix": "/", "concat": " . "}[key]
            words.append(marks[0] + joint.join(map(_shown, parts)) + marks[1])
        elif isinstance(value, dict):
            words.append(f"{key} " + " ".join(_shown(each) for each in value.values()))
        else:
            words.append(f"{key} {_shown(value)}" if value is not None else key)
    return " ".join(words)
