"""The errors that a user sees, as one line: the place, the reason, and what to do next."""

from vnetlint.lazy import pattern

_LONG_WORD = pattern(r"\S{500,}")
_LONGEST = 3000
"""The most characters of a message. More come from a value that nobody wrote by hand."""


class UserError(Exception):
    """The job cannot be done. The message is shown to the user as it is, but without the middle of very long values."""

    def __str__(self) -> str:
        message = super().__str__()
        if len(message) < _LONGEST // 2:
            return message
        message = _LONG_WORD.sub(lambda word: f"{word[0][:200]}…{word[0][-50:]}", message)
        return message if len(message) <= _LONGEST else f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 4 :]}"


class ExpectationError(UserError):
    """An expectation names nobody. The message begins with its place in the configuration."""
