"""vnetlint understands, checks and fixes the XML of libvirt's virtual networks."""

from pathlib import Path

__version__ = "0.1.0"

# In a wheel, rules/ and schemas/ are packages inside this one. In a checkout, installed or not, they are beside it,
# because they are content and not engine. This makes `vnetlint.rules` and `vnetlint.schemas` importable there too.
_checkout = Path(__file__).resolve().parent.parent
if not (Path(__file__).parent / "rules").is_dir() and (_checkout / "rules").is_dir():
    __path__.append(str(_checkout))
