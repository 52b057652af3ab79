"""Rule pages as test cases: the files of each section, and the text under Report."""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from vnetlint.config.file import ConfigFile
from vnetlint.config.load import KeyOrigin
from vnetlint.config.model import Config
from vnetlint.config.plan import expectations
from vnetlint.config.ruleoptions import model_of
from vnetlint.engine.fix import fix
from vnetlint.engine.lint import lint
from vnetlint.engine.memory import Memory
from vnetlint.files.read import opened
from vnetlint.host import Host
from vnetlint.inputkey import FileKey
from vnetlint.report.concise import line
from vnetlint.result import FixResult, Result
from vnetlint.rulebook.catalogue import Catalogue, builtin
from vnetlint.rulebook.page import Block, Page
from vnetlint.rulebook.rule import Rule
from vnetlint.settings import FixPolicy, Settings
from vnetlint.version import parse_version
from vnetlint.xml.source import Input, Unreadable

DEFAULT_FILE = "lan.xml"
PageFiles = Mapping[str, bytes]


@dataclass(frozen=True)
class PageExample:
    """The files of one example, with the settings that its inventory and configuration make."""

    files: PageFiles
    settings: Settings
    catalogue: Catalogue = field(default_factory=builtin)
    """The rules that there are: vnetlint's own, and the one that the example is for."""
    memory: Memory | None = None
    """What is remembered of the same rules and settings for other files, to choose the rules once."""

    def lint(self) -> Result:
        """Return what all rules find in the files."""
        return lint(self._inputs(), self.settings, memory=self._remembered)

    def fix(self) -> FixResult:
        """Return the files after fixing."""
        return fix(self._inputs(), self.settings, memory=self._remembered)

    def with_files(self, files: PageFiles) -> "PageExample":
        """Return the same case with other files."""
        return replace(self, files=files, memory=self._remembered)

    def with_settings(self, settings: Settings) -> "PageExample":
        """Return the same case with other settings."""
        return replace(self, settings=settings, memory=None)

    @cached_property
    def _remembered(self) -> Memory:
        return self.memory or Memory(catalogue=self.catalogue)

    def _inputs(self) -> list[Input]:
        return [opened(FileKey(path), data) for path, data in self.files.items()]


def bad_case(rule: Rule) -> PageExample | None:
    """Return the Bad section; None where a page has none, which only the tool's own pages may."""
    blocks = rule.page.blocks("Bad")
    return _case(rule, blocks, default=_reported_file(rule.page)) if blocks else None


def good_cases(rule: Rule) -> list[PageExample]:
    """Return the Good section: named files make one project, each unnamed file is one by itself."""
    blocks = rule.page.blocks("Good")
    beside = [block for block in blocks if block.language != "xml"]
    named = [block for block in blocks if block.language == "xml" and block.file]
    alone = [block for block in blocks if block.language == "xml" and not block.file]
    groups = ([named] if named else []) + [[block] for block in alone]
    return [_case(rule, [*group, *beside], DEFAULT_FILE) for group in groups]


def fixed_files(rule: Rule) -> PageFiles:
    """Return the Fixed section: the files that the fix changes, as they are after it."""
    default = _reported_file(rule.page)
    return {block.file or default: block.text.encode() for block in rule.page.blocks("Fixed")}


def options_case(rule: Rule) -> PageExample:
    """Return the Bad section under the configuration of the Options section."""
    blocks = [*rule.page.blocks("Bad"), *(each for each in rule.page.blocks("Options") if each.language == "toml")]
    return _case(rule, blocks, default=_reported_file(rule.page))


def report_of(rule: Rule, result: Result) -> str:
    """Return what the concise report says of this rule."""
    return "".join(line(result, finding) + "\n" for finding in result.findings if finding.rule == rule.name)


def expected_report(rule: Rule, section: str = "Report") -> str:
    """Return the text under Report, or under another section."""
    return "".join(block.text for block in rule.page.blocks(section) if block.language == "text")


def _reported_file(page: Page) -> str:
    blocks = page.blocks("Report")
    return blocks[0].text.split(":")[0] if blocks else DEFAULT_FILE


def _case(rule: Rule, blocks: tuple[Block, ...] | list[Block], default: str) -> PageExample:
    files = {block.file or default: block.text.encode() for block in blocks if block.language == "xml"}
    host = next((Host.of(json.loads(block.text)) for block in blocks if block.language == "json"), None)
    config = next((tomllib.loads(block.text) for block in blocks if block.language == "toml"), {})
    assert not any(isinstance(opened(FileKey(path), data), Unreadable) for path, data in files.items()), rule.name
    target = parse_version(config["target-libvirt"]) if "target-libvirt" in config else None
    complete = config.get("complete", False)
    catalogue = _with(rule)
    options = {name: _options(catalogue.find(name), values) for name, values in config.get("options", {}).items()}
    text = next((block.text for block in blocks if block.language == "toml"), "")
    origin = KeyOrigin(ConfigFile("vnetlint.toml", text, config), ("expect",))
    expected = expectations(origin, Config.model_validate(config, context=catalogue))
    fixing = FixPolicy(unsafe=True, choices={rule.name: 1})
    settings = Settings(
        rules=frozenset({"all"}),
        host=host,
        complete=complete,
        fixing=fixing,
        target=target,
        options=options,
        expectations=tuple(expected),
    )
    if rule.family == "fleet":
        from vnetlint.testing.fleetcases import FleetExample, hosts_of

        return FleetExample(files, settings, catalogue, hosts=hosts_of(blocks))
    return PageExample(files, settings, catalogue)


def _with(rule: Rule) -> Catalogue:
    own = builtin()
    return own if rule.name in own else own.with_rules([rule])


def _options(rule: Rule, values: dict[str, Any]) -> object:
    assert rule.options is not None
    return rule.options(**dict(model_of(rule).model_validate(values)))
