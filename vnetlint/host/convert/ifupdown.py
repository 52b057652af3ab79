"""Ifupdown: /etc/network/interfaces and the files that it sources, also as ifupdown2 and Proxmox write it."""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from ipaddress import ip_interface

from vnetlint.host.convert.draft import Draft, LinkDraft
from vnetlint.host.convert.sources import (
    MAX_FILES,
    ConversionError,
    FilePlace,
    PlacedText,
    files_in,
    mtu_of,
    next_hop,
    one_of,
    read_text,
    shown,
)

MAX_DEPTH = 10
"""How deep files may source, and stanzas inherit from, each other."""
_ETC = "/etc/network/"
_LISTS = ("auto", "allow-auto", "allow-hotplug", "allow-boot", "allow-ovs")
_SKIPPED = ("no-auto-down", "no-scripts", "rename", "allow-")
_SOURCES = ("source", "source-directory")
_SOURCED_NAME = re.compile(r"[A-Za-z0-9_-]+")
_SHELL = re.compile(r"[$`~{}()|&;<>\"'\\]")
_ON_PARENT = re.compile(r"(?P<parent>[^.:]+)\.(?P<id>\d+)")
_COMMAND = re.compile(
    r"(?:/(?:usr/)?s?bin/)?ip +(?P<six>-6 +|-4 +)?route +(?:add|replace) +(?P<to>[0-9a-fA-F.:/]+|default)"
    r"(?: +via +(?P<via>[0-9a-fA-F.:]+))?(?: +dev +(?P<dev>\S+))?(?: +metric +\d+)?(?: *(?:\|\| *true|\|\| *:))?"
)
_UP = ("up", "post-up", "pre-up")
_ANOTHER_ROUTE = re.compile(r"\broute\s+(?:add|replace)\b|\bip\s+(?:-\d\s+)?addr(?:ess)?\s+add\b|\bbrctl\s+addif\b")
_OVS = {"OVSBridge": "ovs", "OVSBond": "bond", "OVSIntPort": "other", "OVSPort": "nic", "OVSTunnel": "other"}
_BOND_KEYS = ("bond-slaves", "slaves", "bond-mode", "bond-miimon")
_NO_PORTS = ("none",)


@dataclass
class _Stanza:
    """An `iface` stanza."""

    name: PlacedText
    family: str
    method: str
    options: list[tuple[str, PlacedText]] = field(default_factory=list)
    inherits: str | None = None

    def all(self, *keys: str) -> list[PlacedText]:
        """Return the values of an option, which may be spelt in several ways."""
        return [value for key, value in self.options if key in keys]

    def get(self, *keys: str) -> PlacedText | None:
        """Return the last value of an option."""
        return next(iter(reversed(self.all(*keys))), None)

    def words(self, *keys: str) -> list[PlacedText]:
        """Return the words of all values of an option."""
        return [PlacedText(word, each.place) for each in self.all(*keys) for word in each.value.split()]


@dataclass
class _Config:
    """What the files say, in their order."""

    draft: Draft
    stanzas: list[_Stanza] = field(default_factory=list)
    started: list[str] = field(default_factory=list)
    """The names, and patterns with a slash, that `auto` and the like list."""
    files: list[str] = field(default_factory=list)


def describe(paths: Sequence[str], draft: Draft) -> None:
    """Add what files of ifupdown describe to a draft."""
    config = _Config(draft)
    for path in _mains(paths):
        _read(path, config, 0)
    first: dict[str, _Stanza] = {}
    for each in config.stanzas:
        first.setdefault(each.name.value, each)
    inherited = [_inherited(each, first) for each in config.stanzas]
    for each, options in zip(config.stanzas, inherited, strict=True):
        each.options = [*options, *each.options]
    templates = {each.inherits for each in config.stanzas}
    for each in config.stanzas:
        if each.name.value not in templates:
            _describe(each, config)
    _note_router_advertisements(config)
    _remark_not_started(config)


def _mains(paths: Sequence[str]) -> list[str]:
    """Return the files to begin with: of a folder, its file `interfaces`, or else all that could be sourced."""
    found = []
    for path in paths:
        main = os.path.join(path, "interfaces")
        found += [main] if os.path.isfile(main) else files_in([path], _is_sourced, "a file named interfaces")
    return found


def _is_sourced(name: str) -> bool:
    return _SOURCED_NAME.fullmatch(name) is not None or name.endswith((".cfg", ".conf"))


def _read(path: str, config: _Config, depth: int) -> None:
    if os.path.realpath(path) in config.files:
        return
    if depth > MAX_DEPTH or len(config.files) >= MAX_FILES:
        raise ConversionError(f"{path}: sourced too deeply: expected at most {MAX_DEPTH} levels and {MAX_FILES} files")
    config.files.append(os.path.realpath(path))
    stanza: _Stanza | None = None
    for line, place in _lines(path, read_text(path)):
        words = line.split()
        key, rest = words[0], line[len(words[0]) :].strip()
        if key == "iface":
            stanza = _stanza(words, place)
            config.stanzas.append(stanza)
        elif key in _SOURCES:
            stanza = None
            for each in _sourced(path, key, PlacedText(rest, place), config.draft):
                _read(each, config, depth + 1)
        elif key == "mapping":
            stanza = _Stanza(PlacedText("lo", place), "", "")
            config.draft.remark(f"{place}: left out, because a mapping names its interface only when a script runs")
        elif key in _LISTS:
            stanza = None
            config.started += words[1:]
        elif key.startswith(_SKIPPED):
            stanza = None
            if key == "rename":
                config.draft.remark(f"{place}: `rename` is left out; the inventory has the names of the stanzas")
        elif stanza is None:
            raise place.error(f"expected a stanza such as 'iface NAME inet static', not '{shown(line)}'")
        else:
            stanza.options.append((key.replace("_", "-"), PlacedText(rest, place)))


def _lines(path: str, text: str) -> Iterator[tuple[str, FilePlace]]:
    """The lines, joined where one ends in a backslash, without comments and empty ones."""
    whole, start = "", 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not whole and line.lstrip().startswith("#"):
            continue
        start = start or number
        if line.endswith("\\"):
            whole += line[:-1] + " "
            continue
        joined = (whole + line).strip()
        if joined:
            yield joined, FilePlace(path, start)
        whole, start = "", 0
    if whole.strip():
        yield whole.strip(), FilePlace(path, start)


def _stanza(words: list[str], place: FilePlace) -> _Stanza:
    if len(words) < 2:
        raise place.error("expected 'iface NAME inet METHOD', not 'iface'")
    name = PlacedText(words[1], place)
    rest = words[2:]
    inherits = None
    if "inherits" in rest:
        at = rest.index("inherits")
        inherits = next(iter(rest[at + 1 :]), None)
        rest = rest[:at]
    if rest and rest[0] not in ("inet", "inet6", "ipx", "can"):
        raise place.error(f"unknown address family '{shown(rest[0])}': expected inet or inet6")
    if len(rest) == 1:
        raise place.error(f"expected a method after {rest[0]}, such as static, dhcp or manual")
    # Ifupdown2 needs neither family nor method.
    family, method = rest[:2] or ("inet", "static")
    return _Stanza(name, family, method, inherits=inherits)


def _sourced(path: str, key: str, pattern: PlacedText, draft: Draft) -> list[str]:
    """Return the files that a line sources. Only files below the folder of the file itself are read."""
    folder = os.path.dirname(path)
    # The files may be a copy: what is in /etc/network there is beside the copy.
    wanted = pattern.value.removeprefix(_ETC)
    steps = os.path.normpath(wanted).split("/")
    if wanted.startswith("/") or ".." in steps or _SHELL.search(wanted) or not wanted:
        draft.remark(
            f"{pattern.place}: '{shown(pattern.value)}' is not read, because it is not a plain path below {_ETC[:-1]}; "
            "name it as a path of its own"
        )
        return []
    found = [folder]
    for step in steps:
        found = [os.path.join(each, name) for each in found for name in _entries(each, step)]
    if key == "source-directory":
        return [
            file
            for each in found
            if os.path.isdir(each)
            for name in _entries(each, "*")
            if _SOURCED_NAME.fullmatch(name) and os.path.isfile(file := os.path.join(each, name))
        ]
    return [each for each in found if os.path.isfile(each)]


def _entries(folder: str, pattern: str) -> list[str]:
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return []
    return [each for each in names if fnmatchcase(each, pattern) and each.startswith(".") == pattern.startswith(".")]


def _inherited(stanza: _Stanza, first: dict[str, _Stanza]) -> list[tuple[str, PlacedText]]:
    """Return the options of the templates that a stanza extends, the outermost first."""
    found: list[tuple[str, PlacedText]] = []
    wanted, depth = stanza.inherits, 0
    while wanted:
        above, depth = first.get(wanted), depth + 1
        if above is None:
            raise stanza.name.place.error(f"no stanza '{shown(wanted)}' to inherit from")
        if depth > MAX_DEPTH:
            raise stanza.name.place.error(f"inherits too deeply: expected at most {MAX_DEPTH} levels")
        found = [*above.options, *found]
        wanted = above.inherits
    return found


def _describe(stanza: _Stanza, config: _Config) -> None:
    draft = config.draft
    if stanza.method == "":
        return
    # `eth0:1` is another address of eth0.
    name = PlacedText(stanza.name.value.partition(":")[0], stanza.name.place)
    addresses = stanza.words("address")
    if stanza.method == "loopback" and not addresses:
        return
    link = draft.link(name)
    link.kind = "other" if stanza.method == "loopback" else link.kind
    mtu = stanza.get("mtu")
    link.mtu = mtu_of(mtu) if mtu else link.mtu
    _stacked(stanza, link, draft)
    _ports(stanza, link, draft)
    _assigned(stanza, link, addresses)
    gateway = stanza.get("gateway")
    if gateway and stanza.method == "static":
        for word in gateway.value.split():
            draft.route(link.name, None, PlacedText(word, gateway.place))
    for key, text in stanza.options:
        if key in _UP:
            _command(text, link, draft)
    if stanza.get("vrf") or stanza.get("vrf-table"):
        draft.remark(f"{link.name} belongs to a VRF, whose routing table the inventory leaves out")


def _stacked(stanza: _Stanza, link: LinkDraft, draft: Draft) -> None:
    raw, on_parent = stanza.get("vlan-raw-device"), _ON_PARENT.fullmatch(link.name)
    if raw:
        link.kind, link.parent = "vlan", draft.link(raw).name
    elif on_parent and int(on_parent["id"][:5]) < 4096:
        link.kind = "vlan"
        link.parent = draft.link(PlacedText(on_parent["parent"], stanza.name.place)).name
    if any(key.startswith(("wpa-", "wireless-")) for key, _ in stanza.options):
        link.wireless = True


def _ports(stanza: _Stanza, link: LinkDraft, draft: Draft) -> None:
    bridge_ports = stanza.get("bridge-ports")
    ovs = stanza.get("ovs-type")
    if ovs:
        link.kind = _OVS.get(ovs.value, link.kind)
    elif bridge_ports is not None or any(key.startswith("bridge-") for key, _ in stanza.options):
        link.kind = link.kind if link.kind == "vlan" else "bridge"
    elif stanza.get(*_BOND_KEYS):
        link.kind = "bond"
    if link.kind in ("bridge", "ovs", "bond"):
        link.add_ports()
    for word in stanza.words("bridge-ports", "ovs-ports", "ovs-bonds", "bond-slaves", "slaves"):
        if word.value in _NO_PORTS:
            continue
        if word.value in ("all", "regex", "noregex") or not re.fullmatch(r"[\w.@-]+", word.value):
            link.ports_unknown = True
            draft.remark(
                f"{word.place}: '{shown(word.value)}' does not name ports, so those of {link.name} are unknown"
            )
            return
        link.add_ports(draft.link(word).name)
    master = stanza.get("bond-master", "ovs-bridge")
    if master:
        link.master = draft.link(master).name


def _assigned(stanza: _Stanza, link: LinkDraft, addresses: list[PlacedText]) -> None:
    """Add the addresses of a stanza, and note those that come from elsewhere."""
    netmask = stanza.get("netmask")
    if stanza.method in ("static", "loopback", "manual"):
        for each in addresses if stanza.method != "manual" else ():
            link.address(_with_prefix(each, netmask, stanza.family))
    elif stanza.method in ("dhcp", "bootp", "ppp", "wvdial", "auto"):
        six = stanza.family == "inet6"
        if stanza.method != "auto" or not six:
            link.dhcp.add("ipv6" if six else "ipv4")
        if six:
            link.advertised = True
    accepts = stanza.get("accept-ra")
    if accepts and stanza.family == "inet6":
        if accepts.value not in ("0", "1", "2"):
            raise accepts.place.error(f"invalid value '{shown(accepts.value)}' for accept_ra: expected 0, 1 or 2")
        link.accept_ra = int(accepts.value)
        link.advertised = accepts.value != "0"


def _with_prefix(address: PlacedText, netmask: PlacedText | None, family: str) -> PlacedText:
    value = address.value
    if "/" in value or (family == "inet6" and netmask is None):
        return address
    if netmask is not None:
        return PlacedText(f"{value}/{netmask.value}", address.place)
    # As ifupdown does, by the classes of old.
    first = int(str(one_of(address, ip_interface, "an address such as 192.168.50.10/24").ip).partition(".")[0])
    return PlacedText(
        f"{value}/{8 if first < 128 else 16 if first < 192 else 24 if first < 224 else 32}", address.place
    )


def _command(text: PlacedText, link: LinkDraft, draft: Draft) -> None:
    """Add the route that a plain command adds; others are remarked on if they change what the inventory has."""
    command = text.value.replace("$IFACE", link.name).replace("${IFACE}", link.name)
    found = _COMMAND.fullmatch(command.strip())
    if found and (found["via"] or found["dev"]):
        dev = draft.link(PlacedText(found["dev"], text.place)).name if found["dev"] else None
        via = PlacedText(found["via"], text.place) if found["via"] else None
        to = found["to"]
        if to == "default" and found["six"] and not via:
            to = "::/0"
        if via:
            next_hop(via)
        draft.route(dev or link.name, PlacedText(to, text.place), via)
    elif _ANOTHER_ROUTE.search(command):
        draft.remark(f"{text.place}: the command '{shown(text.value)}' is left out: the inventory runs nothing")
    elif re.search(r"net\.ipv[46]\.|/proc/sys/net/ipv[46]/", command):
        _forwarding(command, draft)


def _forwarding(command: str, draft: Draft) -> None:
    if re.search(
        r"(?:ip_forward|ipv4[./]conf[./]all[./]forwarding)\s*=\s*1|echo +[\"']?1[\"']? *> *\S*/ip_forward", command
    ):
        draft.forwarding["ipv4"] = True
    if re.search(r"ipv6\.conf\.all\.forwarding\s*=\s*1|echo +[\"']?1[\"']? *> *\S*/ipv6/conf/all/forwarding", command):
        draft.forwarding["ipv6"] = True


def _note_router_advertisements(config: _Config) -> None:
    """Note what the kernel does by itself: it accepts advertisements unless a file says otherwise."""
    ports = {port for link in config.draft.links.values() for port in link.ports or ()}
    for name in dict.fromkeys(each.name.value for each in config.stanzas):
        link = config.draft.links.get(name)
        if link and link.kind != "other" and not (name in ports or link.master):
            link.advertised = link.accept_ra != 0


def _remark_not_started(config: _Config) -> None:
    """Remark on interfaces with addresses that no file starts at boot."""
    patterns = [each.partition("=")[0].split("/")[1] for each in config.started if each.count("/") in (1, 2)]
    for link in config.draft.links.values():
        named = link.name in config.started or any(fnmatchcase(link.name, each) for each in patterns if each)
        if not named and (link.addresses or link.dhcp):
            config.draft.remark(f"{link.name} is not started at boot (auto); the inventory has it as if it were up")
