"""What the schema rejects and libvirt accepts is an info; what libvirt refuses or ignores is worse."""

import pytest

from tests.sources import named
from vnetlint.engine.lint import lint
from vnetlint.finding import Finding
from vnetlint.settings import Settings
from vnetlint.xml.splice import apply

GUEST = (
    "<domain type='kvm'><name>web</name><memory>65536</memory>{}<os><type>hvm</type></os><devices>{}</devices></domain>"
)
DISK = "<disk type='file' device='{}'><source file=''/><target dev='sda' bus='sata'/></disk>"
BRIDGE = "<interface type='bridge'><source bridge='{}'/></interface>"
FILTER = "<filter name='web'><rule action='drop' direction='in'><tcp flags='{}'/></rule></filter>"

STATE = "<filter name='web'><rule action='drop' direction='in'><tcp state='{}'/></rule></filter>"
MTU = "<network><name>lan</name><mtu size='{}'/><ip address='10.0.0.1' prefix='24'/></network>"


def only(text: str) -> Finding:
    """The only finding of the schema."""
    (finding,) = [each for each in lint([named("x.xml", text)], Settings()).findings if "schema" in each.rule]
    return finding


@pytest.mark.parametrize(
    "text",
    [
        GUEST.format("<uuid></uuid>", ""),
        GUEST.format("<title/>", ""),
        GUEST.format("", DISK.format("cdrom")),
        GUEST.format("", BRIDGE.format(";dummy;")),
        FILTER.format("PSH/"),
        FILTER.format("syn, ACK /all "),
        STATE.format("NEW "),
        STATE.format("new,,established"),
        GUEST.format("", BRIDGE.format("br0'/><mac address='52:54:00:0a:0b:0c ")),
        "<network><name>lan</name><forward mode='none'/><ip address='10.0.0.1' prefix='24'/></network>",
        "<network><uuid/><name>lan</name><ip address='10.0.0.1' prefix='24'/></network>",
    ],
)
def test_what_libvirt_accepts_is_an_info(text: str) -> None:
    finding = only(text)
    assert (finding.severity, finding.when) == ("info", "never")
    assert "the schema does not allow" in finding.message
    # What is removed was written by somebody, whether libvirt reads it or not.
    assert all(fix.safety == ("unsafe" if fix.title.startswith("Remove") else "safe") for fix in finding.fixes)


@pytest.mark.parametrize(
    "text",
    [
        GUEST.format("<title>\n</title>", ""),
        GUEST.format("<uuid>x</uuid>", ""),
        GUEST.format("<vcpu/>", ""),
        GUEST.format("", DISK.format("disk")),
        GUEST.format("", BRIDGE.format("a/b;c")),
        GUEST.format("", BRIDGE.format("a-name;far-too-long")),
        FILTER.format("PSH"),
        FILTER.format("PSH/ALL/ALL"),
        FILTER.format("bogus/ALL"),
        STATE.format("BOGUS"),
        GUEST.format("", BRIDGE.format("br0'/><mac address=' 52:54:00:0a:0b:0c")),
        MTU.format("100000"),
        MTU.format("-1"),
        MTU.format("9000 "),
        MTU.format("4294967296"),
        GUEST.format("", BRIDGE.format("br0'/><mtu size='100000")),
    ],
)
def test_what_libvirt_refuses_or_ignores_is_worse(text: str) -> None:
    finding = only(text)
    assert finding.severity == ("warning" if finding.when == "never" else "error")


def test_what_libvirt_reads_is_written_out() -> None:
    for text, fixed in [
        (FILTER.format("PSH/"), FILTER.format("PSH/NONE")),
        (GUEST.format("<uuid></uuid>", ""), GUEST.format("", "")),
    ]:
        assert apply(text, only(text).fixes[0].edits) == fixed


def test_an_mtu_is_refused_when_it_is_set() -> None:
    for text, when in [(MTU.format("100000"), "start"), (MTU.format("4294967296"), "define"),
                       (MTU.format("-1"), "start"), (BRIDGE.format("br0'/><mtu size='100000"), "plug"),
                       (BRIDGE.format("br0'/><mtu size='-1"), "define")]:  # fmt: skip
        assert only(GUEST.format("", text) if text.startswith("<interface") else text).when == when, text


def test_a_bridge_keeps_its_odd_name() -> None:
    assert only(GUEST.format("", BRIDGE.format(";dummy;"))).fixes == ()


def test_a_clock_without_offset_is_in_utc() -> None:
    assert only(GUEST.format("<clock/>", "")).severity == "info"
