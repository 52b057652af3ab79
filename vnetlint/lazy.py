"""What is made when it is first needed, for the modules that every run loads."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from functools import cached_property as cached_property

    pattern = re.compile
else:

    class cached_property:  # noqa: N801 - it stands for the standard library's
        """The standard library's `cached_property` without the lock that Python 3.11 takes for each first access.

        A run computes two dozen such properties for each file, and the lock and what goes with it take two thirds of
        a first access. Python 3.12 has no lock either.
        """

        def __init__(self, compute: Callable[[Any], Any]) -> None:
            self._compute = compute
            self._name = compute.__name__
            self.__doc__ = compute.__doc__

        def __get__(self, instance: Any, owner: type | None = None) -> Any:
            if instance is None:
                return self
            value = instance.__dict__[self._name] = self._compute(instance)
            return value

    def pattern(expression, flags=0):
        """Return a regular expression as `re.compile` does, which is compiled when it is first asked for anything.

        To compile one takes as long as to search a whole file for it, and most files need few of them.
        """
        return _Pattern(expression, flags)


class _Pattern:
    def __init__(self, expression: Any, flags: int) -> None:
        self._given = expression, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(re.compile(*self._given), name)
        # From now on it is found without this method, as fast as that of the standard library.
        setattr(self, name, value)
        return value

    def __reduce__(self) -> tuple[Any, ...]:
        return re.compile, self._given
