"""Versions of libvirt, as people write them."""

from functools import cache

from vnetlint.errors import UserError

Version = tuple[int, int, int]


class VersionError(UserError):
    """A text is not a version of libvirt."""


@cache
def parse_version(text: str) -> Version:
    """Return the version that a text such as `9.0.0` or `4.5` means. Raises VersionError if it is not a version."""
    parts = text.strip().split(".")
    if not 1 <= len(parts) <= 3 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise VersionError(f"invalid libvirt version '{text}': expected a version such as 9.0.0")
    major, minor, micro = (int(part) for part in (*parts, "0", "0")[:3])
    return major, minor, micro


def show_version(version: Version) -> str:
    """Return a version as people write it, such as 9.0.0."""
    return ".".join(map(str, version))
