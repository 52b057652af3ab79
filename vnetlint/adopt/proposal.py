"""What is proposed for a repository: the files to write, the texts to add by hand, and what to do next."""

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from shlex import quote

from vnetlint.adopt.configuration import configuration, host_of
from vnetlint.adopt.hook import FILES, entry, new_file, with_item
from vnetlint.adopt.job import WORKFLOW, job
from vnetlint.adopt.leftout import LeftOut
from vnetlint.adopt.surroundings import GITLAB, HOOKS, JENKINS, Origin
from vnetlint.adopt.survey import Survey
from vnetlint.adopt.today import Today, today
from vnetlint.engine.baselinefile import NAME as BASELINE
from vnetlint.engine.baselinefile import text_of
from vnetlint.files.paths import CONFIGURATION, display
from vnetlint.files.write import FileChange, NewFile
from vnetlint.report.content import plural

_MOST_QUESTIONS = 5
"""The most folders that are asked about one by one."""
Ask = Callable[[str, bool], bool]
"""Asks a question and returns the answer; the second value is the one by default."""


@dataclass
class Proposal:
    """What is to be written, and what is left to a person."""

    new: list[NewFile] = field(default_factory=list)
    changed: list[FileChange] = field(default_factory=list)
    by_hand: list[tuple[str, str]] = field(default_factory=list)
    """What cannot be written for sure: a line that says what to do, and the text for it."""
    steps: list[tuple[str, str]] = field(default_factory=list)
    """What to do next: commands, and what each is for."""
    notes: list[str] = field(default_factory=list)
    held: int = 0
    """The number of findings in the baseline."""

    @property
    def paths(self) -> list[str]:
        """The files that are written."""
        return [*(each.path for each in self.new), *(each.path for each in self.changed)]


def propose(seen: Survey, everything: Today, install: Origin, ask: Ask) -> Proposal:
    """Return what is proposed, after questions about it. `everything` is what a run finds without a configuration."""
    proposal = Proposal()
    left_out = _left_out(seen, everything, ask)
    now = today(seen, left_out, host_of(seen)) if _differs(seen, left_out) else everything
    if not ask(f"Write {CONFIGURATION}?", True):
        return proposal
    held = now.baseline(seen.folder)
    is_there = os.path.lexists(os.path.join(seen.folder, BASELINE))
    wants = not is_there and bool(held.count) and ask(_about_baseline(held.count), True)
    _add(proposal, seen, CONFIGURATION, configuration(seen, left_out, BASELINE if wants or is_there else None))
    if wants:
        proposal.held = held.count
        _add(proposal, seen, BASELINE, text_of(held))
    if is_there:
        proposal.notes.append(f"{BASELINE} is kept as it is; `vnetlint baseline write` writes it anew")
    proposal.notes += (f"{each}; no baseline can hold that, so `vnetlint check` fails" for each in now.failures)
    _add_hook(proposal, seen, left_out, install, ask)
    _add_job(proposal, seen, install, ask)
    proposal.steps += _steps(proposal, seen, install)
    return proposal


def _steps(proposal: Proposal, seen: Survey, install: Origin) -> Iterator[tuple[str, str]]:
    """Yield what a person does next."""
    hook = display(os.path.join(seen.folder, HOOKS))
    if hook in proposal.paths:
        program = "" if install.requirement else ", with the vnetlint on the PATH"
        yield "pre-commit install", f"in each clone: git then runs the hook{program}"
    if seen.around.root:
        yield f"git add {' '.join(map(quote, proposal.paths))}", "and commit them"
    if proposal.held:
        yield "vnetlint baseline prune", "whenever findings have been fixed"
    if not seen.inventories:
        where = "each host" if len(seen.hosts) > 1 else "the host"
        yield "vnetlint host -o host.json", f"on {where}, as root; then set `host` in {CONFIGURATION}"


def _left_out(seen: Survey, everything: Today, ask: Ask) -> list[LeftOut]:
    """Return the folders to exclude, after a question about each, or one about all if they are many."""
    if len(seen.left_out) <= _MOST_QUESTIONS:
        return [each for each in seen.left_out if ask(_about_leaving_out(each, everything, seen), each.is_advised)]
    advised = [each for each in seen.left_out if each.is_advised]
    count = plural(sum(each.files for each in advised), "file")
    question = f"Exclude {plural(len(advised), 'folder')} such as {advised[0].folder}/ ({count})?" if advised else ""
    return advised if question and ask(question, True) else []


def _differs(seen: Survey, left_out: list[LeftOut]) -> bool:
    """Whether a run with the configuration may find something else than one without."""
    return bool(left_out or seen.placeholders or host_of(seen))


def _about_leaving_out(part: LeftOut, everything: Today, seen: Survey) -> str:
    findings = plural(everything.below(seen.folder, part.folder), "finding")
    return f"Exclude {part.folder}/ ({part.reason}: {plural(part.files, 'file')}, {findings})?"


def _about_baseline(count: int) -> str:
    return f"Hold today's {plural(count, 'finding')} in {BASELINE}, so that only new ones are reported?"


def _add(proposal: Proposal, seen: Survey, name: str, text: str) -> None:
    path = display(os.path.join(seen.folder, name))
    proposal.new.append(NewFile(path, text.encode("utf-8", "backslashreplace")))


# -- hook and CI ---------------------------------------------------------------------------------------------------


def _add_hook(proposal: Proposal, seen: Survey, left_out: list[LeftOut], install: Origin, ask: Ask) -> None:
    """Add the entry for pre-commit: a new file, an item at the end of one that exists, or a text to add by hand."""
    around = seen.around
    if around.root is None:
        proposal.notes.append("this is no git repository, so neither a hook for pre-commit nor a CI job is proposed")
        return
    if HOOKS in around.mentions:
        return
    prefixes = tuple(f"{each.folder}/" for each in left_out)
    kept = [each.path for each in seen.files if not each.path.startswith(prefixes)]
    item = entry(install, [each for each in kept if not re.search(FILES, each)])
    path = os.path.join(around.root, HOOKS)
    if around.root != seen.folder:
        proposal.by_hand.append((f"pre-commit: add this to `repos` in {display(path)}:", item))
        return
    if not os.path.lexists(path):
        if ask(f"Write {HOOKS}, so that a commit is checked?", True):
            _add(proposal, seen, HOOKS, new_file(item))
        return
    # A link may lead out of the repository.
    is_own = around.hooks is not None and not os.path.islink(path)
    after = with_item(around.hooks, item) if around.hooks is not None and is_own else None
    if around.hooks is None or after is None:
        proposal.by_hand.append((f"pre-commit: add this to `repos` in {HOOKS}:", item))
    elif ask(f"Add a hook to the end of {HOOKS}, so that a commit is checked?", True):
        proposal.changed.append(FileChange(display(path), around.hooks.encode(), after.encode()))


def _add_job(proposal: Proposal, seen: Survey, install: Origin, ask: Ask) -> None:
    """Add the CI job: a workflow of GitHub as a new file, anything else as a text to add by hand."""
    around = seen.around
    if around.root is None:
        return
    if set(around.mentions) - {HOOKS}:
        return
    path = os.path.relpath(seen.folder, around.root)
    if around.forge is None and not around.has_jenkins:
        return
    text = job(around.forge, install, path)
    target = os.path.join(os.path.realpath(around.root), WORKFLOW)
    is_new = not os.path.lexists(target) and os.path.realpath(target) == target
    if around.forge == "github" and around.root == seen.folder and install.requirement and is_new:
        # Who has no workflow yet may not want one.
        if ask(f"Write {WORKFLOW}, so that a push is checked?", bool(around.workflows)):
            _add(proposal, seen, WORKFLOW, text)
        return
    places = {"github": f"write it to {WORKFLOW}", "gitlab": f"add it to {GITLAB}", None: f"run it in {JENKINS}"}
    where = places[around.forge]
    address = "" if install.requirement else ", with the address of vnetlint's repository for ADDRESS"
    proposal.by_hand.append((f"CI: {where}{address}:", text.rstrip("\n")))
