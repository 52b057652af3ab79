"""A rename changes a name wherever it means the same thing, in all files, or nothing."""

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from tests.lsp.editor import TIMEOUT, Editor
from tests.sources import named
from vnetlint.engine.reading import read
from vnetlint.lsp.rename import RenameError, Renaming, mention_at
from vnetlint.lsp.uris import uri_of
from vnetlint.project import Project
from vnetlint.xml.splice import apply

NETWORK = """<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr7'/>
  <ip address='10.7.0.1' prefix='24'/>
  <portgroup name='web'/>
  <portgroup name='db'/>
</network>
"""
GUEST = """<domain type='kvm'>
  <name>lan</name>
  <memory unit='GiB'>1</memory>
  <os><type>hvm</type></os>
  <devices>
    <graphics type='vnc'><listen type='network' network='lan'/></graphics>
    <interface type='network'>
      <source network="lan" portgroup='web'/>
      <filterref filter='guard'><parameter name='lan' value='lan'/></filterref>
    </interface>
    <interface type='bridge'><source bridge='virbr7'/></interface>
    <interface type='direct'><source dev='virbr7'/></interface>
  </devices>
</domain>
"""
FILTER = "<filter name='guard'>\n  <filterref filter='base'/>\n</filter>\n<filter name='base'/>\n"
INSTALLED = "libvirt installs the network filter 'clean-traffic' itself: copy the file under another name"
FILES = {"lan.xml": NETWORK, "web.xml": GUEST, "guard.xml": FILTER}


def renaming(files: dict[str, str], path: str, at: str, new: str, complete: bool = False) -> Renaming:
    """The rename of what is at the first occurrence of a text in a file; `|` in it is the place."""
    before, _, after = at.partition("|")
    read_files = [read(named(each, text), None) for each, text in files.items()]
    own = next(each for each in read_files if each.source.path == path)
    mention = mention_at(own, files[path].index(before + after) + len(before))
    assert mention is not None
    project = Project(tuple(model for each in read_files for model in each.models), complete=complete)
    return Renaming(mention, read_files, project, new)


def renamed(files: dict[str, str], path: str, at: str, new: str, complete: bool = False) -> dict[str, str]:
    """The files after a rename."""
    edits = renaming(files, path, at, new, complete).edits()
    return {each: apply(text, [one for one in edits if one.path == each]) for each, text in files.items()}


def refused(files: dict[str, str], path: str, at: str, new: str = "new", complete: bool = False) -> str:
    """Why a rename is refused."""
    with pytest.raises(RenameError) as error:
        renaming(files, path, at, new, complete).edits()
    return str(error.value)


@pytest.mark.parametrize(
    ("path", "at"), [("lan.xml", "<name>l|an"), ("web.xml", 'network="|lan'), ("web.xml", "'lan|'/>")]
)
def test_a_network_is_renamed_where_it_is_named(path: str, at: str) -> None:
    after = renamed(FILES, path, at, "office")
    assert after == {
        "lan.xml": NETWORK.replace("<name>lan", "<name>office"),
        "web.xml": GUEST.replace('network="lan"', 'network="office"').replace("network='lan'", "network='office'"),
        "guard.xml": FILTER,
    }


@pytest.mark.parametrize(("path", "at"), [("lan.xml", "virbr|7"), ("web.xml", "bridge='|virbr7")])
def test_a_bridge_is_renamed_where_it_is_named(path: str, at: str) -> None:
    after = renamed(FILES, path, at, "office0")
    assert after == {each: text.replace("virbr7", "office0") for each, text in FILES.items()}


@pytest.mark.parametrize(("path", "at"), [("lan.xml", "'we|b'"), ("web.xml", "portgroup='|web")])
def test_a_port_group_is_renamed_in_its_network_and_by_its_users(path: str, at: str) -> None:
    after = renamed(FILES, path, at, "public")
    assert after == {each: text.replace("'web'", "'public'") for each, text in FILES.items()}


@pytest.mark.parametrize(("path", "at"), [("guard.xml", "name='|guard"), ("web.xml", "filter='guard|")])
def test_a_filter_is_renamed_where_it_is_named(path: str, at: str) -> None:
    after = renamed(FILES, path, at, "wall")
    assert after == {each: text.replace("'guard'", "'wall'") for each, text in FILES.items()}


def test_a_filter_is_renamed_where_another_filter_includes_it() -> None:
    assert renamed(FILES, "guard.xml", "'ba|se'", "core")["guard.xml"] == FILTER.replace("'base'", "'core'")


def test_a_name_is_written_with_references_where_it_needs_them() -> None:
    after = renamed(FILES, "lan.xml", "<name>l|an", 'a&"b')
    assert '<name>a&amp;"b</name>' in after["lan.xml"]
    assert '<source network="a&amp;&quot;b"' in after["web.xml"]
    assert renamed(after, "web.xml", "a&amp;|", "lan") == FILES


def test_every_branch_of_a_template_is_renamed_and_no_placeholder() -> None:
    template = (
        "<domain type='kvm'>\n  <name>a</name>\n  <devices>\n    {% if x %}\n"
        "    <interface type='network'><source network='lan'/></interface>\n    {% else %}\n"
        "    <interface type='network'><source network='lan' portgroup='db'/></interface>\n    {% endif %}\n"
        "    <interface type='network'><source network='lan{{ lan }}'/></interface>\n  </devices>\n</domain>\n"
    )
    files = {"lan.xml": NETWORK, "a.xml.j2": template}
    after = renamed(files, "lan.xml", "<name>|lan", "office")
    assert after["a.xml.j2"] == template.replace("network='lan'", "network='office'")
    assert "placeholder" in refused(files, "a.xml.j2", "'|lan{{")


@pytest.mark.parametrize(
    ("path", "at", "new", "message"),
    [
        ("lan.xml", "<name>|lan", "dmz", "the network 'dmz' exists already: dmz.xml:1:16"),
        ("lan.xml", "<name>|lan", "old", "dmz.xml:1:119 names 'old' already, and would mean this network"),
        ("lan.xml", "'|virbr7", "virbr8", "the bridge 'virbr8' exists already: dmz.xml:1:40"),
        ("lan.xml", "'|web", "db", "the port group 'db' exists already: lan.xml:7:20"),
        ("guard.xml", "'|guard", "base", "the network filter 'base' exists already: guard.xml:4:15"),
        ("guard.xml", "'|guard", "clean-traffic", "libvirt installs a network filter 'clean-traffic'"),
        ("dmz.xml", "'|clean", "b", INSTALLED),
        ("lan.xml", "<name>|lan", " a", "invalid name ' a': expected a name without white space around it"),
        ("lan.xml", "<name>|lan", "", "invalid name '': expected a name without white space around it"),
        ("dmz.xml", "'|old", "new", "no file defines the network 'old': rename it where it is defined"),
        ("dmz.xml", "'|eth0", "eth1", "'eth0' is a device of the host, and no bridge of these files"),
    ],
)
def test_a_name_in_use_is_refused(path: str, at: str, new: str, message: str) -> None:
    other = (
        "<network><name>dmz</name><bridge name='virbr8'/></network>\n"
        "<domain><devices><interface type='network'><source network='old'/></interface>"
        "<interface type='direct'><source dev='eth0'/><filterref filter='clean-traffic'/></interface>"
        "</devices></domain>"
    ).replace("\n", "")
    assert refused({**FILES, "dmz.xml": other}, path, at, new) == message


def test_a_reference_that_may_mean_another_network_is_not_renamed() -> None:
    files = {"a/lan.xml": NETWORK, "b/lan.xml": NETWORK, "web.xml": GUEST}
    assert refused(files, "a/lan.xml", "<name>|lan") == (
        "web.xml:6:58 names 'lan', and it is not known whether it means a/lan.xml or b/lan.xml"
    )
    files = {"a/lan.xml": NETWORK, "b/lan.xml": NETWORK, "a/web.xml": GUEST, "b/web.xml": GUEST}
    after = renamed(files, "b/lan.xml", "<name>|lan", "office")
    assert {each for each in files if files[each] != after[each]} == {"b/lan.xml", "b/web.xml"}


def test_a_reference_that_would_mean_another_network_afterwards_refuses_the_rename() -> None:
    files = {"net/lan.xml": NETWORK, "site/old.xml": NETWORK.replace("<name>lan", "<name>old"), "site/web.xml": GUEST}
    assert refused(files, "net/lan.xml", "<name>|lan", "old") == (
        "site/web.xml:6:58 names 'lan', and it would not be known which 'old' it means"
    )


def test_a_bridge_of_the_host_is_renamed_on_one_host() -> None:
    bridged = "<network><name>n</name><forward mode='bridge'/><bridge name='br0'/></network>"
    guest = "<domain><devices><interface type='bridge'><source bridge='br0'/></interface></devices></domain>"
    files = {"a/n.xml": bridged, "a/g.xml": guest}
    assert renamed(files, "a/g.xml", "'|br0", "lan0") == {
        each: text.replace("br0", "lan0") for each, text in files.items()
    }
    files = {"a/n.xml": bridged, "b/g.xml": guest}
    assert "b/g.xml:1:59 names 'br0' too, and it is not known whether it is for the same host" in refused(
        files, "a/n.xml", "'|br0"
    )
    assert renamed(files, "a/n.xml", "'|br0", "lan0", complete=True)["b/g.xml"] == guest.replace("br0", "lan0")


in_editors = pytest.mark.asyncio(loop_scope="session")


async def _renamed(editor: Editor, uri: str, piece: str, new: str) -> types.WorkspaceEdit | None:
    where = editor.range_of(uri, piece).start
    where.character += 1
    params = types.RenameParams(types.TextDocumentIdentifier(uri), where, new)
    return await asyncio.wait_for(editor.client.text_document_rename_async(params), TIMEOUT)


@in_editors
async def test_a_network_is_renamed_in_three_files(editor: Editor, folder: Path) -> None:
    site = folder / "rename"
    site.mkdir(exist_ok=True)
    second = "<!-- 😀 -->" + GUEST.replace("<name>lan", "<name>two")
    for name, text in {"lan.xml": NETWORK, "web.xml": GUEST, "two.xml": second}.items():
        (site / name).write_text(text, "utf-8")
    editor.saw_change(site / "lan.xml")
    uri, other = editor.open(site / "lan.xml", NETWORK), editor.open(site / "web.xml", GUEST)
    where = editor.range_of(uri, "lan<").start
    prepared = await editor.client.text_document_prepare_rename_async(
        types.PrepareRenameParams(types.TextDocumentIdentifier(uri), where)
    )
    assert isinstance(prepared, types.PrepareRenamePlaceholder)
    assert (editor.shown(uri, prepared.range), prepared.placeholder) == ("lan", "lan")
    edit = await _renamed(editor, uri, "lan<", "office")
    assert edit is not None
    closed = uri_of(str(site / "two.xml"))
    if edit.document_changes is None:
        assert {*(edit.changes or {})} == {uri, other, closed}
    # An editor opens the file that is not open, and then makes the edits.
    editor.open(site / "two.xml", second)
    for each in edit.document_changes or ():
        assert isinstance(each, types.TextDocumentEdit)
        assert each.text_document.version == (None if each.text_document.uri == closed else 1)
        each.text_document.version = 1
    editor.apply(edit)
    assert editor.text(uri) == NETWORK.replace("<name>lan", "<name>office")
    expected = GUEST.replace('network="lan"', 'network="office"').replace("network='lan'", "network='office'")
    assert editor.text(other) == expected
    assert editor.text(closed) == "<!-- 😀 -->" + expected.replace("<name>lan", "<name>two")
    for opened in (uri, other, closed):
        editor.close(opened)


@in_editors
async def test_the_references_are_the_places_of_a_rename(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "both.xml", NETWORK + GUEST)
    for piece, shown in [("lan<", 3), ("virbr7", 3), ("web", 2), ("guard", 0)]:
        where, document = editor.range_of(uri, piece).start, types.TextDocumentIdentifier(uri)
        for declaration in (True, False) if shown else (False,):
            params = types.ReferenceParams(types.ReferenceContext(declaration), document, where)
            found = await asyncio.wait_for(editor.client.text_document_references_async(params), TIMEOUT)
            assert {editor.shown(uri, each.range) for each in found or ()} <= {piece.strip("<")}
            assert len(found or ()) == max(shown - (not declaration), 0)
    editor.close(uri)


@in_editors
async def test_what_libvirt_refuses_is_refused(editor: Editor, folder: Path) -> None:
    uri = editor.open(folder / "refused.xml", NETWORK)
    for piece, new, message in [
        ("virbr7", "a-very-long-name", "a-very-long-name"),
        ("lan<", "a/b", "invalid network name 'a/b': it contains '/'"),
        ("<ip", "new", "only the names of networks, bridges, port groups and network filters can be renamed"),
    ]:
        with pytest.raises(JsonRpcException, match=message) as error:
            await _renamed(editor, uri, piece, new)
        assert error.value.code == types.LSPErrorCodes.RequestFailed
    nothing = types.PrepareRenameParams(types.TextDocumentIdentifier(uri), editor.range_of(uri, "<ip").start)
    assert await editor.client.text_document_prepare_rename_async(nothing) is None
    editor.close(uri)
