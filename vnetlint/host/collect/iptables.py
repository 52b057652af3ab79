"""The firewall in the output of `iptables-save` and `ip6tables-save`."""

import shlex
from collections.abc import Iterator
from ipaddress import ip_address, summarize_address_range
from typing import NamedTuple

from vnetlint.host.collect.chains import PlainPart, ReadChain, ReadRule, inventory_chains, may_drop, with_condition

_HOOKS = {"INPUT": "input", "FORWARD": "forward", "OUTPUT": "output", "POSTROUTING": "postrouting",
          "PREROUTING": "prerouting"}  # fmt: skip
_PRIORITIES = {"raw": -300, "mangle": -150, "filter": 0, "security": 50, "nat": 100}
_WHOLE = {"filter": ("INPUT", "FORWARD", "OUTPUT"), "nat": ("POSTROUTING",)}
"""The chains that an inventory has even if they are empty: libvirt's iptables backend puts its rules into them."""
_VERDICTS = {"ACCEPT": "accept", "DROP": "drop", "REJECT": "reject", "RETURN": "return", "MASQUERADE": "masquerade",
             "SNAT": "snat"}  # fmt: skip
_NOTHING = frozenset({
    "LOG", "NFLOG", "ULOG", "MARK", "CONNMARK", "TRACE", "CT", "NOTRACK", "SET", "CHECKSUM", "TCPMSS", "DSCP",
    "TOS", "TTL", "HL", "CLASSIFY", "AUDIT", "CONNSECMARK", "SECMARK", "RATEEST", "IDLETIMER", "LED",
})  # fmt: skip
"""Targets after which a packet continues with the next rule."""
STATES = ("new", "established", "related", "invalid", "untracked")
_PROTOCOLS = {"tcp": "tcp", "udp": "udp", "icmp": "icmp", "ipv6-icmp": "icmp", "icmpv6": "icmp", "1": "icmp",
              "58": "icmp", "6": "tcp", "17": "udp"}  # fmt: skip
ICMP_STATES = {"8": ["new"], "128": ["new"], "echo-request": ["new"], "0": ["established"], "129": ["established"],
               "echo-reply": ["established"]}  # fmt: skip
"""The state in which a type of ICMP arrives: a request opens the exchange that its reply belongs to."""
_SYN = ("FIN,SYN,RST,ACK", "SYN")
"""The flags of the packet that opens a TCP connection."""
OTHER_ICMP = ["related", "untracked"]
"""The states of the other types: errors about a connection, and messages between neighbours."""


class Saved(NamedTuple):
    """What `iptables-save` printed of one family."""

    chains: list[tuple[int, PlainPart]]
    """The chains as an inventory has them, with their priorities."""
    tables: frozenset[str]
    has_libvirt: bool
    """Whether libvirt's chains are there, even if nothing jumps to them."""


def saved(text: str, family: str) -> Saved:
    """Return the firewall in the output of iptables-save (`family` is ipv4) or ip6tables-save (ipv6)."""
    tables = _tables(text)
    found: list[tuple[int, PlainPart]] = []
    for table, chains in tables.items():
        name = "iptables" if table in _WHOLE else f"iptables {table}"
        for priority, made in inventory_chains(chains, name, family):
            wanted = made["hook"].upper() in _WHOLE.get(table, ())
            if wanted or (table != "nat" and (made["policy"] != "accept" or may_drop(made["rules"]))):
                found.append((priority, made if wanted else {k: v for k, v in made.items() if k != "libvirt_at"}))
    has_libvirt = any(name.startswith("LIBVIRT_") for chains in tables.values() for name in chains)
    return Saved(found, frozenset(tables), has_libvirt)


def _tables(text: str) -> dict[str, dict[str, ReadChain]]:
    tables: dict[str, dict[str, ReadChain]] = {}
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:].strip()
            tables[table] = {}
        elif line.startswith(":") and table:
            name, policy, *_ = line[1:].split()
            hook = _HOOKS.get(name) if policy != "-" else None
            policy = _VERDICTS.get(policy, "accept")
            tables[table][name] = ReadChain(name, hook, policy, _PRIORITIES.get(table, 0))
    table = ""
    for line in text.splitlines():
        if line.startswith("*"):
            table = line[1:].strip()
        elif line.startswith("-A ") and table:
            name, rule = _rule(line, frozenset(tables[table]), table)
            if rule is not None and name in tables[table]:
                tables[table][name].rules.append(rule)
    return tables


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _rule(line: str, chains: frozenset[str], table: str) -> tuple[str, ReadRule | None]:
    """Return the chain of a line of rules and its rule; None for one that decides nothing."""
    _, chain, *words = _words(line)
    reading = _Reading(words)
    reading.read()
    if reading.never_matters:
        return chain, None
    if reading.is_goto:
        return chain, ReadRule(reading.made(), "goto", reading.target, options=reading.options)
    if reading.target in chains:
        return chain, ReadRule(reading.made(), "jump", reading.target, options=reading.options)
    if reading.target in _NOTHING or not reading.target:
        return chain, None
    verdict = _VERDICTS.get(reading.target, "unknown")
    if verdict == "unknown":
        # What the target does is unknown, and so is whether the packet continues.
        does, verdict = ("translates", "masquerade") if table == "nat" else ("drops", "drop")
        unknown = with_condition(reading.made(), f"the target {reading.target} {does} it")
        return chain, ReadRule(unknown, verdict, options=reading.options)
    if verdict == "snat" and reading.translated is None:
        verdict = "masquerade"
    return chain, ReadRule(reading.made(), verdict, translated=reading.translated, options=reading.options)


class _Reading:
    """The options of one line, read from left to right."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0
        self._match: PlainPart = {}
        self._negated: list[str] = []
        self._conditions: list[str] = []
        self.options: dict[str, tuple[str, ...]] = {}
        self.target = ""
        self.is_goto = False
        self.never_matters = False
        """Whether no packet that reach asks about matches: a wrong way in, or a TCP connection without a beginning."""
        self.translated: tuple[str, str] | None = None
        self._is_negated = False
        self._opens: bool | None = None
        """Whether the packet has to be, or must not be, one that opens a TCP connection."""

    def made(self) -> PlainPart:
        """What has to match."""
        match = dict(self._match)
        if self._negated:
            match["negated"] = self._negated
        if self._conditions:
            match["if"] = " ".join(self._conditions)
        return match

    def read(self) -> None:
        """Read all options."""
        while self._at < len(self._words):
            word = self._next()
            if word == "!":
                self._is_negated = True
                continue
            self._option(word)
            self._is_negated = False
        self._finish()

    def _next(self) -> str:
        self._at += 1
        return self._words[self._at - 1] if self._at <= len(self._words) else ""

    def _option(self, word: str) -> None:
        match word:
            case "-j" | "-g":
                self.target, self.is_goto = self._next(), word == "-g"
                self._target_options()
            case "-i" | "-o":
                self._key("in" if word == "-i" else "out", self._next())
            case "-s" | "-d":
                self._key("from" if word == "-s" else "to", self._next())
            case "-p":
                self._key("protocol", _PROTOCOLS.get(self._next(), "other"))
            case "-m":
                self.never_matters |= self._next() == "rpfilter"
            case "--dport" | "--dports":
                self._key("ports", ports_of(self._next()))
            case "--ctstate" | "--state":
                self._states(self._next())
            case "--icmp-type" | "--icmpv6-type":
                self._icmp(word, self._next())
            case "--src-range" | "--dst-range":
                self._range("from" if word == "--src-range" else "to", self._next())
            case "--tcp-flags":
                self._flags(self._next(), self._next())
            case "--comment":
                self._next()
            case _:
                self._condition(word, *self._values())

    def _values(self) -> Iterator[str]:
        """The words up to the next option."""
        for word in self._words[self._at :]:
            if word == "!" or word.startswith("-"):
                return
            yield self._next()

    def _condition(self, word: str, *values: str) -> None:
        self._conditions.append(" ".join((*(["!"] if self._is_negated else []), word, *values)))

    def _key(self, key: str, value: object) -> None:
        self._match[key] = value
        if self._is_negated:
            self._negated.append(key)

    def _states(self, text: str) -> None:
        states = [each.lower() for each in text.split(",")]
        if all(each in STATES for each in states):
            self._key("states", states)
        else:
            self._condition("--ctstate", text)

    def _icmp(self, word: str, value: str) -> None:
        if self._is_negated or "states" in self._match or value == "any":
            self._condition(word, value)
            return
        self._match["states"] = ICMP_STATES.get(value.partition("/")[0], OTHER_ICMP)

    def _flags(self, looked_at: str, wanted: str) -> None:
        if (looked_at, wanted) == _SYN:
            self._opens = not self._is_negated
        else:
            self._condition("--tcp-flags", looked_at, wanted)

    def _finish(self) -> None:
        """Read a match for the packet that opens a TCP connection as one for its state, which may be given later."""
        states = self._match.get("states")
        if self._opens and states is None:
            self._match["states"] = ["new"]
        elif self._opens is False and states == ["new"]:
            self.never_matters = True
        elif self._opens is False or (self._opens and states != ["new"]):
            self._condition("--syn" if self._opens else "! --syn")

    def _range(self, key: str, text: str) -> None:
        first, _, last = text.partition("-")
        try:
            parts = summarize_address_range(ip_address(first), ip_address(last or first))
            subnets = tuple(str(each) for each in parts)
        except (ValueError, TypeError):
            subnets = ()
        if self._is_negated or not subnets:
            self._condition("--src-range" if key == "from" else "--dst-range", text)
        else:
            self.options[key] = subnets

    def _target_options(self) -> None:
        words = self._words[self._at :]
        self._at = len(self._words)
        if "--to-source" in words:
            self.translated = source_range(words[words.index("--to-source") + 1 :][:1])


def ports_of(text: str) -> list[list[int]]:
    """Return ports such as `80,8000:8010` as pairs of first and last."""
    pairs = (each.partition(":") for each in text.split(","))
    return [[int(first or 0), int(last) if last else (65535 if colon else int(first))] for first, colon, last in pairs]


def source_range(words: list[str]) -> tuple[str, str] | None:
    """Return the first and last address of `--to-source`, which may have ports, or None if it has no address."""
    text = words[0] if words else ""
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    first, _, last = text.partition("-")
    try:
        return str(ip_address(first)), str(ip_address(last or first))
    except ValueError:
        return None
