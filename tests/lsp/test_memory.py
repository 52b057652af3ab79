"""The memory of a server through a long session."""

from pathlib import Path

import pytest

from tests.lsp.places import position
from tests.lsp.raw import Message, RawClient, started

EDITS = 10_000
EARLY = 2_000
ALLOWED = 3.0
"""Megabytes of growth. Caches of a few thousand words and elements take 1.5 until they are full."""

NETWORK = """\
<network>
  <name>lan</name>
  <forward mode='nat'/>
  <bridge name='virbr1'/>
  <ip address='10.20.0.1' prefix='24'/>
</network>
"""
GUEST = """\
<domain type='kvm'>
  <name>web</name>
  <memory>1</memory>
  <os><type>hvm</type></os>
  <devices>
    <interface type='network'><source network='lan'/></interface>
  </devices>
</domain>
"""
EDITED = {"lan.xml": ("lan", NETWORK), "web.xml": ("web", GUEST)}
"""What is replaced in each document, by a text that was never there before."""

CAPABILITIES: Message = {
    "workspace": {"workspaceEdit": {"documentChanges": True}},
    "textDocument": {
        "diagnostic": {},
        "hover": {"contentFormat": ["markdown"]},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
    },
}
ASKED = ("hover", "completion", "documentHighlight", "definition", "linkedEditingRange", "prepareRename")
ASKED_OF_ALL = ("documentSymbol", "foldingRange", "codeLens", "documentLink")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_memory_stays_flat_over_ten_thousand_edits(tmp_path: Path) -> None:
    texts = {(tmp_path / name).as_uri(): text for name, (_, text) in EDITED.items()}
    sizes: list[float] = []
    with RawClient(tmp_path, started(tmp_path)) as client:
        client.initialize(CAPABILITIES, rootUri=tmp_path.as_uri())
        for name, (_, text) in EDITED.items():
            (tmp_path / name).write_text(text)
            client.open((tmp_path / name).as_uri(), text)
        for number in range(EDITS):
            name = list(EDITED)[number % 7 == 0]
            uri, (old, text) = (tmp_path / name).as_uri(), EDITED[name]
            new = text.replace(f">{old}<", f">n{number}<" if number % 3 else f"><x{number}/><", 1)
            if number % 5 == 0:
                new = new.replace("10.20.0.1", f"10.{number // 250 % 250}.{number % 250}.1")
            edit(client, uri, number + 2, texts[uri], new)
            texts[uri] = new
            client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            if number % 40 == 0:
                ask(client, uri, new)
            client.notes.clear()
            if number + 1 in (EARLY, EDITS):
                sizes.append(megabytes(client))
        assert client.end() == 0
        assert client.errors == ""
    early, late = sizes
    assert late - early < ALLOWED, sizes


def edit(client: RawClient, uri: str, version: int, old: str, new: str) -> None:
    """Replace the piece of a text that differs."""
    start = next(at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other)
    rest = min(len(old), len(new)) - start
    same = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    where = {"start": position(old, start), "end": position(old, len(old) - same)}
    change = {"range": where, "text": new[start : len(new) - same]}
    document = {"uri": uri, "version": version}
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})


def ask(client: RawClient, uri: str, text: str) -> None:
    """Ask what an editor asks at a pause."""
    document = {"textDocument": {"uri": uri}}
    at = position(text, text.index("<name>") + 8)
    everything = {"start": position(text, 0), "end": position(text, len(text))}
    for method in ASKED:
        client.request(f"textDocument/{method}", {**document, "position": at})
    for method in ASKED_OF_ALL:
        client.request(f"textDocument/{method}", document)
    client.request("textDocument/codeAction", {**document, "range": everything, "context": {"diagnostics": []}})
    client.request("textDocument/inlayHint", {**document, "range": everything})
    client.request("textDocument/rename", {**document, "position": at, "newName": "other"})
    client.notify("textDocument/didSave", document)


def megabytes(client: RawClient) -> float:
    """The server's memory."""
    status = Path(f"/proc/{client.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
