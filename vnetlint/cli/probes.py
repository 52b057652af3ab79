"""Whether this installation works: its files, its packages, its schemas, and the rules on a known sample."""

import base64
import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from vnetlint.cli.installation import distribution, requirements, tidy

SAMPLES = {
    "network.xml": (
        "<network><name>lan</name><forward mode='bridge'/><bridge name='br0' stp='yes'/>"
        "<ip address='10.0.0.1' prefix='24'/></network>\n"
    ),
    "guest.xml": (
        "<domain type='kvm'><name>web</name><memory>1048576</memory><os><type>hvm</type></os><devices>"
        "<interface type='direct'><source dev='eth0' mode='bridge'/><filterref filter='clean-traffic'/></interface>"
        "</devices></domain>\n"
    ),
    "filter.xml": "<filter name='one'/>\n",
}
KNOWN_FAULTS = frozenset({"ip-on-bridged-network", "filterref-on-direct-interface", "filter-empty"})
"""What vnetlint must find in the samples: one fault of each kind of file."""


@dataclass(frozen=True)
class Probe:
    """A thing that was checked, and how it ended."""

    name: str
    found: str
    """What was found, in words."""
    works: bool


def probes() -> Iterator[Probe]:
    """Yield what was checked. If a package is missing, what needs it is left out, as it fails for the same reason."""
    yield _probed("files", _files)
    packages = [_package(each.package, each.wanted, each.fault) for each in requirements() if not each.extra]
    packages = packages or [_package(each, "", "") for each in ("lxml", "pydantic", "typer", "xmlschema")]
    yield from packages
    if all(each.works for each in packages):
        yield _probed("rules", _rules)
        yield _probed("schemas", _schemas)
        yield _probed("sample", _sample)
    yield _probed("temporary files", _temporary)


class _ProbeError(Exception):
    """What is wrong, in words, and what to do."""


def _probed(name: str, check: Callable[[], str]) -> Probe:
    try:
        return Probe(name, check(), works=True)
    except _ProbeError as error:
        return Probe(name, tidy(str(error)), works=False)
    except Exception as error:  # Whatever is broken is the answer.
        return Probe(name, tidy(f"{type(error).__name__}: {error}".splitlines()[0]), works=False)


_AGAIN = "install vnetlint again, with pip's option --force-reinstall"


def _package(name: str, wanted: str, fault: str) -> Probe:
    if not fault:
        try:
            import_module(name)
        except Exception as error:  # Also what a damaged package raises.
            fault = f"{name} cannot be loaded: {type(error).__name__}: {error}".splitlines()[0]
    return Probe(name, tidy(f"{fault}; {_AGAIN}") if fault else f"loads {wanted}".rstrip(), works=not fault)


def _files() -> str:
    """Compare the files with the checksums that pip recorded."""
    found = distribution()
    if found is None:
        return "not checked: pip did not install vnetlint"
    recorded = [each for each in found.files or () if each.hash]
    if not any(each.parts[0] == "vnetlint" for each in recorded):
        return "not checked: the installation is editable"
    wrong = [str(each) for each in recorded if _checksum(Path(str(each.locate()))) != (each.hash and each.hash.value)]
    if wrong:
        more = f" and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise _ProbeError(f"{wrong[0]}{more}: missing, or not what was installed; {_AGAIN}")
    return f"all {len(recorded)} are as installed"


def _checksum(path: Path) -> str | None:
    """Return the checksum as pip writes it, or None if the file cannot be read."""
    try:
        digest = hashlib.sha256(path.read_bytes()).digest()
    except OSError:
        return None
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _rules() -> str:
    from vnetlint.rulebook.catalogue import builtin

    return f"{len(builtin())} are known"


def _schemas() -> str:
    from lxml import etree

    from vnetlint.schema.sets import FILES, schema_for

    for root in FILES:
        etree.RelaxNG(etree.parse(str(schema_for(root))))
    return f"{len(FILES)} load"


def _sample() -> str:
    from vnetlint.engine.lint import lint
    from vnetlint.files.read import typed
    from vnetlint.inputkey import StreamKey
    from vnetlint.settings import Settings

    result = lint([typed(StreamKey(name), text) for name, text in SAMPLES.items()], Settings())
    found = {each.rule for each in result.findings}
    if missing := sorted(KNOWN_FAULTS - found):
        raise _ProbeError(f"vnetlint does not find the known fault {missing[0]}; {_AGAIN}")
    if broken := [each.message for each in result.findings if each.rule == "internal-error"]:
        raise _ProbeError(f"{broken[0]}; {_AGAIN}")
    return f"all {len(KNOWN_FAULTS)} known faults are found"


def _temporary() -> str:
    try:
        with tempfile.NamedTemporaryFile(prefix="vnetlint-") as file:
            file.write(b"x")
            return f"can be written in {tidy(tempfile.gettempdir())}"
    except OSError as error:
        raise _ProbeError(f"cannot be written: {error.strerror or error}; set TMPDIR to a folder that can") from None
