"""vnetlint understands, checks and fixes the XML of libvirt's virtual networks."""

import os

__version__ = "0.1.0"

# In a wheel, rules/ and schemas/ are packages inside this one. In a checkout, installed or not, they are beside it,
# because they are content and not engine. This makes `vnetlint.rules` and `vnetlint.schemas` importable there too.
_checkout = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
if not os.path.isdir(f"{os.path.dirname(__file__)}/rules") and os.path.isdir(f"{_checkout}/rules"):
    __path__.append(_checkout)
