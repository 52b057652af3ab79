"""The page of a rule of a policy, with the headings that the pages of all rules have."""

from vnetlint.policy.table import OptionTable, RuleTable


def page_of(table: RuleTable, path: str) -> str:
    """Return the page of a rule that a policy file declares."""
    sections = [
        ("What to do", table.what_to_do.strip()),
        ("Bad", _block(table.bad[0])),
        *([("Fixed", _block(table.fixed[0]))] if table.fixed else []),
        ("Good", _block(table.good[0])),
        *([("Options", _options(table))] if table.options else []),
        ("Libvirt", f"Never. The rule is one of the policy {path}."),
        *([("References", "\n".join(f"- {each}" for each in table.references))] if table.references else []),
    ]
    head = f"{table.title.strip()}\n\n{table.why.strip()}\n"
    return head + "".join(f"\n## {heading}\n{text}\n" for heading, text in sections)


def _options(table: RuleTable) -> str:
    lines = [f"- `{name}`: {' '.join(each.description.split())} {_default(each)}" for name, each in
             table.options.items()]  # fmt: skip
    example = [f"{name} = {_toml(each)}" for name, each in table.options.items()]
    return "\n".join([*lines, "```toml", f"[options.{table.name}]", *example, "```"])


def _default(option: OptionTable) -> str:
    value = option.default
    words = ", ".join(value) or "an empty list" if isinstance(value, tuple) else str(value) or "an empty text"
    return f"By default {words}."


def _toml(option: OptionTable) -> str:
    value = option.default
    # The texts of a policy have no control characters, so that the two quotes of TOML are enough.
    quoted = ['"' + each.replace("\\", "\\\\").replace('"', '\\"') + '"' for each in
              (value if isinstance(value, tuple) else (str(value),))]  # fmt: skip
    return str(value) if isinstance(value, int) else f"[{', '.join(quoted)}]" if isinstance(value, tuple) else quoted[0]


def _block(example: str) -> str:
    return f"```xml\n{example.strip()}\n```"
