"""Tables and transactions: all of a request's changes land, or none, and indexes follow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autumn_mock.domain.records import Customer, Record
from autumn_mock.errors import ApiError
from autumn_mock.store import Change, Store


def customer(key: str, name: str | None = None, created_at: int = 1, email: str | None = None) -> Customer:
    return Customer(internal_id=key, id=name, created_at=created_at, email=email)


class Broken(Exception):
    pass


def test_a_failed_transaction_changes_nothing() -> None:
    kept: list[list[Change]] = []
    store = Store(kept.append)
    with store.transaction():
        store.customers.put(customer("k1", "ada"))

    def fail() -> None:
        with store.transaction():
            write(store, [(False, "", customer("k1", "bob", 9)), (False, "", customer("k2", "eve"))])
            raise Broken

    with pytest.raises(Broken):
        fail()

    assert store.customers.first("id", "ada") == customer("k1", "ada")
    assert store.customers.first("id", "bob") is None
    assert [c.internal_id for c in store.customers.ordered("age")] == ["k1"]
    assert len(kept) == 1


def test_changes_that_cannot_be_kept_are_taken_back() -> None:
    def refuse(changes: list[Change]) -> None:
        raise Broken

    store = Store(refuse)

    with pytest.raises(Broken), store.transaction():
        store.customers.put(customer("k1", "ada"))

    assert len(store.customers) == 0


def test_a_failure_that_keeps_its_changes_journals_them() -> None:
    class Kept(ApiError):
        keeps_changes = True

    kept: list[list[Change]] = []
    store = Store(kept.append)

    def fail() -> None:
        with store.transaction():
            store.customers.put(customer("k1", "ada"))
            raise Kept

    with pytest.raises(Kept):
        fail()

    assert kept == [[("customers", "k1", customer("k1", "ada"))]]
    assert "k1" in store.customers


def test_a_transaction_is_journaled_once_with_the_last_state() -> None:
    kept: list[list[Change]] = []
    store = Store(kept.append)

    with store.transaction():
        store.customers.put(customer("k1", "ada"))
        with store.transaction():
            store.customers.put(customer("k1", "bob"))
        store.customers.put(customer("k2"))
        store.customers.delete("k2")

    assert kept == [[("customers", "k1", customer("k1", "bob")), ("customers", "k2", None)]]


def test_writing_outside_a_transaction_is_a_bug() -> None:
    store = Store()

    with pytest.raises(RuntimeError, match="outside a transaction"):
        store.customers.put(customer("k1"))


def test_becoming_another_store_journals_the_difference() -> None:
    template = Store()
    with template.transaction():
        template.customers.put(customer("k1", "ada"))
        template.customers.put(customer("k2", "bob"))
    kept: list[list[Change]] = []
    store = Store(kept.append)
    store.become(template)
    with store.transaction():
        store.customers.delete("k1")
        store.customers.put(customer("k3", "eve"))
    kept.clear()

    store.become(template)

    assert store.customers.records == template.customers.records
    assert kept == [[("customers", "k3", None), ("customers", "k1", customer("k1", "ada"))]]


keys = st.sampled_from(["k1", "k2", "k3", "k4"])
records = st.builds(
    customer, keys, st.none() | st.sampled_from(["ada", "bob"]), st.integers(0, 3), st.none() | st.just("A@x")
)
writes = st.lists(st.tuples(st.booleans(), keys, records), max_size=12)


def everything(store: Store) -> tuple[object, ...]:
    """Records and what each index and order answers."""
    customers = store.customers
    return (
        dict(customers.records),
        *({r.internal_id for r in customers.find("id", name)} for name in ("ada", "bob")),
        {r.internal_id for r in customers.find("nameless_email", "a@x")},
        [(r.created_at, r.id or "", r.internal_id) for r in customers.ordered("age")],
    )


def write(store: Store, steps: list[tuple[bool, str, Record]]) -> None:
    for deletes, key, record in steps:
        if deletes:
            store.customers.delete(key)
        else:
            store.customers.put(record)  # type: ignore[arg-type]


@given(before=writes, after=writes)
def test_a_rollback_restores_records_indexes_and_orders(
    before: list[tuple[bool, str, Record]], after: list[tuple[bool, str, Record]]
) -> None:
    store = Store()
    with store.transaction():
        write(store, before)
    stood = everything(store)

    def fail() -> None:
        with store.transaction():
            write(store, after)
            raise Broken

    with pytest.raises(Broken):
        fail()

    assert everything(store) == stood


@given(steps=writes)
def test_a_loaded_store_is_the_one_that_was_saved(steps: list[tuple[bool, str, Record]]) -> None:
    store, loaded = Store(), Store()
    with store.transaction():
        write(store, steps)

    loaded.load(store.snapshot())

    assert everything(loaded) == everything(store)


@given(steps=writes)
def test_indexes_answer_what_a_scan_would(steps: list[tuple[bool, str, Record]]) -> None:
    store = Store()
    with store.transaction():
        write(store, steps)

    found = everything(store)

    held = list(store.customers.records.values())
    assert found[1] == {c.internal_id for c in held if c.id == "ada"}
    assert found[3] == {c.internal_id for c in held if c.id is None and c.email}
    assert found[4] == sorted((c.created_at, c.id or "", c.internal_id) for c in held)
