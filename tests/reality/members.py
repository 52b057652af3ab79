"""The agents of a world: one process for each network namespace."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

AGENT = Path(__file__).with_name("agent.py")
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"


class WorldError(RuntimeError):
    """The world could not be built or measured, so nothing is known."""


class Member:
    """A machine of the world. Its process is one of the host's, so it ends with the host."""

    def __init__(self, name: str, host: int, is_host: bool = False) -> None:
        self.name = name
        python = (sys.executable, "-I", "-S", str(AGENT))
        enter = ("nsenter", "--target", str(host), "--net", "--pid", "--", *(() if is_host else ("unshare", "--net")))
        self._process = subprocess.Popen(
            (*enter, *python), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={"PATH": PATH}
        )
        self._pids: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.stdout.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        """Its number among the processes of the host."""
        if not self._pids:
            self._pids = self.receive()
        return self._pids["pid"]

    def send(self, do: str, **order: Any) -> None:
        """Send an order; `receive` waits until it is done."""
        assert self.pid
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()

    def receive(self) -> Any:
        """The answer to the oldest order without one."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise WorldError(f"{self.name}: the agent has ended")
        return json.loads(line)

    def ask(self, do: str, **order: Any) -> Any:
        """The answer to an order."""
        self.send(do, **order)
        return self.receive()

    def run(self, *command: str, stdin: str = "") -> str:
        """The output of a command in the namespace, by this machine's programs. Raises WorldError if it fails."""
        done = self.ask("run", command=command, stdin=stdin)
        if done["code"]:
            raise WorldError(
                f"{self.name}: {shlex.join(command)}: {(done['stderr'] or done['stdout']).strip()}\n{stdin}"
            )
        return str(done["stdout"])

    def ip(self, lines: Iterable[str]) -> None:
        """Run `ip` once for many commands."""
        self.run("ip", "-batch", "-", stdin="\n".join(lines) + "\n")

    def sysctl(self, values: Mapping[str, object]) -> None:
        """Set values below /proc/sys/net; `*` in a name is any part of it."""
        self.ask("sysctl", values={path: f"{value}\n" for path, value in values.items()})


def ask_all(members: Sequence[Member], do: str, orders: Sequence[Mapping[str, Any]] | None = None) -> list[Any]:
    """The answers of members that work at the same time, each on its own order."""
    for index, member in enumerate(members):
        member.send(do, **(orders[index] if orders else {}))
    return [member.receive() for member in members]
