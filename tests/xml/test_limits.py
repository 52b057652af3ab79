"""What becomes of files at the limits of size that `vnetlint.xml.limits` lists."""

import io
from pathlib import Path

import pytest

from vnetlint.cli.main import main
from vnetlint.xml.limits import MAX_BYTES

TOO_MANY = (
    "x.xml:1:2: error: too large: vnetlint reads at most 300,000 tags, comments and texts, or 10,000 documents "
    "[unreadable-file]\n"
)
LAN = "<network><name>lan</name><forward mode='nat'/><ip address='10.0.0.1' prefix='8'>"


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def run(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(list(arguments), io.BytesIO(), out, err)
    return code, out.getvalue(), err.getvalue()


@pytest.mark.slow
def test_a_network_of_almost_10_mib_of_static_hosts_is_checked() -> None:
    host = "      <host mac='52:54:00:{0:02x}:{1:02x}:{2:02x}' name='h{3}' ip='10.{0}.{1}.{2}'/>\n"
    numbers = range(1 << 16, (1 << 16) + 130_000)
    hosts = "".join(host.format(each >> 16, each >> 8 & 255, each & 255, each) for each in numbers)
    text = f"{LAN}<dhcp>\n{hosts}</dhcp></ip></network>"
    assert 9_000_000 < len(text) < MAX_BYTES
    Path("lan.xml").write_text(text)
    assert run("check", "--isolated", "--output-format", "concise", "lan.xml") == (0, "", "")


@pytest.mark.slow
def test_a_large_network_of_port_groups_is_beyond_a_limit() -> None:
    group = "<portgroup name='g{}'>\n<bandwidth>\n<inbound average='1000'/>\n</bandwidth>\n</portgroup>\n"
    groups = "".join(map(group.format, range(8_000_000 // len(group))))
    Path("x.xml").write_text(f"<network><name>lan</name><forward mode='bridge'/><bridge name='br0'/>{groups}</network>")
    assert run("check", "--isolated", "--output-format", "concise", "x.xml") == (2, TOO_MANY, "")


PIECES = {
    "comment": (f"{LAN}</ip><!--", "x", "--></network>", "the comment"),
    "value": (f"{LAN}</ip><domain name='", "x", "'/></network>", "the value of 'name'"),
    "CDATA": (f"{LAN}</ip><title><![CDATA[", "x", "]]></title></network>", "the CDATA section"),
    "instruction": (f"{LAN}</ip><?x ", "y", "?></network>", "the processing instruction"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", PIECES)
def test_a_piece_larger_than_libvirts_parser_reads_is_an_error(what: str) -> None:
    start, piece, end, named = PIECES[what]
    Path("x.xml").write_bytes(f"{start}{piece * 10_100_000}{end}".encode())
    code, out, _ = run("check", "--isolated", "--output-format", "concise", "x.xml")
    assert code == 1
    assert out.endswith(f": error: {named} is too large: libvirt reads at most 10,000,000 bytes [xml-syntax]\n")
    Path("x.xml").write_text(f"{start}{piece * 9_900_000}{end}")
    code, out, _ = run("check", "--isolated", "--output-format", "concise", "x.xml")
    assert code in (0, 1)
    assert "xml-syntax" not in out


@pytest.mark.parametrize("what", PIECES)
def test_a_file_of_more_than_10_mib_is_not_read(what: str) -> None:
    start, piece, end, _ = PIECES[what]
    Path("x.xml").write_text(f"{start}{piece * 11_000_000}{end}")
    said = "x.xml:1:1: error: larger than the 10 MiB that virsh and vnetlint read [unreadable-file]\n"
    assert run("check", "--isolated", "--output-format", "concise", "x.xml") == (2, said, "")
