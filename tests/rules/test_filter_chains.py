"""Rules of the root chain that frames never reach, because the end of another chain accepts them."""

import pytest

from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.settings import Settings

DROP = "<rule action='drop' direction='inout' priority='1000'/>"
PRIVATE = "<rule action='drop' direction='out'><ip dstipaddr='10.0.0.0' dstipmask='8'/></rule>"
EARLY = PRIVATE.replace("'out'>", "'out' priority='-750'>")
LATE = {
    f"<filterref filter='allow-dhcp'/>{DROP}":
        "IPv4 never reaches this drop: chain 'ipv4' of 'allow-dhcp' accepts it first",
    "<filterref filter='allow-dhcp'/><filterref filter='no-other-l2-traffic'/>":
        "IPv4 never reaches this drop: chain 'ipv4' of 'allow-dhcp' accepts it first",
    f"<filterref filter='no-ip-multicast'/>{PRIVATE}":
        "IPv4 from the guest never reaches this drop: chain 'ipv4' of 'no-ip-multicast' accepts it first",
    f"<filterref filter='own'/>{DROP}":
        "traffic to the guest never reaches this drop: chain 'mac-x' of 'own' accepts it first",
}  # fmt: skip
RIGHT = [
    f"<filterref filter='allow-ipv4'/><filterref filter='allow-arp'/>{DROP}",
    f"<filterref filter='no-mac-spoofing'/><filterref filter='no-ip-spoofing'/>{DROP}",
    f"<filterref filter='no-ip-multicast'/>{EARLY}",
    f"<filterref filter='no-ipv6-multicast'/>{PRIVATE}",
    "<filterref filter='clean-traffic'/><filterref filter='no-ip-multicast'/>",
    f"<filterref filter='allow-dhcp'/><rule action='accept' direction='inout'><mac protocolid='ipv4'/></rule>{DROP}",
    f"<filterref filter='elsewhere'/>{DROP}",
    "<filterref filter='no-ip-multicast'/><rule action='drop' direction='out'><tcp/></rule>",
]
OWN = "<filter name='own' chain='mac-x'><rule action='drop' direction='in'><mac protocolid='0x86dd'/></rule></filter>"


def found(parts: str) -> list[str]:
    sources = [named("own.xml", OWN), named("root.xml", f"<filter name='root'>{parts}</filter>")]
    result = lint(sources, Settings(rules=frozenset({"filter-chain-accepts-rest"})))
    return [each.message for each in result.findings]


@pytest.mark.parametrize("parts", LATE)
def test_a_drop_after_the_end_of_a_chain_is_reported(parts: str) -> None:
    assert found(parts) == [LATE[parts]]


@pytest.mark.parametrize("parts", RIGHT)
def test_a_drop_that_sees_its_frames_is_left_alone(parts: str) -> None:
    assert found(parts) == []
