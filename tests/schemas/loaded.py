"""The schemas as libxml2 loads them."""

from pathlib import Path

from lxml import etree

from tests.schemas.examples import KINDS

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
LOADED = {kind: etree.RelaxNG(file=str(SCHEMAS / f"{kind}.rng")) for kind in KINDS}


def accepts(kind: str, text: str) -> bool:
    return bool(LOADED[kind].validate(etree.fromstring(text)))
