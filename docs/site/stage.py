"""The pages of the site as the generator wants them: the repository's Markdown, with links that fit the site."""

import posixpath
import re
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(ROOT)]
from commandline import command_line  # noqa: E402
from levels import levels  # noqa: E402
from navigation import START, navigation  # noqa: E402
from pictures import svg  # noqa: E402
from rulepages import FAMILIES, page_of, rules_page  # noqa: E402

from vnetlint.policy.load import rules_of  # noqa: E402
from vnetlint.policy.packs import packs, policy_source  # noqa: E402
from vnetlint.rulebook.catalogue import builtin  # noqa: E402
from vnetlint.rulebook.rule import Rule  # noqa: E402

_SOURCES = ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/*.md", "editors/*/README.md")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_OPENING = re.compile(r"^```(\w+) +(?:file=)?(\S+)$", re.MULTILINE)
_LINK = re.compile(r"(?<=\])\((?!\w+:)([^)#\s]*)(#[^)\s]*)?\)")
_NAMED = re.compile(r"\[`?([^\]`]+\.md)`?\](?=\()")
_PLAYGROUND = re.compile(r"\[([^\]]+)\]\((?:[\w./]*/)?(playground/index\.html)\)")
"""A link to the playground, which is on the site without being a page of the generator."""
_CHART = re.compile(r"^```mermaid\n(.*)```$", re.DOTALL)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)

_APART = "---\norphan: true\n---\n\n"
"""The head of a page that is not in the navigation."""
_FILTER = """
```{raw} html
<div class="rule-filter" role="search" hidden>
<label for="rule-filter">Rules with these words</label>
<input id="rule-filter" type="search" placeholder="such as: dhcp error safe">
<output for="rule-filter"></output>
</div>
```
"""


def staged() -> tuple[dict[str, str], dict[str, Path]]:
    """Return the site's pages by path, and by path the files that they show or offer."""
    written = sources()
    titles = {path: _TITLE.findall(text)[0] for path, text in written.items()}
    files: dict[str, Path] = {}
    texts = {site_path(path): _rewritten(path, text, titles, files) for path, text in written.items()}
    folders = {place: path for place, path in files.items() if path.is_dir()}
    for place, folder in folders.items():
        del files[place]
        texts[place] = _listing(folder, place, files)
    names = [page.removesuffix(".md") for page in texts]
    texts[f"{START}.md"] += "".join(_tree(title, pages) for title, pages in navigation(names).items())
    return texts, files


def sources() -> dict[str, str]:
    """Return the pages by path in the repository: those by hand, and those that are generated now."""
    by_hand = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for each in _SOURCES for path in ROOT.glob(each)
    }
    # Beside every page is the whole navigation. With 300 rules in it, the site would be ten times as large.
    pages = {f"docs/rules/{rule.name}.md": f"{_APART}{page_of(rule)}" for rule in rules()}
    families = FAMILIES | {name: f"Policy {name}" for name in packs()}
    index = rules_page(rules(), families, {rule.name: levels(rule) for rule in rules()})
    index = index.replace("\n- [", f"{_FILTER}\n- [", 1)
    return {**by_hand, **pages, "docs/rules/README.md": index, "docs/command-line.md": command_line()}


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules that have a page, in the order of their codes: vnetlint's own, and its policies'."""
    return (*builtin(), *(rule for name in packs() for rule in rules_of(policy_source(name))))


def site_path(path: str) -> str:
    """Return the path of a page on the site, from its path in the repository."""
    if path == "README.md":
        return f"{START}.md"
    if path.startswith("editors/"):
        return path.replace("/README.md", ".md")
    return path.removeprefix("docs/").replace("rules/README", "rules/index") if "/" in path else path.lower()


def _tree(title: str, pages: list[str]) -> str:
    entries = "".join("First contact <self>\n" if page == START else f"{page}\n" for page in pages)
    return f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{entries}```\n"


def _listing(folder: Path, place: str, files: dict[str, Path]) -> str:
    """Return a page that offers the files of a folder of the repository."""
    lines = [f"{_APART}# {folder.relative_to(ROOT)}\n"]
    # The generator would take Markdown for a page.
    shown = (each for each in folder.rglob("*") if each.is_file() and each.suffix not in (".md", ".pyc"))
    for path in sorted(shown):
        copy = f"files/{path.relative_to(ROOT).as_posix()}"
        files[copy] = path
        lines.append(f"- [{path.relative_to(folder)}]({posixpath.relpath(copy, posixpath.dirname(place))})")
    return "\n".join(lines) + "\n"


def _rewritten(path: str, text: str, titles: Mapping[str, str], files: dict[str, Path]) -> str:
    """Return a page for the site, and add the files that it links to. `titles` has the pages by their paths."""
    parts = _FENCE.split(text)
    for number, part in enumerate(parts):
        if number % 2:
            chart = _CHART.match(part)
            picture = chart and f'```{{raw}} html\n<div class="picture">\n{svg(chart[1])}</div>\n```'
            parts[number] = picture or _OPENING.sub(r"```{code-block} \1\n:caption: \2\n", part)
        else:
            linked = _PLAYGROUND.sub(lambda link: _to_playground(path, link), part)
            named = _NAMED.sub(lambda link: _named(path, link, titles), linked)
            parts[number] = _LINK.sub(lambda link: _link(path, link, titles, files), named)
    return "".join(parts)


def _to_playground(path: str, link: re.Match[str]) -> str:
    return f'<a href="{posixpath.relpath(link[2], posixpath.dirname(site_path(path)) or ".")}">{link[1]}</a>'


def _named(path: str, link: re.Match[str], titles: Mapping[str, str]) -> str:
    """Return the text of a link: the title of the page, where it is the name of the page's file."""
    places = (posixpath.normpath(posixpath.join(folder, link[1])) for folder in (posixpath.dirname(path), ""))
    return f"[{next((titles[each] for each in places if each in titles), link[1])}]"


def _link(path: str, link: re.Match[str], titles: Mapping[str, str], files: dict[str, Path]) -> str:
    """Return the target of a link on the site: a page, or a copy of a file of the repository."""
    if not link[1]:
        return link[0]
    target = posixpath.normpath(posixpath.join(posixpath.dirname(path), link[1]))
    if target in titles:
        place = site_path(target)
    else:
        place = f"files/{target}/index.md" if (ROOT / target).is_dir() else f"files/{target}"
        files[place] = ROOT / target
    here = posixpath.dirname(site_path(path))
    return f"({posixpath.relpath(place, here or '.')}{link[2] or ''})"
