"""What a user is told in one line because the job cannot be done: the place, the reason, and what to do next."""


class UserError(Exception):
    """The job cannot be done, and the message is fit to be shown as it is."""
