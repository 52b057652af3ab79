"""Input for the tests of reports: findings anywhere in any text, and a folder of awkward files."""

import io
import os
from collections.abc import Iterable
from pathlib import Path

from hypothesis import strategies as st

from vnetlint.cli.main import main
from vnetlint.finding import Finding, Fix, Problem, Related, Span
from vnetlint.report.content import Report
from vnetlint.result import Result
from vnetlint.rulebook.catalogue import builtin
from vnetlint.xml.source import Source

ROOT = Path(__file__).parent.parent.parent
AWKWARD = "ab <>&'\"\r\n\t/\\😀ä\u2028\x85{}[]()%:,=;#\x00\x1b\x7f\ud800\udcff\ufffe\ufdd0]]>"
TEXTS = st.text("ab\r\n\t😀ä\u2028\x85<>")
"""Characters that matter for lines and columns."""
ANYTHING = st.text(AWKWARD) | st.text(st.characters())
NAMES = ANYTHING.filter(lambda name: name and "\0" not in name)
"""Characters of file names, and some more."""


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, Span]:
    text = draw(TEXTS)
    start = draw(st.integers(0, len(text)))
    return text, Span(start, draw(st.integers(start, len(text))))


def finding(
    path: str = "lan.xml",
    span: Span = Span(0, 0),  # noqa: B008 - it is frozen
    message: str = "is wrong",
    rule: str = "ip-on-bridged-network",
    fixes: tuple[Fix, ...] = (),
    related: tuple[Related, ...] = (),
    libvirt_message: str | None = None,
) -> Finding:
    problem = Problem(path, span, "/network/ip[1]", message, fixes, related, libvirt_message=libvirt_message)
    return builtin().find(rule).finding(problem)


def outcome(
    *findings: Finding,
    sources: Iterable[Source] = (),
    suppressed: Iterable[tuple[Finding, str]] = (),
    baselined: Iterable[Finding] = (),
) -> Report:
    every = (*findings, *(each for each, _ in suppressed), *baselined)
    rules = {each.rule: builtin()[each.rule] for each in every}
    texts = {each.path: each for each in sources}
    return Report(Result(findings, texts, (), {}, tuple(suppressed), tuple(baselined), rules=rules))


def bridged(name: str = "lan", before: str = "", inner: str = "") -> str:
    """A network with one error in its last element but one, which `--fix` cannot fix safely."""
    return (
        f"<network>\n  <name>{name}</name>\n  <forward mode='bridge'/>\n  <bridge name='br0'/>\n"
        f"{inner}  {before}<ip address='10.0.0.1' prefix='24'/>\n</network>\n"
    )


GOOD = "<network>\n  <name>good</name>\n  <forward mode='nat'/>\n  <ip address='10.9.0.1' prefix='24'/>\n</network>\n"
SUPPRESSION = "  <!-- vnetlint: ignore[ip-on-bridged-network] kept for the {old} [host](1) -->\n"


def awkward_folder(folder: Path) -> Path:
    """Make a folder with all that is hard to report, and return the folder `here` in it, to run in."""
    here = folder / "here"
    here.mkdir()
    files = {
        b"emoji.xml": bridged("emoji", "<!-- 😀😀 ä -->").encode(),
        b"crlf.xml": bridged("crlf", "<!-- 😀 -->").replace("\n", "\r\n").encode(),
        b"cr.xml": bridged("cr").replace("\n", "\r").encode(),
        b"latin.xml": b"<?xml version='1.0' encoding='ISO-8859-1'?>\n" + bridged("m\xfcller").encode("latin-1"),
        b"bom.xml": b"\xef\xbb\xbf" + bridged("bom").encode(),
        b"wide.xml": b"\xff\xfe" + bridged("wide").encode("utf-16-le"),
        b"end.xml": b"<network>\n  <name>end</name>\n",
        b"empty.xml": b"",
        b"nul.xml": b"<network>\0",
        b"good.xml": GOOD.encode(),
        b"foreign.xml": b"<project/>",
        b"suppressed.xml": bridged("suppressed", inner=SUPPRESSION).encode(),
        b"two lines\n::error::injected, 100% 'of' \"it\".xml": bridged("name").encode(),
        b"a:b,c=d#e?.xml": bridged("colon").encode(),
        b"bytes \xff\xe9.xml": bridged("bytes").encode(),
        b"escape.xml": bridged("escape").replace("bridge mode", "x").replace("<ip ", "<ip\x1b ").encode(),
    }
    for name, data in files.items():
        (here / os.fsdecode(name)).write_bytes(data)
    (folder / "out side.xml").write_text(bridged("outside"))
    return here


class Ran:
    """One run in the current folder: its exit code and output."""

    def __init__(self, *arguments: str, stdin: bytes = b"") -> None:
        out, err = io.StringIO(), io.StringIO()
        self.code = main(arguments, io.BytesIO(stdin), out, err)
        self.out, self.err = out.getvalue(), err.getvalue()
