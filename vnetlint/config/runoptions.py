"""The options of a run, declared once. The flags of the command line and the settings of the server follow from them.

An option overrides the corresponding key of a configuration.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal, TypeVar

from vnetlint.dataclass import dataclass
from vnetlint.finding import Severity

OptionKind = Literal["rules", "files", "text", "flag", "severity", "choices"]
"""The kind of a value: selectors of rules, files, a text, a switch, a severity, or numbers of fixes by rule."""

_Value = TypeVar("_Value")


def run_option(
    default: _Value, kind: OptionKind, flag: str, words: str, metavar: str | None = None, setting: str | None = None
) -> _Value:
    """Declare an option: its flag and help on the command line, and its name in an editor's settings, if any."""
    metadata = {"kind": kind, "flag": flag, "help": words, "metavar": metavar, "setting": setting}
    return field(default=default, metadata=metadata)


def _no_choices() -> Any:
    return field(
        default_factory=dict,
        metadata={
            "kind": "choices",
            "flag": "--choose",
            "metavar": "RULE[=N]",
            "help": "With --fix or --diff: make the N-th fix of a rule's findings, by default the first; repeatable.",
            "setting": None,
        },
    )


@dataclass(frozen=True)
class RunOptions:
    """The options that the command line or an editor sets. Those that it does not set are empty or None."""

    unsafe: bool = run_option(
        False,
        "flag",
        "--unsafe-fixes",
        "With --fix or --diff: also make fixes that may change a working configuration.",
    )
    choices: Mapping[str, int] = _no_choices()
    """By rule name, the number of the fix to make."""
    select: tuple[str, ...] = run_option(
        (),
        "rules",
        "--select",
        "Run only these rules: names, codes, families, or the profile `default`, `strict` or `all`.",
        "RULES",
        "select",
    )
    extend_select: tuple[str, ...] = run_option(
        (), "rules", "--extend-select", "Run these rules as well.", "RULES", "extendSelect"
    )
    ignore: tuple[str, ...] = run_option((), "rules", "--ignore", "Do not run these rules.", "RULES", "ignore")
    policies: tuple[str, ...] = run_option(
        (), "files", "--policy", "Also run the rules of this policy: a file, or a name such as hardening.", "FILE"
    )
    fail_on: Severity = run_option(
        "warning", "severity", "--fail-on", "The lowest severity that makes the run fail, and that --fix fixes."
    )
    min_severity: Severity | None = run_option(None, "severity", "--min-severity", "The lowest severity that is shown.")
    host: str | None = run_option(None, "text", "--host", "The host's inventory, a JSON or TOML file.", "FILE", "host")
    target: str | None = run_option(
        None,
        "text",
        "--target-libvirt",
        "The oldest libvirt that the files are for, such as 9.0.0.",
        "VERSION",
        "targetLibvirt",
    )
    schemas: str | None = run_option(
        None,
        "text",
        "--schemas",
        "The schemas to use: vnetlint's own, or libvirt's from the system or a folder.",
        "bundled|system|DIR",
    )
    baseline: str | None = run_option(
        None, "text", "--baseline", "The baseline: known findings, which are not reported.", "FILE"
    )
    config: str | None = run_option(None, "text", "--config", "Use this configuration for all files.", "FILE", "config")
    isolated: bool = run_option(
        False, "flag", "--isolated", "Use no configuration, and read only the files that are named."
    )
