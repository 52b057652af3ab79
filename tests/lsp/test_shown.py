"""What an editor shows about a document besides findings, and the actions beside fixes, in each kind of client."""

import json
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor
from vnetlint.engine.convert import convert
from vnetlint.files.read import typed
from vnetlint.inputkey import FileKey
from vnetlint.lsp.positions import LinePosition
from vnetlint.remedies.choose import Wish
from vnetlint.settings import Settings

pytestmark = pytest.mark.asyncio(loop_scope="session")

NETWORK = """<network>
  <!-- \U0001f310 --><name>staff</name><!-- \U0001f310 --><title>\U0001f310</title>
  <forward mode='nat'/>
  <ip address='10.7.0.1' netmask='255.255.255.0'>
    <dhcp>
      <range start='10.7.0.10' end='10.7.0.19'/>
      <host mac='52:54:00:aa:00:01' ip='10.7.0.12'/>
    </dhcp>
  </ip>
</network>
"""
GUEST = """<domain type='kvm'>
  <name>mail</name>
  <memory unit='GiB'>1</memory>
  <os><type arch='x86_64'>hvm</type></os>
  <devices>
    <!-- \U0001f310 --><interface type='network'>
      <mac address='52:54:00:aa:00:01'/><!-- \U0001f310 --><source network='staff'/>
      <model type='virtio'/>
      <filterref filter='clean-traffic'/>
    </interface>
  </devices>
</domain>
"""


async def hover(editor: Editor, uri: str, where: str) -> tuple[str, str]:
    """What is shown over a piece of text: the text that it is about, and the words."""
    identifier = types.TextDocumentIdentifier(uri)
    params = types.HoverParams(identifier, editor.range_of(uri, where).start)
    shown = await editor.client.text_document_hover_async(params)
    if shown is None:
        return "", ""
    assert shown.range is not None
    assert isinstance(shown.contents, types.MarkupContent)
    editor.check_range(uri, shown.range)
    return editor.shown(uri, shown.range), shown.contents.value


async def hints(editor: Editor, uri: str, where: types.Range) -> dict[str, str]:
    """The hints in a range, by the text before each."""
    params = types.InlayHintParams(types.TextDocumentIdentifier(uri), where)
    buffer = editor.buffers.get(uri)
    assert buffer is not None
    found = {}
    for each in await editor.client.text_document_inlay_hint_async(params) or []:
        editor.check_range(uri, types.Range(each.position, each.position))
        at = buffer.lines.offset(LinePosition(each.position.line, each.position.character))
        found[buffer.text[:at].split()[-1]] = str(each.label)
    return found


async def test_what_a_part_of_a_document_means_is_shown(editor: Editor, folder: Path) -> None:
    network = editor.open(folder / "staff.xml", NETWORK)
    guest = editor.open(folder / "mail.xml", GUEST)
    about, words = await hover(editor, network, "mode=")
    assert about == "mode='nat'"
    assert "The host routes with NAT" in words
    assert "(since 0.4.2)" in words
    assert "- mode: NAT" in words
    assert "guests reach the host" in words
    about, words = await hover(editor, network, "title")
    assert about == "title"
    assert "One line for people." in words
    about, words = await hover(editor, guest, "network='staff'")
    assert about == "network='staff'"
    assert "- interface: network staff (NAT), 52:54:00:aa:00:01, filtered by clean-traffic" in words
    assert "- address: 10.7.0.12, reserved for 52:54:00:aa:00:01" in words
    assert "mail reaches the host" in words
    assert "the host reaches mail" in words
    about, words = await hover(editor, guest, "clean-traffic")
    assert "- from the guest: ARP, DHCP, ping, TCP, UDP and replies over TCP pass; IPv6 is dropped" in words
    editor.close(network)
    editor.close(guest)


async def test_hints_are_those_of_the_range(editor: Editor, folder: Path) -> None:
    network = editor.open(folder / "staff.xml", NETWORK)
    guest = editor.open(folder / "mail.xml", GUEST)
    everything = types.Range(types.Position(0, 0), types.Position(99, 0))
    assert await hints(editor, network, everything) == {
        "netmask='255.255.255.0'": "/24",
        "end='10.7.0.19'": "9 addresses",
        "mac='52:54:00:aa:00:01'": "mail",
    }
    assert await hints(editor, guest, everything) == {
        "network='staff'": "NAT, 10.7.0.0/24",
        "address='52:54:00:aa:00:01'": "10.7.0.12",
    }
    assert list(await hints(editor, network, editor.range_of(network, "end='10.7.0.19'"))) == ["end='10.7.0.19'"]
    editor.close(network)
    editor.close(guest)


async def test_the_guests_on_a_network_are_above_its_name(editor: Editor, folder: Path) -> None:
    network = editor.open(folder / "staff.xml", NETWORK)
    guest = editor.open(folder / "mail.xml", GUEST)
    params = types.CodeLensParams(types.TextDocumentIdentifier(network))
    [lens] = await editor.client.text_document_code_lens_async(params) or []
    assert editor.shown(network, lens.range) == "staff"
    assert lens.command is None
    lens = await editor.client.code_lens_resolve_async(lens)
    assert lens.command is not None
    assert (lens.command.title, lens.command.command) == ("1 guest: mail", "")
    editor.close(guest)
    lens.command = None
    lens = await editor.client.code_lens_resolve_async(lens)
    assert lens.command is not None
    assert lens.command.title == "no guests in these files"
    editor.close(network)


async def test_a_network_is_converted_with_what_changes_for_guests(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "staff.xml", NETWORK)
    await editor.diagnostics(uri)
    titles = [each.title for each in await editor.actions(uri, "mode", "refactor")]
    assert titles == [
        "Convert to routed: guests get no replies from the LAN and the Internet without a route back",
        "Convert to isolated: guests no longer reach the LAN and the Internet",
        "Convert to open: guests no longer reach the LAN and the Internet",
    ]
    action = (await editor.actions(uri, "mode", "refactor"))[1]
    editor.apply(action.edit)
    source: Any = typed(FileKey("staff.xml"), NETWORK)
    assert editor.text(uri) == convert(source, Wish("isolated"), None, Settings()).text.text
    assert await editor.actions(uri, "10.7.0.10", "refactor") == []
    editor.close(uri)


async def test_a_finding_is_held_in_the_baseline(editor: Editor, folder: Path) -> None:
    site = folder / "held"
    site.mkdir(exist_ok=True)
    baseline, config = site / "held.json", site / "vnetlint.toml"
    config.write_text("baseline = 'held.json'\n")
    baseline.write_text('{\n  "version": 1,\n  "findings": []\n}\n')
    editor.saw_change(config)
    uri = editor.open(site / "staff.xml", NETWORK.replace("'nat'", "'natt'"))
    [found] = await editor.diagnostics(uri)
    [action] = [each for each in await editor.actions(uri, "natt") if each.title.startswith("Hold ")]
    assert action.title == "Hold schema-bad-value in the baseline"
    file = editor.open(baseline, baseline.read_text())
    changes = edits_of(action.edit)
    assert list(changes) == [file]
    edit = types.WorkspaceEdit(changes=changes)
    editor.apply(edit)
    held = json.loads(editor.text(file))
    assert [(each["path"], each["rule"]) for each in held["findings"]] == [("staff.xml", found.code)]
    baseline.write_text(editor.text(file))
    editor.saw_change(baseline)
    await editor.until(uri)
    editor.close(file)
    editor.close(uri)


def edits_of(edit: types.WorkspaceEdit | None) -> dict[str, list[types.TextEdit]]:
    """The edits of each file, whatever form they have."""
    assert edit is not None
    found = {uri: list(each) for uri, each in (edit.changes or {}).items()}
    for each in edit.document_changes or ():
        assert isinstance(each, types.TextDocumentEdit)
        found[each.text_document.uri] = [one for one in each.edits if isinstance(one, types.TextEdit)]
    return found


FOREIGN = "<project><name>x</name><forward mode='nat'/></project>\n"


async def test_other_markup_shows_nothing(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "pom.xml", FOREIGN)
    identifier, everything = types.TextDocumentIdentifier(uri), types.Range(types.Position(0, 0), types.Position(9, 0))
    assert await hover(editor, uri, "mode") == ("", "")
    assert not await editor.client.text_document_inlay_hint_async(types.InlayHintParams(identifier, everything))
    assert not await editor.client.text_document_code_lens_async(types.CodeLensParams(identifier))
    assert await editor.actions(uri, "mode", "refactor") == []
    editor.close(uri)
