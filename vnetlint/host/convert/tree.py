"""YAML and JSON as a tree that knows where each value is. Scalars stay text: each format reads its own.

PyYAML's events are used and not its objects, so nothing in a file is executed, and depth and aliases are bounded.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vnetlint.host.convert.sources import ConversionError, FilePlace, PlacedText, flag, read_text, shown

MAX_DEPTH = 50
_NULLS = ("~", "null", "Null", "NULL")
MAX_VALUES = 100_000
"""How many values a file may have after its aliases are replaced."""


@dataclass
class YamlNode:
    """A value: a text, a list or a mapping. A value that is absent or null is an empty text."""

    place: FilePlace
    text: str | None = None
    items: list["YamlNode"] = field(default_factory=list)
    pairs: list[tuple["YamlNode", "YamlNode"]] | None = None
    size: int = 1

    @property
    def is_null(self) -> bool:
        """Whether nothing is written."""
        return self.text == ""

    def get(self, key: str) -> "YamlNode | None":
        """Return the value of a key; None where there is none, or null."""
        found = next((value for name, value in reversed(self.mapping()) if name.text == key), None)
        return None if found is None or found.is_null else found

    def mapping(self) -> list[tuple["YamlNode", "YamlNode"]]:
        """Return the keys and values of a mapping."""
        if self.is_null:
            return []
        if self.pairs is None:
            raise self.place.error(f"expected a mapping of keys and values, not {self._what}")
        return self.pairs

    def named(self) -> Iterator[tuple[PlacedText, "YamlNode"]]:
        """The keys, as texts, and their values."""
        return ((key.scalar(), value) for key, value in self.mapping())

    def entries(self) -> list["YamlNode"]:
        """Return the values of a list."""
        if self.is_null:
            return []
        if self.text is not None or self.pairs is not None:
            raise self.place.error(f"expected a list, not {self._what}")
        return self.items

    def scalar(self) -> PlacedText:
        """Return a single value as it is written."""
        if self.text is None:
            raise self.place.error(f"expected a single value, not {self._what}")
        return PlacedText(self.text, self.place)

    def texts(self, key: str) -> list[PlacedText]:
        """Return the values of a key that is a list of single values; none without the key."""
        found = self.get(key)
        return [each.scalar() for each in found.entries()] if found else []

    def one(self, key: str) -> PlacedText | None:
        """Return the single value of a key."""
        found = self.get(key)
        return found.scalar() if found else None

    def flag(self, key: str, default: bool = False) -> bool:
        """Return the yes or no of a key."""
        found = self.one(key)
        return flag(found) if found else default

    @property
    def _what(self) -> str:
        if self.text is not None:
            return f"'{shown(self.text)}'"
        return "a list" if self.pairs is None else "a mapping"


def read_tree(path: str) -> YamlNode:
    """Return the tree of the first document of a file. Raises ConversionError if it is not YAML, or too deep or large.

    It needs PyYAML, which the extra `vnetlint[host]` installs.
    """
    text = read_text(path)
    try:
        import yaml
    except ImportError:
        raise ConversionError(f"{path}: YAML needs PyYAML: install it by `pip install 'vnetlint[host]'`") from None
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _Builder(path).build(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = FilePlace(path, mark.line + 1, mark.column + 1) if mark else FilePlace(path, 1)
        raise where.error(f"not YAML: {shown(error.problem or error.context or 'unknown reason')}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise FilePlace(path, line).error(f"not YAML: a character that is not allowed: {error.character!r}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FilePlace(path, 1).error(f"not YAML: {shown(str(error))}") from None


class _Builder:
    """Makes a tree of events."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.anchors: dict[str, YamlNode | None] = {}
        """The values that have a name; None while one is being read, so that none can contain itself."""

    def build(self, events: Iterator[Any]) -> YamlNode:
        root = YamlNode(FilePlace(self.path, 1, 1), "")
        open_: list[tuple[YamlNode, str | None, list[YamlNode]]] = []
        for event in events:
            kind = type(event).__name__
            if kind in ("SequenceStartEvent", "MappingStartEvent"):
                open_.append(self._opened(event, kind, len(open_)))
                continue
            if kind in ("SequenceEndEvent", "MappingEndEvent"):
                tree, anchor, children = open_.pop()
                _close(tree, children)
            elif kind == "ScalarEvent":
                plain = event.implicit[0] and event.value in _NULLS
                tree, anchor = YamlNode(self._place(event), "" if plain else event.value), event.anchor
            elif kind == "AliasEvent":
                tree, anchor = self._named(event), None
            elif kind == "DocumentEndEvent":
                return root
            else:
                continue
            if anchor:
                self.anchors[anchor] = tree
            if tree.size > MAX_VALUES:
                raise self._place(event).error(f"more than {MAX_VALUES} values, aliases replaced")
            if open_:
                open_[-1][2].append(tree)
            else:
                root = tree
        return root

    def _opened(self, event: Any, kind: str, depth: int) -> tuple[YamlNode, str | None, list[YamlNode]]:
        """Return the empty value that an event begins, with its anchor and a list for what it contains."""
        if depth >= MAX_DEPTH:
            raise self._place(event).error(f"nested too deeply: expected at most {MAX_DEPTH} levels")
        if event.anchor:
            self.anchors[event.anchor] = None
        return YamlNode(self._place(event), pairs=[] if kind.startswith("M") else None), event.anchor, []

    def _named(self, event: Any) -> YamlNode:
        found = self.anchors.get(event.anchor)
        if found is None:
            reason = "an alias cannot be inside its own value" if event.anchor in self.anchors else "unknown alias"
            raise self._place(event).error(f"{reason}: '{shown(event.anchor)}'")
        return found

    def _place(self, event: Any) -> FilePlace:
        return FilePlace(self.path, event.start_mark.line + 1, event.start_mark.column + 1)


def _close(tree: YamlNode, children: list[YamlNode]) -> None:
    """Put what a value contains into it."""
    if tree.pairs is None:
        tree.items = children
    else:
        tree.pairs = [*zip(children[::2], children[1::2], strict=True)]
    tree.size = 1 + sum(each.size for each in children)
