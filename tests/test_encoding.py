"""libvirt reads UTF-8 whatever a file declares; the answers are those of libvirt 9.0.0 to the same bytes."""

import pytest

from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.files.read import opened
from vnetlint.inputkey import FileKey
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings

ONLY = Settings(rules=builtin().select(["not-utf-8"]))
LATIN1 = "<?xml version='1.0' encoding='ISO-8859-1'?>\n<network>\n  <name>{}</name>\n</network>\n"


def said(data: bytes) -> list[tuple[int, int, str, str, str]]:
    result = lint([opened(FileKey("lan.xml"), data)], ONLY)
    lines = result.source("lan.xml").lines
    return [
        (*lines.position(each.span.start), each.severity, each.when, each.message)
        for each in result.findings
        if each.rule == "not-utf-8"
    ]


@pytest.mark.parametrize(
    "data",
    [
        LATIN1.format("lan").encode("latin-1"),
        LATIN1.replace("ISO-8859-1", "UTF-8").format("café").encode(),
        b"<network><name>caf\xc3\xa9</name></network>",
        b"\xef\xbb\xbf<network><name>lan</name></network>",
        b"<?xml version='1.0' encoding='ISO-8859-1'?>\n<project><name>caf\xe9</name></project>",
    ],
    ids=["ASCII declared Latin-1", "UTF-8 declared", "UTF-8", "with a byte order mark", "foreign"],
)
def test_text_that_libvirt_reads_correctly(data: bytes) -> None:
    assert said(data) == []


def test_other_bytes_are_reported_with_their_place() -> None:
    message = "invalid encoding ISO8859-1: libvirt reads UTF-8 only"
    assert said(LATIN1.format("café").encode("latin-1")) == [(3, 12, "error", "define", message)]
    commented = LATIN1.format("lan<!-- é -->").encode("latin-1")
    assert said(commented) == [(3, 17, "error", "define", message)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf16_is_refused(encoding: str) -> None:
    [(line, column, severity, when, message)] = said("<network>\n  <name>lan</name>\n</network>\n".encode(encoding))
    assert (line, column, severity, when) == (1, 1, "error", "define")
    assert message.startswith("invalid encoding UTF-16")


@pytest.mark.parametrize(("path", "shown"), [("lan.xml", "lan.xml"), ("my $(lan).xml", "'my $(lan).xml'")])
def test_the_command_shown_can_be_pasted(path: str, shown: str) -> None:
    [finding] = lint([opened(FileKey(path), LATIN1.format("café").encode("latin-1"))], ONLY).findings
    assert finding.fixes[0].snippet.startswith(f"iconv -f ISO8859-1 -t UTF-8 {shown} > ")


def test_utf8_that_declares_another_encoding_is_fixed() -> None:
    data = LATIN1.format("café").encode()
    message = "libvirt ignores the declared encoding: it reads 'é', not 'Ã©'"
    assert said(data) == [(1, 31, "warning", "never", message)]
    [change] = fix([opened(FileKey("lan.xml"), data)], ONLY).changed
    fixed = change.after.encode()
    assert fixed == data.replace(b"ISO-8859-1", b"UTF-8")
    assert said(fixed) == []
