"""What a datatype accepts, in plain words: 'a whole number from 1 to 65535', 'a MAC address such as 52:54:00:12:34:56'.

No regular expression is ever shown. A pattern is recognised by what it accepts and what it rejects, so every way of
writing it has the same name. A pattern without a name is described by its characters, or not at all.
"""

import re
import string
from collections.abc import Iterable, Sequence
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address

from vnetlint.schema.datatypes import BUILTIN_TYPES, TEXTS, BuiltinType, Datatype
from vnetlint.schema.regex import regex
from vnetlint.schema.regextree import Ranges, Repeat, Set, contains

NO_WORDS = "text in the format that the schema requires"
"""The words for a pattern without a name."""

MAC = "a MAC address such as 52:54:00:12:34:56"
_UUID = "a UUID such as 4dea22b3-1d52-d8f3-2516-782e98ab3fa0"
_IPV4 = "an IPv4 address such as 192.168.122.1"
_IPV6 = "an IPv6 address such as fd00::1"
_ANY_IP = "an IPv4 or IPv6 address"
_HEX = "a hexadecimal number such as 0x1f"
_ANY_HEX = "a hexadecimal number, with or without 0x"
_VARIABLE = "a variable such as $IP"
_DASHED = "4dea22b3-1d52-d8f3-2516-782e98ab3fa0"
_UNDASHED = "4dea22b31d52d8f32516782e98ab3fa0"

_KNOWN: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...] = (
    (MAC, ("52:54:00:12:34:56", "fe:54:00:ab:cd:ef"), ("52:54:00:12:34", "x")),
    (_UUID, (_DASHED,), ("4dea22b3-1d52", "x", "1")),
    ("a multicast MAC address such as 01:00:5e:00:00:01", ("01:00:5e:00:00:01", "fF:Ff:00:00:00:00"),
     ("52:54:00:12:34:56",)),
    ("a UUID without dashes", (_UNDASHED,), (_DASHED, "1")),
    (_IPV4, ("192.168.122.1", "10.0.0.254"), ("fd00::1", "x", "1")),
    (_IPV6, ("fd00::1", "fe80::5054:ff:fe12:3456"), ("192.168.122.1", "x", "1")),
    (_ANY_IP, ("192.168.122.1", "fd00::1"), ("x", "1")),
    ("a PCI address such as 0000:03:00.0", ("0000:03:00.0",), ("x", "1", "0000:03", "aaaaaaaaaaaa")),
    ("a WWPN such as naa.5123456789abcde0", ("naa.5123456789abcde0",), ("5123456789abcde0", "x")),
    ("16 hexadecimal digits", ("5123456789abcde0",), ("5123456789abcde", "x")),
    (_HEX, ("0x1f", "0xa"), ("1f", "1", "z")),
    ("a hexadecimal number such as 0x0800", ("0x0800", "0x86dd"), ("0800", "0x1", "z")),
    ("a number such as 31 or 0x1f", ("0x1f", "31", "255"), ("z", "", "256", "1f")),
    (_ANY_HEX, ("0x1f", "1f"), ("z", "")),
    ("a hexadecimal digit such as 0x5", ("0x5", "0xf"), ("0x1f", "5", "z")),
    ("a small number such as 1 or 0x1", ("0x0", "0x1", "1"), ("z", "1.5", "1z1", "")),
    ("an absolute path such as /var/lib/libvirt", ("/var/lib/libvirt", "/a"), ("a/b", "x", "")),
    ("a file mode such as 0755", ("0755", "644"), ("888", "x", "", "123456")),
    ("digits", ("0", "7", "12", "123456"), ("", "x", "1.5", "0x1f", "-1", "1-2", "1,2", "0,2-3")),
    ("a whole number", ("0", "12", "-1"), ("", "x", "1.5", "0x1f", "1-2")),
    ("one or two digits", ("0", "12"), ("", "123", "x", "1.")),
    ("a list of numbers such as 0-3,5", ("0", "0-3,5", "1,3"), ("", "x", "1.5")),
    ("a version such as 1.10", ("1.1", "2.10"), ("1", "x", "1.1.1")),
    ("a unit such as KiB or MB", ("b", "bytes", "KiB", "MB", "G"), ("x", "KK", "")),
    ("'0' or 'false'", ("0", "false", "FALSE"), ("1", "true", "")),
    ("'src' or 'dst', or several with commas", ("src", "dst,SRC"), ("x", "")),
    ("states such as NEW,ESTABLISHED", ("NONE", "NEW,ESTABLISHED"), ("x", "", "NEW,")),
    ("TCP flags such as SYN,ACK/SYN", ("ALL/NONE", "SYN,ACK/SYN"), ("SYN", "", "x/y")),
    ("'request' or 'reply'", ("Request", "reply"), ("x", "")),
    ("the name of an IP set", ("web hosts", "a:b+c"), ("", "a/b", "a,b", "a" * 32)),
    (_VARIABLE, ("$IP", "$A[1]"), ("IP", "$", "")),
    ("a DUID such as 00:03:00:01:52:54:00:12:34:56", ("00:03:00:01:52:54:00:12:34:56",), ("x", "52:54:00:12:34:56")),
    ("a disk name such as vda", ("vda", "hdb", "sdc1"), ("eth0", "x", "")),
    ("a disk name such as nvme0n1", ("nvme0n1",), ("eth0", "x", "")),
    ("a chain name such as mac-guest", ("mac-guest",), ("x", "", "ip-guest")),
    ("a chain name such as ipv4-guest", ("ipv4-guest",), ("x", "", "ip-guest")),
    ("a DNS name such as host.example.org", ("lan", "host.example.org", "a-b"), ("a_b", "a b", "a:b", "a/b", "")),
    ("a device name such as eth0", ("eth0", "br-lan.5", "eth0:1", "a_b"), ("a b", "a,b", "[a]", "a+b", "ä", "")),
    ("a device name such as br0", ("br0", "br lan", "a:b"), ("a,b", "[a]", "a+b", "ä")),
    ("a host name or an IP address", ("host.example.org", "10.0.0.1", "[fd00::1]"), ("a b", "a/b", "")),
    ("a cookie name", ("session", "!#$%&'*+-.^_`|~"), ("a b", "a=b", "")),
    ("an absolute path, or a path of a storage pool", ("/a/b.qcow2", "[store] a.vmdk"), ("x", "")),
    ("some text", ("a", "A b", "x/y:z", "-?!", "a,b"), ("",)),
    ("one line of text", ("", "a", "A b", "x/y:z", "-?!", "a,b"), ("\n",)),
)  # fmt: skip
"""The names of patterns: the name, texts that it accepts, texts that it rejects."""

_DUID = re.compile(r"0{0,1}0:0?[1-4](?::[0-9a-f]{1,2})+")
_JOINED = {
    frozenset((_IPV4, _IPV6)): _ANY_IP,
    frozenset(("a disk name such as vda", "a disk name such as nvme0n1")): "a disk name such as vda",
    frozenset(("a chain name such as mac-guest", "a chain name such as ipv4-guest")): "a chain name such as mac-guest",
    frozenset(("a DNS name such as host.example.org", _ANY_IP)): "a host name or an IP address",
    frozenset((_UUID, "a UUID without dashes")): _UUID,
}
"""Names that together are another one, those that are made of others after them."""


@lru_cache(maxsize=1024)
def describe(wanted: Datatype) -> str:
    """Return what a type accepts: 'a whole number from 1 to 65535', 'an absolute path such as /var/lib/libvirt'."""
    kind = BUILTIN_TYPES[wanted.name]
    if wanted.facet("pattern") is not None:
        words = _shape(wanted)
        return words + _lengths(wanted) if wanted.name in TEXTS else words
    if kind.words in ("a whole number", "a number"):
        return kind.words + _range(wanted, kind)
    return kind.words + _lengths(wanted) + (_range(wanted, kind) if kind.ordered else "")


def describe_all(types: Iterable[Datatype]) -> list[str]:
    """Return what any of several types accepts: in one phrase if together they have a name, else in one each."""
    return list(_described(tuple(types)))


@lru_cache(maxsize=1024)
def _described(types: tuple[Datatype, ...]) -> list[str]:
    if len(types) > 1 and (known := _known(types)):
        return [known]
    found = list(dict.fromkeys(describe(each) for each in types))
    for parts, words in _JOINED.items():
        if parts <= set(found):
            found = list(dict.fromkeys(words if each in parts else each for each in found))
    # Decimal digits are hexadecimal ones too.
    found = [each for each in found if _ANY_HEX not in found or not each.startswith("a whole number")]
    found.sort(key=lambda each: each == _VARIABLE)
    if len(found) < 3:
        return found
    return [each if each == _VARIABLE else each.partition(" such as ")[0] for each in found]


def _known(types: Sequence[Datatype]) -> str:
    """Return the name of what several types accept together, or nothing."""
    for words, good, bad in _KNOWN:
        covered = all(_is_taken(types, text) for text in good)
        if covered and all(_takes(each, good) for each in types) and not any(_is_taken(types, text) for text in bad):
            return words
    return ""


def _is_taken(types: Sequence[Datatype], text: str) -> bool:
    return any(each.allows(text) for each in types)


def _takes(wanted: Datatype, texts: Iterable[str]) -> bool:
    return any(map(wanted.allows, texts))


def _shape(wanted: Datatype) -> str:
    pattern = next(value for facet, value in wanted.facets if facet == "pattern")
    return _known([wanted]) or _one_of(pattern) or _part_of_known(pattern) or _characters(pattern) or NO_WORDS


def _part_of_known(pattern: str) -> str:
    """Return the name of what a pattern accepts a part of: grammars split IPv6 addresses into a dozen patterns."""
    example = regex(pattern).example
    if _DUID.fullmatch(example):
        return "a DUID such as 00:03:00:01:52:54:00:12:34:56"
    try:
        IPv6Address(example)
    except AddressValueError:
        return ""
    return _IPV6


def _one_of(pattern: str) -> str:
    """Return words for a pattern that is nothing but a list of words."""
    words = pattern.replace("(", "").replace(")", "").split("|")
    if all(re.fullmatch(r"-?[\w -]+", word) for word in words) and len(words) < 12:
        return listed(f"'{word}'" for word in words)
    return ""


def _characters(pattern: str) -> str:
    """Return words for a pattern of characters of one set: "letters, digits and any of '_-'"."""
    tree = regex(pattern).tree
    least, most = (tree.least, tree.most) if isinstance(tree, Repeat) else (1, 1)
    each = tree.part if isinstance(tree, Repeat) else tree
    members = _members(each.ranges) if isinstance(each, Set) else ""
    if not members or most is None:
        return members
    if least == most:
        return f"{most} characters: {members}" if most > 1 else f"one of {members}"
    return f"at most {most} characters: {members}"


_PRINTABLE = "".join(map(chr, range(32, 127)))
_GROUPS = (
    ("letters", string.ascii_letters),
    ("lower-case letters", string.ascii_lowercase),
    ("capital letters", string.ascii_uppercase),
    ("digits", string.digits),
)
_MANY_SIGNS = 14


def _members(ranges: Ranges) -> str:
    """Return words for a set of characters, by what is in it or by what is not."""
    missing = listed(_signs(char for char in _PRINTABLE if not contains(ranges, ord(char))))
    if ranges and contains(ranges, 0x4E00):
        return f"text without {missing}" if missing else ""
    inside = {char for char in _PRINTABLE if contains(ranges, ord(char))}
    if len(inside) > len(_PRINTABLE) - 3:
        return f"plain characters without {missing}" if missing else "plain characters"
    names: list[str] = []
    for name, group in _GROUPS:
        if inside.issuperset(group):
            names.append(name)
            inside -= set(group)
    if len(inside) > _MANY_SIGNS or any(char.isalnum() for char in inside):
        return ""
    return listed([*names, *_signs(inside)], "and")


def _signs(characters: Iterable[str]) -> list[str]:
    return ["blanks" if each == " " else f"'{each}'" for each in sorted(characters)]


def listed(names: Iterable[str], word: str = "or") -> str:
    """Return names as they are listed in a sentence: "'a', 'b' or 'c'"."""
    every = tuple(names)
    return f"{', '.join(every[:-1])} {word} {every[-1]}" if len(every) > 1 else "".join(every)


_LOWEST = (str(-(2**31)), str(-(2**63)))
"""Bounds that come from the size of a machine word, which messages leave out."""


def _range(wanted: Datatype, kind: BuiltinType) -> str:
    low, high = wanted.facet("minInclusive"), wanted.facet("maxInclusive")
    above, below = wanted.facet("minExclusive"), wanted.facet("maxExclusive")
    low = low if low is not None or kind.least is None else str(kind.least)
    if high is None and below is None and kind.most is not None and kind.most < 2**31 - 1:
        high = str(kind.most)
    words = ""
    if above is not None:
        words += f" greater than {above}"
    elif low is not None and high is not None and low not in _LOWEST:
        return f" from {low} to {high}" + (f" and less than {below}" if below is not None else "")
    elif low is not None and low not in _LOWEST:
        words += " not below zero" if low == "0" else f" from {low} up"
    if below is not None:
        words += f" less than {below}"
    elif high is not None:
        words += f" up to {high}"
    return words


def _lengths(wanted: Datatype) -> str:
    exact, least, most = wanted.facet("length"), wanted.facet("minLength"), wanted.facet("maxLength")
    if exact is not None:
        return f" of exactly {exact} characters"
    if least is not None and most is not None:
        return f" of {least} to {most} characters"
    if least is not None:
        return f" of at least {least} characters" if least != "1" else ", not empty"
    return f" of at most {most} characters" if most is not None else ""
