"""The JSON schema of a configuration, for editors: that of the model, with the names of all rules."""

from typing import Any

from vnetlint.config.model import Config, ExpectationTable, OverrideTable
from vnetlint.config.ruleoptions import model_of
from vnetlint.rulebook.catalogue import Catalogue, builtin
from vnetlint.rulebook.rule import Rule

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def schema(catalogue: Catalogue | None = None) -> dict[str, Any]:
    """Return the JSON schema, draft 2020-12. What it accepts is a valid configuration, if the files in it exist."""
    catalogue = catalogue or builtin()
    made = Config.model_json_schema(by_alias=True)
    keys = {name: _plain(each) for name, each in made["properties"].items()}
    for name in ("select", "extend-select", "ignore", "fixable", "unfixable"):
        keys[name]["items"] = {"$ref": "#/$defs/selector"}
    keys["per-file-ignores"]["additionalProperties"] = {"type": "array", "items": {"$ref": "#/$defs/selector"}}
    keys["per-file-ignores"]["propertyNames"] = {"minLength": 1}
    keys["target-libvirt"]["pattern"] = r"^\s*[0-9]{1,5}(\.[0-9]{1,5}){0,2}\s*$"
    keys["expect"]["items"] = {"$ref": "#/$defs/expectation"}
    rules = catalogue.rules
    severities = keys["severity"].pop("additionalProperties")
    severity = {"$ref": "#/$defs/severity"}
    any_code = "|".join(rule.code for rule in rules)
    keys["severity"] |= {**_by_rule(dict.fromkeys(rules, severity)), "patternProperties": {f"^({any_code})$": severity}}
    with_options = [rule for rule in rules if rule.options]
    keys["options"].pop("additionalProperties")
    keys["options"] |= _by_rule({rule: {"$ref": f"#/$defs/{rule.name}"} for rule in with_options})
    keys["overrides"]["items"] = _entry(keys)
    return {
        "$schema": DRAFT,
        "title": "vnetlint.toml",
        "description": "The configuration of vnetlint, or [tool.vnetlint] of a pyproject.toml.",
        "type": "object",
        "properties": keys,
        "additionalProperties": False,
        "$defs": {
            "selector": {
                "description": "A rule's name, code or start of a code, a family, or a profile.",
                "type": "string",
                "enum": list(catalogue.selectors),
            },
            "severity": {"description": "The severity of a rule's findings.", **severities},
            "expectation": _expectation(),
            **{rule.name: _options(rule) for rule in with_options},
        },
    }


def _by_rule(schemas: dict[Rule, dict[str, Any]]) -> dict[str, Any]:
    """Return the keys of a table by rule. Editors offer a rule's name with its page's title; codes are valid too."""
    return {
        "properties": {rule.name: {"description": rule.page.title, **each} for rule, each in schemas.items()},
        "patternProperties": {f"^{rule.code}$": each for rule, each in schemas.items()},
        "additionalProperties": False,
    }


def _expectation() -> dict[str, Any]:
    made = ExpectationTable.model_json_schema(by_alias=True)
    with_port = {"properties": {"protocol": {"enum": ["tcp", "udp"]}}, "required": ["protocol"]}
    return {
        "type": "object",
        "properties": {name: _plain(each) for name, each in made["properties"].items()},
        "required": made["required"],
        "additionalProperties": False,
        "dependentSchemas": {"port": with_port},
    }


def _entry(keys: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the schema of an entry of `overrides`, which has no defaults: what it does not set stays as it is."""
    own = {name: _plain(each) for name, each in OverrideTable.model_json_schema(by_alias=True)["properties"].items()}
    shared = {name: keys[name] for name in own if name in keys}
    without = {name: {key: each[key] for key in each if key != "default"} for name, each in (own | shared).items()}
    return {"type": "object", "properties": without, "required": ["files"], "additionalProperties": False}


def _options(rule: Rule) -> dict[str, Any]:
    made = model_of(rule).model_json_schema(by_alias=True)
    keys = {name: _plain(each) for name, each in made["properties"].items()}
    return {"type": "object", "properties": keys, "additionalProperties": False}


def _plain(key: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a key without what is useless in TOML: titles made from names, and null."""
    written = {name: value for name, value in key.items() if name != "title"}
    choices = [each for each in written.pop("anyOf", ()) if each != {"type": "null"}]
    for choice in choices:
        written |= choice
    return {name: value for name, value in written.items() if value is not None}
