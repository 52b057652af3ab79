"""A libvirt-python whose connection has what a test puts there, and only what reads."""

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

import pytest

from vnetlint.live.binding import LibvirtModule

NO_SUPPORT, NO_DOMAIN, NO_NETWORK, SYSTEM_ERROR, ACCESS_DENIED, INVALID_ARG = 3, 42, 43, 38, 88, 8


class FakeError(Exception):
    """What libvirt raises."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code

    def get_error_code(self) -> int:
        return self.code

    def get_error_message(self) -> str:
        return str(self)


@dataclass
class FakeObject:
    """A network, guest or filter. `xml` is raised if it is an error."""

    title: str
    xml: str | Exception
    running: str | None = None
    """The XML of what runs, if it differs."""
    active: bool = False
    persistent: bool = True
    autostarts: bool = False
    leases: tuple[Mapping[str, object], ...] = ()

    def name(self) -> str:
        return self.title

    def XMLDesc(self, flags: int) -> str:  # noqa: N802
        if isinstance(self.xml, Exception):
            raise self.xml
        return self.xml if flags or self.running is None else self.running

    def isActive(self) -> int:  # noqa: N802
        return int(self.active)

    def isPersistent(self) -> int:  # noqa: N802
        return int(self.persistent)

    def autostart(self) -> int:
        if not self.persistent:
            raise FakeError(55, "transient")
        return int(self.autostarts)

    def DHCPLeases(self) -> tuple[Mapping[str, object], ...]:  # noqa: N802
        return self.leases


Listed = Iterable[FakeObject] | Exception


@dataclass
class FakeLibvirt:
    """The connection and what is behind it. `refuses` is raised at connecting; `hangs` never answers it."""

    networks: Listed = ()
    guests: Listed = ()
    filters: Listed = ()
    version: int = 9_000_000
    hostname: str = "far"
    refuses: Exception | None = None
    hangs: bool = False
    alive: bool = True
    opened: list[str] = field(default_factory=list)

    def module(self) -> LibvirtModule:
        numbers = {
            "VIR_ERR_NO_SUPPORT": 3, "VIR_ERR_INVALID_ARG": 8, "VIR_ERR_NO_DOMAIN": 42, "VIR_ERR_NO_NETWORK": 43,
            "VIR_ERR_NO_NWFILTER": 62, "VIR_NETWORK_XML_INACTIVE": 1, "VIR_DOMAIN_XML_INACTIVE": 2,
        }  # fmt: skip
        made = SimpleNamespace(
            **numbers, libvirtError=FakeError, openReadOnly=self._open, registerErrorHandler=lambda _f, _ctx: None
        )
        return cast("LibvirtModule", made)

    def use(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(__import__("sys").modules, "libvirt", cast("Any", self.module()))

    def _open(self, name: str) -> SimpleNamespace:
        self.opened.append(name)
        if self.hangs:
            threading.Event().wait()
        if self.refuses:
            raise self.refuses
        return SimpleNamespace(
            getLibVersion=lambda: self.version,
            getHostname=lambda: self.hostname,
            isAlive=lambda: int(self.alive),
            listAllNetworks=_lister(self.networks),
            listAllDomains=_lister(self.guests),
            listAllNWFilters=_lister(self.filters),
        )


def _lister(listed: Listed) -> Callable[[int], list[FakeObject]]:
    def ask(_flags: int) -> list[FakeObject]:
        if isinstance(listed, Exception):
            raise listed
        return list(listed)

    return ask
