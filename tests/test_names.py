"""What docs/versioning.md promises of names: none goes away without a word, and none is used again."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from vnetlint.rulebook import catalogue
from vnetlint.rulebook.catalogue import Catalogue, UnknownRuleError, builtin

RECORD = Path(__file__).parent.parent / "docs" / "rules" / "names.tsv"
ROWS = [tuple(line.split("\t")) for line in RECORD.read_text("utf-8").splitlines()]


def broken_promises(
    rows: Iterable[tuple[str, ...]], rules: Catalogue, renamed: Mapping[str, str], removed: Mapping[str, str]
) -> list[str]:
    """Return a sentence for each recorded name or code that is gone, or that another rule has."""
    rows, faults = list(rows), []
    for code, name in rows:
        present = rules.by_name.get(name)
        if present is not None and present.code != code and (present.code, name) not in rows:
            faults.append(f"the name '{name}' was that of {code}")
        # Each of the two is still that of the same rule, or it is on the list of what it became.
        faults += [
            f"'{old}' is gone: RENAMED or REMOVED in vnetlint/rulebook/catalogue.py must have it"
            for old in (code, name)
            if old not in rules.by_any_name and old not in renamed and old not in removed
        ]
        owner = rules.by_any_name.get(code)
        if owner is not None and owner.name != name and renamed.get(name) != owner.name:
            faults.append(f"the code '{code}' was that of '{name}' and is now that of '{owner.name}'")
    for old, new in renamed.items():
        if new not in rules or old in rules:
            faults.append(f"'{old}' is renamed to '{new}': expected a rule, and none with the old name")
    return faults + [f"'{old}' was removed and is a rule" for old in removed if old in rules.by_any_name]


def test_every_name_that_ever_was_is_kept_or_accounted_for() -> None:
    assert len(ROWS) >= 326
    assert broken_promises(ROWS, builtin(), catalogue.RENAMED, catalogue.REMOVED) == []


def test_every_rule_is_on_record() -> None:
    assert {(rule.code, rule.name) for rule in builtin()} <= {*ROWS}, "run `make docs`"


def test_removal_and_reuse_are_noticed() -> None:
    rows = [("VN1", "one"), ("VN2", "two")]
    one, two, *_ = builtin()
    one, two = replace(one, name="one", code="VN1"), replace(two, name="two", code="VN2")
    assert broken_promises(rows, Catalogue([one, two]), {}, {}) == []
    assert len(broken_promises(rows, Catalogue([one]), {}, {})) == 2
    assert broken_promises(rows, Catalogue([one]), {"two": "one", "VN2": "one"}, {}) == []
    assert broken_promises(rows, Catalogue([one]), {}, {"two": "gone", "VN2": "gone"}) == []
    assert broken_promises(rows, Catalogue([one, two]), {}, {"two": "gone"}) == ["'two' was removed and is a rule"]
    reused = Catalogue([one, replace(two, name="three")])
    assert "the code 'VN2' was that of 'two' and is now that of 'three'" in broken_promises(rows, reused, {}, {})
    swapped = Catalogue([one, replace(two, code="VN3")])
    assert "the name 'two' was that of VN2" in broken_promises(rows, swapped, {}, {"VN2": "gone"})
    assert broken_promises(rows, Catalogue([one]), {"two": "nothing", "VN2": "one"}, {}) != []


@pytest.fixture
def renamed(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    monkeypatch.setattr(catalogue, "RENAMED", {"old-name": "zero-mac", "VN9998": "zero-mac"})
    monkeypatch.setattr(catalogue, "REMOVED", {"gone": "it was removed in 2.0: libvirt does that itself since 13.0"})
    return Catalogue(builtin())


def test_an_old_name_still_selects_its_rule(renamed: Catalogue) -> None:
    assert renamed.select(["old-name"]) == renamed.select(["VN9998"]) == {"zero-mac"}
    assert renamed.find("old-name").name == "zero-mac"


def test_a_removed_name_says_why(renamed: Catalogue) -> None:
    with pytest.raises(UnknownRuleError, match=r"unknown rule 'gone'; it was removed in 2\.0: libvirt does that"):
        renamed.select(["gone"])
