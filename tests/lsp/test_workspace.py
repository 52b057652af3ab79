"""The diagnostics of files that nobody has opened."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from tests.lsp.raw import Message, RawClient
from vnetlint.engine.lint import lint
from vnetlint.files.read import typed
from vnetlint.inputkey import FileKey
from vnetlint.lsp.uris import uri_of
from vnetlint.settings import Settings

PULL: Message = {"textDocument": {"diagnostic": {}}}
GOOD = "<network>\n  <name>{}</name>\n</network>\n"
BAD = "<network>\n  <name>{}</name>\n  <forward mode='natt'/>\n</network>\n"


def site(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.xml").write_text(text.format(name))
    return folder


def started(client: RawClient, folder: Path, **options: Any) -> None:
    uri = uri_of(str(folder))
    client.initialize(PULL, workspaceFolders=[{"uri": uri, "name": "site"}], initializationOptions=options)


def pulled(client: RawClient, **previous: str) -> list[Message]:
    ids = [{"uri": uri, "value": value} for uri, value in previous.items()]
    found: list[Message] = client.request("workspace/diagnostic", {"previousResultIds": ids})["result"]["items"]
    return found


def rules(items: list[Message]) -> dict[str, list[str]]:
    """The rules that each file's report names, by the name of the file."""
    return {each["uri"].rpartition("/")[2]: [one["code"] for one in each.get("items", ())] for each in items}


def test_files_are_reported_as_the_command_line_reports_them(tmp_path: Path) -> None:
    texts = {"a": BAD, "b": GOOD, "c": GOOD.replace("{}", "b"), "pom": "<project><name>{}</name></project>\n"}
    site(tmp_path, **texts)
    inputs = [typed(FileKey(f"{name}.xml"), text.format(name)) for name, text in texts.items()]
    expected: dict[str, list[str]] = {}
    for each in lint(inputs, Settings()).findings:
        expected.setdefault(each.path, []).append(each.rule)
    with RawClient(tmp_path) as client:
        started(client, tmp_path)
        assert rules(pulled(client)) == expected
        assert list(expected) == ["a.xml", "c.xml"]
        assert client.end() == 0
        assert client.errors == ""


def test_only_changes_are_sent_again(tmp_path: Path) -> None:
    site(tmp_path, a=BAD, b=BAD, c=GOOD)
    with RawClient(tmp_path) as client:
        started(client, tmp_path)
        first = pulled(client)
        known = {each["uri"]: each["resultId"] for each in first}
        assert [each["kind"] for each in pulled(client, **known)] == ["unchanged", "unchanged"]
        site(tmp_path, a=GOOD)
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        again = {each["uri"].rpartition("/")[2]: each for each in pulled(client, **known)}
        assert {name: each["kind"] for name, each in again.items()} == {"a.xml": "full", "b.xml": "unchanged"}
        assert again["a.xml"]["items"] == []
        # What is open counts as the editor shows it.
        client.open(uri_of(str(tmp_path / "a.xml")), BAD.format("a"))
        found = {each["uri"].rpartition("/")[2]: each for each in pulled(client)}
        assert [each["code"] for each in found["a.xml"]["items"]] == ["schema-bad-value"]
        assert found["a.xml"]["version"] == 1
        assert client.end() == 0


def test_reports_come_in_parts_if_the_client_wants_that(tmp_path: Path) -> None:
    site(tmp_path, **{f"n{number}": BAD for number in range(150)})
    with RawClient(tmp_path) as client:
        started(client, tmp_path)
        params = {"previousResultIds": [], "partialResultToken": "part"}
        assert client.request("workspace/diagnostic", params)["result"] == {"items": []}
        parts = [note["params"]["value"]["items"] for note in client.notes if note["method"] == "$/progress"]
        assert [len(part) for part in parts] == [100, 50]
        assert client.end() == 0


def test_a_configuration_decides_what_is_reported(tmp_path: Path) -> None:
    site(tmp_path, a=BAD, b=BAD)
    (tmp_path / "old").mkdir()
    site(tmp_path / "old", c=BAD)
    (tmp_path / "vnetlint.toml").write_text("exclude = ['old']\nbaseline = 'held.json'\n")
    with RawClient(tmp_path) as client:
        started(client, tmp_path)
        everything = pulled(client)
        assert list(rules(everything)) == ["a.xml", "b.xml"]
        entry = {
            "path": "a.xml", "rule": "schema-bad-value", "element": "/network/forward", "count": 1, "message": "",
            "source": "0" * 16,
        }  # fmt: skip
        (tmp_path / "held.json").write_text(json.dumps({"version": 1, "findings": [entry]}))
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        # The text of the held finding is another one, so nothing is held.
        assert list(rules(pulled(client))) == ["a.xml", "b.xml"]
        assert client.end() == 0


def test_a_setting_turns_it_off(tmp_path: Path) -> None:
    site(tmp_path, a=BAD)
    with RawClient(tmp_path) as client:
        started(client, tmp_path, workspaceDiagnostics=False)
        assert pulled(client) == []
        assert client.end() == 0


@pytest.mark.slow
def test_thousands_of_files_do_not_delay_a_document(tmp_path: Path) -> None:
    site(tmp_path, **{f"n{number}": BAD for number in range(2000)})
    alone = tmp_path / "alone"
    alone.mkdir()
    # With a configuration of its own, the document does not need the other files.
    (alone / "vnetlint.toml").write_text("")
    with RawClient(tmp_path) as client:
        started(client, tmp_path)
        uri = uri_of(str(alone / "a.xml"))
        client.open(uri, GOOD.format("a"))
        client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        asked = client.ask("workspace/diagnostic", {"previousResultIds": []})
        time.sleep(1.5)
        begun = time.perf_counter()
        client.change(uri, 2, BAD.format("a"))
        found = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
        assert [each["code"] for each in found["result"]["items"]] == ["schema-bad-value"]
        assert time.perf_counter() - begun < 2
        client.notify("$/cancelRequest", {"id": asked})
        assert client.end() == 0
