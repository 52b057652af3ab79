"""The requests of vnetlint's own: the picture at the cursor, what is judged, and the pages of rules."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from tests.lsp.editor import TIMEOUT, Editor
from tests.lsp.raw import RawClient
from vnetlint.graph import layout
from vnetlint.lsp.uris import uri_of

LAN = """<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr-lan'/>
  <ip address='10.20.0.1' prefix='24'/>
</network>
"""
DMZ = LAN.replace("lan", "dmz").replace("10.20", "10.30").replace("<forward mode='nat'/>", "<forward mode='route'/>")
WEB = """<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>1</memory>
  <os><type arch='x86_64'>hvm</type></os>
  <devices>
    <interface type='network'>
      <source network='lan'/>
      <model type='virtio'/>
    </interface>
    <interface type='network'>
      <source network='dmz'/>
      <model type='virtio'/>
    </interface>
  </devices>
</domain>
"""


def write(folder: Path) -> dict[str, str]:
    """Write a site, and return the URIs of its files by name."""
    texts = {"lan.xml": LAN, "dmz.xml": DMZ, "web.xml": WEB}
    for name, text in texts.items():
        (folder / name).write_text(text, "utf-8")
    return {name: uri_of(str(folder / name)) for name in texts}


def at(text: str, piece: str) -> dict[str, int]:
    """The position of a piece of a text."""
    before = text[: text.index(piece)]
    return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}


class Site:
    """A folder that a client of its own has opened."""

    def __init__(self, client: RawClient, folder: Path) -> None:
        self.client, self.uris = client, write(folder)
        client.initialize(workspaceFolders=[{"uri": uri_of(str(folder)), "name": "site"}])
        self.texts = {"lan.xml": LAN, "dmz.xml": DMZ, "web.xml": WEB}
        for name in self.texts:
            client.open(self.uris[name], self.texts[name])

    def topology(self, name: str, piece: str, previous: str | None = None) -> dict[str, Any]:
        """What is drawn with the cursor on a piece of a file."""
        asked = {"textDocument": {"uri": self.uris[name]}, "position": at(self.texts[name], piece)}
        answer = self.client.request("vnetlint/topology", {**asked, "previous": previous})
        found: dict[str, Any] = answer["result"]
        return found


def test_the_picture_follows_the_cursor(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)
        first = site.topology("lan.xml", "forward")
        assert (first["here"]["what"], first["here"]["name"]) == ("NAT network", "lan")
        drawn = re.search(rf'<g class="([^"]*)" id="{first["here"]["node"]}".*?</g>', first["svg"], re.DOTALL)
        assert drawn
        assert drawn[1] == "node kind-nat"
        assert ">lan</text>" in drawn[0]
        second = site.topology("dmz.xml", "<bridge", first["id"])
        assert second["here"]["name"] == "dmz"
        assert second["id"] == first["id"]
        assert "svg" not in second
        assert "routed" in " ".join(second["here"]["connections"])


def test_the_nic_at_the_cursor_is_a_line_of_the_picture(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)
        for network in ("lan", "dmz"):
            found = site.topology("web.xml", f"network='{network}'")
            assert (found["here"]["what"], found["here"]["name"]) == ("guest", "web")
            (number,) = found["here"]["edges"]
            line = re.search(rf'data-edge="{number}".*?<title>(.*?)</title>', found["svg"], re.DOTALL)
            assert line
            assert line[1].startswith(f"web – {network}: tap (web.xml:")
        assert site.topology("web.xml", "<memory")["here"]["edges"] == []


def test_a_box_leads_to_its_definition(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)
        found = site.topology("web.xml", "<name>")
        (place,) = found["places"][found["here"]["node"]]
        assert place == {"name": "web", "uri": site.uris["web.xml"], "line": 1}


def test_what_is_typed_is_drawn(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)
        before = site.topology("lan.xml", "forward")
        site.texts["lan.xml"] = LAN.replace("'nat'", "'open'")
        client.change(site.uris["lan.xml"], 2, site.texts["lan.xml"])
        after = site.topology("lan.xml", "forward", before["id"])
        assert after["here"]["what"] == "open network"
        assert "kind-open" in after["svg"]


def test_names_are_text_in_the_picture(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)
        site.texts["lan.xml"] = LAN.replace(">lan<", "><![CDATA[</text><script>alert(1)</script>]]><")
        client.change(site.uris["lan.xml"], 2, site.texts["lan.xml"])
        found = site.topology("lan.xml", "forward")
        assert "alert" in found["svg"]
        assert "<script" not in found["svg"]
        assert "alert" not in "".join(found["style"].values())


def test_without_graphviz_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    with RawClient(tmp_path) as client:
        found = Site(client, tmp_path).topology("web.xml", "<name>")
        assert found["error"] == "Graphviz's `dot` was not found: install the package graphviz"
        assert found["here"]["name"] == "web"
        assert "lan (NAT network): tap" in found["here"]["connections"]


def test_a_dot_of_the_opened_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("dot", "bin/dot"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"#!/bin/sh\necho ran >>{tmp_path}/ran\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", ".::bin")
    with RawClient(tmp_path) as client:
        assert "not found" in Site(client, tmp_path).topology("web.xml", "<name>")["error"]
    assert not (tmp_path / "ran").exists()


def test_a_slow_dot_delays_no_hover_and_ends_with_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "dot"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 300\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)
        place = {"textDocument": {"uri": site.uris["lan.xml"]}, "position": at(LAN, "forward")}
        client.ask("vnetlint/topology", place)
        assert "NAT" in json.dumps(client.request("textDocument/hover", place))
        assert client.end() == 0


def test_a_layout_that_nobody_needs_ends(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from vnetlint.interruption import interruptible

    class StoppedError(Exception):
        pass

    def stop() -> None:
        raise StoppedError

    program = tmp_path / "dot"
    program.write_text("#!/bin/sh\nexec sleep 300\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with interruptible(stop), pytest.raises(StoppedError):
        layout.ask_dot("digraph {}")


def test_the_status_says_what_is_judged(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)

        def status(uri: str) -> dict[str, Any]:
            found: dict[str, Any] = client.request("vnetlint/status", {"textDocument": {"uri": uri}})["result"]
            return found

        assert status(site.uris["lan.xml"]) == {
            "kind": "libvirt",
            "configuration": None,
            "folder": str(tmp_path),
            "beside": 2,
            "hasHost": False,
            "error": "",
        }
        client.open("untitled:1", "<project/>")
        assert status("untitled:1")["kind"] == "other"
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "vnetlint.toml").write_text("exclude = ['old.xml']\n", "utf-8")
        for name, kind in (("new.xml", "libvirt"), ("old.xml", "excluded")):
            (tmp_path / "sub" / name).write_text(LAN, "utf-8")
            uri = uri_of(str(tmp_path / "sub" / name))
            client.open(uri, LAN)
            assert status(uri)["kind"] == kind
        assert status(uri_of(str(tmp_path / "sub" / "new.xml")))["configuration"] == str(tmp_path / "sub/vnetlint.toml")


def test_a_broken_configuration_is_the_status(tmp_path: Path) -> None:
    (tmp_path / "vnetlint.toml").write_text("select = 7\n", "utf-8")
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)
        answer = client.request("vnetlint/status", {"textDocument": {"uri": site.uris["lan.xml"]}})["result"]
        assert answer["kind"] == "broken"
        assert "vnetlint.toml" in answer["error"]


def test_rules_are_listed_and_have_pages(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        site = Site(client, tmp_path)
        document = {"textDocument": {"uri": site.uris["lan.xml"]}}
        rules = {each["name"]: each for each in client.request("vnetlint/rules", document)["result"]}
        assert rules["schema-bad-value"]["code"].startswith("VN")
        page = client.request("vnetlint/rule", {**document, "name": "schema-bad-value"})["result"]
        assert page["text"].startswith("# schema-bad-value (VN")
        assert "## What to do" in page["text"]
        assert client.request("vnetlint/rule", {"name": "no-such-rule"})["result"] is None
        assert len(client.request("vnetlint/rules", {})["result"]) > 200


async def _asked(editor: Editor, request: dict[str, Any]) -> Any:
    """The answer to the request, which pytest-lsp's client has no method for."""
    answer = editor.client.protocol.send_request_async("vnetlint/topology", request)  # type: ignore[no-untyped-call]
    return await answer


@pytest.mark.asyncio(loop_scope="session")
async def test_every_client_can_ask(editor: Editor, folder: Path) -> None:
    uris = write(folder)
    for name, text in (("lan.xml", LAN), ("web.xml", WEB)):
        editor.open(uris[name], text)
    place = types.Position(1, 2)
    request = {"textDocument": {"uri": uris["web.xml"]}, "position": {"line": place.line, "character": 2}}
    found = await asyncio.wait_for(_asked(editor, request), TIMEOUT)
    assert found.here.name == "web"
    assert "<svg" in found.svg
