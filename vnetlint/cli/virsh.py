"""Commands of virsh that take a change over, for an administrator to run."""

import re
from collections.abc import Iterable, Iterator
from shlex import quote
from typing import NamedTuple

_DUMPS = {
    "network": "net-dumpxml --inactive",
    # Without it passwords of displays are left out, and a definition without them removes them.
    "domain": "dumpxml --inactive --security-info",
    "nwfilter": "nwfilter-dumpxml",
}
_DEFINES = {"network": "net-define", "domain": "define", "nwfilter": "nwfilter-define"}
_ODD = re.compile(r"[^A-Za-z0-9._-]")
DIFF = "fixes.diff"
"""The name of the file that the commands read the diff from."""


class ToApply(NamedTuple):
    """A changed object of a running libvirt."""

    kind: str
    name: str
    file: str
    """The name of the file that it is dumped to."""
    is_active: bool
    is_persistent: bool
    guests: tuple[str, ...]
    """The running guests that are on it, if it is a network."""


def dump(kind: str, name: str) -> str:
    """Return the command that prints an object as vnetlint read it."""
    return f"virsh {_DUMPS[kind].removesuffix(' --security-info')} {name}"


def file_name(kind: str, name: str, taken: Iterable[str]) -> str:
    """Return a file name for an object that no file of `taken` has, and that no shell or patch reads otherwise."""
    stem, taken = f"{kind}-{_ODD.sub('_', name)[:100]}", frozenset(taken)
    names = (f"{stem}.xml", *(f"{stem}-{number}.xml" for number in range(2, len(taken) + 3)))
    return next(each for each in names if each not in taken)


def restarting(name: str) -> str:
    """Return the commands that restart a network."""
    return f"virsh net-destroy {name}; virsh net-start {name}"


def applying(uri: str, changed: Iterable[ToApply]) -> Iterator[str]:
    """Yield the lines by which an administrator makes the changes of a diff on a host."""
    every = sorted(changed, key=lambda each: (each.kind == "domain", each.kind == "network", each.file))
    defined = [each for each in every if each.is_persistent]
    for each in every:
        if not each.is_persistent:
            yield f"{_label(each)} is transient: change it where it is made"
    if not defined:
        return
    yield f"to make the changes, with the diff as {DIFF}, in an empty folder:"
    yield f"  export LIBVIRT_DEFAULT_URI={quote(uri)}"
    yield from (f"  virsh {_DUMPS[each.kind]} {quote(each.name)} >{each.file}" for each in defined)
    yield f"  patch -p1 <{DIFF}"
    yield from (f"  virsh {_DEFINES[each.kind]} {each.file}" for each in defined)
    for each in defined:
        yield from _taking_effect(each)


def _taking_effect(each: ToApply) -> Iterator[str]:
    """Yield what is left to do until a new definition is in use, and what that interrupts."""
    if each.kind == "nwfilter":
        yield f"{_label(each)} then applies to running guests at once"
    elif not each.is_active:
        yield f"{_label(each)} does not run, so nothing is interrupted"
    elif each.kind == "domain":
        yield f"{_label(each)} runs: it uses the change once it was shut down and started again"
    else:
        yield f"{_label(each)} runs: to use the change, {restarting(quote(each.name))}"
        if each.guests:
            yield f"  this interrupts running guests, which have to be restarted after it: {', '.join(each.guests)}"


def _label(each: ToApply) -> str:
    return f"{ {'domain': 'guest', 'nwfilter': 'network filter'}.get(each.kind, each.kind) } '{each.name}'"
