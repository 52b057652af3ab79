"""Rename a network, bridge, port group or network filter everywhere in a project, or not at all.

What a name means follows from folders, as for rules: the definition nearest to the file that uses the name. If a file
may mean another one of that name, nothing is renamed, because half of a rename is worse than none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from vnetlint.engine.reading import File
from vnetlint.errors import UserError
from vnetlint.finding import Finding
from vnetlint.lsp.mentions import Mention, NameKind, mentions_in
from vnetlint.model import View
from vnetlint.model.shipped import SHIPPED
from vnetlint.model.view import known
from vnetlint.project import Project
from vnetlint.project.nearest import Nearest
from vnetlint.xml import edit
from vnetlint.xml.edit import Edits
from vnetlint.xml.node import Attribute

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


class RenameError(UserError):
    """A name cannot be changed. The message says why."""


@dataclass(frozen=True, eq=False)
class Renaming:
    """The mention that is renamed, and the files of its project."""

    mention: Mention
    files: Sequence[File]
    project: Project
    new: str = ""

    @property
    def _label(self) -> str:
        return f"the {self.mention.kind} '{self.mention.name}'"

    @cached_property
    def _mentions(self) -> list[Mention]:
        """The mentions in all files that may hold one of the names."""
        names = [each for each in (self.mention.name, self.mention.network, self.new) if each]
        return [each for file in self.files if _may_hold(file, names) for each in mentions_in(file.documents)]

    @cached_property
    def _by_name(self) -> dict[tuple[NameKind, str], list[Mention]]:
        table: dict[tuple[NameKind, str], list[Mention]] = {}
        for each in self._mentions:
            table.setdefault((each.kind, each.name), []).append(each)
        return table

    def _of(self, kind: NameKind, name: str) -> list[Mention]:
        return self._by_name.get((kind, name), [])

    @cached_property
    def _networks(self) -> Nearest[View]:
        """The networks with the name of the port group's network."""
        return _nearest(self._of("network", self.mention.network))

    def places(self) -> list[Mention]:
        """Return every place to change. Raises RenameError if it is not certain which these are."""
        mention = self.mention
        if not mention.name:
            raise RenameError("this name has a placeholder of a template: rename it where the template gets it")
        if mention.kind == "network filter" and mention.name in SHIPPED:
            raise RenameError(f"libvirt installs {self._label} itself: copy the file under another name")
        if mention.kind == "port group":
            found = self._of_port_group()
        elif mention.kind == "bridge" and not any(each.is_definition for each in self._of("bridge", mention.name)):
            found = self._of_host_bridge()
        else:
            found = self._defined(self._of(mention.kind, mention.name), mention)
        if all(each.is_device for each in found):
            raise RenameError(f"'{mention.name}' is a device of the host, and no bridge of these files")
        return found

    def _defined(self, named: list[Mention], mention: Mention) -> list[Mention]:
        """Return those of some mentions of one name that mean what a mention means."""
        nearest, path = _nearest(named), mention.path
        if not mention.is_definition:
            path = self._meant(nearest, mention, named)
        own = [each for each in named if each.is_definition and each.path == path]
        if len(own) > 1 and not own[0].view.is_template:
            raise RenameError(f"{_place(own[1])} defines {self._label} too, so it is not known which one is meant")
        uses = (each for each in named if not each.is_definition)
        return own + [each for each in uses if self._meant(nearest, each, named) == path]

    def _meant(self, nearest: Nearest[View], mention: Mention, named: Iterable[Mention]) -> str:
        """Return the path of the definition that a reference means."""
        found = nearest.to(mention.view)
        if found is not None:
            return found.path
        paths = sorted({each.path for each in named if each.is_definition})
        if not paths:
            what = f"the {mention.kind} '{mention.name}'"
            raise RenameError(f"no file defines {what}: rename it where it is defined")
        where = " or ".join(paths[:2])
        raise RenameError(f"{_place(mention)} names '{mention.name}', and it is not known whether it means {where}")

    def _of_host_bridge(self) -> list[Mention]:
        """Return the mentions of a bridge that is not made by a network of the files: those of the same host."""
        named, host = self._of("bridge", self.mention.name), self.project.host_of(self.mention.view)
        for each in named:
            if self.project.host_of(each.view) != host:
                raise RenameError(
                    f"{_place(each)} names '{each.name}' too, and it is not known whether it is for the same host; "
                    "'complete = true' in vnetlint.toml declares that all files are for one host"
                )
        return named

    def _of_port_group(self) -> list[Mention]:
        """Return the mentions of a port group: in its network, and by interfaces that mean that network."""
        group = self.mention
        if not group.network:
            raise RenameError(f"the network of the port group '{group.name}' has no name, or a placeholder")
        return self._groups(group.name, self._network_of(group))

    def _network_of(self, group: Mention) -> str:
        """Return the path of the network that a port group belongs to."""
        if group.is_definition:
            return group.path
        return self._meant(self._networks, group, self._of("network", group.network))

    def _groups(self, name: str, path: str) -> list[Mention]:
        every = [each for each in self._of("port group", name) if each.network == self.mention.network]
        own = [each for each in every if each.is_definition and each.path == path]
        return own + [each for each in every if not each.is_definition and self._network_of(each) == path]

    def edits(self) -> Edits:
        """Return the edits of all places. Raises RenameError if the name is taken or cannot be written."""
        places = self.places()
        if self.new == self.mention.name:
            return ()
        if not self.new.strip() or self.new != self.new.strip() or known(self.new) is None:
            raise RenameError(f"invalid name '{self.new}': expected a name without white space around it")
        for taken in self._taken(places):
            raise RenameError(taken)
        return tuple(one for each in places for one in _edit_of(each, self.new))

    def _taken(self, places: list[Mention]) -> Iterator[str]:
        """Yield why the new name cannot be used: something has it already, or would mean something else."""
        kind, new = self.mention.kind, self.new
        if kind == "network filter" and new in SHIPPED:
            yield f"libvirt installs a network filter '{new}'"
        if kind == "port group":
            own = next((each.path for each in places if each.is_definition), self.mention.path)
            there = self._groups(new, own)
        else:
            hosts = {self.project.host_of(each.view) for each in places if each.is_definition or kind == "bridge"}
            there = [each for each in self._of(kind, new) if self.project.host_of(each.view) in hosts]
        yield from (f"the {kind} '{new}' exists already: {_place(each)}" for each in there if each.is_definition)
        yield from (f"{_place(each)} names '{new}' already, and would mean this {kind}" for each in there)
        if kind in ("network", "network filter"):
            yield from self._misled(places)

    def _misled(self, places: list[Mention]) -> Iterator[str]:
        """Yield the references in other folders that would mean something else after the rename."""
        named, own = self._of(self.mention.kind, self.new), [each for each in places if each.is_definition]
        later, paths, inside = _nearest([*named, *own]), {each.path for each in own}, {*places}
        for each in (*places, *named):
            meant = None if each.is_definition else later.to(each.view)
            if each.is_definition or (meant is not None and (meant.path in paths) == (each in inside)):
                continue
            yield f"{_place(each)} names '{each.name}', and it would not be known which '{self.new}' it means"


def mention_at(file: File, offset: int) -> Mention | None:
    """Return the name at an offset of a file, or None if there is none."""
    return next((each for each in mentions_in(file.documents) if each.span.start <= offset <= each.span.end), None)


def alike_in(file: File, mention: Mention) -> list[Mention]:
    """Return the mentions of the same kind and name in a file."""
    key = mention.kind, mention.name, mention.network
    return [each for each in mentions_in(file.documents) if each.name and (each.kind, each.name, each.network) == key]


def refuse_new_errors(before: Iterable[Finding], after: Iterable[Finding]) -> None:
    """Raise RenameError if a rename adds an error, such as a name that libvirt refuses."""
    known_before = Counter((each.path, each.rule) for each in before if each.severity == "error")
    for each in after:
        if each.severity == "error":
            known_before[each.path, each.rule] -= 1
            if known_before[each.path, each.rule] < 0:
                raise RenameError(each.message)


def _nearest(named: Iterable[Mention]) -> Nearest[View]:
    """Return the definitions of one name, one for each file."""
    return Nearest({each.path: each.view for each in named if each.is_definition}.values())


def _edit_of(mention: Mention, new: str) -> Edits:
    place = mention.place
    edits = edit.set_attribute(place.node, place.name, new) if isinstance(place, Attribute) else None
    edits = edit.set_text(mention.node, new) if edits is None else edits
    if not edits:
        raise RenameError(f"{_place(mention)}: the name cannot be changed here: change it by hand")
    return edits


def _place(mention: Mention) -> str:
    where = mention.node.document.source.lines.position(mention.span.start)
    return f"{mention.path}:{where.line}:{where.column}"


def _may_hold(file: File, names: Iterable[str]) -> bool:
    text = file.source.text
    # A name may be written with references such as `&amp;`.
    return "&#" in text or any(name in text or not _PLAIN.issuperset(name) for name in names)
