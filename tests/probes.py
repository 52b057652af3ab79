"""Rules that a test defines, and `lint` and `fix` with a catalogue that has them."""

from collections.abc import Iterable

from vnetlint.engine.fix import fix as _fix
from vnetlint.engine.lint import lint as _lint
from vnetlint.engine.memory import Memory
from vnetlint.model import Network
from vnetlint.result import FixResult, Result
from vnetlint.rulebook.catalogue import builtin
from vnetlint.rulebook.rule import Check, Rule
from vnetlint.settings import Settings
from vnetlint.xml.source import Input, Source

_PROBES: dict[str, Rule] = {}


def probe(check: Check, name: str = "probe", *, needs_project: bool = False) -> str:
    """Register a function as a rule about networks, replacing an earlier one of that name; return the name.

    Only the profile `all` has it.
    """
    _PROBES[name] = Rule(
        name,
        "VN9999",
        "network",
        "warning",
        "never",
        "0.1",
        "",
        "all",
        on=(Network,),
        check=check,
        needs_project=needs_project,
    )
    return name


def lint(inputs: Iterable[Input], settings: Settings, context: Iterable[Source] = ()) -> Result:
    """Lint files with the selected rules of vnetlint and of the test."""
    return _lint(inputs, settings, context, _memory())


def fix(inputs: Iterable[Input], settings: Settings, context: Iterable[Source] = ()) -> FixResult:
    """Fix files with the selected rules of vnetlint and of the test."""
    return _fix(inputs, settings, context, _memory())


def _memory() -> Memory:
    return Memory(catalogue=builtin().with_rules(_PROBES.values()))
