"""Where a text comes from: a file in a folder, a stream, or an object of a running libvirt.

A key identifies an input of a run. Its `display` is the path that reports print and that spans and edits refer to.
"""

import re
from posixpath import dirname

from vnetlint.dataclass import dataclass

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def is_uri(path: str) -> bool:
    """Whether a path is a URI, such as that of a connection to libvirt. No path of a file that reports print is one.

    A file that has such a name is given as `./qemu:/x`.
    """
    return _URI.match(path) is not None


@dataclass(frozen=True, slots=True)
class FileKey:
    """A file. The path is relative to the current folder if it is below it, otherwise absolute, with `/`."""

    path: str

    @property
    def display(self) -> str:
        """The path as reports print it."""
        return self.path

    @property
    def host(self) -> str:
        """The host that it belongs to: its folder, because people keep the files of each host in a folder."""
        return dirname(self.path)

    @property
    def is_writable(self) -> bool:
        """Whether `--fix` can write it."""
        return True


@dataclass(frozen=True)
class StreamKey:
    """Text that is in no file: standard input, or an unsaved document of an editor."""

    name: str
    """Its name in reports. If it is a path, the configuration and the host of that path's folder apply."""

    @property
    def display(self) -> str:
        """The name as reports print it."""
        return self.name

    @property
    def host(self) -> str:
        """The host that it belongs to: the folder of its name, if the name is a path."""
        return dirname(self.name)

    @property
    def is_writable(self) -> bool:
        """Whether `--fix` can write it; fixed standard input goes to standard output."""
        return False


@dataclass(frozen=True)
class LibvirtKey:
    """A network, guest or filter that is defined on a host, as `virsh dumpxml --inactive` prints it."""

    uri: str
    """The connection without its parameters, such as qemu:///system. They are not part of an object's name."""
    kind: str
    """`network`, `domain` or `nwfilter`."""
    name: str

    @property
    def display(self) -> str:
        """The object as reports print it."""
        return f"{self.uri}/{self.kind}/{self.name}"

    @property
    def host(self) -> str:
        """The host that it belongs to: a connection leads to one host."""
        return self.uri

    @property
    def is_writable(self) -> bool:
        """Whether `--fix` can write it. It cannot: only the administrator defines an object anew."""
        return False


@dataclass(frozen=True)
class FactsKey:
    """A file of another host, of which only facts are known. It is never opened."""

    on: str
    """The name of its host."""
    path: str
    """The path on that host."""

    @property
    def display(self) -> str:
        """The file as reports print it."""
        return f"{self.on}:{self.path}"

    @property
    def host(self) -> str:
        """The host that it belongs to."""
        return self.on

    @property
    def is_writable(self) -> bool:
        """Whether `--fix` can write it. It cannot: it is on another host."""
        return False


InputKey = FileKey | StreamKey | LibvirtKey | FactsKey
