"""A measured scenario as files and an inventory: what the host, the LAN and the guests are, without what was measured.

The scenarios were run on a host `eth0` 192.168.50.10 whose LAN has a machine, a router and behind it an Internet. Their
options and the shell commands that prepared the host are turned into an inventory, as an administrator would write it.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from ipaddress import ip_address, ip_interface, ip_network
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import quoteattr

PORT = 5555
UPLINK = {4: "192.168.50.10", 6: "fd50::10"}
SECOND = {4: "192.168.60.10", 6: "fd60::10"}
SYSCTL = re.compile(
    r"(?:echo\s+(?P<echoed>\d)\s*>\s*/proc/sys/(?P<path>\S+)|sysctl\s+-\S*\s*(?P<name>[\w./]+)=(?P<set>\d))"
)


def files_of(scenario: dict[str, Any], filters: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a scenario: its networks, those of its network filters that are at hand, and its guests."""
    files = {f"network{place}.xml": each["xml"] for place, each in enumerate(scenario["networks"])}
    for name in scenario["steps"].get("filters", []):
        if name in filters:
            files[f"filter-{name.replace('/', '-')}"] = filters[name]
    for guest in scenario["guests"]:
        files[f"{guest['name']}.xml"] = _domain(
            guest, [each for each in scenario["attached"] if each["guest"] == guest["name"]]
        )
    return files


def _domain(guest: dict[str, Any], attached: list[dict[str, Any]]) -> str:
    specs = guest.get("ifaces") or [guest]
    nics = "".join(_interface(spec, each.get("mac")) for spec, each in zip(specs, attached, strict=False))
    return f"<domain type='qemu'><name>{guest['name']}</name><devices>{nics}</devices></domain>\n"


def _interface(spec: dict[str, Any], mac: str | None) -> str:
    if spec.get("network"):
        head, source = "network", f"<source network={quoteattr(spec['network'])}/>"
    elif spec.get("bridge"):
        head, source = "bridge", f"<source bridge={quoteattr(spec['bridge'])}/>"
    else:
        head, source = "direct", f"<source dev={quoteattr(spec['dev'])} mode={quoteattr(spec.get('macvtap', 'vepa'))}/>"
    parameters = "".join(
        f"<parameter name={quoteattr(name)} value={quoteattr(value)}/>"
        for name, value in spec.get("params", {}).items()
    )
    reference = f"<filterref filter={quoteattr(spec['filter'])}>{parameters}</filterref>" if spec.get("filter") else ""
    port = "<port isolated='yes'/>" if spec.get("isolated") else ""
    address = f"<mac address='{mac}'/>" if mac else ""
    return f"<interface type='{head}'>{address}{source}{reference}{port}</interface>"


def inventory_of(scenario: dict[str, Any], libvirt: dict[str, str]) -> dict[str, Any]:
    """Return the inventory of a scenario's host."""
    options = scenario["topology"]
    host = _Host(options)
    for command in options.get("host_pre", []):
        host.run(command)
    host.start_networks()
    steps = scenario["steps"]
    for command in [*steps.get("post", []), *steps.get("late", [])]:
        host.run(command)
    if host.is_switched:
        # Set once the networks run, so it is the setting of a host where they do.
        state = scenario["host_state"]
        host.forwarding = {
            "ipv4": state["net/ipv4/ip_forward"] == "1",
            "ipv6": state["net/ipv6/conf/all/forwarding"] == "1",
        }
    if options.get("ra") and options.get("host_lan6") == "none":
        host.advertised(scenario["pairs"])
    failed = {each["cmd"].split()[-1] for each in scenario["virsh"] if each["rc"]}
    names = [(each["file"], _name_of(each["xml"])) for each in scenario["networks"]]
    stopped = [{"name": name, "active": False} for _, name in names if name in failed]
    running = [{"name": name, "active": True} for _, name in names if name not in failed] if host.is_switched else []
    return {
        "version": 1, **libvirt, "interfaces": list(host.links.values()), "routes": host.routes,
        "forwarding": host.forwarding, "bridge_netfilter": bool(options.get("brnf")),
        "reverse_path_filter": options.get("rp_filter") or 0, "firewall": list(host.firewall()), "firewalld_zones": [],
        "networks": [*stopped, *running],
        "guests": [_guest(each, scenario) for each in scenario["guests"]],
        "machines": list(_machines(options)), "upstream": _upstream(options),
    }  # fmt: skip


def _name_of(xml: str) -> str:
    try:
        return ElementTree.fromstring(xml).findtext("name") or ""
    except ElementTree.ParseError:
        return ""


def refused_files(scenario: dict[str, Any]) -> set[str]:
    """Return the files of networks that libvirt refused to define, and that the host therefore does not have."""
    refused = {
        each["cmd"].split()[-1] for each in scenario["virsh"] if each["rc"] and each["cmd"].startswith("net-define")
    }
    return {f"network{place}.xml" for place, each in enumerate(scenario["networks"]) if each["file"] in refused}


class _Host:
    """The host while its commands run."""

    def __init__(self, options: dict[str, Any]) -> None:
        up = options.get("host_bridge") or "eth0"
        self.links: dict[str, dict[str, Any]] = {"eth0": {"name": "eth0", "kind": "nic", "addresses": []}}
        if up != "eth0":
            self.links["eth0"]["master"] = up
            self.links[up] = {"name": up, "kind": "bridge", "addresses": [], "ports": ["eth0"]}
        for each in options.get("empty_bridges", []):
            name = each if isinstance(each, str) else each["name"]
            addresses = [] if isinstance(each, str) else each.get("addr", [])
            self.links[name] = {"name": name, "kind": "bridge", "addresses": list(addresses), "ports": []}
        self.links[up]["addresses"] = ["192.168.50.10/24"]
        self.routes: list[dict[str, str]] = [{"to": "default", "via": "192.168.50.1", "dev": up}]
        if options.get("host_lan6", "static") == "static":
            self.links[up]["addresses"].append("fd50::10/64")
            self.routes.append({"to": "default", "via": "fd50::1", "dev": up})
        if options.get("eth1"):
            own = ["192.168.60.10/24", "fd60::10/64"] if options.get("eth1_addr", True) else []
            self.links["eth1"] = {"name": "eth1", "kind": "nic", "addresses": own}
        self.up = up
        self.forwarding = {"ipv4": bool(options.get("host_ip_forward")), "ipv6": bool(options.get("host_ip6_forward"))}
        self.chains: dict[tuple[str, str, str], dict[str, Any]] = {}
        self.at: dict[tuple[str, str, str], int | None] = {}
        self.started = False
        self.is_switched = False
        """Whether forwarding was set after the networks were started."""

    def start_networks(self) -> None:
        """Let libvirt put its rules at the head of the chains."""
        self.started = True
        for key in self.chains:
            self.at[key] = 0

    def run(self, command: str) -> None:
        """Apply a command of the shell."""
        found = SYSCTL.search(command)
        words = shlex.split(command)
        if found is not None:
            self._sysctl((found["path"] or found["name"]).replace(".", "/"), int(found["echoed"] or found["set"]))
        elif words[:1] in (["iptables"], ["ip6tables"]):
            self._iptables("ipv4" if words[0] == "iptables" else "ipv6", words[1:])
        elif words[:1] == ["ip"]:
            self._ip([word for word in words[1:] if word not in ("-4", "-6")])

    def _sysctl(self, path: str, value: int) -> None:
        if path == "net/ipv4/ip_forward":
            self.forwarding["ipv4"], self.is_switched = bool(value), self.started
        elif path == "net/ipv6/conf/all/forwarding":
            self.forwarding["ipv6"], self.is_switched = bool(value), self.started

    def _ip(self, words: list[str]) -> None:
        device = words[words.index("dev") + 1] if "dev" in words else None
        match words[:2]:
            case ["addr" | "address" | "a", "add"]:
                self.links.setdefault(str(device), {"name": device, "addresses": []})["addresses"].append(words[2])
            case ["addr" | "address" | "a", "flush"]:
                self.links[str(device)]["addresses"] = []
                # IPv6 routes outlive the addresses of their device.
                self.routes = [each for each in self.routes if each.get("dev") != device or ":" in each.get("via", "")]
            case ["addr" | "address" | "a", "del"]:
                self.links[str(device)]["addresses"].remove(words[2])
            case ["route" | "r", "add" | "replace"]:
                via = {"via": words[words.index("via") + 1]} if "via" in words else {}
                self.routes.append({"to": words[2], **via, **({"dev": device} if device else {})})
            case ["route" | "r", "del"]:
                self.routes = [each for each in self.routes if each["to"] != words[2]]
            case ["link" | "l", "add"]:
                name = next(each for each in words[2:] if each not in ("name", "dev"))
                kind = words[words.index("type") + 1] if "type" in words else "other"
                known = kind if kind in ("bridge", "dummy", "vlan", "veth", "bond") else "other"
                self.links[name] = {
                    "name": name,
                    "kind": known,
                    "addresses": [],
                    **({"ports": []} if kind == "bridge" else {}),
                }
            case ["link" | "l", "set"]:
                name = device or words[2]
                if "down" in words and name in self.links:
                    self.links[name]["up"] = False
                if "master" in words and name in self.links:
                    self.links[name]["master"] = words[words.index("master") + 1]

    def _iptables(self, family: str, words: list[str]) -> None:
        table = "filter"
        if "-t" in words:
            at = words.index("-t")
            table = words[at + 1]
            words = words[:at] + words[at + 2 :]
        if words[0] in ("-w", "--wait"):
            words = words[1:]
        action, chain, rest = words[0], words[1] if len(words) > 1 else None, words[2:]
        if action == "-F":
            for key in [each for each in self._keys(family, table) if chain in (None, each[2])]:
                self.chains[key]["rules"] = []
                self.at[key] = None if self.started else 0
            return
        if chain is None:
            return
        key = (family, table, chain)
        found = self._chain(key)
        self.at.setdefault(key, 0)
        if action == "-P":
            found["policy"] = rest[0].lower()
        elif action == "-A":
            found["rules"].append(rest)
        elif action == "-D" and rest in found["rules"]:
            found["rules"].remove(rest)
        elif action == "-I":
            place = int(rest[0]) - 1 if rest and rest[0].isdigit() else 0
            found["rules"].insert(place, rest[1:] if rest and rest[0].isdigit() else rest)
            if self.started and place == 0 and self.at[key] is not None:
                self.at[key] = int(self.at[key] or 0) + 1

    def _keys(self, family: str, table: str) -> list[tuple[str, str, str]]:
        hooks = ("INPUT", "FORWARD", "OUTPUT") if table == "filter" else ("POSTROUTING",)
        for hook in hooks:
            self._chain((family, table, hook))
        return [key for key in self.chains if key[:2] == (family, table)]

    def _chain(self, key: tuple[str, str, str]) -> dict[str, Any]:
        """Return a chain; the kernel asks one that was made after libvirt's table before it."""
        return self.chains.setdefault(key, {"policy": None, "rules": [], "asked_first": self.started})

    def firewall(self) -> Iterator[dict[str, Any]]:
        """Yield the chains as the inventory writes them."""
        for key, chain in self.chains.items():
            family, table, name = key
            if name in ("INPUT", "FORWARD", "OUTPUT", "POSTROUTING") and table in ("filter", "nat"):
                yield {
                    "family": family, "hook": name.lower(), "policy": chain["policy"] or "accept",
                    "rules": list(self._rules(family, table, chain["rules"])), "libvirt_at": self.at.get(key, 0),
                    "asked_first": chain["asked_first"],
                }  # fmt: skip

    def _rules(self, family: str, table: str, rules: Iterable[list[str]]) -> Iterator[dict[str, Any]]:
        for words in rules:
            rule = _rule(words)
            target = rule.pop("target", None)
            jump = self.chains.get((family, table, str(target)))
            if jump is not None:
                rule |= {"verdict": "rules", "rules": list(self._rules(family, table, jump["rules"]))}
            yield rule

    def advertised(self, pairs: list[dict[str, Any]]) -> None:
        """Note the address and route that a router advertisement gave the host; only the measurement has them."""
        own = next(
            (each["dst_addr"] for each in pairs if each["dst"] == f"host({self.up})" and each["family"] == 6), None
        )
        if own is not None:
            self.links[self.up]["addresses"].append(f"{own}/64")
            self.routes.append({"to": "default", "via": "fd50::1", "dev": self.up})


VERDICTS = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "reject", "RETURN": "return", "MASQUERADE": "masquerade"}
KEYS = {
    "-i": "in", "-o": "out", "-s": "from", "-d": "to", "-p": "protocol", "--dport": "ports", "--dports": "ports",
    "--ctstate": "states", "--state": "states",
}  # fmt: skip
LONG = {"--in-interface": "-i", "--out-interface": "-o", "--source": "-s", "--destination": "-d", "--protocol": "-p"}
READ: dict[str, Callable[[str], Any]] = {
    "protocol": lambda value: {"icmpv6": "icmp", "ipv6-icmp": "icmp"}.get(value, value),
    "ports": lambda value: [[int(end) for end in (part.split(":") * 2)[:2]] for part in value.split(",")],
    "states": lambda value: value.lower().split(","),
}


IGNORED = frozenset(("-m", "--match", "--reject-with", "--comment", "-w", "--wait"))
"""What does not change whom a rule is about."""


def _options(words: list[str]) -> Iterator[tuple[str, str, bool]]:
    """Yield the options of a rule, each with its value, and whether it is negated."""
    negated, waiting = False, list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "!":
            negated = True
            continue
        if waiting and waiting[0] == "!":
            negated = bool(waiting.pop(0))
        has_value = bool(waiting) and not waiting[0].startswith("-")
        yield LONG.get(word, word), waiting.pop(0) if has_value else "", negated
        negated = False


def _rule(words: list[str]) -> dict[str, Any]:
    """Return a rule of iptables as the inventory writes it; what it cannot express is a condition in words."""
    rule: dict[str, Any] = {"verdict": "none", "negated": []}
    unknown: list[str] = []
    for option, value, negated in _options(words):
        if option in ("--icmp-type", "--icmpv6-type"):
            if value not in ("echo-request", "8", "128"):
                # Neighbour discovery is no part of what is asked.
                return {"verdict": "none"}
        elif option in KEYS:
            key = KEYS[option]
            rule[key] = READ.get(key, str)(value)
            if negated:
                rule["negated"].append(key)
        elif option in ("-j", "--jump"):
            rule |= {"verdict": VERDICTS.get(value, "none"), "target": value}
        elif option == "--to-source":
            rule |= {"verdict": "snat", "translated": [value.split("-")[0], value.split("-")[-1]]}
        elif option not in IGNORED:
            unknown.append(f"{option} {value}".strip())
    return {**rule, **({"if": ", ".join(unknown)} if unknown else {})}


def _machines(options: dict[str, Any]) -> Iterator[dict[str, Any]]:
    routes = [{"to": "default", "via": "192.168.50.1"}, {"to": "default", "via": "fd50::1"}]
    routes += [{"to": each, "via": UPLINK[_version(each)]} for each in options.get("lanhost_routes", [])]
    yield {"name": "lanhost", "on": "eth0", "addresses": ["192.168.50.20/24", "fd50::20/64"], "routes": routes}
    if options.get("eth1"):
        back = [{"to": each, "via": SECOND[_version(each)]} for each in options.get("lan2_route_back", [])]
        yield {"name": "lan2host", "on": "eth1", "addresses": ["192.168.60.20/24", "fd60::20/64"], "routes": back}
    outward = [{"to": "default", "via": "203.0.113.1"}, {"to": "default", "via": "2001:db8:113::1"}]
    addresses = ["203.0.113.50/24", "2001:db8:113::50/64"]
    yield {"name": "internet", "on": "internet", "addresses": addresses, "routes": outward}


def _version(subnet: str) -> int:
    return ip_network(subnet, strict=False).version


def _upstream(options: dict[str, Any]) -> dict[str, Any]:
    return {
        "routes": [{"to": each, "via": UPLINK[_version(each)]} for each in options.get("route_back", [])],
        "hairpin": bool(options.get("hairpin")), "translates": ["ipv4"] if options.get("router_nat") else [],
        "addresses": ["203.0.113.1", "2001:db8:113::1"], "inbound": True,
        "on": "eth0", "gateways": ["192.168.50.1/24", "fd50::1/64"],
    }  # fmt: skip


def _guest(guest: dict[str, Any], scenario: dict[str, Any]) -> dict[str, Any]:
    """Return what a guest configures itself: its addresses, and the routes that it does not get from libvirt."""
    attached = [each for each in scenario["attached"] if each["guest"] == guest["name"]]
    specs = guest.get("ifaces") or [guest]
    nics, routes = [], []
    for place, (spec, each) in enumerate(zip(specs, attached, strict=False)):
        automatic, addresses = [], []
        for version in (4, 6):
            found = each.get(f"all{version}") or []
            addresses += [f"{address}/{_length(address, spec, scenario)}" for address in found]
            gateway = each.get(f"gw{version}")
            given = spec.get(f"ip{version}")
            if found and (
                gateway == "ra" or (gateway in ("none", None) and given is None and _has_dhcp(found[0], scenario))
            ):
                automatic.append(f"ipv{version}")
            elif gateway not in ("none", "ra", None):
                routes.append({"to": "default", "via": gateway, "nic": place})
        nics.append({"mac": each.get("mac"), "addresses": addresses, "automatic": automatic})
    for text in guest.get("routes", []):
        words = text.split()
        device = int(words[words.index("dev") + 1].removeprefix("eth")) if "dev" in words else 0
        routes.append(
            {"to": words[0], "nic": device, **({"via": words[words.index("via") + 1]} if "via" in words else {})}
        )
    return {"name": guest["name"], "nics": nics, "routes": routes, "forwarding": bool(guest.get("forward"))}


def _ips(scenario: dict[str, Any]) -> Iterator[tuple[Any, bool]]:
    for each in scenario["networks"]:
        try:
            root = ElementTree.fromstring(each["xml"])
        except ElementTree.ParseError:
            continue
        for ip in root.findall("ip"):
            length = ip.get("prefix") or ip.get("netmask")
            yield ip_interface(f"{ip.get('address')}/{length}").network, ip.find("dhcp") is not None


def _length(address: str, spec: dict[str, Any], scenario: dict[str, Any]) -> int:
    version = ip_address(address).version
    given = spec.get(f"ip{version}")
    if given and given.split("/")[0] == address:
        return ip_interface(given).network.prefixlen
    inside = (subnet for subnet, _ in _ips(scenario) if subnet.version == version and ip_address(address) in subnet)
    return next((subnet.prefixlen for subnet in inside), 24 if version == 4 else 64)


def _has_dhcp(address: str, scenario: dict[str, Any]) -> bool:
    return any(
        dhcp and ip_address(address).version == subnet.version and ip_address(address) in subnet
        for subnet, dhcp in _ips(scenario)
    )
