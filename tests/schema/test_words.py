"""Messages about schema faults: short, in plain words, and the same in every run."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.schema import judge
from vnetlint.schema.pattern import AttributePattern, Pattern
from vnetlint.schema.query import values_of, walk
from vnetlint.schema.sets import FILES
from vnetlint.schema.shapes import NO_WORDS
from vnetlint.schema.words import LONGEST
from vnetlint.settings import Settings

NETWORK = "<network>\n  <name>lan</name>\n{}</network>\n"
_METACHARACTERS = re.compile(r"[\[\]{}()|*+?^\\]|\.\*|\$(?!IP)")


def messages(inner: str) -> list[str]:
    findings = lint([named("lan.xml", NETWORK.format(inner))], Settings()).findings
    return [each.message for each in findings if each.rule.startswith("schema-")]


def wanted_values() -> Iterator[str]:
    """Return the words for each place of the grammars that allows a value."""
    for root in FILES:
        grammar = judge.grammar_of(root)
        for element in grammar.elements:
            content = grammar.content(element)
            places: list[Pattern] = [each.content for each in walk(content) if isinstance(each, AttributePattern)]
            if content.takes_data:
                places.append(content)
            yield from (values_of([place])[1] for place in places)


def test_every_datatype_of_the_grammars_has_words() -> None:
    every = set(wanted_values())
    assert len(every) > 60
    assert [words for words in every if NO_WORDS in words] == []
    # A quoted character is one that a value may contain, not part of a pattern.
    assert [words for words in every if _METACHARACTERS.search(re.sub(r"'.'", "", words))] == []
    assert max(map(len, every)) <= 100


@pytest.mark.parametrize(
    ("inner", "message"),
    [
        ("  <bridge stp='y'/>\n", "invalid value 'y' for 'stp': expected 'off' or 'on'"),
        ("  <dns enable=''/>\n", "empty value for 'enable': expected 'no' or 'yes'"),
        ("  <forwad mode='nat'/>\n", "unknown element <forwad>; did you mean <forward>?"),
        ("  <bogus/>\n", "unknown element <bogus> in <network>"),
        ("  <forward dve='eth0'/>\n", "unknown attribute 'dve' on <forward>; did you mean 'dev'?"),
        ("  <mtu sizes='1500' color='red'/>\n", "unknown attribute 'color' on <mtu>"),
        ("  <mac/>\n", "missing attribute 'address' on <mac>: expected a MAC address such as 52:54:00:12:34:56"),
        ("  <mac address='x'/>\n", "invalid value 'x' for 'address': expected a MAC address such as 52:54:00:12:34:56"),
        ("  <mac address='53:54:00:12:34:56'/>\n",
         "invalid value '53:54:00:12:34:56' for 'address': it is a multicast address, expected one whose first byte is "
         "even"),
        ("  <mtu size='1'/>\n  <mtu size='2'/>\n", "duplicate <mtu>: only one is allowed"),
        ("  <mac address='x'>a</mac>\n", "unexpected text in <mac>"),
        ("  <interface/>\n", "<interface> is not allowed in <network>; it belongs in <forward>"),
        ("  <range start='10.0.0.2' end='10.0.0.9'/>\n", "<range> is not allowed in <network>; it belongs in <dhcp>"),
        ("  <ip address='10.0.0.1'><dhcp><host mac='52:54:00:00:00:01'/></dhcp></ip>\n",
         "missing attribute 'ip' on <host>: expected an IPv4 or IPv6 address"),
        ("  <dns><txt name='a'/></dns>\n", "missing attribute 'value' on <txt>: expected text"),
    ],
)  # fmt: skip
def test_messages(inner: str, message: str) -> None:
    assert message in messages(inner)


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ("nat\u00a0", "U+00A0 no-break space"),
        ("n\u200bat", "U+200B zero width space"),
        ("nat\u202e", "U+202E right-to-left override"),
        ("na\u0301t", "U+0301 combining acute accent"),
    ],
)
def test_invisible_characters_are_named(value: str, named: str) -> None:
    (message,) = messages(f"  <forward mode='{value}'/>\n")
    assert f"for 'mode', which contains {named}" in message


def test_blanks_around_a_value_are_named() -> None:
    (message,) = messages("  <mac address=' 52:54:00:12:34:56'/>\n")
    assert "for 'address', which contains a leading blank; expected a MAC address" in message
    (message,) = messages("  <mac address='52:54:00:12:34:56 '/>\n")
    assert "does not allow '52:54:00:12:34:56 ' for 'address'; libvirt reads it as '52:54:00:12:34:56'" in message


def test_long_values_leave_room_for_what_was_expected() -> None:
    for value in ("x" * 500, "many words " * 40, "line\nend" * 20):
        for message in messages(f"  <forward mode='{value}'/>\n  <mac address='{value}'/>\n  <uuid>{value}</uuid>\n"):
            assert len(message) <= LONGEST
            assert "expected" in message


_MANY_FAULTS = (
    "  <forward mode='x' bogus='1'><intrface dev='a'/><x/></forward>\n  <ip adress='1' familiy='ipv4' address=''>"
    "<range/></ip>\n  <bridge stp='' name=''/>\n  <virtualport type='?'/>\n  <host/>\n  <portgroup/>\n"
)
_GUEST = "<domain><interface type='x'/><disk/><devices><interface/><disk type='x'/><source/></devices></domain>"


def test_messages_and_fixes_are_the_same_in_every_run() -> None:
    program = (
        "from vnetlint.engine.lint import Settings, lint\nfrom tests.sources import named\n"
        f"texts = {[NETWORK.format(_MANY_FAULTS), _GUEST]!r}\n"
        "for text in texts: print(*lint([named('x.xml', text)], Settings()).findings, sep='\\n')\n"
    )
    said = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "7", "42")
    }
    assert len(said) == 1
    assert len(next(iter(said)).splitlines()) > 10
