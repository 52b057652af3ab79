"""What is said about a part of a document: at every place of a half-typed text, in templates, and for hostile names."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.raw import Message, RawClient
from vnetlint.config.runoptions import RunOptions
from vnetlint.lsp.analysis import Analyst, Judgement
from vnetlint.lsp.documents import Buffer, Buffers
from vnetlint.lsp.hints import hints_of
from vnetlint.lsp.lens import lenses_of
from vnetlint.lsp.meaning import MAX_LENGTH, MAX_LINES, meaning_at
from vnetlint.lsp.plans import GroupPlans
from vnetlint.lsp.positions import LinePosition
from vnetlint.lsp.uris import uri_of

NETWORK = "<network>\n  <name>lan</name>\n  <forward mode='nat'/>\n  <ip address='10.9.0.1' prefix='24'/>\n</network>\n"
GUEST = (
    "<domain type='kvm'><name>web</name><devices><interface type='network'><mac address='52:54:00:00:00:07'/>"
    "<source network='lan'/></interface></devices></domain>"
)
START, END = LinePosition(0, 0), LinePosition(999, 0)


def judged(*texts: str, name: str = "a.xml", analyst: Analyst | None = None) -> tuple[Judgement, Analyst]:
    """The first document, with the others open beside it."""
    analyst = analyst or Analyst(GroupPlans(RunOptions(), ["/nowhere"]))
    buffers = Buffers()
    opened: list[Buffer] = []
    for number, text in enumerate(texts):
        path = f"/nowhere/{number or ''}{name}"
        opened.append(buffers.open(f"file://{path}", 1, text, "utf-16"))
    return analyst.judge(opened[0], buffers), analyst


def said(where: str, *texts: str, markdown: bool = False, name: str = "a.xml") -> str:
    judgement, analyst = judged(*texts, name=name)
    found = meaning_at(judgement, analyst, texts[0].index(where), markdown)
    return found.text if found else ""


def test_every_place_of_a_half_typed_document_can_be_asked_about() -> None:
    analyst = Analyst(GroupPlans(RunOptions(), ["/nowhere"]))
    for end in range(len(NETWORK)):
        judgement, _ = judged(NETWORK[:end], analyst=analyst)
        hints_of(judgement, analyst, START, END)
        lenses_of(judgement, analyst)
        for offset in (end, end // 2):
            found = meaning_at(judgement, analyst, offset, True)
            assert found is None or 0 <= found.span.start <= found.span.end <= end
    assert "The host routes with NAT" in said("mode", NETWORK[: NETWORK.index("/>")])


def test_documentation_is_of_the_definition_that_applies() -> None:
    guest = "<domain type='kvm'><devices><interface type='bridge'><source bridge='br0'/></interface></devices></domain>"
    other = "<domain type='kvm'><devices><interface type='network'><source network='a'/></interface></devices></domain>"
    assert said("source bridge", guest).splitlines()[0] != said("source network", other).splitlines()[0]
    assert said("<domain", guest).startswith("<domain>: ")
    assert said("kvm'", guest).startswith("<domain type>: ")


def test_what_is_unknown_is_only_documented() -> None:
    template = "<network>\n  <name>lan</name>\n  {{ forward }}\n  <ip address='10.9.0.1' prefix='24'/>\n</network>\n"
    assert "- " not in said("lan", template, name="a.xml.j2")
    assert "- mode: isolated" in said("lan", template.replace("{{ forward }}", ""))
    assert "- " not in said("lan", NETWORK.replace("</network>", "<ip"))
    assert said("lan", NETWORK.replace("network", "project")) == ""


@pytest.mark.parametrize("name", ["[a](command:b)", "<img src=x>", "**a**", "`a`", "a\u202eb"])
def test_a_name_is_no_markup(name: str) -> None:
    written = name.replace("&", "&amp;").replace("<", "&lt;")
    guest = (
        "<domain type='kvm'><name>" + written + "</name><devices><interface type='network'><source network='lan'/>"
        "</interface></devices></domain>"
    )
    text = said("<forward", NETWORK, guest, markdown=True) + said("<network", NETWORK, guest, markdown=True)
    assert "- guest: " in text
    assert name not in text
    assert "\u202e" not in text


def test_what_is_said_is_bounded() -> None:
    guests = [
        f"<domain type='kvm'><name>{'x' * 400}{number}</name><devices><interface type='network'>"
        "<source network='lan'/></interface></devices></domain>"
        for number in range(40)
    ]
    lines = said("<network", NETWORK, *guests).splitlines()
    assert len(lines) <= MAX_LINES + 4
    assert max(map(len, lines)) <= MAX_LENGTH + 20
    assert lines[-1].endswith(" more")


def test_who_reaches_a_guest_is_said_with_what_is_not_known() -> None:
    text = said("<interface", GUEST, NETWORK)
    assert "- interface: network lan (NAT), 52:54:00:00:00:07" in text
    assert "web reaches the host, if the host's firewall accepts what is sent to it" in text
    assert "the LAN and the Internet do not reach web: no route" in text


def test_what_a_filter_lets_through_is_said() -> None:
    rules = (
        "<rule action='accept' direction='in' priority='100'><tcp dstportstart='22'/></rule>"
        "<rule action='drop' direction='in' priority='1000'><all/></rule>"
    )
    text = said("<filter", f"<filter name='web'>{rules}</filter>")
    assert "- to the guest: ARP, TCP 22 and IPv6 pass; DHCP, ping, TCP, UDP and replies over TCP are dropped" in text
    assert "br_netfilter" in text
    unknown = said("filter='nope'", "<filter name='web'><filterref filter='nope'/></filter>")
    assert "- unknown: the filter 'nope' is not known" in unknown


CAPABILITIES: Message = {
    "textDocument": {
        "publishDiagnostics": {},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    },
    "workspace": {
        "workspaceEdit": {"documentChanges": True, "resourceOperations": ["create"], "snippetEditSupport": True}
    },
    "window": {"showDocument": {"support": True}},
    "experimental": {"commands": {"commands": ["vnetlint.showReferences"]}},
}


def test_a_client_gets_what_it_can_do(tmp_path: Path) -> None:
    """A snippet for the reason, a new baseline with its configuration, the address of a page, and its own command."""
    (tmp_path / "vnetlint.toml").write_text("# ours\n")
    text = NETWORK.replace("'nat'", "'natt'")
    uri, config = (uri_of(str(tmp_path / name)) for name in ("a.xml", "vnetlint.toml"))
    with RawClient(tmp_path) as client:
        client.initialize(CAPABILITIES, workspaceFolders=[{"uri": uri_of(str(tmp_path)), "name": "x"}])
        client.open(uri, text)
        assert client.published(uri, 1)
        where = {"start": {"line": 2, "character": 14}, "end": {"line": 2, "character": 14}}
        params = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}
        found = {each["title"]: each for each in client.request("textDocument/codeAction", params)["result"]}
        [edit] = found["Suppress schema-bad-value here"]["edit"]["documentChanges"][0]["edits"]
        assert edit["snippet"]["value"] == "<!-- vnetlint: ignore[schema-bad-value] ${1:TODO} -->\n  "
        create, fill, name = found["Hold schema-bad-value in a new baseline"]["edit"]["documentChanges"]
        assert create["kind"] == "create"
        assert create["uri"].endswith("/vnetlint-baseline.json")
        assert [each["rule"] for each in json.loads(fill["edits"][0]["newText"])["findings"]] == ["schema-bad-value"]
        assert (name["textDocument"]["uri"], name["edits"][0]["newText"]) == (
            config,
            'baseline = "vnetlint-baseline.json"\n',
        )
        page = found["Open libvirt's documentation for schema-bad-value"]["command"]
        asked: dict[str, Any] = {"command": page["command"], "arguments": page["arguments"]}
        client.request("workspace/executeCommand", asked)
        [shown] = [each["params"] for each in client.notes if each["method"] == "window/showDocument"]
        assert shown["uri"].startswith("https://libvirt.org/")
        assert shown["external"] is True
        client.request("workspace/executeCommand", {**asked, "arguments": ["file:///etc/passwd"]})
        guest = uri_of(str(tmp_path / "b.xml"))
        client.open(guest, GUEST)
        [lens] = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})["result"]
        command = client.request("codeLens/resolve", lens)["result"]["command"]
        assert (command["title"], command["command"]) == ("1 guest: web", "vnetlint.showReferences")
        at, start, [place] = command["arguments"]
        assert (at, start, place["uri"]) == (uri, lens["range"]["start"], guest)
        assert len([each for each in client.notes if each["method"] == "window/showDocument"]) == 1
        assert client.end() == 0
