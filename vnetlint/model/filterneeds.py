"""The variables of filters that include each other: each filter's are those of what it includes, and a few more."""

from collections.abc import Iterable, Iterator, Mapping, Set

from vnetlint.model.shipped import Kind

Kinds = frozenset[Kind]
_NONE: Kinds = frozenset()
_Layer = Mapping[str, Kinds]


class Needs(Mapping[str, Kinds]):
    """Variables with the kinds of value that each needs. A copy with a few changes shares what did not change.

    Thousands of filters may include the same large one, or each other in a long chain, so none of them has a table of
    its own. Each layer is at least twice as large as the one before, so there are few.
    """

    __slots__ = ("_layers", "_size")

    def __init__(self, layers: tuple[_Layer, ...] = (), size: int = 0) -> None:
        self._layers = layers
        self._size = size

    def __getitem__(self, name: str) -> Kinds:
        found = self._found(name)
        if not found:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        seen: set[str] = set()
        for number, layer in enumerate(self._layers):
            below = number < len(self._layers) - 1
            for name, kinds in layer.items():
                if name not in seen and kinds:
                    yield name
            if below:
                seen.update(layer)

    def __len__(self) -> int:
        return self._size

    def _found(self, name: str) -> Kinds:
        """Return the kinds of a variable, none if it has no need of a value."""
        return next((layer[name] for layer in self._layers if name in layer), _NONE)

    def changed(self, changes: _Layer) -> "Needs":
        """Return a copy in which some variables have other kinds; one without any is not in it."""
        if not changes:
            return self
        size = self._size + sum(bool(kinds) - bool(self._found(name)) for name, kinds in changes.items())
        layers = (changes, *self._layers)
        while len(layers) > 1 and 2 * len(layers[0]) > len(layers[1]):
            layers = ({**layers[1], **layers[0]}, *layers[2:])
        return Needs(layers, size)


def merged(parts: Iterable[tuple["Needs", Set[str]]], own: _Layer) -> Needs:
    """Return what several filters need, each without the variables that have a value there, and what is needed here."""
    every = {(id(needs), given): (needs, given) for needs, given in parts}
    if not every:
        return Needs().changed(own)
    largest = max(every, key=lambda each: len(every[each][0]))
    base, hidden = every.pop(largest)
    changes: dict[str, Kinds] = {name: _NONE for name in hidden if name in base}
    added = ((name, kinds) for needs, given in every.values() for name, kinds in needs.items() if name not in given)
    for name, kinds in (*added, *own.items()):
        known = changes[name] if name in changes else base.get(name, _NONE)
        changes[name] = known | kinds
    return base.changed({name: kinds for name, kinds in changes.items() if kinds != base.get(name, _NONE)})
