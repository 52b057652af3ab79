"""VS Code as a server: code-server on a free port, with the extension and without settings of the user."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ENTRY = "node_modules/code-server/out/node/entry.js"

QUIET = {
    "chat.disableAIFeatures": True,
    "chat.commandCenter.enabled": False,
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.tips.enabled": False,
    "telemetry.telemetryLevel": "off",
    "security.workspace.trust.startupPrompt": "never",
    "security.workspace.trust.banner": "never",
    "extensions.ignoreRecommendations": True,
    "extensions.autoUpdate": False,
    "git.enabled": False,
    "files.autoSave": "off",
}
"""Settings that hide everything that does not belong to the extension."""


@contextmanager
def code_server(
    tools: Path,
    home: Path,
    extension: Path,
    env: Mapping[str, str],
    settings: Mapping[str, Any] | None = None,
    *,
    beside: Sequence[Path] = (),
    trusts: bool = True,
) -> Iterator[str]:
    """Run VS Code with its state in `home`, and yield its address. Raises RuntimeError with its log if it fails.

    `beside` are other extensions. Unless it `trusts` every folder, none is trusted.
    """
    for scope in ("User", "Machine"):
        folder = home / "data" / scope
        folder.mkdir(parents=True)
        chosen = {"security.workspace.trust.enabled": not trusts, **QUIET, **(settings or {})}
        (folder / "settings.json").write_text(json.dumps(chosen), "utf-8")
    port = _free_port()
    (home / "config.yaml").write_text(f"bind-addr: 127.0.0.1:{port}\nauth: none\ncert: false\n", "utf-8")
    command = ["node", str(tools / ENTRY), "--config", str(home / "config.yaml")]
    command += ["--user-data-dir", str(home / "data"), "--extensions-dir", str(home / "extensions")]
    own = {"HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "XDG_DATA_HOME": str(home / "share")}
    environment = {**env, **own}
    installing = [part for each in (extension, *beside) for part in ("--install-extension", str(each))]
    installed = subprocess.run(
        [*command, *installing], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    if installed.returncode:
        raise RuntimeError(f"the extension cannot be installed:\n{installed.stdout}{installed.stderr}")
    flags = ["--disable-proxy", "--disable-telemetry", "--disable-update-check"]
    flags += ["--disable-workspace-trust"] if trusts else []
    log = home / "code-server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, *flags, "--disable-getting-started-override"],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_healthy(process, port, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            _end(process)


def packed(path: Path, manifest: Mapping[str, Any], program: str) -> Path:
    """Write an extension of one file, and return its path."""
    with zipfile.ZipFile(path, "w") as archive:
        table = {"version": "1.0.0", "engines": {"vscode": "^1.91.0"}, "main": "extension.js", **manifest}
        archive.writestr("extension/package.json", json.dumps(table))
        archive.writestr("extension/extension.js", program)
    return path


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_until_healthy(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"code-server did not start:\n{log.read_text('utf-8', errors='replace')}")


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it with all that it started, which is its process group."""
    for signal in (15, 9):
        try:
            os.killpg(process.pid, signal)
            process.wait(10)
        except (ProcessLookupError, subprocess.TimeoutExpired):
            continue
