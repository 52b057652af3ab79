"""A rule without its check: plain data for reports, editors and other processes."""

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Literal

from vnetlint.finding import Severity, When
from vnetlint.rulebook.page import Page, read_page

Profile = Literal["default", "strict", "all"]

PROFILES: tuple[Profile, ...] = ("default", "strict", "all")
"""From the fewest rules to all: what is wrong, then what deserves a second look, then what is only worth knowing."""


@dataclass(frozen=True, eq=False)
class RuleInfo:
    """A rule's name, the defaults of its findings, and its page."""

    name: str
    code: str
    family: str
    """Its folder among the built-in rules, such as `network`; policies and packages choose a family of their own."""
    severity: Severity
    when: When
    since: str
    """The version of vnetlint that introduced it."""
    text: str
    """The source of the page, in Markdown."""
    profile: Profile = "default"
    """The smallest profile that runs the rule."""
    fails: bool = False
    """Whether a finding means that part of the job could not be done."""
    suppressible: bool = True
    """Whether a comment in the file can suppress its findings."""

    @cached_property
    def page(self) -> Page:
        """The page, split into its parts."""
        return read_page(self.text)

    @property
    def info(self) -> "RuleInfo":
        """The same rule without its check, which can be sent to another process."""
        return RuleInfo(**{each.name: getattr(self, each.name) for each in fields(RuleInfo)})
