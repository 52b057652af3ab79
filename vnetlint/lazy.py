"""The standard library's `cached_property` without the lock that Python 3.11 takes for each first access.

A run computes two dozen such properties for each file, and the lock and what goes with it take two thirds of a first
access. Python 3.12 has no lock either. Classes that every run asks use this one; others may use the standard library's.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as cached_property
else:

    class cached_property:  # noqa: N801 - it stands for the standard library's
        """A property that is computed once for each instance, which has a `__dict__`."""

        def __init__(self, compute: Callable[[Any], Any]) -> None:
            self._compute = compute
            self._name = compute.__name__
            self.__doc__ = compute.__doc__

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = instance.__dict__[self._name] = self._compute(instance)
            return value
