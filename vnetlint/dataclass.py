"""The standard library's `dataclass`, without the code that it compiles for each class when a module is loaded.

It compiles six methods of each class, and 90 classes take a fifth of the time that it takes to check a file. Here a
method is compiled when it is first called, and `__init__` once there are so many instances that it pays. The fields
are the standard library's, so `fields`, `replace` and `match` work. Classes that every run loads are made by this one;
others may use the standard library's.
"""

import dataclasses
from collections.abc import Callable, Iterable
from reprlib import recursive_repr
from typing import TYPE_CHECKING, Any, NoReturn

_Method = Callable[..., Any]

FIRST_INSTANCES = 50
"""So many are made in the time in which `__init__` is compiled."""

if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass
else:

    def dataclass(cls=None, /, *, frozen=False, eq=True, slots=False):
        """Return a class as a dataclass, or a decorator that does so."""
        return _made(cls, frozen, eq, slots) if cls else lambda cls: _made(cls, frozen, eq, slots)


def _made(cls: type[Any], frozen: bool, eq: bool, slots: bool) -> type[Any]:
    # Without a text, the standard library makes one of the class's signature, which takes longer than all else here.
    cls.__doc__ = cls.__doc__ or cls.__name__
    cls = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(cls)
    methods: dict[str, object] = {"__init__": _first_init(cls, frozen)}
    methods["__repr__"] = _repr
    if eq:
        methods["__eq__"] = _at_first_call(cls, "__eq__", lambda: _eq(cls))
        methods["__hash__"] = _at_first_call(cls, "__hash__", lambda: _hash(cls)) if frozen else None
    if frozen:
        methods |= {"__setattr__": _refuse, "__delattr__": _refuse}
        if slots:
            methods |= {"__getstate__": _state, "__setstate__": _set_state}
    for name, method in methods.items():
        if vars(cls).get(name) is None:
            setattr(cls, name, method)
    return cls


def _at_first_call(cls: type[Any], name: str, make: Callable[[], _Method]) -> _Method:
    """Return a method that replaces itself by what `make` returns, and calls that."""

    def method(self: object, *args: object, **keywords: object) -> object:
        made = make()
        setattr(cls, name, made)
        return made(self, *args, **keywords)

    return method


def _first_init(cls: type[Any], frozen: bool) -> _Method:
    """Return an `__init__` that sets one field after the other, until it replaces itself by a compiled one."""
    fields: tuple[dataclasses.Field[Any], ...] = ()
    set_field = object.__setattr__ if frozen else setattr
    left = FIRST_INSTANCES

    def method(self: Any, *args: object, **keywords: object) -> None:
        nonlocal fields, left
        fields, left = fields or dataclasses.fields(cls), left - 1
        values = _values_of_fields(fields, args, keywords) if left >= 0 else None
        if values is None:
            # It also reports arguments that do not fit.
            cls.__init__ = compiled = _init(cls, frozen)
            compiled(self, *args, **keywords)
            return
        for name, value in values.items():
            set_field(self, name, value)
        if hasattr(cls, "__post_init__"):
            self.__post_init__()

    return method


def _values_of_fields(
    fields: tuple[dataclasses.Field[Any], ...], args: tuple[object, ...], keywords: dict[str, object]
) -> dict[str, object] | None:
    """Return the values of all fields by name, or None if the arguments do not fit."""
    values = {each.name: value for each, value in zip(fields, args, strict=False)} | keywords
    if len(values) != len(args) + len(keywords):
        return None
    for each in fields:
        if each.name not in values:
            if each.default_factory is not dataclasses.MISSING:
                values[each.name] = each.default_factory()
            elif each.default is not dataclasses.MISSING:
                values[each.name] = each.default
            else:
                return None
    return values if len(values) == len(fields) else None


def _init(cls: type[Any], frozen: bool) -> _Method:
    scope: dict[str, Any] = {"_set": object.__setattr__ if frozen else setattr, "_missing": dataclasses.MISSING}
    parameters, lines = ["self"], []
    for field in dataclasses.fields(cls):
        name = value = field.name
        if field.default_factory is not dataclasses.MISSING:
            scope[f"_new_{name}"] = field.default_factory
            parameters.append(f"{name}=_missing")
            value = f"_new_{name}() if {name} is _missing else {name}"
        elif field.default is not dataclasses.MISSING:
            scope[f"_default_{name}"] = field.default
            parameters.append(f"{name}=_default_{name}")
        else:
            parameters.append(name)
        lines.append(f"_set(self, {name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    return _compiled(cls, f"__init__({', '.join(parameters)})", "; ".join(lines) or "pass", scope)


def _eq(cls: type[Any]) -> _Method:
    same = f"{_values(cls, 'self')} == {_values(cls, 'other')}"
    return _compiled(cls, "__eq__(self, other)", f"return {same} if type(self) is type(other) else NotImplemented", {})


def _hash(cls: type[Any]) -> _Method:
    return _compiled(cls, "__hash__(self)", f"return hash({_values(cls, 'self')})", {})


def _values(cls: type[Any], of: str) -> str:
    """Return the expression for what an instance is compared by."""
    return "".join(("(", *(f"{of}.{each.name}, " for each in dataclasses.fields(cls) if each.compare), ")"))


def _compiled(cls: type[Any], head: str, body: str, scope: dict[str, Any]) -> _Method:
    """Return a method from its text, as the standard library does. Python has no other way to set parameters."""
    exec(f"def {head}: {body}", scope)
    made: _Method = scope[head.partition("(")[0]]
    made.__qualname__ = f"{cls.__qualname__}.{made.__name__}"
    return made


@recursive_repr()
def _repr(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse(self: object, name: str, *value: object) -> NoReturn:
    raise dataclasses.FrozenInstanceError(f"cannot {'assign to' if value else 'delete'} field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _set_state(self: object, state: Iterable[object]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):  # type: ignore[arg-type]
        object.__setattr__(self, each.name, value)
