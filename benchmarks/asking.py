"""Libvirt's own parser, asked about many documents at once: that of this machine, or of another root file system.

virsh with `test:///default` reads guests and networks as every driver of libvirt does, and adds nothing of a driver's
own. It knows no network filters: those are asked of a libvirtd.
"""

from __future__ import annotations

import io
import re
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.oracle.libvirtd import Libvirtd

_BATCH = 400
_SECONDS = 20
"""What a batch takes at the most; it is a second where nothing goes wrong."""
_DEFINE = {"domain": "define", "network": "net-define", "filter": "nwfilter-define"}
_FAILED = re.compile(
    r"^error: Failed to define [a-z ]+ from '?\S*?(\d+)\.xml'?\n((?:(?!error: Failed to define ).*\n?)*)", re.MULTILINE
)
_TOLD = re.compile(r"^done (\d+)", re.MULTILINE)


class Parser:
    """The parser of one libvirt; use it in a `with` statement."""

    def __init__(self, root: Path | None = None) -> None:
        self.root = root
        self._libvirtd: Libvirtd | None = None

    def __enter__(self) -> Parser:
        return self

    def __exit__(self, *_: object) -> None:
        if self._libvirtd is not None:
            self._libvirtd.close()

    def ask(self, kind: str, documents: Sequence[str]) -> list[str]:
        """What libvirt says to each document with a root of this kind; nothing, where it takes it."""
        said: dict[int, str] = {}
        while len(said) < len(documents):
            rest = [number for number in range(len(documents)) if number not in said][:_BATCH]
            told = self._ask(kind, {number: documents[number] for number in rest})
            # Of the first one without an answer it has broken down, or it takes far too long.
            unsaid = [number for number in rest if number not in told]
            said |= told | ({unsaid[0]: "(no answer)"} if unsaid else {})
        return [said[number] for number in range(len(documents))]

    def version(self) -> str:
        """The version of the libvirt that is asked."""
        return subprocess.run(
            [*self._chroot(), "virsh", "--version"], capture_output=True, text=True, check=True
        ).stdout.strip()

    def _chroot(self) -> list[str]:
        return [] if self.root is None else ["chroot", str(self.root)]

    def _ask(self, kind: str, documents: dict[int, str]) -> dict[int, str]:
        with tempfile.TemporaryDirectory() as folder:
            for number, text in documents.items():
                Path(folder, f"{number}.xml").write_text(text, encoding="utf-8")
            if kind == "filter":
                output = self._of_libvirtd(_script(kind, documents, "/run/asked"), Path(folder))
            else:
                output = self._of_virsh(_script(kind, documents, folder if self.root is None else "/mnt"), folder)
        told = {int(number) for number in _TOLD.findall(output[0])}
        failed = {int(found[1]): found[2].strip().removeprefix("error: ") for found in _FAILED.finditer(output[1])}
        return {number: failed.get(number, "") for number in told}

    def _of_virsh(self, script: str, folder: str) -> tuple[str, str]:
        command = ["stdbuf", "-oL", "virsh", "--quiet", "--connect", "test:///default"]
        if self.root is not None:
            # The root file system stays as it is: the folder is mounted for this process alone.
            mounting = f"mount --bind '{folder}' '{self.root}/mnt' && exec chroot '{self.root}' \"$@\""
            command = ["unshare", "--mount", "sh", "-c", mounting, "sh", *command]
        try:
            done = subprocess.run(command, input=script.encode(), capture_output=True, timeout=_SECONDS, check=False)
            output, errors = done.stdout, done.stderr
        except subprocess.TimeoutExpired as late:
            output, errors = late.stdout or b"", late.stderr or b""
        return output.decode("utf-8", "replace"), errors.decode("utf-8", "replace")

    def _of_libvirtd(self, script: str, folder: Path) -> tuple[str, str]:
        if self._libvirtd is None:
            self._libvirtd = Libvirtd(root=self.root)
            self._libvirtd.__enter__()
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as archive:
            archive.add(folder, arcname="asked")
        self._libvirtd.run("sh", "-c", "rm -rf /run/asked && tar x -C /run", stdin=packed.getvalue())
        done = self._libvirtd.run("virsh", "--quiet", "--connect", "qemu:///system", stdin=script, timeout=600)
        return done.stdout, done.stderr


def _script(kind: str, documents: dict[int, str], folder: str) -> str:
    return "".join(f"{_DEFINE[kind]} {folder}/{number}.xml\necho done {number}\n" for number in documents)
