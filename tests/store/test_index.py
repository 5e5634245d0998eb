"""Indexes: keys by value, whether one or many."""

from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.store.index import Index


def test_one_key_and_several_are_found_in_the_order_of_their_coming() -> None:
    index = Index(lambda value: value)
    index.move("a", None, 1)
    alone = list(index.keys(1))

    index.move("b", None, 1)
    index.move("c", None, 1)
    index.move("b", 1, 2)

    assert alone == ["a"]
    assert (list(index.keys(1)), index.first(1)) == (["a", "c"], "a")
    assert (list(index.keys(2)), index.first(3)) == (["b"], None)


def test_a_copy_goes_its_own_way() -> None:
    index = Index(lambda value: value)
    index.move("a", None, 1)
    index.move("b", None, 1)

    copy = index.copy()
    copy.move("a", 1, None)

    assert list(index.keys(1)) == ["a", "b"]
    assert list(copy.keys(1)) == ["b"]


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.none() | st.integers(0, 2))))
def test_an_index_agrees_with_a_plain_search(moves: list[tuple[str, int | None]]) -> None:
    index, values = Index(lambda value: value), {}
    for key, value in moves:
        if values.get(key) != value:
            index.move(key, values.pop(key, None), value)
            values[key] = value

    for value in range(3):
        expected = [key for key, found in values.items() if found == value]
        assert list(index.keys(value)) == expected
        assert index.first(value) == (expected[0] if expected else None)
