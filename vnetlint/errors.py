"""The errors that a user sees, as one line: the place, the reason, and what to do next."""


class UserError(Exception):
    """The job cannot be done. The message is shown to the user as it is."""


class ExpectationError(UserError):
    """An expectation names nobody. The message begins with its place in the configuration."""
