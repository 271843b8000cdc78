"""Objects that hold values: compared, told and replaced as those of frozen dataclasses are."""

import pickle
from dataclasses import dataclass, field, fields, replace

from hypothesis import given
from hypothesis import strategies as st

from custbook_gen.value_objects import value_object


@dataclass(frozen=True, slots=True)
class Usual:
    """What the standard library makes of it."""

    name: str
    count: int = 0
    phone: str = field(default="", repr=False)
    note: str = field(default="", compare=False)
    parts: tuple[int, ...] = field(default_factory=tuple)


@value_object
class Ours:
    """The same."""

    name: str
    count: int = 0
    phone: str = field(default="", repr=False)
    note: str = field(default="", compare=False)
    parts: tuple[int, ...] = field(default_factory=tuple)

    @property
    def double(self) -> int:
        """Methods see what it holds."""
        return 2 * self.count


@value_object
class Lone:
    """It holds one thing."""

    name: str


@value_object
class Empty:
    """It holds nothing."""


@value_object
class Stubborn:
    """It has its own idea of what is equal."""

    name: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Stubborn) and self.name.lower() == other.name.lower()

    def __hash__(self) -> int:
        return hash(self.name.lower())


PARTS = st.tuples(
    st.sampled_from("ab"), st.integers(0, 1), st.sampled_from("xy"), st.sampled_from("mn"), st.just((1,))
)


@given(PARTS, PARTS)
def test_they_behave_as_frozen_dataclasses_do(some: tuple[object, ...], others: tuple[object, ...]) -> None:
    usual, ours = (Usual(*some), Usual(*others)), (Ours(*some), Ours(*others))  # type: ignore[arg-type]
    assert (usual[0] == usual[1]) == (ours[0] == ours[1])
    assert (usual[0] != usual[1]) == (ours[0] != ours[1])
    assert len(set(usual)) == len(set(ours))
    assert repr(ours[0]).removeprefix("Ours") == repr(usual[0]).removeprefix("Usual")
    assert Ours.__eq__(ours[0], usual[0]) is NotImplemented


def test_what_is_not_to_be_told_is_not_told() -> None:
    assert repr(Ours("a", phone="13800138000")) == "Ours(name='a', count=0, note='', parts=())"


def test_they_have_no_room_for_anything_else_and_can_be_sent_and_replaced() -> None:
    thing = Ours("a", 2)
    assert not hasattr(thing, "__dict__")
    assert thing.double == 4
    assert pickle.loads(pickle.dumps(thing)) == thing  # noqa: S301  (of our own)
    assert replace(thing, count=3) == Ours("a", 3)
    assert [item.name for item in fields(thing)] == ["name", "count", "phone", "note", "parts"]


def test_one_value_none_and_those_with_an_idea_of_their_own() -> None:
    assert Lone("a") == Lone("a") != Lone("b")
    assert len({Lone("a"), Lone("a"), Lone("b")}) == 2
    assert Empty() == Empty()
    assert len({Empty(), Empty()}) == 1
    assert repr(Empty()) == "Empty()"
    assert Stubborn("A") == Stubborn("a")
    assert len({Stubborn("A"), Stubborn("a")}) == 1
