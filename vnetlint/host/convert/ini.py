"""Files of sections with keys, as systemd and NetworkManager write them. Sections and keys may be there repeatedly."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from vnetlint.host.convert.sources import FilePlace, PlacedText, read_text, shown


@dataclass
class IniSection:
    """A section and its keys, in their order."""

    name: str
    place: FilePlace
    keys: list[tuple[str, PlacedText]] = field(default_factory=list)

    def all(self, key: str) -> list[PlacedText]:
        """Return the values of a key. As with systemd, an empty value removes those before it."""
        found: list[PlacedText] = []
        for name, value in self.keys:
            if name == key:
                found = [*found, value] if value.value else []
        return found

    def get(self, key: str) -> PlacedText | None:
        """Return the last value of a key."""
        return next(iter(reversed(self.all(key))), None)

    def words(self, key: str) -> list[PlacedText]:
        """Return the words of all values of a key."""
        return [PlacedText(word, each.place) for each in self.all(key) for word in each.value.replace('"', " ").split()]


def read_sections(path: str, *, continued: bool) -> list[IniSection]:
    """Return the sections of a file, in which a line may go on after a backslash if `continued`."""
    found: list[IniSection] = []
    for line, place in _lines(path, read_text(path), continued):
        if line.startswith("[") and line.endswith("]"):
            found.append(IniSection(line[1:-1], place))
            continue
        key, equals, value = line.partition("=")
        if not equals or not key.strip():
            raise place.error(f"expected '[Section]' or 'Key=value', not '{shown(line)}'")
        if not found:
            raise place.error(f"expected a '[Section]' before '{shown(key)}='")
        found[-1].keys.append((key.strip(), PlacedText(value.strip(), place)))
    return found


def joined(sections: list[IniSection], name: str) -> IniSection:
    """Return all sections of a name as one."""
    same = [each for each in sections if each.name == name]
    place = same[0].place if same else FilePlace("", 0)
    return IniSection(name, place, [key for each in same for key in each.keys])


def _lines(path: str, text: str, continued: bool) -> Iterator[tuple[str, FilePlace]]:
    """The lines without comments and empty ones."""
    whole: list[str] = []
    start = 1
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        stripped = line.strip()
        if stripped.startswith(("#", ";")):
            continue
        if not whole:
            start = number
        if continued and stripped.endswith("\\"):
            whole.append(stripped[:-1])
            continue
        whole.append(stripped)
        joined_line = " ".join(whole).strip()
        whole = []
        if joined_line:
            yield joined_line, FilePlace(path, start)
    if whole and " ".join(whole).strip():
        yield " ".join(whole).strip(), FilePlace(path, start)
