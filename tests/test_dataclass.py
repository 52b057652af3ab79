"""Classes of vnetlint's `dataclass` behave as those of the standard library."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest

from vnetlint.dataclass import FIRST_INSTANCES, dataclass


@dataclass(frozen=True)
class Point:
    x: int
    y: int = 0
    names: tuple[str, ...] = ()
    note: str = dataclasses.field(default="", compare=False, repr=False)
    seen: list[int] = dataclasses.field(default_factory=list, compare=False)


@dataclass(frozen=True)
class Place(Point):
    z: int = 5


@dataclass(frozen=True, slots=True)
class Slotted:
    x: int
    y: str = "a"


@dataclass(frozen=True, eq=False)
class Known:
    x: int


@dataclass
class Counter:
    step: int = 1
    total: int = dataclasses.field(default=0, init=False)

    def __post_init__(self) -> None:
        self.total = self.step


@dataclass(frozen=True)
class Own:
    x: int

    def __repr__(self) -> str:
        return "own"


def _standard(cls: type[Any], **options: bool) -> type[Any]:
    """The same class, made by the standard library."""
    bare = {name: value for name, value in vars(cls).items() if not name.startswith("__") or name == "__annotations__"}
    for each in dataclasses.fields(cls):
        bare[each.name] = dataclasses.field(
            default=each.default, default_factory=each.default_factory, compare=each.compare, repr=each.repr
        )
    return dataclasses.dataclass(**options)(type(cls.__qualname__, (), bare))


@pytest.mark.parametrize("arguments", [(1,), (1, 2), (1, 2, ("a",)), (1, 2, ("a",), "note")])
def test_it_is_made_shown_hashed_and_compared_as_the_standard_one(arguments: tuple[Any, ...]) -> None:
    theirs = _standard(Point, frozen=True)
    ours, like = Point(*arguments), theirs(*arguments)
    assert dataclasses.asdict(ours) == dataclasses.asdict(like)
    assert (repr(ours), hash(ours)) == (repr(like), hash(like))
    others: list[tuple[Any, ...]] = [(1,), (1, 2), (2,), (1, 2, ("a",))]
    for other in others:
        assert (ours == Point(*other)) == (like == theirs(*other))
    assert ours.__eq__(arguments) is NotImplemented


def test_a_default_is_new_for_each_instance() -> None:
    first, second = Point(1), Point(1)
    first.seen.append(1)
    assert second.seen == []


@pytest.mark.parametrize("value", [Point(1), Slotted(1)])
def test_what_is_frozen_does_not_change(value: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        value.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'x'"):
        del value.x


@pytest.mark.parametrize(
    ("args", "keywords", "said"),
    [
        ((), {}, r"missing 1 required positional argument: 'x'"),
        ((1, 2, 3), {}, r"takes from 2 to 3 positional arguments but 4 were given"),
        ((1,), {"x": 2}, r"got multiple values for argument 'x'"),
        ((1,), {"z": 2}, r"got an unexpected keyword argument 'z'"),
    ],
)
@pytest.mark.parametrize("before", [0, FIRST_INSTANCES])
def test_arguments_that_do_not_fit_are_named(
    args: tuple[Any, ...], keywords: dict[str, Any], said: str, before: int
) -> None:
    @dataclass(frozen=True)
    class New:
        x: int
        y: int = 0

    for _ in range(before):
        New(1)
    with pytest.raises(TypeError, match=rf"New\.__init__\(\) {said}"):
        New(*args, **keywords)


def test_the_first_instances_are_as_the_later_ones() -> None:
    first, counters = Point(1, seen=[2], note="n"), [Counter(3)]
    for _ in range(FIRST_INSTANCES):
        assert Point(1, seen=[2], note="n") == first
        counters.append(Counter(3))
    assert dataclasses.asdict(Point(1, seen=[2], note="n")) == dataclasses.asdict(first)
    assert {each.total for each in counters} == {3}


@pytest.mark.parametrize("value", [Point(1, 2), Place(1, z=7), Slotted(1, "b")])
def test_it_is_copied_and_sent_to_another_process(value: Any) -> None:
    for made in (copy.copy(value), copy.deepcopy(value), pickle.loads(pickle.dumps(value)), dataclasses.replace(value)):
        assert made == value
        assert hash(made) == hash(value)
    assert dataclasses.replace(value, x=9) != value


def test_a_subclass_has_the_fields_of_both_and_is_not_equal_to_its_base() -> None:
    assert [each.name for each in dataclasses.fields(Place)] == ["x", "y", "names", "note", "seen", "z"]
    assert Place(1) != Point(1)
    match Place(1, 2):
        case Point(x, y):
            assert (x, y) == (1, 2)
        case _:
            pytest.fail("a subclass matches as its base")


def test_without_eq_an_instance_is_only_equal_to_itself() -> None:
    one = Known(1)
    assert one == one
    assert len({one, Known(1)}) == 2


def test_what_can_change_has_no_hash() -> None:
    assert Counter(3).total == 3
    assert Counter(3) == Counter(3)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Counter())


def test_a_method_of_the_class_itself_stays() -> None:
    assert repr(Own(1)) == "own"


def test_slots_hold_nothing_else() -> None:
    assert not hasattr(Slotted(1), "__dict__")
