"""What is generated is current."""

import re
import runpy
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from vnetlint.config.load import load
from vnetlint.config.model import known_keys
from vnetlint.host import Inventory
from vnetlint.rulebook.catalogue import builtin

ROOT = Path(__file__).parent.parent
SCRIPT = runpy.run_path(str(ROOT / "docs" / "generate.py"))
PAGE = runpy.run_path(str(ROOT / "docs" / "inventorypage.py"))
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("editors/*/*.md")])


@cache
def targets() -> dict[str, str]:
    """What is generated. That takes seconds, which every worker would spend if it were done on import."""
    made: dict[str, str] = SCRIPT["targets"]()
    return made


def test_what_is_generated_is_current() -> None:
    for name, text in targets().items():
        assert (ROOT / "docs" / name).read_text("utf-8") == text, f"{name} is not current; run `make docs`"


def test_there_is_a_page_for_each_rule_and_no_other(tmp_path: Path) -> None:
    assert SCRIPT["old_pages"](targets()) == []
    assert {f"rules/{rule.name}.md" for rule in builtin()} <= targets().keys()
    (tmp_path / "rules").mkdir()
    for name in ("zero-mac", "gone"):
        (tmp_path / "rules" / f"{name}.md").touch()
    assert SCRIPT["old_pages"](targets(), tmp_path) == ["rules/gone.md"]


def test_a_forge_can_show_every_page() -> None:
    assert max(path.stat().st_size for path in PAGES) < 200_000


def test_links_lead_to_files_and_headings() -> None:
    for page in PAGES:
        text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for path, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", text):
            target = (page.parent / path).resolve() if path else page
            assert target.exists(), f"{page.relative_to(ROOT)} links to {path}"
            assert not anchor or anchor in _anchors(target), f"{page.relative_to(ROOT)} links to {path}#{anchor}"


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


@pytest.mark.parametrize(
    ("symptom", "rule"),
    [
        ("A guest does not start: libvirt's messages", "unknown-network"),
        ("A network does not start: libvirt's messages", "subnet-overlap"),
        ("libvirt refuses to define it: libvirt's messages", "ip-on-bridged-network"),
        ("A guest gets no address", "dhcp-without-range"),
        ("A guest has no IPv6", "filter-blocks-ipv6"),
        ("Guests do not reach the LAN or the Internet", "bridge-without-uplink"),
        ("The host and a guest do not reach each other", "macvtap-host-isolation"),
        ("Something else that libvirt does not report", "subnet-not-private"),
    ],
)
def test_symptoms_lead_to_rules(symptom: str, rule: str) -> None:
    sections = re.split(r"^## ", targets()["symptoms.md"], flags=re.MULTILINE)
    (section,) = (each for each in sections if each.startswith(f"{symptom}\n"))
    assert f"[{rule}](rules/{rule}.md)" in section


def test_every_rule_that_libvirt_never_reports_is_under_a_symptom() -> None:
    silent = {rule.name for rule in builtin() if rule.when == "never" and rule.family != "tool"}
    assert silent <= set(re.findall(r"^- \[([\w-]+)\]\(rules/", targets()["symptoms.md"], re.MULTILINE))


def test_every_key_of_an_inventory_is_described_and_read() -> None:
    rows = targets()["inventory.md"].split("\n## ")
    keys = re.findall(r"^\| `(\w+)` \|(.*?)\|(.*?)\|(.*)\|$", rows[0], re.MULTILINE)
    assert [key for key, _, _, who in keys if not who.strip()] == ["version", "name", "migration_group"]
    parts = re.findall(r"^\| `(\w+)` \|(.*?)\|(.*?)\|(.*)\|$", "\n".join(rows[1:]), re.MULTILINE)
    assert [key for key, words, example, _ in (*keys, *parts) if not words.strip() or example.strip() == "`null`"] == []
    # Only rules across hosts ask for the LAN of a device.
    assert [key for key, *_, who in parts if not who.strip()] == ["lan"]


def test_the_example_of_an_inventory_is_valid_and_has_every_key() -> None:
    example = Inventory.model_validate(PAGE["EXAMPLE"])
    assert example.model_fields_set == Inventory.model_fields.keys()


def test_every_key_of_a_configuration_is_shown(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text("utf-8")
    shown: set[tuple[str | int, ...]] = set()
    for number, text in enumerate(re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)):
        path = tmp_path / f"{number}.toml"
        path.write_text("\n".join(line for line in text.splitlines() if not line.startswith("extend =")))
        shown |= {*load(str(path)).origins.keys(), *([("extend",)] if "extend =" in text else [])}
    assert {(name,) for name in known_keys()} <= shown
    assert all(f"`{name}` " in page for name in known_keys())


def test_every_option_of_a_rule_is_listed() -> None:
    index = targets()["rules/README.md"]
    for rule in builtin():
        for each in fields(rule.options) if rule.options else ():
            assert f"| [{rule.name}]({rule.name}.md).`{each.name.replace('_', '-')}` | `" in index
