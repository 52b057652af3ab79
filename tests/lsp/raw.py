"""A client that writes the protocol byte by byte, to send what no well-behaved client sends."""

import json
import multiprocessing
import os
import queue
import subprocess
import sys
import threading
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any

from vnetlint.cli import main

TIMEOUT = 30
Message = dict[str, Any]

_COPIES = multiprocessing.get_context("forkserver")
_COPIES.set_forkserver_preload(["vnetlint.cli.server", "vnetlint.lsp.server"])


class ServerCopy:
    """A server that is a copy of a process which has loaded its modules, because that takes a second for each server.

    It has what is used of a Popen.
    """

    def __init__(self, cwd: Path) -> None:
        (stdin, to), (out, stdout), (err, stderr) = (_COPIES.Pipe(duplex=False) for _ in range(3))
        streams = stdin, stdout, stderr
        self._process = _COPIES.Process(target=_serve, args=(cwd, dict(os.environ), streams), daemon=True)
        self._process.start()
        for each in streams:
            each.close()
        self.stdin = os.fdopen(os.dup(to.fileno()), "wb")
        self.stdout, self.stderr = (os.fdopen(os.dup(each.fileno()), "rb") for each in (out, err))

    @property
    def pid(self) -> int:
        """The number of the process."""
        assert self._process.pid is not None
        return self._process.pid

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._process.exitcode

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def wait(self, timeout: float) -> int:
        """Wait until it has ended, and return the exit code."""
        self._process.join(timeout)
        assert self._process.exitcode is not None
        return self._process.exitcode


def _serve(cwd: Path, environment: dict[str, str], streams: tuple[Connection, ...]) -> None:
    """Be the process that `vnetlint server` starts."""
    for number, stream in enumerate(streams):
        os.dup2(stream.fileno(), number)
        stream.close()
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w"), os.fdopen(2, "w")
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["vnetlint", "server"]
    main.run()


def started(cwd: Path) -> "subprocess.Popen[bytes]":
    """Start a server as an editor does."""
    pipe = subprocess.PIPE
    command = [sys.executable, "-m", "vnetlint", "server"]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=cwd)


class RawClient:
    """A server's process, and the messages to and from it."""

    def __init__(self, cwd: Path, process: "ServerCopy | subprocess.Popen[bytes] | None" = None) -> None:
        self.process = process or ServerCopy(cwd)
        self.shown: list[str] = []
        self.notes: list[Message] = []
        self._received: queue.Queue[Message] = queue.Queue()
        self._errors: list[bytes] = []
        self._number = 0
        threading.Thread(target=self._read, daemon=True).start()
        self._listening = threading.Thread(target=self._listen, daemon=True)
        self._listening.start()

    def __enter__(self) -> "RawClient":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(TIMEOUT)

    def initialize(self, capabilities: Message | None = None, **params: Any) -> Message:
        """Begin a session."""
        asked = {"processId": None, "rootUri": None, "capabilities": capabilities or {}, **params}
        answer = self.request("initialize", asked)
        self.notify("initialized", {})
        return answer

    def open(self, uri: str, text: str) -> None:
        """Open a document."""
        document = {"uri": uri, "languageId": "xml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, text: str) -> None:
        """Replace a document's text."""
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def published(self, uri: str, version: int | None) -> list[Message]:
        """Wait for the diagnostics of a version of a document."""
        while True:
            for note in self.notes:
                params = note["params"]
                is_ours = note["method"] == "textDocument/publishDiagnostics" and params["uri"] == uri
                if is_ours and params.get("version") == version:
                    found: list[Message] = params["diagnostics"]
                    return found
            self.receive()

    def request(self, method: str, params: Any) -> Message:
        """Send a request and wait for the answer."""
        number = self.ask(method, params)
        while True:
            message = self.receive()
            if message.get("id") == number and "method" not in message:
                return message

    def ask(self, method: str, params: Any) -> int:
        """Send a request without waiting for the answer."""
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        return self._number

    def notify(self, method: str, params: Any) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def send(self, message: Message) -> None:
        """Send one message."""
        self.write(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def write(self, body: bytes) -> None:
        """Send the bytes of one message."""
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self) -> Message:
        """Return the next message; requests of the server get an empty answer."""
        message = self._received.get(timeout=TIMEOUT)
        if "method" in message and "id" in message:
            shown = message["method"] == "window/showDocument"
            self.send({"id": message["id"], "result": {"success": True} if shown else None})
        if "method" in message:
            self.notes.append(message)
        if message.get("method") == "window/showMessage":
            self.shown.append(message["params"]["message"])
        return message

    def end(self) -> int:
        """End the session as the protocol prescribes, and return the exit code."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(TIMEOUT)

    def hang_up(self) -> int:
        """Close the server's input, and return the exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(TIMEOUT)

    @property
    def errors(self) -> str:
        """What the server wrote to standard error, once it has ended."""
        self._listening.join(TIMEOUT)
        return b"".join(self._errors).decode()

    def _read(self) -> None:
        out = self.process.stdout
        assert out is not None
        while header := out.readline():
            size = 0
            while header.strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    size = int(value)
                header = out.readline()
            # Anything but the protocol on standard output breaks this.
            self._received.put(json.loads(out.read(size)))

    def _listen(self) -> None:
        assert self.process.stderr is not None
        self._errors.extend(iter(self.process.stderr.readline, b""))
