"""Outline, folding, selection, linked tags, highlights, links and formatting, as editors get them."""

import asyncio
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import TIMEOUT, Editor

pytestmark = pytest.mark.asyncio(loop_scope="session")

SITE = """<!-- 😀
     the office -->
<network>
    <name>lan</name>
    <forward mode='nat'/>
    <bridge name='virbr7'/>
    <!-- vnetlint: ignore[subnet-not-private] ours -->
    <ip address='10.7.0.1' prefix='24'><dhcp>
        <host name='web' ip='10.7.0.5'/></dhcp></ip>
    <portgroup name='web' default='yes'/>
</network>
"""
GUEST = """<domain type='kvm'>
  <name>😀web</name>
  <devices>
    <interface type='network'>
      <mac address='52:54:00:00:00:01'/>
      <source network='lan'/>
    </interface>
    <interface type='bridge'><source bridge='br
"""


async def _ask(editor: Editor, method: str, params: Any) -> Any:
    return await asyncio.wait_for(getattr(editor.client, f"{method}_async")(params), TIMEOUT)


def _document(uri: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri)


async def test_the_outline_is_there_while_a_tag_is_half_typed(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "half.xml", GUEST)
    found = await _ask(editor, "text_document_document_symbol", types.DocumentSymbolParams(_document(uri)))
    if isinstance(found[0], types.SymbolInformation):
        assert [each.name for each in found] == ["😀web", "NIC 1", "NIC 2"]
    else:
        [guest] = found
        shown = [(each.name, each.detail) for each in guest.children]
        assert shown == [("NIC 1", "network lan, 52:54:00:00:00:01"), ("NIC 2", "bridge br")]
        for each in (guest, *guest.children):
            editor.check_range(uri, each.range)
            assert editor.shown(uri, each.selection_range) in editor.shown(uri, each.range)
        assert editor.shown(uri, guest.selection_range) == "😀web"
    editor.close(uri)


async def test_names_of_the_whole_project_are_found(editor: Editor, folder: Path) -> None:
    (folder / "closed.xml").write_text(SITE.replace("lan<", "closed-lan<"), "utf-8")
    editor.saw_change(folder / "closed.xml")
    found = await _ask(editor, "workspace_symbol", types.WorkspaceSymbolParams("LAN"))
    assert {"closed-lan"} <= {each.name for each in found} <= {"closed-lan", "lan"}
    found = await _ask(editor, "workspace_symbol", types.WorkspaceSymbolParams(""))
    assert {"closed-lan", "virbr7", "web"} <= {each.name for each in found}
    (folder / "closed.xml").unlink()
    editor.saw_change(folder / "closed.xml")


async def test_places_in_a_document_are_answered(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "site.xml", SITE)
    folds = await _ask(editor, "text_document_folding_range", types.FoldingRangeParams(_document(uri)))
    shown = sorted((each.start_line, each.end_line, each.kind) for each in folds)
    assert shown == [(0, 1, "comment"), (2, 9, None), (7, 8, None), (7, 8, None)]
    at = editor.range_of(uri, "10.7.0.1").start
    [chain] = await _ask(editor, "text_document_selection_range", types.SelectionRangeParams(_document(uri), [at]))
    texts = []
    while chain is not None:
        texts.append(editor.shown(uri, chain.range))
        chain = chain.parent
    assert texts[:3] == ["10.7.0.1", "address='10.7.0.1'", "<ip address='10.7.0.1' prefix='24'>"]
    assert texts[-1] == SITE
    assert all(one in other for one, other in pairwise(texts))
    for piece in ("dhcp>", "dhcp></ip"):
        where = types.LinkedEditingRangeParams(_document(uri), editor.range_of(uri, piece).start)
        linked = await _ask(editor, "text_document_linked_editing_range", where)
        assert [editor.shown(uri, each) for each in linked.ranges] == ["dhcp", "dhcp"]
    nothing = types.LinkedEditingRangeParams(_document(uri), editor.range_of(uri, "ours").start)
    assert await _ask(editor, "text_document_linked_editing_range", nothing) is None
    editor.close(uri)


async def test_names_are_highlighted_and_lead_to_their_files(editor: Editor, folder: Path) -> None:
    network = editor.open(folder / "site.xml", SITE)
    uri = editor.open(folder / "links.xml", GUEST.replace("bridge", "network").replace("'br\n", "'lan'/></interface>"))
    where = types.DocumentHighlightParams(_document(uri), editor.range_of(uri, "lan").start)
    found = await _ask(editor, "text_document_document_highlight", where)
    assert [editor.shown(uri, each.range) for each in found] == ["lan", "lan"]
    links = await _ask(editor, "text_document_document_link", types.DocumentLinkParams(_document(uri)))
    assert [(editor.shown(uri, each.range), each.target) for each in links] == [("lan", f"{network}#L4")] * 2
    [page] = await _ask(editor, "text_document_document_link", types.DocumentLinkParams(_document(network)))
    assert editor.shown(network, page.range) == "subnet-not-private"
    assert page.target == "https://libvirt.org/formatnetwork.html#addressing"
    editor.close(uri)
    editor.close(network)


async def test_formatting_edits_only_what_differs(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "site.xml", SITE)
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    whole = types.DocumentFormattingParams(_document(uri), options)
    part = types.DocumentRangeFormattingParams(_document(uri), editor.range_of(uri, "<forward mode='nat'/>"), options)
    assert not await _ask(editor, "text_document_range_formatting", part)
    edits = await _ask(editor, "text_document_formatting", whole)
    assert len(edits) == 4
    editor.apply(types.WorkspaceEdit(changes={uri: edits}))
    assert editor.text(uri).splitlines()[7:13] == [
        "    <ip address='10.7.0.1' prefix='24'>",
        "        <dhcp>",
        "            <host name='web' ip='10.7.0.5'/>",
        "        </dhcp>",
        "    </ip>",
        "    <portgroup name='web' default='yes'/>",
    ]
    assert not await _ask(editor, "text_document_formatting", whole)
    editor.close(uri)


@pytest.mark.parametrize("text", ["<project>\n<a><b/></a></project>", GUEST], ids=["foreign", "broken"])
async def test_nothing_is_formatted_that_is_not_ours_or_broken(editor: Editor, folder: Path, text: str) -> None:
    uri = editor.open(folder / "other.xml", text)
    params = types.DocumentFormattingParams(_document(uri), types.FormattingOptions(4, True))
    assert not await _ask(editor, "text_document_formatting", params)
    if text is not GUEST:
        for method, asked in [
            ("text_document_document_symbol", types.DocumentSymbolParams(_document(uri))),
            ("text_document_folding_range", types.FoldingRangeParams(_document(uri))),
            ("text_document_document_link", types.DocumentLinkParams(_document(uri))),
        ]:
            assert await _ask(editor, method, asked) is None
    editor.close(uri)
