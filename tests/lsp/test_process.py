"""The server as a process: how it starts and ends, and that nothing a client sends crashes it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.lsp.raw import Message, RawClient, started

GOOD = "<network><name>lan</name></network>\n"
BAD = "<network><name>lan</name><forward mode='natt'/></network>\n"
PUSH: Message = {"textDocument": {"publishDiagnostics": {"relatedInformation": True}}}
PULL: Message = {"textDocument": {"diagnostic": {}}}


def test_shutdown_and_exit_end_it_with_0(tmp_path: Path) -> None:
    with RawClient(tmp_path, started(tmp_path)) as client:
        client.initialize(PUSH)
        assert client.end() == 0
        assert client.errors == ""


@pytest.mark.slow
def test_exit_without_shutdown_ends_it_with_1(tmp_path: Path) -> None:
    with RawClient(tmp_path, started(tmp_path)) as client:
        client.initialize(PUSH)
        client.notify("exit", None)
        assert client.process.wait(30) == 1
        assert client.errors == ""


@pytest.mark.slow
def test_it_ends_with_its_editor(tmp_path: Path) -> None:
    with RawClient(tmp_path, started(tmp_path)) as client:
        client.initialize(PUSH)
        client.open("untitled:1", BAD)
        assert client.published("untitled:1", 1)
        assert client.hang_up() == 1
        assert client.errors == ""


def test_without_the_extra_it_says_how_to_install_it(tmp_path: Path) -> None:
    arrange = "import sys; sys.modules['pygls'] = None; sys.argv = ['vnetlint', 'server']"
    program = f"{arrange}; from vnetlint.cli.main import run; run()"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert run.returncode == 2
    assert run.stdout == ""
    assert run.stderr == "vnetlint: the language server is not installed; run pip install 'vnetlint[server]'\n"


def test_nonsense_is_answered_and_the_server_goes_on(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        client.initialize(PUSH)
        uri = "untitled:1"
        client.change(uri, 3, BAD)
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        client.notify("textDocument/didOpen", {"textDocument": {"uri": 7}})
        client.notify("vnetlint/unheardOf", {"a": 1})
        client.notify("$/cancelRequest", {"id": 99})
        client.notify("workspace/didChangeConfiguration", {"settings": None})
        client.write(b"{")
        client.write(b"[1, 2]")
        client.ask("textDocument/hover", {"textDocument": 1})
        assert "error" in client.request("textDocument/unheardOf", {})
        where = {"start": {"line": 9, "character": 9}, "end": {"line": 0, "character": 0}}
        params = {"textDocument": {"uri": uri}, "range": where, "context": {"diagnostics": []}}
        assert client.request("textDocument/codeAction", params)["result"] is None
        client.open(uri, BAD)
        assert [each["code"] for each in client.published(uri, 1)] == ["schema-bad-value"]
        assert client.shown == []
        assert client.end() == 0


def test_a_request_is_cancelled(tmp_path: Path) -> None:
    large = "<domain type='kvm'><name>a</name><devices>" + "<interface type='netwrk'/>" * 3000 + "</devices></domain>"
    with RawClient(tmp_path) as client:
        client.initialize(PULL)
        client.open("untitled:large", large)
        number = client.ask("textDocument/diagnostic", {"textDocument": {"uri": "untitled:large"}})
        client.notify("$/cancelRequest", {"id": number})
        while (answer := client.receive()).get("id") != number or "method" in answer:
            pass
        assert answer["error"]["code"] == -32800
        client.change("untitled:large", 2, BAD)
        found = client.request("textDocument/diagnostic", {"textDocument": {"uri": "untitled:large"}})
        assert [each["code"] for each in found["result"]["items"]] == ["schema-bad-value"]
        assert client.end() == 0


def test_only_the_last_of_many_versions_is_sent_last(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        client.initialize(PUSH)
        client.open("untitled:1", GOOD)
        for version in range(2, 60):
            client.change("untitled:1", version, BAD if version % 2 else GOOD)
        assert client.published("untitled:1", 59)
        versions = [each["params"]["version"] for each in client.notes if each["method"].endswith("publishDiagnostics")]
        assert versions == sorted(set(versions))
        assert client.end() == 0


def test_a_broken_configuration_is_reported_once(tmp_path: Path) -> None:
    config = tmp_path / "vnetlint.toml"
    config.write_text("selct = ['all']\n")
    uri = (tmp_path / "lan.xml").as_uri()
    with RawClient(tmp_path) as client:
        client.initialize(PUSH, rootUri=tmp_path.as_uri())
        client.open(uri, BAD)
        assert client.published(uri, 1) == []
        for version in range(2, 6):
            client.change(uri, version, BAD)
            assert client.published(uri, version) == []
        assert len(client.shown) == 1
        assert "vnetlint.toml:1:1: unknown key 'selct'; did you mean 'select'?" in client.shown[0]
        config.write_text("ignore = ['network']\n")
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": config.as_uri(), "type": 2}]})
        client.notes.clear()
        assert [each["code"] for each in client.published(uri, 5)] == ["schema-bad-value"]
        config.write_text("ignore = ['schema-bad-value']\n")
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})
        client.notes.clear()
        assert client.published(uri, 5) == []
        assert len(client.shown) == 1
        assert client.end() == 0


def test_settings_of_the_editor_apply(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        client.initialize(PUSH, initializationOptions={"ignore": ["schema-bad-value"]})
        client.open("untitled:1", BAD)
        assert client.published("untitled:1", 1) == []
        client.notes.clear()
        client.notify("workspace/didChangeConfiguration", {"settings": {"vnetlint": {"select": "schema-bad-value"}}})
        assert [each["code"] for each in client.published("untitled:1", 1)] == ["schema-bad-value"]
        client.notes.clear()
        client.notify("workspace/didChangeConfiguration", {"settings": {"vnetlint": {"unsafeFixes": False}}})
        where = {"start": {"line": 0, "character": 45}, "end": {"line": 0, "character": 45}}
        literals = {"textDocument": {"uri": "untitled:1"}, "range": where, "context": {"diagnostics": []}}
        assert client.request("textDocument/codeAction", literals)["result"] is None
        client.notify("workspace/didChangeConfiguration", {"settings": {"vnetlint": {"ignore": ["no-such-rule"]}}})
        client.open("untitled:2", BAD)
        assert client.published("untitled:2", 1)
        assert client.shown == ["vnetlint: unknown rule 'no-such-rule'; `vnetlint rules` lists them"]
        assert client.end() == 0


def test_a_document_outside_the_opened_folder_is_linted_alone(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "vnetlint.toml").write_text("nonsense")
    uri = (outside / "lan.xml").as_uri()
    with RawClient(tmp_path) as client:
        client.initialize(PUSH, rootUri=inside.as_uri())
        client.open(uri, BAD)
        assert [each["code"] for each in client.published(uri, 1)] == ["schema-bad-value"]
        assert client.shown == []
        assert client.end() == 0


def test_a_fix_of_two_files_is_one_edit_with_versions(tmp_path: Path) -> None:
    nic = "<mac address='52:54:00:00:00:01'/><source network='default'/>"
    devices = f"<devices>\n<interface type='network'>{nic}</interface></devices>"
    guest = f"<domain type='kvm'><name>{{}}</name><memory>1</memory><os><type>hvm</type></os>{devices}</domain>\n"
    one, other = (tmp_path / "a.xml"), (tmp_path / "b.xml")
    one.write_text(guest.format("a"))
    other.write_text(guest.format("b"))
    capabilities = {
        "workspace": {"workspaceEdit": {"documentChanges": True}},
        "textDocument": {"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}}},
    }
    with RawClient(tmp_path) as client:
        client.initialize(capabilities, rootUri=tmp_path.as_uri())
        for path in (one, other):
            client.open(path.as_uri(), path.read_text())
            client.published(path.as_uri(), 1)
        where = {"start": {"line": 1, "character": 45}, "end": {"line": 1, "character": 45}}
        found: list[Message] = []
        for path in (one, other):
            params = {"textDocument": {"uri": path.as_uri()}, "range": where, "context": {"diagnostics": []}}
            found += client.request("textDocument/codeAction", params)["result"] or []
        assert found
        for action in found:
            for change in action["edit"]["documentChanges"]:
                assert change["textDocument"] == {"uri": change["textDocument"]["uri"], "version": 1}
        assert client.end() == 0
