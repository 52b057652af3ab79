"""`vnetlint init`: look at a repository, and write a configuration, a baseline, a hook and a CI job that fit it."""

import os
import signal
from collections.abc import Iterator
from typing import Annotated

import typer

from vnetlint.adopt.proposal import Ask, Proposal, propose
from vnetlint.adopt.surroundings import origin
from vnetlint.adopt.survey import Survey, survey
from vnetlint.adopt.today import today
from vnetlint.cli.initwords import found
from vnetlint.cli.streams import CLEAN, FAILED, FINDINGS, CommandError, Streams, streams_of
from vnetlint.config.file import nearest
from vnetlint.engine.baselinefile import NAME as BASELINE
from vnetlint.files.find import MissingPathError
from vnetlint.files.paths import CONFIGURATIONS, display
from vnetlint.files.write import create_together
from vnetlint.report.content import plural
from vnetlint.report.display import clean, clean_lines

_WIDEST = 26
"""Columns of the commands beside which their reasons are aligned."""
STOPPED = 128 + signal.SIGINT
"""The exit code after ^C."""


def init(
    context: typer.Context,
    folder: Annotated[str, typer.Argument(help="The folder to configure, usually the top of a repository.")] = ".",
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do what is proposed, and ask nothing.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be written, and write nothing.")] = False,
) -> int:
    """Look at a repository, and write a configuration, a baseline and a hook that fit it.

    On a terminal it asks about each; elsewhere it only shows them, unless there is --yes. No file is overwritten.
    Exits with 0 if it is done, 1 if it only showed what it would write, 2 if it could not be done.
    """
    streams = streams_of(context)
    existing, above = _existing(folder)
    seen = _survey(folder)
    everything = today(seen)
    streams.write("".join(f"{clean(line)}\n" for line in found(seen, everything)))
    if above is not None:
        streams.note(f"{above} applies here as long as this folder has no configuration of its own")
    writes = not dry_run and existing is None and (yes or streams.stdin.isatty())
    is_asking = writes and not yes
    if is_asking:
        streams.write("\n")
    try:
        proposal = propose(seen, everything, origin(), _ask(streams) if is_asking else _default)
        if writes:
            create_together(proposal.new, proposal.changed)
    except (typer.Abort, KeyboardInterrupt):
        streams.write("\n")
        streams.note("stopped; nothing was written")
        return STOPPED
    _show(proposal, streams, is_written=writes)
    if existing is not None:
        streams.note(f"{existing}: this folder is configured already, so nothing was written")
        return FAILED
    if not writes and not dry_run:
        streams.note("nothing was written, because there is no terminal to ask on; `--yes` writes it")
    return CLEAN if writes else FINDINGS


def _existing(folder: str) -> tuple[str | None, str | None]:
    """Return the configuration in a folder, and else the one above it that applies.

    Raises CommandError if there is no such folder.
    """
    if not os.path.isdir(folder):
        reason = "not a folder" if os.path.lexists(folder) else "no such folder"
        raise CommandError(f"{folder}: {reason}; expected the folder of a repository")
    found = nearest(os.path.join(folder, CONFIGURATIONS[0]))
    if found is None:
        return None, None
    is_here = os.path.dirname(found) == os.path.abspath(folder)
    return (display(found), None) if is_here else (None, display(found))


def _survey(folder: str) -> Survey:
    try:
        seen = survey(folder)
    except MissingPathError:
        raise CommandError(
            f"{folder}: no libvirt XML below this folder, so there is nothing to configure; "
            "hidden folders and what git ignores are not searched"
        ) from None
    if not seen.files:
        others = plural(seen.foreign + seen.unclear, "file")
        raise CommandError(
            f"{folder}: no libvirt XML below this folder, so there is nothing to configure; {others} of other kinds"
        )
    return seen


def _default(_: str, answer: bool) -> bool:
    return answer


def _ask(streams: Streams) -> Ask:
    def ask(question: str, answer: bool) -> bool:
        streams.flush()
        return typer.confirm(clean(question), default=answer, prompt_suffix=" ")

    return ask


def _show(proposal: Proposal, streams: Streams, *, is_written: bool) -> None:
    """Show what was written or would be, then what is left to do."""
    if is_written:
        streams.write("\n" + "".join(f"{clean(line)}\n" for line in _written(proposal)))
    else:
        for file in proposal.new:
            streams.write(f"\nWould write {_counted(file.path, proposal)}\n")
            if not file.path.endswith(BASELINE):
                streams.write(_indented(file.data.decode()))
        for change in proposal.changed:
            added = change.after[len(change.before) :].decode()
            streams.write(f"\nWould add to {clean(change.path)}\n{_indented(added)}")
    for what, text in proposal.by_hand:
        streams.write(f"\n{clean(what)}\n{_indented(text)}")
    if is_written and proposal.steps:
        width = min(max(len(command) for command, _ in proposal.steps), _WIDEST)
        lines = [f"{command:<{width}}  # {why}" for command, why in proposal.steps]
        streams.write("\nNext\n" + _indented("\n".join(lines)))
    for note in proposal.notes:
        streams.note(note)


def _written(proposal: Proposal) -> Iterator[str]:
    """Yield a line for each file that was written."""
    yield from (f"wrote {_counted(each.path, proposal)}" for each in proposal.new)
    yield from (f"added to {each.path}" for each in proposal.changed)
    if not proposal.paths:
        yield "nothing was written"


def _counted(path: str, proposal: Proposal) -> str:
    return f"{clean(path)}: {plural(proposal.held, 'finding')}" if path.endswith(BASELINE) else clean(path)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in clean_lines(text).splitlines())
