"""Where the pages of rules are on the web."""

import os
import re

from vnetlint.errors import UserError

PUBLISHED = ""
"""The published documentation of this version, such as 'https://docs.example.org/vnetlint/0.1/'. Empty: there is none,
and every output links to libvirt's own documentation, because a link must lead to something."""

VARIABLE = "VNETLINT_DOCUMENTATION"
"""The environment variable that names another copy, such as one that a site or a distribution hosts.

It is no key of a configuration, because a repository that is checked must not choose where links lead.
"""

_ADDRESS = re.compile(r"https?://[\w.-]+(:\d+)?(/[\w./~%+-]*)?|file://(/[\w./~%+-]*)", re.ASCII)


def documentation() -> str | None:
    """Return the address of the documentation, ending in a slash, or None if there is none.

    Raises UserError if the environment names something that is no address.
    """
    base = os.environ.get(VARIABLE) or PUBLISHED
    if not base:
        return None
    if not _ADDRESS.fullmatch(base):
        raise UserError(
            f"invalid value '{base[:80]}' for {VARIABLE}: expected an address such as https://docs.example.org/vnetlint/"
        )
    return base.rstrip("/") + "/"


def page_address(name: str) -> str | None:
    """Return the address of the page of one of vnetlint's own rules, or None. Raises UserError as `documentation`."""
    base = documentation()
    return f"{base}rules/{name}.html" if base else None
