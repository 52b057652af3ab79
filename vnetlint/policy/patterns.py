"""Regular expressions of policies: those of XML Schema, matched in bounded time."""

from collections.abc import Callable

from vnetlint.schema.regex import bounded
from vnetlint.schema.regextree import RegexError

MAX_PATTERN = 200
"""Characters of a pattern."""
LONGEST = 256
"""Characters of a value that can match; no value of a network is longer."""


def pattern_of(text: str) -> Callable[[str], bool]:
    """Return whether a whole value matches a pattern. Raises ValueError, in words, if the text is not a pattern."""
    if len(text) > MAX_PATTERN:
        raise ValueError(f"a pattern longer than {MAX_PATTERN} characters")
    try:
        matches = bounded(text).matches
    except RegexError as error:
        raise ValueError(f"invalid pattern '{text}': {error}") from None
    return lambda value: len(value) <= LONGEST and matches(value)
