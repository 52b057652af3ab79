"""Checks of the catalogue as files: each form that a check names, with a correct twin.

A check is a TOML file named after it. `check` says in one sentence what is wrong. Each `[[form]]` is one way in which
it occurs:

- `words`: which form this is.
- `rule`: the rule that reports it, or a list of rules that all do.
- `xml`: the files, by name; together they are one project.
- `twin`: other texts for some of these files, or more files, with which nothing is wrong.
- `refused`: the moment at which libvirt refuses the files, if it does: `define`, `start` or `plug`.
- `at`: the file that is refused, where there are several.
- `host`, `twin-host`: the inventory of the host; by default the twin has the same.
- `complete`: whether the project is declared complete.

A check that files cannot show has no form, but `why`.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vnetlint.finding import When
from vnetlint.host import Host
from vnetlint.rulebook.catalogue import builtin
from vnetlint.settings import Settings

FOLDER = Path(__file__).parent / "cases"
KEYS = {"words", "rule", "xml", "twin", "refused", "at", "host", "twin-host", "complete"}


@dataclass(frozen=True)
class Form:
    """One way in which a check occurs."""

    check: str
    words: str
    rules: tuple[str, ...]
    files: Mapping[str, str]
    twin: Mapping[str, str]
    refused: When | None
    at: str
    host: Mapping[str, Any] | None
    twin_host: Mapping[str, Any] | None
    complete: bool

    def __str__(self) -> str:
        return f"{self.check}: {self.words}"

    def settings(self, *, twin: bool = False) -> Settings:
        """The settings with which the form, or its twin, is linted."""
        host = self.twin_host if twin else self.host
        rules = builtin().select(["default", *self.rules])
        return Settings(rules, None if host is None else Host.of(host), self.complete)


def forms(path: Path) -> Iterator[Form]:
    """Read every form of a check."""
    for form in tomllib.loads(path.read_text("utf-8")).get("form", ()):
        yield _form(path.stem, form)


def _form(check: str, form: dict[str, Any]) -> Form:
    assert set(form) <= KEYS, f"{check}: unknown {set(form) - KEYS}"
    rules, host = form["rule"], form.get("host")
    versioned = {"version": 1, **host} if host is not None else None
    own = form.get("twin-host")
    return Form(
        check,
        form["words"],
        (rules,) if isinstance(rules, str) else tuple(rules),
        form["xml"],
        {**form["xml"], **form.get("twin", {})},
        form.get("refused"),
        form.get("at", next(iter(form["xml"]))),
        versioned,
        versioned if own is None else {"version": 1, **own},
        form.get("complete", False),
    )
