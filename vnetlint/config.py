"""What a configuration may say, and loading one.

Files are not merged: the nearest one holds, and what it wants of another it names with `extend`. Paths and patterns in
it count from its own folder. Nothing in it is executed.
"""

from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vnetlint.configfile import ConfigError, place
from vnetlint.configfile import table as table_of
from vnetlint.finding import Severity

MAX_EXTENDS = 10


def _dashed(name: str) -> str:
    return name.replace("_", "-")


class Config(BaseModel):
    """What a configuration may say; all of it is optional."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_dashed, populate_by_name=True)

    extend: str | None = Field(default=None, description="Another configuration, which this one changes.")
    select: tuple[str, ...] | None = Field(default=None, description="Only these rules: names, codes, families, `all`.")
    extend_select: tuple[str, ...] = Field(default=(), description="These rules as well.")
    ignore: tuple[str, ...] = Field(default=(), description="All rules but these.")
    severity: dict[str, Severity] = Field(default={}, description="Another severity for a rule, by its name.")
    per_file_ignores: dict[str, tuple[str, ...]] = Field(default={}, description="Rules to leave out, by file pattern.")
    include: tuple[str, ...] | None = Field(default=None, description="What rules across files see: file patterns.")
    external: tuple[str, ...] = Field(default=("default",), description="Networks that exist outside these files.")
    complete: bool = Field(default=False, description="Whether the files hold everything that the host has.")
    host: str | None = Field(default=None, description="The host's inventory.")
    target_libvirt: str | None = Field(default=None, description="The oldest libvirt that the files are for.")
    schemas: str = Field(default="bundled", description="`bundled`, `system`, or a folder of libvirt's schemas.")
    metadata: dict[str, str] = Field(
        default={}, description="Schemas (.rng or .xsd) for what stands in <metadata>, by namespace."
    )


class Loaded(BaseModel):
    """A configuration with the file that it came from, and for each key the file that set it."""

    model_config = ConfigDict(frozen=True)

    config: Config
    path: str
    origins: dict[str, str]

    @property
    def folder(self) -> Path:
        """Where paths and patterns count from."""
        return Path(self.path).parent

    def resolve(self, path: str) -> str:
        """Give the path of a file that the configuration names."""
        return str(self.folder / path)


@cache
def load(path: str) -> Loaded:
    """Read a configuration, and those that it extends. Raises ConfigError."""
    table: dict[str, Any] = {}
    origins: dict[str, str] = {}
    at, seen = path, [path]
    while True:
        own = table_of(at)
        for key, value in own.items():
            if key not in table:
                table[key] = _rebased(key, value, at, path)
                origins[key] = at
        extended = own.get("extend")
        if not isinstance(extended, str):
            break
        at = str(Path(at).parent / extended)
        if at in seen or len(seen) > MAX_EXTENDS:
            raise ConfigError(f"{place(seen[-1], 'extend')}: {extended} is extended in a circle")
        if not Path(at).is_file():
            raise ConfigError(f"{place(seen[-1], 'extend')}: there is no {extended}")
        seen.append(at)
    try:
        return Loaded(config=Config.model_validate(table), path=path, origins=origins)
    except ValidationError as error:
        raise ConfigError(_explain(error, origins, path)) from None


def _rebased(key: str, value: object, at: str, path: str) -> object:
    """A path of an extended configuration counts from there."""
    if at != path and key == "host" and isinstance(value, str):
        return str(Path(at).parent.absolute() / value)
    return value


def _explain(error: ValidationError, origins: dict[str, str], path: str) -> str:
    first = error.errors()[0]
    key = str(first["loc"][0])
    at = place(origins.get(key, path), key)
    if first["type"] == "extra_forbidden":
        return f"{at}: unknown key '{key}'{suggestion(key, known_keys())}"
    where = ".".join(str(step) for step in first["loc"])
    return f"{at}: {where}: {first['msg'][0].lower()}{first['msg'][1:]}"


def known_keys() -> list[str]:
    """Give the keys of a configuration as they are written."""
    return [_dashed(name) for name in Config.model_fields]


def suggestion(word: str, known: list[str]) -> str:
    """Give the end of a message about an unknown word: the known one that it may have meant."""
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"; did you mean '{close[0]}'?" if close else f"; known are {', '.join(sorted(known)[:12])}"


def place_of(loaded: Loaded, key: str, word: str = "") -> str:
    """Give `file:line` of a key, or of a word below it, for a message."""
    return place(loaded.origins.get(key, loaded.path), key, word)


def schema() -> dict[str, Any]:
    """Give the JSON schema of a configuration, for editors."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Config.model_json_schema(by_alias=True)}
