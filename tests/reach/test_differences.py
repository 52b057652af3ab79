"""What a conversion changes for guests, in the few words of an action's title."""

import pytest

from tests.sources import named
from vnetlint.engine.convert import convert
from vnetlint.reach.differences import gist
from vnetlint.remedies.choose import Aim, Wish
from vnetlint.settings import Settings

NAT = "<network>\n  <name>lan</name>\n  <forward mode='nat'/>\n  <ip address='10.9.0.1' prefix='24'/>\n</network>\n"


@pytest.mark.parametrize(
    ("aim", "uplink", "words"),
    [
        ("isolated", None, "guests no longer reach the LAN and the Internet"),
        ("routed", None, "guests get no replies from the LAN and the Internet without a route back"),
        ("bridged", "br0", "the LAN now reaches guests"),
        ("nat", None, ""),
    ],
)
def test_the_gist_is_who_reaches_more_or_less(aim: Aim, uplink: str | None, words: str) -> None:
    done = convert(named("lan.xml", NAT), Wish(aim, uplink), None, Settings())
    assert gist(done.before, done.after, None) == words
    if words:
        assert gist(done.after, done.after, None) == ""
