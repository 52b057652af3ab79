"""The values of configurations that an earlier run found valid.

To validate a configuration loads pydantic, which takes longer than all else of a commit's check. Whether one is valid
depends on its files and on the program alone, so its values are kept under a hash of these.
"""

import json
import os
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from vnetlint.config.file import ConfigFile
from vnetlint.files.kept import keep, kept
from vnetlint.files.program import hashed, program
from vnetlint.rulebook.catalogue import Catalogue

if TYPE_CHECKING:
    from vnetlint.config.model import Config


class ConfigValues(NamedTuple):
    """What a configuration sets, with the defaults of the other keys."""

    config: "Config"
    options: Mapping[str, object]
    """The options of rules, by name: each is an instance of the rule's dataclass."""


class _Kept:
    """A configuration, or an entry of one, that was kept: its values by the names of the model's fields."""

    def __init__(self, values: Mapping[str, object]) -> None:
        vars(self).update(values)


def get(chain: Iterable[ConfigFile], overrides: Iterable[int], catalogue: Catalogue) -> ConfigValues | None:
    """Return the values of a configuration for files to which some overrides apply, or None if none are kept."""
    key = _key(chain, overrides)
    content = kept(_name(key))
    if content is None or content[:32] != _sum(key, content[32:]):
        return None
    config, options = map(_read, json.loads(content[32:]))
    made = {}
    for name, values in options.items():
        rule = catalogue[name]
        assert rule.options is not None, "only options of rules that have some are kept"
        made[name] = rule.options(**values)
    return ConfigValues(cast("Config", config), made)


def put(chain: Iterable[ConfigFile], overrides: Iterable[int], values: ConfigValues) -> None:
    """Keep the values of a valid configuration."""
    key = _key(chain, overrides)
    try:
        content = json.dumps([_plain(values.config), _plain(dict(values.options))]).encode()
    except (TypeError, ValueError):
        # TOML also has dates, which no key takes but a table of options may contain.
        return
    keep(_name(key), _sum(key, content) + content)


def _key(chain: Iterable[ConfigFile], overrides: Iterable[int]) -> bytes:
    # The name tells whether a file is a configuration or only has a section with one.
    files = (part for each in chain for part in (os.path.basename(each.path), each.text))
    texts = (each.encode("utf-8", "surrogatepass") for each in files)
    return hashed(b"config", program(), repr(tuple(overrides)).encode(), *texts)


def _name(key: bytes) -> str:
    return f"config-{key.hex()[:20]}.json"


def _sum(key: bytes, content: bytes) -> bytes:
    return blake2b(content, key=key, digest_size=32).digest()


def _plain(value: Any) -> Any:
    """Return a value as JSON can write it, with its kind where JSON has fewer kinds."""
    if fields := getattr(type(value), "model_fields", None):
        return ["model", {name: _plain(getattr(value, name)) for name in fields}]
    if fields := getattr(type(value), "__dataclass_fields__", None):
        return ["table", {name: _plain(getattr(value, name)) for name in fields}]
    if isinstance(value, dict):
        return ["table", {name: _plain(each) for name, each in value.items()}]
    if isinstance(value, tuple | list):
        return [type(value).__name__, [*map(_plain, value)]]
    return value


def _read(value: Any) -> Any:
    """Return the value that was written."""
    if not isinstance(value, list):
        return value
    kind, content = value
    if kind in ("model", "table"):
        values = {name: _read(each) for name, each in content.items()}
        return _Kept(values) if kind == "model" else values
    return tuple(map(_read, content)) if kind == "tuple" else [*map(_read, content)]
