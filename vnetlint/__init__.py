"""vnetlint understands, checks and fixes the XML of libvirt's virtual networks."""

from pathlib import Path

__version__ = "0.1.0"

# In a wheel, rules/ and schemas/ are packages inside this one. In a checkout, installed or not, they lie beside it:
# content apart from engine. This lets `vnetlint.rules` and `vnetlint.schemas` be imported there too.
_checkout = Path(__file__).resolve().parent.parent
if not (Path(__file__).parent / "rules").is_dir() and (_checkout / "rules").is_dir():
    __path__.append(str(_checkout))
