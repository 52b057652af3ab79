"""The function `convert`: give a network of a file another mode, as one edit of its text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vnetlint.engine.memory import Memory
from vnetlint.engine.misspelt import UNKNOWN_NAMES
from vnetlint.engine.reading import File
from vnetlint.errors import UserError
from vnetlint.finding import Edit
from vnetlint.model import Network
from vnetlint.model.view import has_unknowns
from vnetlint.project import Project
from vnetlint.remedies.choose import ChoiceError, Wish, has_mode, target_for
from vnetlint.remedies.conversion import Change, Target, conversion
from vnetlint.settings import Settings
from vnetlint.xml.source import Source
from vnetlint.xml.splice import apply, with_leftovers


class ConvertError(UserError):
    """A network cannot be converted. The message has the place and what to do."""


@dataclass(frozen=True, eq=False)
class Converted:
    """A network before and after, and its file. They are the same if it has the mode already."""

    before: Network
    after: Network
    source: Source
    text: Source
    """The file after the conversion."""
    target: Target
    changes: tuple[Change, ...] = ()


def convert(
    source: Source,
    wish: Wish,
    name: str | None,
    settings: Settings,
    context: Iterable[Source] = (),
    known: Memory | None = None,
) -> Converted:
    """Convert the network of a file that has a name, or its only one. What is `known` of the context is not read again.

    Raises ConvertError if there is no such network or it cannot be edited, and ChoiceError as `target_for` does.
    """
    memory = Memory()
    file = memory.read(source, settings)
    network = _network(file, name)
    _check_known(file, network)
    others = known or memory
    models = (*(each for one in context for each in others.models(one, settings)), *file.models)
    project = Project.under(settings, models)
    try:
        target = target_for(network, wish, project)
    except ChoiceError as error:
        raise ConvertError(f"{source.path}: {error}") from None
    if has_mode(network, target):
        return Converted(network, network, source, source, target)
    changes = conversion(network, target)
    text = source.with_text(apply(source.text, with_leftovers(source.text, _edits(file, network, target, changes))))
    after = _converted(memory.read(text, settings), file, network)
    if after is None or after.mode is None or after.attachment != target.attachment:
        raise RuntimeError(f"the conversion to '{target.mode}' was not understood when read again")
    return Converted(network, after, source, text, target, changes)


def _place(network: Network, offset: int) -> str:
    place = network.node.document.source.lines.position(offset)
    return f"{network.path}:{place.line}:{place.column}"


def _network(file: File, name: str | None) -> Network:
    """Return the network of a file that is meant."""
    path = file.asked.path
    if file.fault is not None:
        place = file.source.lines.position(file.fault.span.start)
        raise ConvertError(f"{path}:{place.line}:{place.column}: {file.fault.message}")
    networks = [each for each in file.models if isinstance(each, Network)]
    if not networks:
        raise ConvertError(f"{path}: {_instead(file)}")
    if name is None and len(networks) == 1:
        return networks[0]
    found = [each for each in networks if each.name == name and name is not None]
    if len(found) == 1:
        return found[0]
    names = ", ".join(each.name or "one without a name" for each in networks)
    if name is None:
        raise ConvertError(f"{path}: {len(networks)} networks ({names}): choose one with --network NAME")
    if found:
        raise ConvertError(f"{path}: {len(found)} networks are named '{name}': give each a name of its own")
    raise ConvertError(f"{path}: there is no network '{name}': expected {names}")


def _instead(file: File) -> str:
    """What a file without a network has, and what to do."""
    root = file.documents[0].root.name if file.documents else ""
    if root == "domain":
        return "a guest, not a network: name the file of the network that it is in"
    return f"<{root}> is not a network" if root else "contains no network"


def _check_known(file: File, network: Network) -> None:
    """Raise ConvertError if a template or a misspelt name leaves open what the network has, or its mode is invalid."""
    node = network.node
    if network.mode is None and network.forward is not None:
        written = network.forward.node.get("mode")
        place = _place(network, network.forward.node.start)
        if network.is_template and network.forward.known("mode") is None:
            raise ConvertError(
                f"{place}: the mode is a placeholder: convert the file that the template makes, or by hand"
            )
        raise ConvertError(f"{place}: unknown forward mode '{written}': correct it first")
    for rule, problem in file.rejected or ():
        if rule in UNKNOWN_NAMES and problem.path == network.path and node.start <= problem.span.start < node.end:
            place = _place(network, problem.span.start)
            raise ConvertError(f"{place}: {problem.message}: correct it first, because it may decide the mode")
    if network.is_template and has_unknowns(node):
        raise ConvertError(
            f"{_place(network, node.start)}: a placeholder stands for elements or attributes of this network, so what "
            "it has is unknown: convert the file that the template makes"
        )


def _edits(file: File, network: Network, target: Target, changes: Sequence[Change]) -> tuple[Edit, ...]:
    """Return the edits of a conversion, if they are right in every form that a template can take."""
    if not all(each.edits for each in changes) or not changes:
        raise ConvertError(
            f"{_place(network, network.node.start)}: this network cannot be edited safely, because the file declares "
            "entities or a tag is incomplete"
        )
    edits = tuple(each for change in changes for each in change.edits)
    template = file.source.template
    if template is None:
        return edits
    others = (_same(each.models, network) for each in file.readings)
    alike = all(
        other is not None and edits == tuple(edit for change in conversion(other, target) for edit in change.edits)
        for other in others
    )
    if not alike or not all(template.may_edit(each.span, network.node.start) for each in edits):
        raise ConvertError(
            f"{_place(network, network.node.start)}: the template's own statements decide what this network has: "
            "convert the file that the template makes, or by hand"
        )
    return edits


def _same(models: Iterable[object], network: Network) -> Network | None:
    found = (each for each in models if isinstance(each, Network) and each.node.start == network.node.start)
    return next(found, None)


def _converted(after: File, before: File, network: Network) -> Network | None:
    """Return the network in the file after the conversion: the one of the same number."""
    if after.fault is not None or len(after.models) != len(before.models):
        return None
    found = after.models[before.models.index(network)]
    return found if isinstance(found, Network) else None
