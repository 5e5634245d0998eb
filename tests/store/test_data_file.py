"""The data file: what it keeps, what it refuses, what a crash leaves."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tinydb import TinyDB

from autumn_mock.domain.records import CreditCost, Customer, Feature, Record
from autumn_mock.errors.files import NotKept
from autumn_mock.store import DataFile, DataFileError, Snapshot, Store

ACME = ("acme", "sandbox")
Open = Callable[..., DataFile]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data.json"


@pytest.fixture
def opened(path: Path) -> Iterator[Open]:
    """Opens the data file as often as a test likes; the one before is closed (its journal stays)."""
    held: list[DataFile] = []

    def open_again(**how: str) -> DataFile:
        while held:
            held.pop().close()
        held.append(DataFile(path, **how))
        return held[0]

    yield open_again
    while held:
        held.pop().close()


def customer(name: str) -> Customer:
    return Customer(internal_id=f"cus_{name}", id=name, created_at=1, email=f"{name}@example.com")


def put(data_file: DataFile, *records: Record) -> Store:
    """A store of world ACME whose one transaction puts the records."""
    store = Store(lambda changes: data_file.append(ACME, changes))
    with store.transaction():
        for record in records:
            table = store.features if isinstance(record, Feature) else store.customers
            table.put(record)  # type: ignore[arg-type]
    return store


def fold(data_file: DataFile, store: Store) -> None:
    data_file.fold(lambda: [(ACME, store.snapshot())])


def customers_of(data_file: DataFile) -> list[str]:
    return list(data_file.load().get(ACME, {}).get("customers", {}))


def test_stock_tinydb_opens_a_folded_file(path: Path, opened: Open) -> None:
    data_file = opened()
    store = put(data_file, customer("ada"), customer("bob"))

    fold(data_file, store)

    with TinyDB(path) as stock:
        found = stock.table("customers").all()
    assert [document["id"] for document in found] == ["ada", "bob"]
    assert list(found[0])[:2] == ["org", "env"]
    assert found[0] == {
        "org": "acme", "env": "sandbox", "internal_id": "cus_ada", "id": "ada", "created_at": 1,
        "email": "ada@example.com",
    }  # fmt: skip


def test_what_was_journaled_is_there_without_a_fold(path: Path, opened: Open) -> None:
    put(opened(), customer("ada"))

    assert not path.exists()
    assert customers_of(opened()) == ["cus_ada"]


def test_what_was_folded_is_there_without_a_journal(path: Path, opened: Open) -> None:
    data_file = opened()
    fold(data_file, put(data_file, customer("ada")))

    assert [entry.name for entry in path.parent.glob("*.journal*")] == []
    assert customers_of(opened()) == ["cus_ada"]


def test_a_deletion_is_kept(opened: Open) -> None:
    data_file = opened()
    store = put(data_file, customer("ada"), customer("bob"))
    with store.transaction():
        store.customers.delete("cus_ada")

    assert customers_of(opened()) == ["cus_bob"]


def test_amounts_come_back_exactly(opened: Open) -> None:
    cost = Decimal("0.1234567890123456789")
    feature = Feature(
        id="credits", internal_id="fe_1", name="Credits", type="credit_system", created_at=1,
        credit_schema=(CreditCost(metered_feature_id="m", credit_cost=cost),),
    )  # fmt: skip
    data_file = opened()
    store = put(data_file, feature)

    journaled = opened().load()[ACME]
    fold(opened(), store)
    folded = opened().load()[ACME]

    assert journaled == folded == {"features": {"credits": feature}}


def test_a_torn_last_line_is_dropped_with_a_warning(
    path: Path, opened: Open, caplog: pytest.LogCaptureFixture
) -> None:
    data_file = opened()
    put(data_file, customer("ada"))
    put(data_file, customer("bob"))
    journal = path.with_name("data.json.journal")
    journal.write_bytes(journal.read_bytes()[:-20])

    with caplog.at_level(logging.WARNING):
        found = customers_of(opened())

    assert found == ["cus_ada"]
    assert "the last line was torn and is dropped" in caplog.text


def test_a_broken_line_in_the_middle_is_told_and_nothing_changed(path: Path, opened: Open) -> None:
    data_file = opened()
    put(data_file, customer("ada"))
    put(data_file, customer("bob"))
    journal = path.with_name("data.json.journal")
    lines = journal.read_bytes().splitlines(keepends=True)
    broken = b"{" + lines[0] + lines[1]
    journal.write_bytes(broken)

    with pytest.raises(DataFileError, match=r"data\.json\.journal: line 1 is broken"):
        opened().load()

    assert journal.read_bytes() == broken


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"autumn_mock": {', "line 1, column 18"),
        ('{\n "a": {"1": }\n}', "line 2, column 13"),
        ("[1, 2]", "not a TinyDB file"),
        ('{"a": 1}', "not a TinyDB file"),
        ('{"_default": {"1": {"a": 1}}}', "a TinyDB file, but not one of autumn-mock"),
        ('{"autumn_mock": {"1": {"format": "x"}}}', "a TinyDB file, but not one of autumn-mock"),
        ('{"autumn_mock": {"1": {"format": 99}}}', r"written by a newer autumn-mock \(format 99"),
        ('{"autumn_mock": {"1": {"format": 1}}, "customers": {"4": {"id": "a"}}}', "customers, document 4"),
        (
            '{"autumn_mock": {"1": {"format": 1}}, "customers": {"4": {"org": "o", "env": "e", "id": "a"}}}',
            "table customers, document 4: Object missing required field `internal_id`",
        ),
        ("\x00\x01", "line 1, column 1"),
    ],
)
def test_a_file_that_is_not_ours_is_told_and_left_alone(
    path: Path, opened: Open, content: str, told: str
) -> None:
    path.write_text(content)

    with pytest.raises(DataFileError, match=told):
        opened().load()

    assert path.read_text() == content


def test_a_file_that_is_not_text_is_told(path: Path, opened: Open) -> None:
    path.write_bytes(b"\xff{}")

    with pytest.raises(DataFileError, match="not a TinyDB file"):
        opened().load()


def test_an_empty_file_is_a_fresh_one(path: Path, opened: Open) -> None:
    path.write_text("\n")

    assert opened().load() == {}


def test_tables_of_others_are_kept(path: Path, opened: Open) -> None:
    path.write_text('{"autumn_mock": {"1": {"format": 1}}, "notes": {"1": {"text": "mine"}}}')
    data_file = opened()
    data_file.load()

    fold(data_file, put(data_file, customer("ada")))

    with TinyDB(path) as stock:
        assert stock.table("notes").all() == [{"text": "mine"}]
        assert len(stock.table("customers")) == 1


def test_a_hand_edited_file_is_read(path: Path, opened: Open) -> None:
    data_file = opened()
    fold(data_file, put(data_file, customer("ada")))
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2).replace("ada@", "lady@"))

    assert opened().load()[ACME]["customers"]["cus_ada"].email == "lady@example.com"  # type: ignore[attr-defined]


def test_a_second_process_is_refused_by_name(path: Path, opened: Open) -> None:
    opened()
    program = f"from pathlib import Path; from autumn_mock.store import DataFile; DataFile(Path({str(path)!r}))"

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "another autumn-mock (process " in ended.stderr
    assert ended.returncode != 0


def test_the_lock_of_a_killed_process_is_no_obstacle(path: Path, opened: Open) -> None:
    program = (
        "import os; from pathlib import Path; from autumn_mock.store import DataFile;"
        f"held = DataFile(Path({str(path)!r})); os.kill(os.getpid(), 9)"
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert ended.returncode == -9
    assert opened().load() == {}


def test_a_full_disk_refuses_the_change_whole(path: Path, opened: Open) -> None:
    data_file = opened()
    path.with_name("data.json.journal").symlink_to("/dev/full")
    store = Store(lambda changes: data_file.append(ACME, changes))

    with pytest.raises(NotKept, match="No space left on device"), store.transaction():
        store.customers.put(customer("ada"))

    assert len(store.customers) == 0
    assert store.customers.first("id", "ada") is None


def test_a_fold_that_finds_the_disk_full_leaves_file_and_journal(path: Path, opened: Open) -> None:
    data_file = opened()
    fold(data_file, put(data_file, customer("ada")))
    store = put(data_file, customer("bob"))
    before = path.read_bytes()
    path.with_name("data.json.new").symlink_to("/dev/full")

    with pytest.raises(DataFileError, match="cannot be written: No space left on device"):
        fold(data_file, store)

    assert path.read_bytes() == before
    assert data_file.has_changed
    assert customers_of(opened()) == ["cus_ada", "cus_bob"]


def test_a_fold_cut_short_loses_nothing(path: Path, opened: Open) -> None:
    data_file = opened()
    put(data_file, customer("ada"))
    journal = path.with_name("data.json.journal")
    journal.rename(path.with_name("data.json.journal.1"))  # moved aside, then the power went
    put(opened(), customer("bob"))

    assert customers_of(opened()) == ["cus_ada", "cus_bob"]
    again = opened()
    again.load()
    fold(again, put(again, customer("ada"), customer("bob")))
    assert [entry.name for entry in path.parent.glob("*.journal*")] == []
    assert sorted(customers_of(opened())) == ["cus_ada", "cus_bob"]


def test_changes_made_during_a_fold_are_kept(path: Path, opened: Open) -> None:
    data_file = opened()
    store = put(data_file, customer("ada"))

    def snapshots() -> Iterator[tuple[tuple[str, str], Snapshot]]:
        copied = store.snapshot()
        put(data_file, customer("late"))
        yield ACME, copied

    data_file.fold(snapshots)

    assert data_file.has_changed
    assert customers_of(opened()) == ["cus_ada", "cus_late"]


@pytest.mark.parametrize(("durability", "kept"), [("journal", True), ("fsync", True), ("none", False)])
def test_durability(opened: Open, durability: str, kept: bool) -> None:
    put(opened(durability=durability), customer("ada"))

    assert bool(customers_of(opened())) is kept


def test_without_a_journal_a_fold_keeps(opened: Open) -> None:
    data_file = opened(durability="none")
    fold(data_file, put(data_file, customer("ada")))

    assert customers_of(opened()) == ["cus_ada"]


def test_a_closed_file_takes_nothing_more(opened: Open) -> None:
    data_file = opened()
    data_file.close()

    with pytest.raises(NotKept, match="the server is stopping"):
        put(data_file, customer("ada"))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(DataFileError, match="cannot be used: "):
        DataFile(tmp_path / "file" / "data.json")


def test_a_link_stays_a_link(path: Path, tmp_path: Path, opened: Open) -> None:
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "real.json"
    path.symlink_to(target)
    data_file = opened()

    fold(data_file, put(data_file, customer("ada")))

    assert path.is_symlink()
    assert "ada" in target.read_text()
