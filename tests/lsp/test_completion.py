"""Completion as editors ask for it and insert it: positions in their units, snippets only where they can be shown."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

from tests.lsp.editor import Editor
from tests.lsp.raw import Message, RawClient
from vnetlint.config.runoptions import RunOptions
from vnetlint.lsp.analysis import Analyst
from vnetlint.lsp.client import client_of
from vnetlint.lsp.complete import completions
from vnetlint.lsp.diagnostics import position_of
from vnetlint.lsp.documents import Buffers
from vnetlint.lsp.plans import GroupPlans
from vnetlint.lsp.uris import uri_of

CURSOR = "‸"
GUEST = """\
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>1</memory>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
  <devices>
    {}
  </devices>
</domain>
"""
LAN = "<network><name>lan</name><bridge name='virbr7'/><ip address='10.5.0.1' netmask='255.255.255.0'/></network>\n"


async def offered(editor: Editor, path: Path | str, text: str, trigger: str = "") -> types.CompletionList | None:
    """Open a text, ask for completion at the cursor in it, and check the ranges that the server answers with."""
    before, after = text.split(CURSOR)
    uri = editor.open(path, before + after)
    buffer = editor.buffers.get(uri)
    assert buffer is not None
    position = types.Position(*buffer.lines.position(len(before)))
    kind = types.CompletionTriggerKind.TriggerCharacter if trigger else types.CompletionTriggerKind.Invoked
    context = types.CompletionContext(kind, trigger or None)
    found = await editor.client.text_document_completion_async(
        types.CompletionParams(types.TextDocumentIdentifier(uri), position, context)
    )
    assert found is None or isinstance(found, types.CompletionList)
    for item in found.items if found else ():
        assert isinstance(item.text_edit, types.TextEdit)
        where = item.text_edit.range
        assert where.start.line == where.end.line == position.line
        assert where.start.character <= position.character <= where.end.character
        editor.check_range(uri, where)
        for further in item.additional_text_edits or ():
            editor.check_range(uri, further.range)
    return found


def insert(editor: Editor, uri: str, item: types.CompletionItem) -> str:
    """Make the edits of an item as an editor does, the last one first, and return the text without placeholders."""
    assert isinstance(item.text_edit, types.TextEdit)
    buffer = editor.buffers.get(uri)
    assert buffer is not None
    text, lines = buffer.text, buffer.lines
    own = item.text_edit.new_text
    if item.insert_text_format == types.InsertTextFormat.Snippet:
        own = re.sub(r"\$\{\d+[:|]([^,|}]*)[^}]*\}|\$\d+", r"\1", own)
    edits = [(item.text_edit.range, own), *((each.range, each.new_text) for each in item.additional_text_edits or ())]
    for where, new in sorted(edits, key=lambda each: (each[0].start.line, each[0].start.character), reverse=True):
        start, end = (lines.offset(position_of(each)) for each in (where.start, where.end))
        text = text[:start] + new + text[end:]
    return text


@pytest.mark.asyncio(loop_scope="session")
async def test_a_nic_is_completed_with_a_network_of_the_project(editor: Editor, folder: Path) -> None:
    (folder / "lan.xml").write_text(LAN)
    editor.saw_change(folder / "lan.xml")
    uri = editor.open(folder / "lan.xml", LAN)
    await editor.diagnostics(uri)
    found = await offered(editor, folder / "nic.xml", GUEST.format("<inter‸"))
    assert found is not None
    item = next(each for each in found.items if each.label == "interface")
    text = insert(editor, _uri(editor, "nic.xml"), item)
    assert "<interface type='network'>\n" in text
    assert "<source network='lan'/>\n" in text
    assert isinstance(item.text_edit, types.TextEdit)
    # Editors that may replace only the word are not told to replace the `<` before it.
    replaced = editor.shown(_uri(editor, "nic.xml"), item.text_edit.range)
    assert replaced in ("<inter", "inter")
    assert (item.filter_text or item.label) == f"{replaced}face"
    values = await offered(editor, folder / "nic.xml", GUEST.format("<interface type='network'><source network='‸'/>"))
    assert values is not None
    assert values.items[0].label == "lan"
    assert values.items[0].detail == "isolated 10.5.0.0/24"
    editor.close(uri)
    editor.close(_uri(editor, "nic.xml"))


def _uri(editor: Editor, name: str) -> str:
    return next(each.uri for each in editor.buffers if each.uri.endswith(name))


@pytest.mark.asyncio(loop_scope="session")
async def test_positions_after_an_emoji_are_in_the_units_of_the_editor(editor: Editor) -> None:
    text = "<network><title>😀é</title><forward mode='na‸tt'/></network>"
    found = await offered(editor, "untitled:emoji", text)
    assert found is not None
    item = next(each for each in found.items if each.label == "nat")
    assert insert(editor, "untitled:emoji", item) == "<network><title>😀é</title><forward mode='nat'/></network>"
    editor.close("untitled:emoji")


@pytest.mark.asyncio(loop_scope="session")
async def test_placeholders_are_sent_only_to_editors_that_show_them(editor: Editor) -> None:
    found = await offered(editor, "untitled:nic", GUEST.format("<‸"))
    assert found is not None
    item = next(each for each in found.items if each.label == "interface")
    assert isinstance(item.text_edit, types.TextEdit)
    # Emacs has snippets only with a package. Without one, nobody indents the lines but the server.
    is_emacs = editor.units == "utf-32"
    assert ("${1:" in item.text_edit.new_text) is not is_emacs
    assert item.text_edit.new_text.splitlines()[1].startswith("      <source" if is_emacs else "  <source")
    editor.close("untitled:nic")


@pytest.mark.asyncio(loop_scope="session")
async def test_a_value_brings_its_elements_in_further_edits(editor: Editor) -> None:
    found = await offered(editor, "untitled:type", GUEST.format("<interface type='‸'/>"))
    assert found is not None
    item = next(each for each in found.items if each.label == "network")
    text = insert(editor, "untitled:type", item)
    assert "    <interface type='network'>\n      <source network='default'/>\n    </interface>\n" in text
    editor.close("untitled:type")


def asked(text: str, trigger: str = "") -> types.CompletionList | None:
    """Ask without a server, for a document of which nothing is known yet."""
    before, after = text.split(CURSOR)
    buffers = Buffers()
    buffer = buffers.open("untitled:1", 1, before + after, "utf-16")
    client = client_of(client_capabilities("visual_studio_code"))
    analyst = Analyst(GroupPlans(RunOptions()))
    return completions(buffer, buffer.lines.position(len(before)), trigger, client, analyst, None)


@pytest.mark.parametrize(
    ("text", "trigger"),
    [
        ("<network><name>two ‸</name></network>", " "),
        ("<network><name>a/‸</name></network>", "/"),
        ("<network><name>it'‸</name></network>", "'"),
        ("<network><!-- a [‸ --></network>", "["),
        ("<project><‸</project>", "<"),
        ("‸", " "),
    ],
)
def test_a_character_that_is_only_text_asks_for_nothing(text: str, trigger: str) -> None:
    assert asked(text, trigger) is None


@pytest.mark.parametrize(
    ("text", "trigger", "label"),
    [
        ("<network><‸</network>", "<", "name"),
        ("<network><forward ‸/></network>", " ", "mode"),
        ("<network><forward mode='‸'/></network>", "'", "nat"),
        ('<network><forward mode="‸"/></network>', '"', "nat"),
        ("<network><name>n</‸", "/", "</name>"),
        ("\ufeff<network><‸</network>", "<", "name"),
    ],
)
def test_trigger_characters(text: str, trigger: str, label: str) -> None:
    found = asked(text, trigger)
    assert found is not None
    assert label in [each.label for each in found.items]
    assert [each.sort_text for each in found.items] == sorted(each.sort_text or "" for each in found.items)
    assert not found.is_incomplete


def test_more_addresses_come_with_more_letters() -> None:
    found = asked(LAN.replace("/></network>", "><dhcp><host ip='10.5.0.1‸'/></dhcp></ip></network>"))
    assert found is not None
    assert found.is_incomplete
    assert found.items[0].label == "10.5.0.10"


def test_placeholders_of_the_configuration_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "vnetlint.toml").write_text("placeholders = ['@@[a-z]+@@']\n")
    before, after = "<network><name>n</name><forward mode='@@mo", "re@@'/></network>"
    buffers = Buffers()
    buffer = buffers.open(uri_of(str(tmp_path / "a.xml")), 1, before + after, "utf-16")
    client = client_of(client_capabilities("visual_studio_code"))
    analyst = Analyst(GroupPlans(RunOptions()))
    judgement = analyst.judge(buffer, buffers)
    assert judgement.run.settings.placeholders
    assert completions(buffer, buffer.lines.position(len(before)), "", client, analyst, judgement) is None
    start = buffer.lines.position(before.index("<forward") + 1)
    assert completions(buffer, start, "", client, analyst, judgement) is not None


@pytest.mark.asyncio(loop_scope="session")
async def test_rules_found_in_the_document_come_first(editor: Editor) -> None:
    uri = editor.open("untitled:rules", "<network><name>n</name><forward mode='natt'/></network>")
    await editor.diagnostics(uri)
    editor.replace(uri, "<forward", "<!-- vnetlint: ignore[ -->\n<forward")
    await editor.diagnostics(uri)
    buffer = editor.buffers.get(uri)
    assert buffer is not None
    position = types.Position(*buffer.lines.position(buffer.text.index("[") + 1))
    found = await editor.client.text_document_completion_async(
        types.CompletionParams(types.TextDocumentIdentifier(uri), position)
    )
    assert isinstance(found, types.CompletionList)
    assert found.items[0].label == "schema-bad-value"
    editor.close(uri)


def test_the_server_starts_without_the_code_of_completion() -> None:
    program = (
        "import sys; from vnetlint.lsp.server import Server; Server();"
        "print([each for each in sys.modules if each.startswith(('vnetlint.complete', 'vnetlint.lsp.complete'))])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"


NIC_LINES = "interface type='network'>\n    <source network='default'/>\n  </interface>"


@pytest.mark.parametrize(
    ("announced", "new"),
    [
        ({}, NIC_LINES),
        ({"completion": {}}, re.sub(r"\n *", "", NIC_LINES)),
        ({"completion": {"contextSupport": True}}, f"<{NIC_LINES}"),
    ],
    ids=["kate", "neovim-0.7", "emacs"],
)
def test_simple_editors_get_an_edit_that_they_can_make(announced: Message, new: str, tmp_path: Path) -> None:
    text = "<domain type='kvm'>\n<devices>\n  <\n</devices>\n</domain>\n"
    with RawClient(tmp_path) as client:
        client.initialize({"textDocument": announced})
        client.open("untitled:1", text)
        asked = {"textDocument": {"uri": "untitled:1"}, "position": {"line": 2, "character": 3}}
        found = client.request("textDocument/completion", asked)["result"]["items"]
        (edit,) = (each["textEdit"] for each in found if each["label"] == "interface")
        assert edit["newText"] == new
        assert edit["range"]["start"]["character"] == (2 if new.startswith("<") else 3)
        assert client.end() == 0
