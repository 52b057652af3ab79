"""Random small grammars, and documents that follow them or nearly do."""

import copy
import random
from dataclasses import dataclass
from typing import Literal

from lxml import etree

Kind = Literal[
    "group",
    "interleave",
    "choice",
    "optional",
    "zeroOrMore",
    "oneOrMore",
    "mixed",
    "ref",
    "attribute",
    "text",
    "empty",
    "value",
]

NAMES = "abcd"


@dataclass(frozen=True)
class Made:
    """A pattern of a random grammar."""

    kind: Kind
    parts: tuple["Made", ...] = ()
    name: str = ""

    def xml(self) -> str:
        if self.kind == "ref":
            return f"<ref name='{self.name}'/>"
        if self.kind == "attribute":
            values = "".join(f"<value>{value}</value>" for value in self.name[1:])
            return (
                f"<attribute name='{self.name[0]}'>{f'<choice>{values}</choice>' if values else '<text/>'}</attribute>"
            )
        if self.kind == "value":
            return f"<value>{self.name}</value>"
        return f"<{self.kind}>{''.join(part.xml() for part in self.parts)}</{self.kind}>"


class Maker:
    """Makes a grammar of four elements from a seed, and documents for it."""

    def __init__(self, seed: int, interleave: bool) -> None:
        self.random = random.Random(seed)
        self.interleave = interleave
        self.contents = {name: self._content() for name in NAMES}

    def xml(self) -> str:
        defines = "".join(
            f"<define name='{name}'><element name='{name}'>{content.xml()}</element></define>"
            for name, content in self.contents.items()
        )
        return f"<start><ref name='a'/></start>{defines}"

    def _content(self) -> Made:
        if self.random.random() < 0.15:
            return Made("value", name="x") if self.random.random() < 0.5 else Made("text")
        return self._pattern(3)

    def _pattern(self, depth: int) -> Made:
        pick = self.random.random()
        if depth == 0 or pick < 0.25:
            if self.random.random() < 0.3:
                return Made("attribute", name=self.random.choice(["x", "y", "x12", "x3", "y1"]))
            return Made("ref", name=self.random.choice(NAMES))
        if pick < 0.5:
            kind: Kind = self.random.choice(["optional", "zeroOrMore", "oneOrMore"])
            return Made(kind, (self._pattern(depth - 1),))
        if pick < 0.55:
            return Made("choice", (self._pattern(depth - 1), Made("empty")))
        kinds: list[Kind] = ["group", "group", "choice", "choice"]
        if self.interleave:
            kinds += ["interleave", "interleave", "mixed"]
        kind = self.random.choice(kinds)
        count = 1 if kind == "mixed" else self.random.choice([2, 2, 3])
        return Made(kind, tuple(self._pattern(depth - 1) for _ in range(count)))

    def document(self) -> str:
        """A document that follows the grammar, or one with something changed."""
        attributes, body = self._sample(self.contents["a"], 4)
        root = etree.fromstring(f"<a{self._written(attributes)}>{body}</a>")
        for _ in range(self.random.choice([0, 0, 1, 1, 2])):
            self._change(root)
        return etree.tostring(root, encoding="unicode")

    def _change(self, root: etree._Element) -> None:
        nodes = [node for node in root.iter() if isinstance(node.tag, str)]
        node, other = self.random.choice(nodes), self.random.choice(nodes)
        match self.random.randrange(6):
            case 0:
                node.tag = self.random.choice(NAMES)
            case 1 if node is not root:
                root.append(node)
            case 2:
                other.insert(self.random.randint(0, len(other)), copy.deepcopy(node))
            case 3:
                node.set(self.random.choice("xy"), self.random.choice("1234"))
            case 4:
                node.attrib.clear()
            case _:
                node.text = "x"

    @staticmethod
    def _written(attributes: dict[str, str]) -> str:
        return "".join(f" {name}='{value}'" for name, value in attributes.items())

    def _sample(self, made: Made, depth: int) -> tuple[dict[str, str], str]:
        match made.kind:
            case "ref":
                if depth == 0:
                    return {}, f"<{made.name}/>"
                attributes, body = self._sample(self.contents[made.name], depth - 1)
                return {}, f"<{made.name}{self._written(attributes)}>{body}</{made.name}>"
            case "attribute":
                return {made.name[0]: self.random.choice(made.name[1:] or "12")}, ""
            case "text":
                return {}, self.random.choice(["", "x", " "])
            case "value":
                return {}, made.name
            case "choice":
                return self._sample(self.random.choice(made.parts), depth)
            case "optional" | "zeroOrMore" | "oneOrMore":
                least = made.kind == "oneOrMore"
                most = 1 if made.kind == "optional" else 3
                return self._joined([made.parts[0]] * self.random.randint(least, most), depth)
        parts = list(made.parts)
        if made.kind != "group":
            self.random.shuffle(parts)
        return self._joined(parts, depth)

    def _joined(self, parts: list[Made], depth: int) -> tuple[dict[str, str], str]:
        attributes: dict[str, str] = {}
        bodies: list[str] = []
        for part in parts:
            more, body = self._sample(part, depth)
            attributes.update(more)
            bodies.append(body)
        return attributes, "".join(bodies)
