"""What an editor shows and does, for each kind of editor."""

from pathlib import Path

import pytest
from lsprotocol import types

from tests.lsp.editor import Editor, found_by_check
from vnetlint.engine.lint import lint
from vnetlint.files.read import read
from vnetlint.settings import Settings

pytestmark = pytest.mark.asyncio(loop_scope="session")

NETWORK = """<network>
  <name>😀lan</name><!-- 😀 --><forward mode='natt'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
"""


async def test_a_fault_behind_an_emoji_is_shown_where_it_is_and_fixed(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "emoji.xml", NETWORK)
    [found] = await editor.diagnostics(uri)
    assert found.code == "schema-bad-value"
    assert found.source == "vnetlint"
    assert found.severity == types.DiagnosticSeverity.Error
    assert "libvirt, at define: unknown forwarding type 'natt'" in found.message
    assert editor.shown(uri, found.range) == "mode='natt'"
    first = (await editor.actions(uri, "natt", sent=[found]))[0]
    assert first.title == "Make it 'nat' (may change what works)"
    assert first.diagnostics is not None
    assert [each.code for each in first.diagnostics] == ["schema-bad-value"]
    editor.apply(first.edit)
    assert editor.text(uri) == NETWORK.replace("natt", "nat")
    assert await editor.diagnostics(uri) == []
    editor.close(uri)


async def test_columns_of_the_client_do_not_move_a_fix(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "columns.xml", NETWORK)
    [found] = await editor.diagnostics(uri)
    found.range.start.character += 3
    found.range.end.character += 3
    first = (await editor.actions(uri, "natt", sent=[found]))[0]
    editor.apply(first.edit)
    assert editor.text(uri) == NETWORK.replace("natt", "nat")
    editor.close(uri)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
async def test_lines_end_as_the_protocol_has_it(editor: Editor, folder: Path, line_end: str) -> None:
    text = NETWORK.replace("<ip", "<!-- \u2028 \u0085 a\u2029b --><ip").replace("24", "240").replace("\n", line_end)
    uri = editor.open(folder / "lines.xml", text)
    found = {editor.shown(uri, each.range) for each in await editor.diagnostics(uri)}
    assert found == {"mode='natt'", "prefix='240'"}
    editor.replace(uri, "240", "24")
    editor.replace(uri, "natt", "nat")
    assert await editor.diagnostics(uri) == []
    editor.close(uri)


async def test_a_finding_is_suppressed_where_it_is(editor: Editor, folder: Path) -> None:
    text = "<?xml version='1.0'?>\n<network>\n  <name>lan</name>\n  <forward mode='natt'/>\n</network>\n"
    uri = editor.open(folder / "suppress.xml", text)
    await editor.diagnostics(uri)
    [action] = [each for each in await editor.actions(uri, "natt") if each.title.startswith("Suppress")]
    editor.apply(action.edit)
    expected = "  <!-- vnetlint: ignore[schema-bad-value] TODO -->\n  <forward mode='natt'/>\n"
    assert editor.text(uri) == text.replace("  <forward mode='natt'/>\n", expected)
    assert await editor.diagnostics(uri) == []
    editor.close(uri)


async def test_only_requested_kinds_of_actions_are_offered(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "kinds.xml", "<network>\n  <name>lan</name>\n  <bridge stp='ON'/>\n</network>\n")
    await editor.diagnostics(uri)
    everything = await editor.actions(uri, "ON")
    assert {each.kind for each in everything} <= {"quickfix", "source.fixAll.vnetlint"}
    assert {each.kind for each in await editor.actions(uri, "ON", "quickfix")} == {"quickfix"}
    assert await editor.actions(uri, "ON", "refactor") == []
    assert await editor.actions(uri, "ON", "source.organizeImports") == []
    assert await editor.actions(uri, "network", "quickfix") == []
    editor.close(uri)


@pytest.mark.parametrize("kind", ["source", "source.fixAll", "source.fixAll.vnetlint"])
async def test_all_safe_fixes_are_made_at_once(editor: Editor, folder: Path, kind: str) -> None:
    text = (
        "<network>\r\n  <name>lan</name>\r\n  <!-- 😀 kept -->\r\n  <forward mode='nat'/>\r\n"
        "  <ip address='10.0.0.1' prefix='24'>\r\n    <dhcp>\r\n      <range start='10.0.0.9' end='10.0.0.2'/>\r\n"
        "    </dhcp>\r\n  </ip>\r\n  <!-- vnetlint: ignore[duplicate-mac] old -->\r\n</network>\r\n"
    )
    uri = editor.open(folder / "all.xml", text)
    assert "unused-suppression" in [each.code for each in await editor.diagnostics(uri)]
    [action] = await editor.actions(uri, "lan", kind)
    editor.apply(action.edit)
    fixed = text.replace("  <!-- vnetlint: ignore[duplicate-mac] old -->\r\n", "")
    assert editor.text(uri) == fixed.replace("start='10.0.0.9' end='10.0.0.2'", "start='10.0.0.2' end='10.0.0.9'")
    assert "unused-suppression" not in [each.code for each in await editor.diagnostics(uri)]
    assert await editor.actions(uri, "lan", kind) == []
    editor.close(uri)


async def test_the_page_of_a_rule_is_shown_over_its_finding(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "hover.xml", NETWORK)
    await editor.diagnostics(uri)
    where = editor.range_of(uri, "natt").start
    shown = await editor.client.text_document_hover_async(types.HoverParams(types.TextDocumentIdentifier(uri), where))
    assert shown is not None
    assert shown.range is not None
    assert editor.shown(uri, shown.range) == "mode='natt'"
    assert isinstance(shown.contents, types.MarkupContent)
    assert "schema-bad-value (VN0016)" in shown.contents.value
    nothing = types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(1, 0))
    assert await editor.client.text_document_hover_async(nothing) is None
    editor.close(uri)


GUEST = """<domain type='kvm'>
  <name>web</name>
  <memory>1</memory>
  <os><type arch='x86_64'>hvm</type></os>
  <devices>
    <interface type='network'>
      <source network='office' portgroup='staff'/>
      <filterref filter='mine'/>
    </interface>
  </devices>
</domain>
"""
OFFICE = """<network>
  <name> office </name>
  <forward mode='bridge'/>
  <bridge name='br0'/>
  <portgroup name='staff'/>
</network>
"""
FILTER = "<filter name='mine'><rule action='drop' direction='in'/></filter>\n"


async def test_from_a_name_to_what_it_names_and_back(editor: Editor, folder: Path) -> None:
    (folder / "mine.xml").write_text(FILTER)
    editor.saw_change(folder / "mine.xml")
    guest = editor.open(folder / "web.xml", GUEST)
    office = editor.open(folder / "office.xml", OFFICE)

    async def at(uri: str, piece: str) -> list[tuple[str, str]]:
        params = types.DefinitionParams(types.TextDocumentIdentifier(uri), editor.range_of(uri, piece).start)
        found = await editor.client.text_document_definition_async(params)
        assert found is None or isinstance(found, list)
        places = [each for each in found or [] if isinstance(each, types.Location)]
        return [(each.uri, editor.shown(each.uri, each.range) if each.uri == office else "") for each in places]

    assert await at(guest, "office") == [(office, "office")]
    assert await at(guest, "staff") == [(office, "staff")]
    assert [uri.rsplit("/", 1)[1] for uri, _ in await at(guest, "mine")] == ["mine.xml"]
    assert await at(guest, "memory") == []
    where = editor.range_of(office, "office").end
    context = types.ReferenceContext(include_declaration=True)
    params = types.ReferenceParams(context, types.TextDocumentIdentifier(office), where)
    found = await editor.client.text_document_references_async(params)
    assert found is not None
    assert [(each.uri, editor.shown(each.uri, each.range)) for each in found] == [(office, "office"), (guest, "office")]
    editor.close(guest)
    editor.close(office)
    (folder / "mine.xml").unlink()


async def test_other_documents_see_what_is_not_saved(editor: Editor, folder: Path) -> None:
    guest = editor.open(folder / "web.xml", GUEST.replace("portgroup='staff'", "portgroup='phones'"))
    office = editor.open(folder / "office.xml", OFFICE)
    await editor.until(guest, "unknown-portgroup")
    before = editor.refreshes
    editor.replace(office, "staff", "phones")
    if editor.pulls:
        await editor.diagnostics(office)
        await editor.until(guest)
        assert editor.refreshes <= before + 2
    else:
        published = len(editor.published[guest])
        await editor.diagnostics(office)
        await editor.until(guest)
        assert len(editor.published[guest]) == published + 1
    editor.close(office)
    await editor.until(guest)
    editor.close(guest)


async def test_other_markup_is_left_alone(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "pom.xml", "<project xmlns='http://maven.apache.org/POM/4.0.0'>\n  <a></b>\n")
    assert await editor.diagnostics(uri) == []
    assert await editor.actions(uri, "<a>") == []
    editor.close(uri)


@pytest.mark.parametrize(
    "text", ["\0\0<network>", "<network\0/>", "\x7fELF\x01\0", "", " ", "<", "&", "\ud83d<network/>"]
)
async def test_odd_texts_are_handled(editor: Editor, folder: Path, text: str) -> None:
    uri = editor.open(folder / "odd.xml", text)
    found = await editor.diagnostics(uri)
    assert [each.code for each in found] == [
        rule for rule, _, _ in found_by_check("odd.xml", editor.text(uri), "utf-8")
    ]
    await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), types.Position(99, 99))
    )
    editor.close(uri)


async def test_a_document_that_was_never_saved_is_linted_alone(editor: Editor, folder: Path) -> None:
    (folder / "office.xml").write_text(OFFICE)
    uri = editor.open("untitled:Untitled-1", GUEST.replace("portgroup='staff'", "portgroup='phones'"))
    assert await editor.diagnostics(uri) == []
    editor.replace(uri, "</devices>", "</device>")
    assert [each.code for each in await editor.diagnostics(uri)] == ["xml-syntax"]
    editor.close(uri)
    (folder / "office.xml").unlink()


async def test_a_document_that_is_not_open_is_not_read(editor: Editor, folder: Path) -> None:
    (folder / "closed.xml").write_text(NETWORK)
    uri = (folder / "closed.xml").as_uri()
    where = types.Range(types.Position(1, 30), types.Position(1, 30))
    params = types.CodeActionParams(types.TextDocumentIdentifier(uri), where, types.CodeActionContext([]))
    assert not await editor.client.text_document_code_action_async(params)
    assert not (await editor.pull(uri)).items
    assert await editor.client.text_document_hover_async(
        types.HoverParams(types.TextDocumentIdentifier(uri), where.start)
    ) is None  # fmt: skip
    (folder / "closed.xml").unlink()


async def test_latin_1_on_the_disk_is_unicode_in_the_editor(editor: Editor, folder: Path) -> None:
    head = "<?xml version='1.0' encoding='ISO-8859-1'?>\n"
    text = f"{head}<network>\n  <name>büro</name>\n  <!-- é --><forward mode='natt'/>\n</network>\n"
    path = folder / "latin.xml"
    path.write_bytes(text.encode("latin-1"))
    uri = editor.open(path, text)
    found = {each.code: editor.shown(uri, each.range) for each in await editor.diagnostics(uri)}
    assert found["schema-bad-value"] == "mode='natt'"
    assert found.keys() == {each.rule for each in lint([read(str(path))], Settings()).findings}
    editor.close(uri)
    path.unlink()


async def test_a_closed_document_is_forgotten(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "closing.xml", NETWORK)
    assert await editor.diagnostics(uri)
    editor.close(uri)
    if not editor.pulls:
        assert not (await editor.pushed(uri, None)).diagnostics
    uri = editor.open(folder / "closing.xml", NETWORK.replace("natt", "nat"))
    assert await editor.diagnostics(uri) == []
    editor.close(uri)


async def test_an_unchanged_answer_is_not_sent_again(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "unchanged.xml", NETWORK)
    first = await editor.pull(uri)
    second = await editor.pull(uri, first.result_id)
    assert isinstance(second, types.RelatedUnchangedDocumentDiagnosticReport)
    assert second.result_id == first.result_id
    editor.replace(uri, "natt", "nattt")
    third = await editor.pull(uri, first.result_id)
    assert isinstance(third, types.RelatedFullDocumentDiagnosticReport)
    assert third.result_id != first.result_id
    editor.close(uri)


@pytest.mark.parametrize("step", [11, pytest.param(1, marks=pytest.mark.slow)])
async def test_a_network_typed_letter_by_letter_and_taken_away_again(editor: Editor, folder: Path, step: int) -> None:
    text = NETWORK.replace("\n", "\r\n", 2)
    uri = editor.open(folder / "typed.xml", "")
    for number, letter in enumerate(text):
        editor.change(uri, number, number, letter)
        if number % step == 0:
            await agrees(editor, uri)
    await agrees(editor, uri)
    for number in range(len(text), 0, -1):
        editor.change(uri, number - 1, number, "")
        if number % step == 0:
            await agrees(editor, uri)
    await agrees(editor, uri)
    editor.close(uri)


async def agrees(editor: Editor, uri: str) -> None:
    """Compare what the editor shows with what `check` finds in the same text."""
    shown = [
        (
            each.code,
            (each.range.start.line, each.range.start.character),
            (each.range.end.line, each.range.end.character),
        )
        for each in await editor.diagnostics(uri)
    ]
    assert shown == found_by_check("typed.xml", editor.text(uri), editor.units)
