"""What is in a repository: libvirt XML by folder and kind, templates, hosts, inventories, folders to leave out."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from vnetlint.adopt.leftout import LeftOut, left_out
from vnetlint.adopt.surroundings import Surroundings, surroundings
from vnetlint.adopt.templates import UnknownPlaceholder, language_of, unknown_placeholders
from vnetlint.files.find import find
from vnetlint.files.gitignore import Ignored
from vnetlint.files.read import read
from vnetlint.files.regular import NotRegularError, read_regular
from vnetlint.host.reading import HostError
from vnetlint.host.reading import read as read_inventory
from vnetlint.model import Domain, Model, model_of
from vnetlint.settings import EXTERNAL_NETWORKS
from vnetlint.xml.node import Document
from vnetlint.xml.source import Input, Source
from vnetlint.xml.template import holds_stand_in, is_opaque
from vnetlint.xml.tree import parse

KINDS = {"network": "network", "domain": "guest", "filter": "filter"}
"""What libvirt's root elements are called."""

_HOST_PARENTS = frozenset((
    "hosts", "host_vars", "hypervisors", "nodes", "machines", "servers", "kvmhosts", "vmhosts",
))  # fmt: skip
_DRIVERS = frozenset(("qemu", "nwfilter", "lxc", "libxl", "qemu.conf"))
_INVENTORY_BYTES = 4 * 1024 * 1024
_INVENTORY_KEYS = (b"interfaces", b"networks", b"guests", b"routes", b"libvirt")
_OTHER_FILES = frozenset(("package.json", "package-lock.json", "pyproject.toml", "vnetlint.toml"))
_LONGEST_NAME = 64
_DEEPEST = 4
"""Folders below the top in which an inventory is looked for."""


@dataclass(frozen=True)
class LibvirtFile:
    """A file with libvirt XML. The path is relative to the folder that was surveyed, with `/`."""

    path: str
    kinds: tuple[str, ...]
    """`network`, `guest` and `filter`, one for each document."""
    language: str | None
    """The language of a template; None if it is no template."""

    @property
    def folder(self) -> str:
        """The folder of the file, or an empty string for the top."""
        return os.path.dirname(self.path)


@dataclass(frozen=True)
class Survey:
    """What is in a folder."""

    folder: str
    """Absolute."""
    inputs: tuple[Input, ...]
    """What `vnetlint check` would check."""
    files: tuple[LibvirtFile, ...]
    """Those of them with libvirt XML."""
    unclear: int
    """The files that are not XML, or cannot be read."""
    foreign: int
    """The files with XML that is not libvirt's."""
    placeholders: tuple[UnknownPlaceholder, ...]
    undefined: tuple[str, ...]
    """Networks that guests name and that no file defines."""
    inventories: tuple[str, ...]
    around: Surroundings

    @cached_property
    def hosts(self) -> tuple[str, ...]:
        """The folders that look like one host each; an empty string is the top."""
        return tuple(sorted({host for each in self.files if (host := host_folder(each.path)) is not None}))

    @cached_property
    def left_out(self) -> tuple[LeftOut, ...]:
        """The folders that are better not checked."""
        below = os.path.relpath(self.folder, self.around.root or self.folder)
        modules = [os.path.relpath(each, below) for each in self.around.submodules]
        return left_out([each.path for each in self.files], modules)


def survey(folder: str) -> Survey:
    """Return what is in a folder. Raises MissingPathError if there is no XML."""
    inputs = tuple(read(each.path) for each in find([folder]))
    documents = {each.path: tuple(parse(each)) for each in inputs if isinstance(each, Source)}
    files = list[LibvirtFile]()
    models = list[Model]()
    unclear = foreign = 0
    for each in inputs:
        found = documents.get(each.path, ())
        own = [model for document in found if (model := model_of(document)) is not None]
        models += own
        if own and isinstance(each, Source):
            kinds = tuple(KINDS[model.node.name] for model in own)
            files.append(LibvirtFile(relative(each.path, folder), kinds, language_of(each)))
        elif found:
            foreign += 1
        else:
            unclear += 1
    return Survey(
        folder=os.path.abspath(folder),
        inputs=inputs,
        files=tuple(files),
        unclear=unclear,
        foreign=foreign,
        placeholders=unknown_placeholders(_ours(documents.values())),
        undefined=_undefined(models),
        inventories=tuple(relative(each, folder) for each in _inventories(folder)),
        around=surroundings(folder),
    )


def relative(path: str, folder: str) -> str:
    """Return a path relative to a folder, with `/`."""
    return os.path.relpath(os.path.abspath(path), os.path.abspath(folder)).replace(os.sep, "/")


def host_folder(path: str) -> str | None:
    """Return the folder above a file that looks like one host, or None.

    It is what has `etc/libvirt` or `libvirt/qemu` in it, or a folder in one of the name `hosts` or `host_vars`.
    """
    parts = path.split("/")[:-1]
    for depth, (name, inner) in enumerate(pairwise(parts)):
        if name in _HOST_PARENTS:
            return "/".join(parts[: depth + 2])
        if (name, inner) == ("etc", "libvirt") or (name == "libvirt" and inner in _DRIVERS):
            return "/".join(parts[:depth])
    return None


def by_folder(files: Iterable[LibvirtFile]) -> list[tuple[str, "Counter[str]", "Counter[str]"]]:
    """Return the folders with their documents by kind and their templates by language, the fullest folder first."""
    kinds: dict[str, Counter[str]] = {}
    languages: dict[str, Counter[str]] = {}
    for each in files:
        kinds.setdefault(each.folder, Counter()).update(each.kinds)
        languages.setdefault(each.folder, Counter()).update([each.language] if each.language else ())
    ordered = sorted(kinds, key=lambda folder: (-kinds[folder].total(), folder))
    return [(folder, kinds[folder], languages[folder]) for folder in ordered]


def _ours(files: Iterable[tuple[Document, ...]]) -> Iterator[Document]:
    return (document for documents in files for document in documents if model_of(document) is not None)


def _undefined(models: Iterable[Model]) -> tuple[str, ...]:
    models = list(models)
    defined = {each.name for each in models if each.node.name == "network"}
    domains = (each for each in models if isinstance(each, Domain))
    named = {interface.network.value for each in domains for interface in each.interfaces if interface.network}
    unknown = (each for each in named - defined - EXTERNAL_NETWORKS if not is_opaque(each) and not holds_stand_in(each))
    return tuple(sorted(each for each in unknown if each.isprintable() and 0 < len(each) <= _LONGEST_NAME))


def _inventories(folder: str) -> Iterator[str]:
    """Yield the files that are the inventory of a host."""
    ignored = Ignored(folder)
    for at, folders, names in os.walk(folder):
        ignored.enter(at)
        depth = 0 if at == folder else relative(at, folder).count("/") + 1
        folders[:] = sorted(
            each
            for each in folders
            if depth < _DEEPEST and each[0] != "." and not ignored.matches(os.path.join(at, each), folder=True)
        )
        for path in (os.path.join(at, each) for each in sorted(names) if _may_be_inventory(each)):
            if not ignored.matches(path) and _mentions_hosts(path) and _is_inventory(path):
                yield path


def _may_be_inventory(name: str) -> bool:
    return name.endswith((".json", ".toml")) and name not in _OTHER_FILES


def _is_inventory(path: str) -> bool:
    try:
        read_inventory(path)
    except HostError:
        return False
    return True


def _mentions_hosts(path: str) -> bool:
    try:
        data = read_regular(path, _INVENTORY_BYTES)
    except (OSError, NotRegularError):
        return False
    return b"version" in data and any(each in data for each in _INVENTORY_KEYS)
