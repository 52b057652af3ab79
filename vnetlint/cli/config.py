"""`vnetlint config`: the configuration that applies to a file, where each key is set, and its schema."""

import json
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from vnetlint.cli.rules import ListFormat
from vnetlint.cli.streams import CLEAN, CommandError, Streams, streams_of
from vnetlint.config.file import nearest
from vnetlint.errors import UserError
from vnetlint.files.paths import display
from vnetlint.report.display import clean
from vnetlint.report.text import to_json

if TYPE_CHECKING:
    from vnetlint.config.model import KeyOrigin, Loaded

app = typer.Typer(help="Show the configuration and its schema.", rich_markup_mode=None, add_completion=False)

VERSION = 1


class _Setting(NamedTuple):
    """A key with its value. `origin` is None if the value is the default."""

    keys: tuple[str, ...]
    value: Any
    origin: "KeyOrigin | None"


@app.command()
def show(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help="The file or folder whose configuration is shown.")] = ".",
    config: Annotated[str | None, typer.Option(metavar="FILE", help="Show this configuration instead.")] = None,
    output_format: Annotated[
        ListFormat, typer.Option(help="The format of the output; text is TOML.")
    ] = ListFormat.text,
) -> int:
    """Show the configuration of a file: each key with its value and where it is set."""
    from vnetlint.config.model import load

    if not os.path.lexists(path):
        raise CommandError(f"{path}: no such file or folder")
    found = config or nearest(os.path.join(path, "file") if os.path.isdir(path) else path)
    loaded = load(os.path.abspath(found)) if found else None
    write = _write_json if output_format is ListFormat.json else _write_toml
    write(path, loaded, streams_of(context))
    return CLEAN


@app.command()
def schema(context: typer.Context) -> int:
    """Print the JSON schema of a configuration, with the rules of this folder's policies, for editors."""
    from vnetlint.config.jsonschema import schema
    from vnetlint.config.plan import RunPlanner
    from vnetlint.config.runoptions import RunOptions

    try:
        catalogue = RunPlanner(RunOptions()).catalogue_here()
    except UserError:
        # The schema is what helps to correct a configuration.
        catalogue = None
    streams_of(context).write(to_json(schema(catalogue)))
    return CLEAN


def _settings(loaded: "Loaded | None") -> Iterator[_Setting]:
    """Yield all keys with their values, including defaults. Tables come last, as TOML requires."""
    from vnetlint.config.model import Config
    from vnetlint.config.ruleoptions import model_of
    from vnetlint.rulebook.catalogue import builtin

    values = (loaded.config if loaded else Config()).model_dump(mode="json", by_alias=True)
    values["expect"] = [
        {name: each for name, each in one.items() if each not in (None, "")} for one in values["expect"]
    ]
    tables = {key: value for key, value in values.items() if isinstance(value, dict) and key != "options"}
    for key, value in values.items():
        if not isinstance(value, dict):
            is_path = key in ("host", "baseline") or (key == "schemas" and value not in ("bundled", "system"))
            yield _setting(loaded, (key,), _resolved(loaded, value, key) if is_path else value)
    for key, table in tables.items():
        for name, value in table.items():
            yield _setting(loaded, (key, name), _resolved(loaded, value, key, name) if key == "metadata" else value)
    for rule in builtin():
        if rule.options is None:
            continue
        given = loaded.options.get(rule.name) if loaded else None
        for name, field in model_of(rule).model_fields.items():
            value = getattr(given or rule.default_options, name)
            yield _setting(loaded, ("options", rule.name, field.alias or name), value)


def _resolved(loaded: "Loaded | None", path: str | None, *keys: str) -> str | None:
    return loaded.resolve(path, *keys) if loaded and path is not None else path


def _setting(loaded: "Loaded | None", keys: tuple[str, ...], value: Any) -> _Setting:
    origin = loaded.origins.get(keys) if loaded else None
    return _Setting(keys, list(value) if isinstance(value, tuple) else value, origin)


def _write_toml(path: str, loaded: "Loaded | None", streams: Streams) -> None:
    """Write the configuration as TOML, with paths from the current folder and comments where each key is set."""
    if loaded is None:
        streams.write(f"# {clean(path)}: no configuration in its folder or any folder above\n")
    else:
        streams.write(f"# {clean(path)}: configured by {clean(display(loaded.path))}\n")
        for before, after in zip(loaded.chain, loaded.chain[1:], strict=False):
            streams.write(f"# extended at {clean(before.place('extend'))}: {clean(display(after.path))}\n")
    table: tuple[str, ...] = ()
    for keys, value, origin in _settings(loaded):
        if keys[:-1] != table:
            table = keys[:-1]
            streams.write(f"\n[{'.'.join(map(_key, table))}]\n")
        line = f"{_key(keys[-1])} = {_toml(value)}" if value is not None else f"# {keys[-1]} is not set"
        where = clean(origin.file.place(*origin.keys)) if origin else "default" if value is not None else ""
        streams.write(f"{line}  # {where}\n" if where else f"{line}\n")


def _key(name: str) -> str:
    return name if name and name.isascii() and name.replace("-", "").replace("_", "").isalnum() else _toml(name)


def _toml(value: Any) -> str:
    """Return a value as TOML. Its strings and numbers are those of JSON, except that TOML forbids DEL."""
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_toml(each)}' for name, each in value.items())} }}"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _write_json(path: str, loaded: "Loaded | None", streams: Streams) -> None:
    settings = [
        {"key": list(keys), "value": value, "origin": _origin(origin)} for keys, value, origin in _settings(loaded)
    ]
    document = {
        "version": VERSION,
        "path": path,
        "config": display(loaded.path) if loaded else None,
        "extends": [display(each.path) for each in loaded.chain[1:]] if loaded else [],
        "settings": settings,
    }
    streams.write(to_json(document))


def _origin(origin: "KeyOrigin | None") -> dict[str, Any] | None:
    if origin is None:
        return None
    line, column = origin.file.position(origin.keys) or (1, 1)
    return {"path": display(origin.file.path), "line": line, "column": column}
