"""Any bad input gives one clear line with its place and the right exit code, and changes no byte."""

import io
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.worktime import in_time
from vnetlint.cli.main import main

NETWORK = "<network>\n  <name>lan</name>\n</network>\n"
SECONDS = 15
MIB = 2**20


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in an empty folder and limit the processor time, so that other work on the machine does not matter."""
    monkeypatch.chdir(tmp_path)
    start = time.process_time()
    yield
    assert in_time(time.process_time() - start, SECONDS)


def run(*arguments: str, stdin: bytes = b"") -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = main(arguments, io.BytesIO(stdin), out, err)
    assert "Traceback" not in out.getvalue() + err.getvalue()
    return code, out.getvalue(), err.getvalue()


def check(path: str, data: bytes) -> tuple[int, str]:
    """Lint a file, then fix it: the results are the same and the file is untouched; return the exit code and output."""
    Path(path).write_bytes(data)
    code, out, err = run("check", "--output-format", "concise", path)
    assert (code, out, err) == run("check", "--output-format", "concise", "--fix", "--unsafe-fixes", path)
    assert Path(path).read_bytes() == data
    return code, out + err


# -- bad files -----------------------------------------------------------------------------------------------------

BOMB = (
    "<!DOCTYPE network [\n<!ENTITY a 'aaaaaaaaaa'>\n"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>\n" for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>\n<network><name>&j;</name></network>"
)
EXTERNAL = "<!DOCTYPE network [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><network><name>&x;</name></network>"
PARAMETER = "<!DOCTYPE network [\n<!ENTITY % x SYSTEM 'http://127.0.0.1:9/x.dtd'>\n%x;\n]><network/>"

ENTITIES = "entity declarations are not expanded: write the text in place of the entity"
ELEMENT = "not XML: expected an element"
MALFORMED = {
    "not XML": ("lan\n", "1:1", ELEMENT),
    "JSON": ('{"network": 1}', "1:1", ELEMENT),
    "empty": ("", "1:1", "the file is empty"),
    "blank": ("\n \n", "1:1", "the file is empty"),
    "half XML": (NETWORK[:20], "2:4", "unclosed element <name>"),
    "half a tag": ("<network>\n  <ip address='10", "2:7", "missing closing ' of 'address'"),
    "another end tag": ("<network>\n  <ip>\n</net>", "3:3", "mismatched </net>: expected </ip>"),
    "an attribute given twice": ("<network a='1' a='2'/>", "1:16", "duplicate attribute 'a' on <network>"),
    "text behind the root": (NETWORK + "end", "4:1", "text after </network>: only comments are allowed there"),
    "20,000 levels": (
        "<network>" + "<a>" * 19_999,
        "1:2",
        "elements are nested 20000 deep: libvirt reads at most 256 levels",
    ),
    "an entity bomb": (BOMB, "1:1", ENTITIES),
    "an external entity": (EXTERNAL, "1:1", ENTITIES),
    "a parameter entity": (PARAMETER, "1:1", ENTITIES),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_file_is_one_finding_at_its_fault(what: str) -> None:
    text, place, said = MALFORMED[what]
    assert check("x.xml", text.encode()) == (1, f"x.xml:{place}: error: {said} [xml-syntax]\n")


UNREADABLE = {
    "binary": (b"\x7fELF\0\0\1", "1:5: error: this is binary data, not XML"),
    "random bytes": (
        bytes(range(1, 256)),
        "3:115: error: byte 0x80 is not UTF-8; save the file as UTF-8 or declare its encoding",
    ),
    "Latin-1 that claims UTF-8": (
        "<?xml version='1.0' encoding='UTF-8'?>\n<network>\n  <name>größe".encode("latin-1"),
        "3:11: error: byte 0xf6 is not UTF-8; save the file as UTF-8 or declare its encoding",
    ),
    "UTF-8 that claims UTF-16": (
        b"<?xml version='1.0' encoding='UTF-16'?><network/>",
        "1:31: error: the file declares UTF-16 but is not written in it; declare UTF-8",
    ),
    "an unknown encoding": (
        b"<?xml version='1.0' encoding='klingon'?><network/>",
        "1:31: error: the declared encoding 'klingon' is unknown; declare UTF-8",
    ),
    "20 MB": (b"<network>" + b" " * 20_000_000, "1:1: error: larger than the 10 MiB that virsh and vnetlint read"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_a_file_without_readable_text_is_one_finding_and_a_failure(what: str) -> None:
    data, said = UNREADABLE[what]
    assert check("x.xml", data) == (2, f"x.xml:{said} [unreadable-file]\n")


FOREIGN = {
    "Latin-1 that claims UTF-8": "<!-- translators: -->\n<resources>größe</resources>".encode("latin-1"),
    "an unknown encoding": b"<?xml version='1.0' encoding='klingon'?>\n<resources/>",
    "20 MB": b"<gpx><trk/>" + b" " * 20_000_000 + b"</gpx>",
    "NUL": b"<resources>\0</resources>",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_that_cannot_be_decoded_is_not_a_failure(what: str) -> None:
    code, said = check("x.xml", FOREIGN[what])
    assert code == 0
    assert said.startswith("vnetlint: x.xml: skipped: <")


def test_external_entities_are_not_read() -> None:
    Path("secret").write_text("hunter2")
    text = EXTERNAL.replace("/etc/passwd", str(Path("secret").resolve()))
    Path("x.xml").write_text(text)
    for command in (("check", "x.xml"), ("check", "--output-format", "json", "x.xml"), ("show", "x.xml")):
        assert "hunter2" not in "".join(map(str, run(*command)))


def test_a_file_without_permission_fails_and_the_others_are_linted(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.xml").write_text(NETWORK)
    Path("b.xml").write_text("<network>")
    real: Any = os.open

    def refuse(path: str, *how: int) -> Any:
        if path == "a.xml":
            raise PermissionError(13, "Permission denied")
        return real(path, *how)

    monkeypatch.setattr("os.open", refuse)
    code, out, err = run("check", "--output-format", "concise", ".")
    assert (code, err) == (2, "")
    assert out.splitlines() == [
        "a.xml:1:1: error: cannot be read: Permission denied [unreadable-file]",
        "b.xml:1:2: error: unclosed element <network> [xml-syntax]",
    ]


def test_a_fifo_does_not_block() -> None:
    os.mkfifo("x.xml")
    code, out, _ = run("check", "--output-format", "concise", "x.xml")
    assert (code, out) == (2, "x.xml:1:1: error: not a regular file [unreadable-file]\n")


@pytest.mark.parametrize("text", ["<volume/>", "<html xmlns='http://www.w3.org/1999/xhtml'>", "<a>" * 20_000, "<ä/>&"])
def test_a_foreign_file_is_noted_when_named_and_skipped_in_a_folder(text: str) -> None:
    Path("x.xml").write_text(text)
    root = text[1:].split(">")[0].split(" ")[0].rstrip("/")
    note = f"vnetlint: x.xml: skipped: <{root}> is not a libvirt network, domain or filter\n"
    assert run("check", "--output-format", "concise", "x.xml") == (0, "", note)
    assert run("check", "--output-format", "concise", ".") == (0, "", "")


def test_standard_input_is_checked_like_a_file() -> None:
    said = "<stdin>:1:2: error: unclosed element <network> [xml-syntax]\n"
    assert run("check", "--output-format", "concise", "-", stdin=b"<network>") == (1, said, "")


def test_standard_input_that_cannot_be_fixed_is_returned_unchanged() -> None:
    code, out, err = run("check", "--fix", "--output-format", "concise", "-", stdin=b"<network>\r\n")
    assert (code, out) == (1, "<network>\r\n")
    assert err == "<stdin>:1:2: error: unclosed element <network> [xml-syntax]\n"


# -- bad command lines ---------------------------------------------------------------------------------------------

USAGE = {
    "a path that does not exist": (["check", "nowhere.xml"], "nowhere.xml: no such file or folder"),
    "a folder without XML": (["check", "none"], "none: no libvirt XML below this folder"),
    "a NUL in a path": (["check", "a\0.xml"], "an argument cannot contain a NUL character"),
    "a NUL in an option": (["check", "--host", "\0"], "an argument cannot contain a NUL character"),
    "a NUL in a report's name": (["check", "--output-file=json=\0"], "an argument cannot contain a NUL character"),
    "a NUL in a folder of schemas": (
        ["show", "--stdin-filename=\0", "-"],
        "an argument cannot contain a NUL character",
    ),
    "standard input and a file": (["check", "-", "x.xml"], "`-` cannot be combined with other paths"),
    "a missing inventory": (["check", "--host", "x.json", "x.xml"], "x.json: cannot read the inventory: No such file"),
    "an unknown option": (["check", "--fixx"], "No such option: --fixx"),
    "an unknown format": (["check", "--output-format", "xml"], "Invalid value for '--output-format'"),
    "an unknown command": (["lint"], "No such command 'lint'"),
}


@pytest.mark.parametrize("what", USAGE)
def test_an_impossible_command_says_why_in_one_line(what: str) -> None:
    arguments, said = USAGE[what]
    Path("x.xml").write_text(NETWORK)
    Path("none").mkdir()
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"vnetlint: {said}")
    assert err.count("\n") == 1


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_unknown_rule_is_reported_with_a_suggestion(option: str) -> None:
    Path("x.xml").write_text(NETWORK)
    code, out, err = run("check", option, "ip-on-bridge-network", "x.xml")
    assert (code, out) == (2, "")
    assert "'ip-on-bridge-network'" in err
    assert "ip-on-bridged-network" in err
    assert err.count("\n") == 1


INVENTORIES: dict[str, tuple[bytes, str]] = {
    "not JSON": (b'{"version": 1,\n "name" "host"}', ":2:9: not JSON: expected ':' delimiter"),
    "empty": (b"", ":1:1: not JSON: expected value"),
    "binary": (b"\x7fELF\xff", ":1:5: not UTF-8"),
    "a list": (b"[]", ":1:1: an inventory is a table of keys, such as "),
    "another version": (b'{"version": 2}', ":1:2: invalid value '2' for 'version': expected 1"),
    "without a version": (b"{}", ":1:1: missing key 'version'"),
    "an unknown key": (
        b'{"version": 1, "interface": []}',
        ":1:16: unknown key 'interface'; did you mean ",
    ),
    "a bad address": (
        b'{"version": 1, "interfaces": [{"name": "eth0", "addresses": ["10.0.0.300/24"]}]}',
        ":1:62: invalid value for 'interfaces[0].addresses[0]': '10.0.0.300/24': expected an address with a prefix",
    ),
    "a bad route": (
        b'{"version": 1, "routes": [{"to": "lan"}]}',
        ":1:28: invalid value for 'routes[0].to': 'lan': expected a subnet, such as ",
    ),
    "a bad kind": (
        b'{"version": 1, "interfaces": [{"name": "a", "kind": "wifi"}]}',
        ":1:45: invalid value 'wifi' for 'interfaces[0].kind': expected 'nic', ",
    ),
    "nested without end": (b"[" * 100_000, ": nested too deeply to be an inventory"),
    "too large": (b" " * (10 * MIB + 1), ": an inventory may have at most 10 MiB"),
    "a number without end": (b'{"version": ' + b"1" * 5000 + b"}", ": "),
}


@pytest.mark.parametrize("what", INVENTORIES)
def test_a_broken_inventory_is_reported_in_one_line_with_its_place(what: str) -> None:
    data, said = INVENTORIES[what]
    Path("host.json").write_bytes(data)
    Path("x.xml").write_text(NETWORK)
    code, out, err = run("check", "--host", "host.json", "x.xml")
    assert (code, out) == (2, "")
    assert err.startswith(f"vnetlint: host.json{said}")
    assert err.count("\n") == 1


def test_a_broken_inventory_in_toml_is_reported_in_one_line() -> None:
    Path("x.xml").write_text(NETWORK)
    Path("host.toml").write_text("version = 1\nname = \n")
    code, _, err = run("check", "--host", "host.toml", "x.xml")
    assert (code, err) == (2, "vnetlint: host.toml:2:8: not TOML: invalid value\n")


# -- files just below the size limit -------------------------------------------------------------------------------


def filled(start: str, piece: str, end: str = "") -> bytes:
    """Repeat a piece until the file has the largest size that is read."""
    data, first, last = piece.encode(), start.encode(), end.encode()
    return first + data * ((10 * MIB - len(first) - len(last)) // len(data)) + last


LIMITS = (
    "1:2: error: too large: vnetlint reads at most 300,000 tags, comments and texts, or 10,000 documents "
    "[unreadable-file]"
)
HUGE: dict[str, tuple[tuple[str, ...], str | None]] = {
    "elements": (("<network>", "<a/>", "</network>"), LIMITS),
    "elements of ours": (("<network>", "<ip address='10.0.0.1'/>\n", "</network>"), LIMITS),
    "comments": (("<network>", "<!-- -->", "</network>"), LIMITS),
    "end tags": (("<network>", "</a>"), LIMITS),
    "documents": (("", "<network/>"), LIMITS),
    "half-typed tags": (("<network>", "<a b='"), LIMITS),
    "a level for each tag": (("<network>", "<a>"), LIMITS),
    "lone <": (("<network>", "<"), "1:10: error: expected a name after <: write a literal < as &lt; [xml-syntax]"),
    "comments never closed": (("<network>", "<!--"), "1:10: error: unclosed comment [xml-syntax]"),
    "document types": (("<!DOCTYPE a [", "<!DOCTYPE a ["), "1:1: error: unclosed document type [xml-syntax]"),
    "lines": (("<network>", "\n", "<a></network>"), None),
    "one text": (("<network><name>", "x", "</name></network>"), None),
    "one line of references": (("<network><name>", "&amp;", "</name></network>"), None),
    "placeholders": (("<network><name>", "{{ x.y.z }} ", "</name></network>"), None),
    "placeholders never closed": (("<network><name>", "{{", "</name></network>"), None),
    "quotes": (("<network><name a='", '"', "'/></network>"), None),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", HUGE)
def test_a_huge_file_is_read_in_time_or_refused(what: str) -> None:
    pieces, said = HUGE[what]
    Path("x.xml").write_bytes(filled(*pieces))
    code, out, err = run("check", "--output-format", "concise", "x.xml")
    assert code == 2 if said == LIMITS else code in (0, 1)
    assert err == ""
    assert said is None or out == f"x.xml:{said}\n"
    assert "internal-error" not in out


@pytest.mark.slow
def test_a_huge_number_of_attributes_is_refused() -> None:
    attributes = " ".join(f"a{number}=''" for number in range(900_000))
    Path("x.xml").write_text(f"<network {attributes}/>"[: 10 * MIB - 2])
    said = "x.xml:1:2: error: too large: vnetlint reads at most 600,000 attributes [unreadable-file]\n"
    code, out, err = run("check", "--output-format", "concise", "x.xml")
    assert (code, err) == (2, "")
    assert out == said


@pytest.mark.slow
def test_a_huge_value_does_not_fill_the_report() -> None:
    Path("x.xml").write_bytes(filled("<network><name>a</name><bridge name='", "x", "'/></network>"))
    for output_format in ("concise", "full"):
        _, out, _ = run("check", "--output-format", output_format, "x.xml")
        assert len(out) < 10_000


@pytest.mark.slow
def test_the_largest_number_of_faulty_elements_is_reported_in_time() -> None:
    faults = "<ip address='10.0.0.1'/>\n" * 24_000
    Path("x.xml").write_text(f"<network><forward mode='bridge'/><bridge name='br0'/>\n{faults}</network>")
    code, out, _ = run("check", "--output-format", "json", "--select", "ip-on-bridged-network", "x.xml")
    assert code == 1
    assert json.loads(out)["summary"]["errors"] == 24_000
