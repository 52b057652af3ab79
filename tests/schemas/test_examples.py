"""The schemas accept and reject what they should."""

import pytest

from tests.schemas.documents import domain
from tests.schemas.examples import ACCEPTED, KINDS, REJECTED
from tests.schemas.loaded import LOADED, accepts


@pytest.mark.parametrize(("kind", "why"), [(kind, why) for kind in KINDS for why in ACCEPTED[kind]])
def test_accepts(kind: str, why: str) -> None:
    accepted = accepts(kind, ACCEPTED[kind][why])
    assert accepted, str(LOADED[kind].error_log)


@pytest.mark.parametrize(("kind", "why"), [(kind, why) for kind in KINDS for why in REJECTED[kind]])
def test_rejects(kind: str, why: str) -> None:
    assert not accepts(kind, REJECTED[kind][why])


def test_a_mode_counts_where_somebody_waits() -> None:
    """Libvirt's schema accepts any; its parser does not."""
    assert not accepts("domain", domain("<serial type='tcp'><source mode='any' host='h' service='1'/></serial>"))
