"""A person who types files into an editor and deletes them again, and what is wrong with the server's answers.

The editor asks what editors ask at each pause: completion, hover, actions, outline, hints and so on. Now and then a
result is compared with what the engine finds in that very text, and the last one with the command line's report.
"""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from tests.lsp.person import Step, deleting, typing
from tests.lsp.places import is_within, position, ranges
from tests.lsp.raw import Message, RawClient, started
from vnetlint.engine.lint import lint
from vnetlint.files.read import typed
from vnetlint.inputkey import FileKey
from vnetlint.lsp.positions import Lines
from vnetlint.settings import Settings
from vnetlint.xml.source import Source

COMPARED = 12
"""Of how many results that were waited for one is compared with the engine's."""
REFUSALS = (-32800, -32801, -32803)
"""A request was cancelled, its text has changed, or it cannot be fulfilled."""
Found = tuple[str, int, int, int, int]
"""A rule and a range."""

_CAPABILITIES: Message = {
    "workspace": {"workspaceEdit": {"documentChanges": True}, "inlayHint": {}, "codeLens": {}},
    "textDocument": {
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
        "hover": {"contentFormat": ["markdown"]},
        "completion": {"completionItem": {"snippetSupport": True}},
        "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}}},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
    },
}


@dataclass
class Figures:
    """What was counted, and each fault in words."""

    steps: int = 0
    results: int = 0
    compared: int = 0
    answers: int = 0
    exceptions: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """All faults."""
        return [*self.exceptions, *self.stale, *self.different]


@dataclass
class _Document:
    path: Path
    texts: list[str]
    """The text of each version, from version 1 on."""
    shown: tuple[int, list[Message]] = (0, [])
    """The version and the diagnostics that the editor shows."""

    @property
    def version(self) -> int:
        return len(self.texts)

    @property
    def text(self) -> str:
        return self.texts[-1]


class Typist:
    """A person at an editor that has opened a folder."""

    def __init__(self, folder: Path, pulls: bool, seed: int = 1) -> None:
        self.folder = folder
        self.pulls = pulls
        self.figures = Figures()
        self._random = Random(seed)
        self._client = RawClient(folder, started(folder))
        self._documents: dict[str, _Document] = {}
        self._noted = 0

    def work(self, files: dict[str, str]) -> Figures:
        """Type the files, each from an empty one, then delete them, and return what was wrong."""
        with self._client:
            # With a configuration, the command line sees the other files too when it checks one.
            (self.folder / "vnetlint.toml").write_text("", "utf-8")
            self._client.initialize(self._capabilities(), rootUri=self.folder.as_uri())
            for name in files:
                (self.folder / name).write_bytes(b"")
                self._open(self.folder / name)
            for name, text in files.items():
                self._write(name, list(typing(text, self._random)))
                assert self._named(name).text == text
            self._compare_with_command_line("typed")
            for name, text in files.items():
                self._write(name, list(deleting(text, self._random)))
                assert self._named(name).text == ""
            self._compare_with_command_line("deleted")
            if (code := self._client.end()) != 0:
                self.figures.exceptions.append(f"the server ended with {code}")
            self.figures.exceptions += self._client.errors.splitlines()
        return self.figures

    # -- a person's work ------------------------------------------------------------------------------------------

    def _capabilities(self) -> Message:
        text = {**_CAPABILITIES["textDocument"], **({"diagnostic": {}} if self.pulls else {})}
        return {**_CAPABILITIES, "textDocument": text}

    def _named(self, name: str) -> _Document:
        return self._documents[(self.folder / name).as_uri()]

    def _open(self, path: Path) -> None:
        self._documents[path.as_uri()] = _Document(path, [""])
        self._client.open(path.as_uri(), "")

    def _write(self, name: str, steps: list[Step]) -> None:
        uri = (self.folder / name).as_uri()
        for number, step in enumerate(steps):
            self._make(uri, step)
            # Some are made so fast that the editor has asked nothing in between.
            if self._random.random() < 0.3 and number < len(steps) - 1:
                continue
            cursor = step.start + len(step.text)
            if self._random.random() < 0.2:
                self._ask_and_go_on(uri)
            self._settle(uri)
            if self._random.random() < 0.15:
                self._look_around(uri, cursor)
            elif step.text[-1:] in ("<", " ", "'", '"', "/"):
                self._complete(uri, cursor, step.text[-1])
            if self._random.random() < 0.02:
                self._save(uri)
        self._save(uri)

    def _make(self, uri: str, step: Step) -> None:
        document = self._documents[uri]
        where = {"start": position(document.text, step.start), "end": position(document.text, step.end)}
        document.texts.append(step.made_in(document.text))
        changed = {"uri": uri, "version": document.version}
        change = {"range": where, "text": step.text}
        self._client.notify("textDocument/didChange", {"textDocument": changed, "contentChanges": [change]})
        self.figures.steps += 1

    def _save(self, uri: str) -> None:
        document = self._documents[uri]
        document.path.write_bytes(document.text.encode())
        self._client.notify("textDocument/didSave", {"textDocument": {"uri": uri}})

    def _ask_and_go_on(self, uri: str) -> None:
        """Ask something and cancel it, as editors do when the next key comes first."""
        number = self._client.ask("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
        self._client.notify("$/cancelRequest", {"id": number})

    # -- what the editor asks -------------------------------------------------------------------------------------

    def _complete(self, uri: str, cursor: int, trigger: str = "") -> None:
        context = {"triggerKind": 2, "triggerCharacter": trigger} if trigger else {"triggerKind": 1}
        where = position(self._documents[uri].text, cursor)
        self._ask(uri, "completion", {"position": where, "context": context})

    def _look_around(self, uri: str, cursor: int) -> None:
        text = self._documents[uri].text
        here, everything = position(text, cursor), {"start": position(text, 0), "end": position(text, len(text))}
        spot, at = {"start": here, "end": here}, {"position": here}
        self._complete(uri, cursor)
        for method in ("hover", "definition", "documentHighlight", "linkedEditingRange"):
            self._ask(uri, method, at)
        for method in ("documentSymbol", "foldingRange", "documentLink", "codeLens"):
            self._ask(uri, method, {})
        self._ask(uri, "references", {**at, "context": {"includeDeclaration": True}})
        self._ask(uri, "prepareRename", at)
        self._ask(uri, "rename", {**at, "newName": "another"})
        self._ask(uri, "codeAction", {"range": spot, "context": {"diagnostics": []}})
        self._ask(uri, "codeAction", {"range": everything, "context": {"diagnostics": []}})
        self._ask(uri, "inlayHint", {"range": everything})
        self._ask(uri, "selectionRange", {"positions": [here]})
        self._ask(uri, "formatting", {"options": {"tabSize": 2, "insertSpaces": True}})

    def _ask(self, uri: str, method: str, params: Message) -> Any:
        """Ask about the present text, and check that all ranges in the answer are in it."""
        self.figures.answers += 1
        asked = {"textDocument": {"uri": uri}, **params}
        answer = self._client.request(f"textDocument/{method}", asked)
        if "error" in answer:
            if answer["error"]["code"] not in REFUSALS:
                self.figures.exceptions.append(f"{method} at {params.get('position')}: {answer['error']}")
            return None
        for place, where in ranges(answer["result"], uri):
            document = self._documents.get(place)
            if document is not None and not is_within(where, document.text):
                self._stale(uri, f"{method} names {where} in {place}")
        self._take_notes()
        return answer["result"]

    # -- diagnostics ----------------------------------------------------------------------------------------------

    def _settle(self, uri: str) -> None:
        """Wait for the diagnostics of the present text, and check them."""
        document = self._documents[uri]
        if self.pulls:
            report = self._ask(uri, "diagnostic", {})
            document.shown = (document.version, report["items"] if report else [])
        else:
            while document.shown[0] != document.version:
                self._client.receive()
                self._take_notes()
        self.figures.results += 1
        if self.figures.results % COMPARED == 0:
            self._compare_with_engine(uri)

    def _take_notes(self) -> None:
        """Take the diagnostics that were published, and check that they are of the version that they name."""
        for note in self._client.notes[self._noted :]:
            if note["method"] == "textDocument/publishDiagnostics":
                self._take(note["params"])
        self._noted = len(self._client.notes)

    def _take(self, params: Message) -> None:
        uri, version, found = params["uri"], params["version"], params["diagnostics"]
        document = self._documents[uri]
        if self.pulls:
            self._stale(uri, "an editor that pulls was sent diagnostics")
        if not document.shown[0] <= version <= document.version:
            self._stale(uri, f"version {version} came after {document.shown[0]}; the text is {document.version}")
            return
        for each in found:
            if not is_within(each["range"], document.texts[version - 1]):
                self._stale(uri, f"{each['code']} at {each['range']} is not in version {version}")
        document.shown = (version, found)

    def _stale(self, uri: str, what: str) -> None:
        self.figures.stale.append(f"{uri}: {what}")

    def _compare_with_engine(self, uri: str) -> None:
        """Compare what is shown with what the engine finds in the same text among the same other files."""
        self.figures.compared += 1
        document = self._documents[uri]
        inputs = {each.path: typed(FileKey(str(each.path)), each.text) for each in self._documents.values()}
        own = inputs.pop(document.path)
        others = [each for each in inputs.values() if isinstance(each, Source)]
        lines = Lines(document.text, "utf-16")
        expected = sorted(
            (each.rule, *lines.position(each.span.start), *lines.position(each.span.end))
            for each in lint([own], Settings(), others).findings
            if each.path == str(document.path)
        )
        self._same(f"{uri} version {document.version}", _shown(document.shown[1]), expected)

    def _compare_with_command_line(self, when: str) -> None:
        for uri in self._documents:
            # Also whoever is sent diagnostics has them when this is answered.
            self._ask(uri, "documentSymbol", {})
            self._settle(uri)
        for uri, document in self._documents.items():
            lines, report = Lines(document.text, "utf-16"), _checked(document.path)
            expected = sorted((rule, *_place(lines, start), *_place(lines, end)) for rule, start, end in report)
            self._same(f"{uri} {when}", _shown(document.shown[1]), expected)

    def _same(self, what: str, shown: list[Found], expected: list[Found]) -> None:
        if shown != expected:
            extra, missing = Counter(shown) - Counter(expected), Counter(expected) - Counter(shown)
            self.figures.different.append(f"{what}: only shown {list(extra)}, not shown {list(missing)}")


def _shown(diagnostics: list[Message]) -> list[Found]:
    return sorted(
        (each["code"], *(each["range"][end][part] for end in ("start", "end") for part in ("line", "character")))
        for each in diagnostics
    )


Place = tuple[int, int]


def _checked(path: Path) -> list[tuple[str, Place, Place]]:
    """Run `vnetlint check` on a file, and return the rules and places; lines and columns count from 1."""
    command = [sys.executable, "-m", "vnetlint", "check", "--output-format", "json", path.name]
    run = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
    assert run.returncode in (0, 1), run.stderr
    return [
        (each["rule"], *((each["range"][key]["line"], each["range"][key]["column"]) for key in ("start", "end")))
        for each in json.loads(run.stdout)["findings"]
    ]


def _place(lines: Lines, place: Place) -> tuple[int, int]:
    """A place of the report, in code points, as a position of the protocol."""
    line, column = place
    points = Lines(lines.text, "utf-32")
    return lines.position(points.offset(type(lines.position(0))(line - 1, column - 1)))
