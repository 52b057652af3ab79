"""Plugins: which packages count, what is wrong with one in one line, and that their rules are rules like any others."""

import json
import os
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

import vnetlint
from tests.report.cases import ROOT, Ran
from vnetlint import api
from vnetlint.config import load as config
from vnetlint.config.runoptions import RunOptions
from vnetlint.lsp.analysis import Analyst
from vnetlint.lsp.documents import Buffers
from vnetlint.lsp.plans import GroupPlans
from vnetlint.lsp.uris import uri_of
from vnetlint.rulebook import plugins
from vnetlint.rulebook.catalogue import builtin

EXAMPLE = ROOT / "examples" / "plugin" / "acme_vnetlint"
LAN = (
    "<network>\n  <name>lab</name>\n  <bridge name='virbr-lab'/>\n  <ip address='10.20.0.1' prefix='24'/>\n</network>\n"
)
RULE = '''"""A network is named lab.

Because.

## What to do
Rename it.

## Bad
```xml
<network/>
```
"""

from collections.abc import Iterator

from vnetlint.api import Network, Problem, problem, rule


@rule("{name}", code="{code}", on=Network, severity="warning", when="never", since="1.0")
def check(network: Network) -> Iterator[Problem]:
    {body}
    yield problem(network, "it is named lab")
'''
STATED = 'VNETLINT_API = "1.0"\n'


class Installation:
    """A folder of installed packages, as one of Python's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def add(
        self,
        package: str = "vnetlint-acme",
        module: str = "acme_rules",
        files: dict[str, str] | None = None,
        entry: str | None = None,
    ) -> None:
        """Install a package with the files of its module."""
        if files is None:
            files = {each.name: each.read_text("utf-8") for each in EXAMPLE.glob("*.py")}
        for name, text in files.items():
            path = self.folder / module / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        info = self.folder / f"{package.replace('-', '_')}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[vnetlint.rules]\n{entry or f'acme = {module}'}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Installation]:
    """Packages that are installed for the time of a test, with a repository as the current folder."""
    folder = tmp_path / "lib" / "site-packages"
    folder.mkdir(parents=True)
    (tmp_path / "repository").mkdir()
    monkeypatch.chdir(tmp_path / "repository")
    monkeypatch.setattr(plugins, "folders", lambda: (str(folder),))
    monkeypatch.setattr("vnetlint.rulebook.pluginload.folders", lambda: (str(folder),))
    monkeypatch.setattr(sys, "path", [*sys.path, str(folder)])
    monkeypatch.delenv(plugins.SWITCH, raising=False)
    _forget()
    Path("lan.xml").write_text(LAN)
    before = set(sys.modules)
    yield Installation(folder)
    for name in set(sys.modules) - before:
        if name.startswith(("acme", "other", "evil")):
            del sys.modules[name]
    _forget()


def _forget() -> None:
    plugins.plugins.cache_clear()
    plugins.with_plugins.cache_clear()
    config.forget()


def check(*arguments: str) -> Ran:
    _forget()
    return Ran("check", "--output-format", "concise", *arguments)


FOUND = "lan.xml:3:11: warning: bridge name 'virbr-lab' does not begin with the site 'ham-' [bridge-without-site]\n"


# -- rules like any others -----------------------------------------------------------------------------------------


def test_the_rule_of_a_plugin_is_run_and_its_fix_is_made(site: Installation) -> None:
    site.add()
    assert check().out == FOUND
    assert check("--fix", "--unsafe-fixes").code == 0
    assert "<bridge name='ham-lab'/>" in Path("lan.xml").read_text()


@pytest.mark.parametrize("selector", ["bridge-without-site", "ACME001", "ACME0", "acme"])
def test_it_is_selected_and_ignored(site: Installation, selector: str) -> None:
    site.add()
    assert check("--select", selector).out == FOUND
    assert check("--ignore", selector).out == ""
    Path("vnetlint.toml").write_text(f"ignore = ['{selector}']\n")
    assert check().out == ""
    Path("vnetlint.toml").write_text(f"[per-file-ignores]\n'lan.xml' = ['{selector}']\n")
    assert check().out == ""


def test_it_has_a_severity_and_options(site: Installation) -> None:
    site.add()
    Path("vnetlint.toml").write_text(
        "[severity]\nbridge-without-site = 'error'\n[options.bridge-without-site]\nsite = 'ber-'\n"
    )
    assert check().out == FOUND.replace("warning", "error").replace("ham-", "ber-")
    Path("vnetlint.toml").write_text("[options.bridge-without-site]\nsite = 'Berlin'\n")
    assert (check().code, check().err.startswith("vnetlint: vnetlint.toml:2:1: ")) == (2, True)
    _forget()
    assert '"bridge-without-site"' in Ran("config", "schema").out
    Path("vnetlint.toml").write_text("ignore = ['acme']\n[options.bridge-without-site]\nsite = 'ber-'\n")
    _forget()
    assert '[options.bridge-without-site]\nsite = "ber-"' in Ran("config", "show").out


def test_it_is_suppressed_and_in_a_baseline(site: Installation) -> None:
    site.add()
    assert Ran("baseline", "write").code == 0
    assert check("--baseline", "vnetlint-baseline.json").out == ""
    ran = check("--add-ignores", "agreed")
    assert (ran.code, ran.out) == (0, "")
    assert "<!-- vnetlint: ignore[bridge-without-site] agreed -->" in Path("lan.xml").read_text()


def test_it_has_a_page_and_is_listed_with_its_package(site: Installation) -> None:
    site.add()
    page = Ran("rule", "bridge-without-site").out
    assert page.startswith(
        "bridge-without-site (ACME001)\nwarning, libvirt does not report it, since version 1.0, of the "
    )
    assert "of the package vnetlint-acme 1.0\n" in page
    (line,) = (each for each in Ran("rules").out.splitlines() if each.startswith("ACME001"))
    assert line.endswith("The name of a bridge does not begin with the site. (vnetlint-acme 1.0)")
    listed = {each["name"]: each["package"] for each in json.loads(Ran("rules", "--output-format", "json").out)}
    assert listed["bridge-without-site"] == "vnetlint-acme 1.0"
    assert [name for name, package in listed.items() if package] == ["bridge-without-site"]


def test_isolated_is_about_configurations_and_a_variable_turns_plugins_off(
    site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add()
    assert check("--isolated").out == FOUND
    monkeypatch.setenv(plugins.SWITCH, "1")
    assert check().out == ""
    assert "unknown rule 'bridge-without-site'" in check("--select", "bridge-without-site").err


def test_a_rule_that_fails_is_named_with_its_package(site: Installation) -> None:
    body = "raise ValueError('no such thing')"
    site.add(files={"__init__.py": STATED, "broken.py": RULE.format(name="our-lab", code="ACME01", body=body)})
    ran = check()
    assert ran.code == 2
    assert ran.out.startswith(
        "lan.xml:1:1: error: the rule our-lab of the package vnetlint-acme 1.0 failed: ValueError: no such thing; "
    )


def test_a_module_alone_is_a_plugin(site: Installation) -> None:
    text = RULE.format(name="our-lab", code="ACME01", body="pass").replace("from vnetlint", f"{STATED}from vnetlint")
    site.add(files={"../acme_rules.py": text})
    assert check().out == "lan.xml:1:1: warning: it is named lab [our-lab]\n"


def test_several_plugins(site: Installation) -> None:
    site.add()
    other = RULE.format(name="our-lab", code="OTHER1", body="pass").replace("OTHER1", "OTHER01")
    site.add("other", "other_rules", {"__init__.py": STATED, "lab.py": other}, "other = other_rules")
    assert check().out.count("\n") == 2


def test_an_editor_shows_it_with_its_fix(site: Installation) -> None:
    site.add()
    buffer = Buffers().open(uri_of(os.path.abspath("lan.xml")), 1, LAN, "utf-16")
    (finding,) = Analyst(GroupPlans(RunOptions(), [os.getcwd()])).judge(buffer, ()).findings
    assert (finding.rule, [each.title for each in finding.fixes]) == ("bridge-without-site", ["Rename it to ham-lab"])


# -- what cannot be used -------------------------------------------------------------------------------------------


def _one(name: str = "our-lab", code: str = "ACME01", stated: str = STATED, more: str = "") -> dict[str, str]:
    return {"__init__.py": stated, "lab.py": RULE.format(name=name, code=code, body="pass") + more}


BROKEN: dict[str, tuple[dict[str, str], str | None, str]] = {
    "newer": (_one(stated='VNETLINT_API = "1.99"\n'), None, "it needs version 1.99 of the API for rules"),
    "other": (_one(stated='VNETLINT_API: str = "2.0"\n'), None, "it needs version 2.0 of the API for rules"),
    "not run": (
        _one(stated='VNETLINT_API = "2.0"\nopen("touched", "w")\n'), None, "it needs version 2.0 of the API for rules"
    ),
    "silent": (_one(stated=""), None, "'acme_rules' states no version of the API: expected VNETLINT_API = '1.0' in it"),
    "odd": (_one(stated="VNETLINT_API = 1\n"), None, "'acme_rules' states no version of the API"),
    "no module": (_one(), "acme = evil_rules", "there is no module 'evil_rules' with a source"),
    "no parent": (_one(), "acme = evil.rules", "'evil.rules' cannot be imported: ModuleNotFoundError: No module named"),
    "no value": (_one(), "acme =", "its entry points cannot be read: expected lines such as 'acme = acme_vnetlint'"),
    "no name": (_one(), "acme", "its entry points cannot be read"),
    "attribute": (_one(), "acme = acme_rules:check", "the entry point 'acme' names 'acme_rules:check': expected a"),
    "fails": (_one(more="\n1 / 0\n"), None, "'acme_rules' cannot be imported: ZeroDivisionError: division by zero"),
    "exits": (_one(more="\nraise SystemExit\n"), None, "'acme_rules' cannot be imported: SystemExit"),
    "syntax": (_one(stated=f"{STATED}def\n"), None, "'acme_rules' cannot be imported: SyntaxError: invalid syntax"),
    "api": (
        _one(more="\nfrom vnetlint.api import nothing\n"), None,
        "'acme_rules' cannot be imported: ImportError: cannot import name 'nothing' from 'vnetlint.api'",
    ),
    "empty": ({"__init__.py": STATED}, None, "no rule is declared in 'acme_rules'"),
    "name": (_one(name="Our lab"), None, "acme_rules.lab: invalid name 'Our lab': expected one such as 'our-bridges'"),
    "code": (_one(code="acme1"), None, "acme_rules.lab: invalid code 'acme1' of our-lab"),
    "our code": (_one(code="VN9999"), None, "invalid code 'VN9999' of our-lab: expected one such as 'ACME001', not VN"),
    "our name": (_one(name="zero-mac"), None, "the name 'zero-mac' of zero-mac is also that of vnetlint"),
    "profile": (_one(name="strict"), None, "the name 'strict' of strict is also that of vnetlint"),
    "family": (_one(), "network = acme_rules", "invalid family 'network'"),
    "rule": (_one(), "zero-mac = acme_rules", "invalid family 'zero-mac'"),
    "twice": ({**_one(), "b.py": _one(code="ACME02")["lab.py"]}, None, "the name 'our-lab' is declared twice"),
    "code twice": ({**_one(), "b.py": _one("b")["lab.py"]}, None, "the code 'ACME01' is declared twice"),
    "view": (
        {"__init__.py": STATED, "lab.py": _one("a")["lab.py"].replace("on=Network", "on=str")},
        None, "acme_rules.lab: a is on something else than Network, Domain, Interface or Filter",
    ),
    "severity": (
        {"__init__.py": STATED, "lab.py": _one("a")["lab.py"].replace('"warning"', '"bad"')},
        None, "acme_rules.lab: invalid severity 'bad' of a: expected one of error, warning, info",
    ),
    "page": (
        {"__init__.py": STATED, "lab.py": _one("a")["lab.py"].split('"""\n', 1)[1]},
        None, "acme_rules.lab: a has no page: expected one in the docstring of its module",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN)
def test_what_cannot_be_used_is_one_line(site: Installation, case: tuple[dict[str, str], str | None, str]) -> None:
    files, entry, message = case
    site.add(files=files, entry=entry)
    ran = check()
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("vnetlint: plugin 'vnetlint-acme 1.0': ")
    assert message in ran.err
    assert ran.err.endswith("; upgrade it, remove it, or set VNETLINT_NO_PLUGINS=1 to run without plugins\n")
    assert not Path("touched").exists()
    _forget()
    assert (Ran("rules").code, Ran("--version").code) == (2, 0)


def test_two_plugins_cannot_share_a_name_or_a_start_of_codes(site: Installation) -> None:
    site.add()
    site.add("other", "other_rules", _one(name="bridge-without-site", code="OTH01"), "other = other_rules")
    assert "plugin 'vnetlint-acme 1.0': the name 'bridge-without-site' " in check().err
    assert "is also that of other 1.0; " in check().err


def test_two_plugins_cannot_share_the_start_of_their_codes(site: Installation) -> None:
    site.add()
    site.add("zebra", "other_rules", _one(code="ACME77"), "zebra = other_rules")
    assert (
        "plugin 'zebra 1.0': the start of a code 'ACME' of our-lab is also that of vnetlint-acme 1.0; " in check().err
    )


def test_a_policy_cannot_take_the_name_of_a_plugin_s_rule(site: Installation) -> None:
    site.add()
    Path("vnetlint.toml").write_text("policies = ['p.toml']\n")
    Path("p.toml").write_text(
        "[[rule]]\nname = 'bridge-without-site'\ncode = 'SITE01'\ntitle = 'It is.'\nwhy = 'So.'\nwhat-to-do = 'Do.'\n"
        "select = 'network'\nrequired = 'name'\nbad = ['<network/>']\ngood = ['<network/>']\n"
    )
    assert "p.toml:2:1: the name 'bridge-without-site' is taken by another rule" in check().err


# -- what counts as installed --------------------------------------------------------------------------------------


def test_nothing_of_a_repository_is_a_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    evil = Installation(tmp_path)
    evil.add("evil", "evil_rules", {"__init__.py": f'{STATED}open("touched", "w")\n'}, "evil = evil_rules")
    (tmp_path / "evil.egg-info").mkdir()
    (tmp_path / "evil.egg-info" / "entry_points.txt").write_text("[vnetlint.rules]\nevil = evil_rules\n")
    Path(tmp_path / "lan.xml").write_text(LAN)
    monkeypatch.chdir(tmp_path)
    for path in ("", ".", str(tmp_path)):
        monkeypatch.setattr(sys, "path", [path, *sys.path])
        assert check().code == 0
    assert not Path("touched").exists()
    assert not {each for each in plugins.folders() if os.path.realpath(each) == os.path.realpath(tmp_path)}


def test_a_module_of_the_repository_does_not_stand_in_for_one_of_a_plugin(
    site: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add(files=_one(more="\nimport other_helper\n"))
    for name in ("acme_rules", "other_helper"):
        Path(f"{name}.py").write_text('open("touched", "w")\n')
    for path in ("", os.getcwd()):
        monkeypatch.setattr(sys, "path", [path, *sys.path])
        assert "'acme_rules' cannot be imported: ModuleNotFoundError: No module named 'other_helper'" in check().err
        assert sys.path[0] == path
    assert not Path("touched").exists()


def test_an_editable_install_is_found_by_its_link(site: Installation, tmp_path: Path) -> None:
    site.add(files=_one())
    (tmp_path / "work").mkdir()
    (site.folder / "acme_rules").rename(tmp_path / "work" / "acme_rules")
    (site.folder / "acme.pth").write_text(f"# a comment\nimport sys\n{tmp_path / 'work'}\n")
    sys.path.append(str(tmp_path / "work"))
    assert check().out == "lan.xml:1:1: warning: it is named lab [our-lab]\n"


def test_the_folders_are_those_of_python(monkeypatch: pytest.MonkeyPatch) -> None:
    real = plugins.folders()
    assert os.path.realpath(os.path.dirname(pytest.__path__[0])) in real
    # A checkout is not where vnetlint is installed.
    assert os.path.realpath(os.path.dirname(vnetlint.__path__[0])) not in real
    monkeypatch.setitem(sys.modules, "site", None)
    assert plugins.folders() == ()


def test_packages_without_readable_entry_points_are_skipped(site: Installation) -> None:
    (site.folder / "a-1.dist-info").mkdir()
    (site.folder / "b-1.dist-info" / "entry_points.txt").mkdir(parents=True)
    (site.folder / "c-1.dist-info").mkdir()
    (site.folder / "c-1.dist-info" / "entry_points.txt").write_text("[console_scripts]\nc = c:vnetlint.rules\n")
    assert check().out == ""


def test_without_plugins_nothing_is_loaded_for_them(site: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "vnetlint.rulebook.pluginload", types.ModuleType("pluginload"))
    assert plugins.installed() is builtin()


def test_the_version_of_the_api() -> None:
    assert api.VERSION.count(".") == 1
    assert f'VNETLINT_API = "{api.VERSION}"' in (EXAMPLE / "__init__.py").read_text("utf-8")


def test_a_package_without_metadata_is_named_by_its_folder(site: Installation) -> None:
    site.add(files={"__init__.py": ""})
    (site.folder / "vnetlint_acme-1.0.dist-info" / "METADATA").unlink()
    assert "plugin 'vnetlint_acme-1.0.dist-info': 'acme_rules' states no version" in check().err
