"""From a keystroke to diagnostics in a guest of 500 and of 680 lines: through the server over stdio, and without it.

usage: python -m benchmarks.keystroke

The server starts at once, without a delay that would have to be added, and newer text replaces older. A <description>
is typed and removed again, at a place where it is allowed and at one where it is not, so the text is malformed, valid
and invalid in turn. `alone` is what of it the engine takes, in the processor's time of this process.
"""

import gc
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median, quantiles
from typing import Any

from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.files.read import typed
from vnetlint.inputkey import StreamKey
from vnetlint.lsp import garbage
from vnetlint.settings import Settings

URI = "untitled:guest"
TYPED = "<description>the web server's ninth disk</description>"
ROUNDS = 4
PAUSE = 0.03
"""Seconds between an answer and the next keystroke; a fast typist takes three times as long."""
LINES = (500, 680)
PUSH: dict[str, Any] = {"publishDiagnostics": {"relatedInformation": True}}
PULL: dict[str, Any] = {"diagnostic": {}}

Message = dict[str, Any]


def main() -> int:
    """Print the median and the 99th percentile of each way, and the figures."""
    worst: dict[str, float] = {}
    for text in map(guest, LINES):
        ways = {"push": _measured(text, PUSH), "pull": _measured(text, PULL), "alone": _alone(text)}
        for name, seconds in ways.items():
            times = [each * 1000 for each in seconds]
            high = quantiles(times, n=100)[98]
            worst[name] = max(worst.get(name, 0), high)
            print(
                f"{name}: {len(times)} keystrokes in {text.count(chr(10))} lines: median {median(times):.1f} ms, "
                f"99th percentile {high:.1f} ms, longest {max(times):.1f} ms"
            )
    print(", ".join(f"{name} {high:.1f}" for name, high in worst.items()))
    return 0


def guest(count: int = LINES[0]) -> str:
    """A guest with many devices, as libvirt writes it."""
    lines = ["<domain type='kvm'>", "  <name>web</name>", "  <memory unit='GiB'>4</memory>", "  <vcpu>4</vcpu>"]
    lines += ["  <os>", "    <type arch='x86_64' machine='q35'>hvm</type>", "  </os>", "  <devices>"]
    number = 0
    while len(lines) < count - 8:
        lines += (_interface if number % 2 else _disk)(number)
        number += 1
    return "\n".join([*lines, "  </devices>", "</domain>"]) + "\n"


def _interface(number: int) -> list[str]:
    return [
        "    <interface type='network'>",
        f"      <mac address='52:54:00:00:00:{number:02x}'/>",
        f"      <source network='lan{number % 5}'/>",
        "      <model type='virtio'/>",
        f"      <address type='pci' domain='0x0000' bus='0x{number + 1:02x}' slot='0x00' function='0x0'/>",
        "    </interface>",
    ]


def _disk(number: int) -> list[str]:
    return [
        "    <disk type='file' device='disk'>",
        "      <driver name='qemu' type='qcow2'/>",
        f"      <source file='/var/lib/libvirt/images/{number}.qcow2'/>",
        f"      <target dev='sd{chr(97 + number // 26)}{chr(97 + number % 26)}' bus='scsi'/>",
        f"      <address type='drive' controller='0' bus='0' target='0' unit='{number}'/>",
        "    </disk>",
    ]


def _measured(text: str, capabilities: Message) -> Iterator[float]:
    """The seconds that each keystroke takes."""
    pulls = capabilities is PULL
    client = _Client()
    client.ask("initialize", {"processId": None, "rootUri": None, "capabilities": {"textDocument": capabilities}})
    client.notify("initialized", {})
    document = {"uri": URI, "languageId": "xml", "version": 1, "text": text}
    client.notify("textDocument/didOpen", {"textDocument": document})
    time.sleep(2)
    for version, change in enumerate(_changes(text), 2):
        start = time.perf_counter()
        identifier = {"uri": URI, "version": version}
        client.notify("textDocument/didChange", {"textDocument": identifier, "contentChanges": [change]})
        if pulls:
            client.ask("textDocument/diagnostic", {"textDocument": {"uri": URI}})
        else:
            client.published(version)
        yield time.perf_counter() - start
        time.sleep(PAUSE)
    client.end()


def _alone(text: str) -> Iterator[float]:
    """The seconds that the engine takes for each text, with what it remembers of those before."""
    memory, key, settings = Memory(), StreamKey(URI), Settings()
    # As the server does when a document is opened, and between keystrokes.
    garbage.warm_up()
    lint([typed(key, text)], settings, (), memory, expectations=False)
    garbage.settle()
    for each in _texts(text):
        start = time.process_time()
        lint([typed(key, each)], settings, (), memory, expectations=False)
        yield time.process_time() - start
        garbage.sweep()
    gc.enable()


def _texts(text: str) -> Iterator[str]:
    """The text after each keystroke."""
    lines = text.split("\n")
    for change in _changes(text):
        start, end = change["range"]["start"], change["range"]["end"]
        line = lines[start["line"]]
        lines[start["line"]] = line[: start["character"]] + change["text"] + line[end["character"] :]
        yield "\n".join(lines)


def _changes(text: str) -> Iterator[Message]:
    """Keystrokes: the element letter by letter, then backspaces; after <vcpu>, and among the devices."""
    lines = text.split("\n")
    for row in (3, lines.index("  <devices>")) * ROUNDS:
        for column, letter in enumerate(TYPED, len(lines[row])):
            yield _change(row, column, column, letter)
        for column in range(len(lines[row]) + len(TYPED), len(lines[row]), -1):
            yield _change(row, column - 1, column, "")


def _change(row: int, start: int, end: int, text: str) -> Message:
    where = {"start": {"line": row, "character": start}, "end": {"line": row, "character": end}}
    return {"range": where, "text": text}


class _Client:
    """A minimal client."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "vnetlint", "server"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._number = 0

    def ask(self, method: str, params: Any) -> None:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == self._number and "method" not in message:
                return

    def notify(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def published(self, version: int) -> None:
        while self._receive().get("params", {}).get("version") != version:
            pass

    def end(self) -> None:
        self.ask("shutdown", None)
        self.notify("exit", None)
        self._process.wait()

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> Message:
        out = self._process.stdout
        assert out is not None
        size = 0
        while (line := out.readline()).strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        if not size:
            raise EOFError("the server has ended")
        message: Message = json.loads(out.read(size))
        return message


if __name__ == "__main__":
    sys.exit(main())
