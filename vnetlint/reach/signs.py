"""The letters of answers in a matrix, and what they mean. A terminal's table and the page of `graph` share them."""

from typing import NamedTuple

from vnetlint.reach.answer import Verdict


class Sign(NamedTuple):
    """A letter of a matrix."""

    letter: str
    word: str
    """What it means, in a word or two."""
    more: str = ""
    """What else is to be said of that."""

    @property
    def words(self) -> str:
        """What it means, as a legend explains it."""
        return f"{self.word}: {self.more}" if self.more else self.word


TRANSLATED = Sign("~", "under another address (NAT)")
"""What follows the letter of a verdict if NAT changes the sender's address."""
SIGNS: dict[Verdict, Sign] = {
    "allowed": Sign("Y", "allowed"),
    "one-way": Sign(">", "one way", "no reply comes back"),
    "rejected": Sign("R", "rejected", "the sender is told"),
    "dropped": Sign(".", "dropped", "the sender is not told"),
    "no-route": Sign("-", "no route"),
}


def letter(verdict: Verdict, *, is_translated: bool) -> str:
    """Return the letter of a verdict, with that of NAT."""
    return SIGNS[verdict].letter + (TRANSLATED.letter if is_translated else "")
