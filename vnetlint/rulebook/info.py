"""A rule without its check: plain data for reports, editors and other processes."""

from dataclasses import fields
from importlib import import_module
from typing import TYPE_CHECKING, Literal

from vnetlint.dataclass import dataclass
from vnetlint.finding import Severity, When
from vnetlint.lazy import cached_property

if TYPE_CHECKING:
    from vnetlint.rulebook.page import Page

Profile = Literal["default", "strict", "all"]

PROFILES: tuple[Profile, ...] = ("default", "strict", "all")
"""From the fewest rules to all: what is wrong, then what deserves a second look, then what is only worth knowing."""

OWN_FAMILIES = frozenset(("domain", "filter", "fleet", "interface", "network", "policy", "project", "tool"))
"""The families of vnetlint's own rules; `policy` is the default one of a site's policies."""
OWN_CODES = "VN"
"""The start of the codes of vnetlint's own rules, which have a page in its documentation. No policy may use it."""

MOMENTS: dict[When, str] = {
    "define": "at define",
    "start": "at start",
    "plug": "when a guest plugs in",
    "never": "never",
}
"""When libvirt reports what a rule finds, in words."""


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
    given_text: str
    """The source of its page; empty if its module, whose docstring that is, has not been loaded."""
    profile: Profile = "default"
    """The smallest profile that runs the rule."""
    fails: bool = False
    """Whether a finding means that part of the job could not be done."""
    suppressible: bool = True
    """Whether a comment in the file can suppress its findings."""
    package: str = ""
    """The installed package that it is from, with its version; empty for vnetlint's own rules and those of policies."""
    module: str = ""
    """The module that declares it; empty if the rule is data and not code."""

    @cached_property
    def text(self) -> str:
        """The source of the page, in Markdown."""
        if self.given_text or not self.module:
            return self.given_text
        return import_module(self.module).__doc__ or ""

    @cached_property
    def page(self) -> "Page":
        """The page, split into its parts."""
        from vnetlint.rulebook.page import read_page

        return read_page(self.text)

    @property
    def url(self) -> str | None:
        """The address to read on at: the rule's page if it is on the web, else the first of its references."""
        from vnetlint.rulebook.address import page_address

        return (page_address(self.name) if self.code.startswith(OWN_CODES) else None) or self.page.url

    @property
    def full_text(self) -> str:
        """The page as it is shown: at its end is how to configure the rule and how to suppress a finding."""
        return f"{self.page.text}\n\n## Configuration\n{self._configuring()}\n"

    def _configuring(self) -> str:
        options = f", `[options.{self.name}]` sets its options" if self.page.options else ""
        changes = f"In vnetlint.toml, `[severity]` changes the severity of this rule{options}"
        if not self.suppressible:
            return f"{changes} (docs/configuration.md).\nNo comment in a file suppresses its findings."
        return (
            f"{changes}{',' if options else ''} and `ignore` leaves the rule out (docs/configuration.md).\n"
            f"The comment `<!-- vnetlint: ignore[{self.name}] reason -->` suppresses a finding (docs/suppressions.md)."
        )

    @property
    def info(self) -> "RuleInfo":
        """The same rule without its check, which can be sent to another process."""
        return RuleInfo(**{each.name: getattr(self, each.name) for each in fields(RuleInfo)})
