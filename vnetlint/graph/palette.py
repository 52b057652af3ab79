"""The colours of pictures, for light and dark. A test checks their contrast against WCAG 2.1, level AA."""

from typing import Literal, NamedTuple

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, Theme] = ("light", "dark")


class Surface(NamedTuple):
    """What everything is drawn on and written with."""

    page: str
    box: str
    frame: str
    """The ground inside the host's frame."""
    text: str
    quiet: str
    """The colour of less important text."""
    line: str
    """Frames and edges."""
    accent: str
    """What is in focus."""


class Pair(NamedTuple):
    """A colour for light and one for dark."""

    light: str
    dark: str


SURFACES: dict[Theme, Surface] = {
    "light": Surface("#ffffff", "#ffffff", "#f4f6f9", "#16202c", "#4a5868", "#77838f", "#0b57d0"),
    "dark": Surface("#12161c", "#1e252e", "#171d25", "#eef2f7", "#b3bfcc", "#7d8a99", "#8ab4ff"),
}

NODES: dict[str, Pair] = {
    "guest": Pair("#2f6fde", "#7fb0ff"),
    "nat": Pair("#b3540a", "#ffad66"),
    "route": Pair("#1d7a3e", "#69d08c"),
    "open": Pair("#0f7a7a", "#5fd0d0"),
    "isolated": Pair("#5d6673", "#a9b4c2"),
    "bridge": Pair("#7a3fc4", "#c4a0ff"),
    "macvtap": Pair("#b02a6f", "#ff94c4"),
    "hostdev": Pair("#9a2d2d", "#ff9c9c"),
    "unknown": Pair("#5d6673", "#a9b4c2"),
    "nic": Pair("#36617f", "#8cc3e8"),
    "segment": Pair("#5d6673", "#a9b4c2"),
    "host": Pair("#16202c", "#eef2f7"),
    "lan": Pair("#5a6b1f", "#c0d46a"),
    "machine": Pair("#5a6b1f", "#c0d46a"),
    "internet": Pair("#41506b", "#b4c5e6"),
}
"""The bar of a box, by kind, and of a network by mode."""

FLOWS: dict[str, Pair] = {
    "plugged": Pair("#5f6b78", "#9aa7b5"),
    "uplink": Pair("#5f6b78", "#9aa7b5"),
    "routed": Pair("#1d7a3e", "#69d08c"),
    "translated": Pair("#b3540a", "#ffad66"),
    "host-only": Pair("#5d6673", "#a9b4c2"),
}
DASHES = {"routed": "", "translated": "9 3", "host-only": "2 3", "plugged": "", "uplink": "", "unsure": "5 5"}
"""Edges differ by dashes as well as by colour."""

CELLS: dict[str, tuple[Pair, Pair]] = {
    "allowed": (Pair("#cdebd3", "#1d4a2b"), Pair("#0d3d1c", "#d4f5dc")),
    "one-way": (Pair("#fff0b8", "#54450f"), Pair("#4a3800", "#fff0c2")),
    "rejected": (Pair("#ffd9d2", "#5e241b"), Pair("#6b1608", "#ffe0da")),
    "dropped": (Pair("#f7cfe0", "#56203a"), Pair("#611035", "#ffdbea")),
    "no-route": (Pair("#e1e5ea", "#333c47"), Pair("#2c3743", "#e3e9f0")),
    "depends": (Pair("#d6e4ff", "#20386b"), Pair("#0f2f70", "#dbe7ff")),
}
"""The ground and the letter of a cell of the matrix, by verdict."""


def colour(pair: Pair, theme: Theme) -> str:
    """Return the colour of a theme."""
    return pair.light if theme == "light" else pair.dark


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21, as WCAG defines it."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(written: str) -> float:
    parts = [int(written[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
