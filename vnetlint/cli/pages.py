"""Markdown on a terminal: headings, wrapped paragraphs and coloured XML, by rich, in a pager if it is long.

rich comes with typer. It takes as long to load as Python to start, so only what shows a page loads it.
"""

import os
import re
import signal
import subprocess
from io import StringIO
from shutil import get_terminal_size, which

from vnetlint.cli.inputs import wants_colour
from vnetlint.cli.streams import Streams
from vnetlint.report.display import clean_lines

WIDEST = 100
"""Columns of a page. Longer lines are hard to read."""
_STYLES = {"markdown.h1": "bold underline", "markdown.h2": "bold", "markdown.code": "cyan"}
"""What differs from rich's own styles, which suit dark terminals only."""
_ENDS = re.compile(r"(?: |\x1b\[[0-9;]*m)+$", re.MULTILINE)
"""Blanks and codes of colours at the end of a line."""
_EMPTY_LINES = re.compile(r"\n{3,}")
_LESS = "FRX"
"""The options of less, unless the user has set some: colours, and no waiting for a page that fits."""


def show_page(markdown: str, streams: Streams, *, pager: bool = True) -> None:
    """Write a page: for a terminal it is formatted, and shown in a pager if it is longer than the screen."""
    if not streams.out.isatty():
        streams.write(markdown)
        return
    text = formatted(clean_lines(markdown), streams.width, colour=wants_colour(streams))
    command = _pager() if pager and text.count("\n") >= get_terminal_size().lines else []
    if not command or not _shown_by(command, text, streams):
        streams.write(text)


def formatted(markdown: str, width: int, *, colour: bool) -> str:
    """Return Markdown as a terminal with that many columns shows it."""
    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    page = Markdown(markdown, code_theme="ansi_dark", hyperlinks=False, inline_code_lexer=None)
    out = StringIO()
    console = Console(
        file=out,
        width=min(width, WIDEST),
        force_terminal=colour,
        color_system="standard" if colour else None,
        no_color=not colour,
        legacy_windows=False,
        theme=Theme(_STYLES),
    )
    console.print(page)
    text = _ENDS.sub(lambda found: found[0].replace(" ", ""), out.getvalue())
    return _EMPTY_LINES.sub("\n\n", text)


def _pager() -> list[str]:
    """Return the command of the pager; empty if there is none, or if the user wants none."""
    chosen = next(
        (value for name in ("VNETLINT_PAGER", "PAGER") if (value := os.environ.get(name)) is not None), "less"
    )
    import shlex

    try:
        command = shlex.split(chosen)
    except ValueError:
        command = [chosen]
    if chosen == "less" and which("less") is None:
        return []
    return [] if command in ([], ["cat"]) else command


def _shown_by(command: list[str], text: str, streams: Streams) -> bool:
    """Show a text in a pager, and return whether it could be started."""
    streams.flush()
    environment = {"LESS": _LESS, "LESSCHARSET": "utf-8", **os.environ}
    # Ctrl+C is for the pager.
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        subprocess.run(command, input=text.encode("utf-8", "replace"), env=environment, check=False)
    except OSError as error:
        streams.error(f"the pager '{command[0]}' cannot be started: {error.strerror}; --no-pager uses none")
        return False
    finally:
        signal.signal(signal.SIGINT, before)
    return True
