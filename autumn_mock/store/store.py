"""The tables of one world and its transactions.

A request is one transaction: on success its changes go to the journal as one line before the reply
is sent, on any error every table is as it was.
"""

from collections.abc import Callable
from types import TracebackType
from typing import Any

from autumn_mock.domain.balances.resets import due_at
from autumn_mock.domain.billing.turns import next_turn
from autumn_mock.domain.records import (
    Balance,
    CheckoutSession,
    Customer,
    Entity,
    Event,
    Feature,
    IdempotencyClaim,
    Invoice,
    Lock,
    PaymentMethod,
    Plan,
    Record,
    StripeCustomer,
    StripeSubscription,
    Subscription,
    UsageWindow,
    WebhookEndpoint,
    WebhookMessage,
    WorldState,
)
from autumn_mock.errors import ApiError
from autumn_mock.store.table import Table

Change = tuple[str, str, Record | None]
"""Table, key, and the record that stands there now (None: deleted)."""
Snapshot = dict[str, dict[str, Record]]
"""Records by table and key."""
Keep = Callable[[list[Change]], None]
"""Makes the changes of a transaction last; called before the reply. Raises to refuse them."""

Noted = tuple[str, str, Record | None, Record | None]
"""Table, key, the record before the transaction and the one now."""


class Store:
    """All tables of one world."""

    def __init__(self, keep: Keep | None = None) -> None:
        self.keep = keep
        self.afterwards: Callable[[], None] | None = None
        """Called when a transaction is over, outside of it."""
        self._undo: list[tuple[Table[Any], str, Record | None]] | None = None
        self.features = Table("features", Feature, "id")
        self.plans = Table("plans", Plan, "internal_id", indexes={"id": lambda p: p.id})
        self.customers = Table(
            "customers",
            Customer,
            "internal_id",
            indexes={
                "id": lambda c: c.id,
                "nameless_email": lambda c: c.email.lower() if c.email and c.id is None else None,
                "fingerprint": lambda c: c.fingerprint or None,
            },
            orders={"age": lambda c: (c.created_at, c.id or "")},
        )
        self.entities = Table(
            "entities",
            Entity,
            "internal_id",
            indexes={
                "customer": lambda e: e.customer,
                "customer_and_id": lambda e: (e.customer, e.id),
                "id": lambda e: e.id,
            },
            orders={"age": lambda e: (e.created_at, e.id or "")},
        )
        self.subscriptions = Table(
            "subscriptions",
            Subscription,
            "id",
            indexes={
                "customer": lambda s: s.customer,
                "plan": lambda s: s.plan,
                "plan_id": lambda s: s.plan_id,
            },
            orders={"due": next_turn},
        )
        self.balances = Table(
            "balances",
            Balance,
            "id",
            indexes={"customer": lambda b: b.customer, "feature_id": lambda b: b.feature_id},
            orders={"due": due_at},
        )
        self.events = Table(
            "events",
            Event,
            "id",
            indexes={"customer": lambda e: e.customer},
            orders={
                "age": lambda e: (e.timestamp, e.id),
                "customer_age": lambda e: (e.customer, e.timestamp, e.id),
            },
        )
        self.locks = Table(
            "locks",
            Lock,
            "id",
            indexes={"customer": lambda k: k.customer},
            orders={"due": lambda k: k.expires_at or k.forget_at},
        )
        self.usage_windows = Table(
            "usage_windows", UsageWindow, "id", indexes={"customer": lambda w: w.customer}
        )
        self.invoices = Table("invoices", Invoice, "id", indexes={"customer": lambda i: i.customer})
        self.stripe_customers = Table("stripe_customers", StripeCustomer, "id")
        self.stripe_subscriptions = Table(
            "stripe_subscriptions",
            StripeSubscription,
            "id",
            indexes={"customer": lambda s: s.customer},
            orders={"due": lambda s: s.retry_at},
        )
        self.checkouts = Table(
            "checkouts",
            CheckoutSession,
            "id",
            indexes={"customer": lambda c: c.customer, "url": lambda c: c.url},
        )
        self.payment_methods = Table(
            "payment_methods",
            PaymentMethod,
            "id",
            indexes={"stripe_customer": lambda m: m.stripe_customer},
        )
        self.claims = Table("claims", IdempotencyClaim, "id", orders={"due": lambda c: c.expires_at})
        self.webhook_endpoints = Table("webhook_endpoints", WebhookEndpoint, "id")
        self.webhook_messages = Table(
            "webhook_messages",
            WebhookMessage,
            "id",
            indexes={"once": lambda m: m.once},
            orders={"due": lambda m: m.due_at},
        )
        self.world_states = Table("world_states", WorldState, "id")
        self.tables: dict[str, Table[Any]] = {
            table.name: table for table in vars(self).values() if isinstance(table, Table)
        }
        for table in self.tables.values():
            table.watch(self._note)

    def transaction(self) -> "Transaction":
        """All changes made inside last together, or none does. Inside another one it joins it."""
        return Transaction(self)

    def begin(self) -> bool:
        """Start noting changes; False when that is done already."""
        if self._undo is not None:
            return False
        self._undo = []
        return True

    def end(self, error: BaseException | None) -> None:
        """Keep what was noted, or take it back after an error."""
        undo = self._undo or []
        try:
            if error is None or (isinstance(error, ApiError) and error.keeps_changes):
                self._commit(undo)
            else:
                _take_back(undo)
        except BaseException:
            _take_back(undo)
            raise
        finally:
            self._undo = None
            if self.afterwards is not None:
                self.afterwards()

    def _commit(self, undo: list[tuple[Table[Any], str, Record | None]]) -> None:
        if undo and self.keep is not None:
            self.keep(_changes(undo))

    def _note(self, table: Table[Any], key: str, before: Record | None) -> None:
        if self._undo is None:
            raise RuntimeError(f"{table.name} was written to outside a transaction")
        self._undo.append((table, key, before))

    def noted(self) -> list[Noted]:
        """What the running transaction has changed so far."""
        first: dict[tuple[str, str], Noted] = {}
        for table, key, before in self._undo or ():
            first.setdefault((table.name, key), (table.name, key, before, table.records.get(key)))
        return list(first.values())

    def become(self, other: "Store") -> None:
        """Hold exactly what `other` holds; journaled as the difference, unless nothing is kept."""
        if self.keep is None and self._undo is None:
            for name, table in self.tables.items():
                table.copy_from(other.tables[name])
            return
        with self.transaction():
            for name, table in self.tables.items():
                wanted = other.tables[name].records
                for key in [key for key in table.records if key not in wanted]:
                    table.delete(key)
                for key, record in wanted.items():
                    if table.records.get(key) is not record:
                        table.put(record)

    def snapshot(self) -> Snapshot:
        """All records by table and key, as they stand now."""
        return {name: dict(table.records) for name, table in self.tables.items()}

    def load(self, snapshot: Snapshot) -> None:
        """Bring records back from a file into an empty store: no transaction, nothing journaled."""
        for name, records in snapshot.items():
            self.tables[name].load(records)


class Transaction:
    """The `with` block of `Store.transaction`; a class, for it stands in the way of every request."""

    __slots__ = ("_outermost", "_store")

    def __init__(self, store: Store) -> None:
        self._store = store
        self._outermost = False

    def __enter__(self) -> None:
        self._outermost = self._store.begin()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._outermost:
            self._store.end(error)


def _take_back(undo: list[tuple[Table[Any], str, Record | None]]) -> None:
    for table, key, before in reversed(undo):
        table.restore(key, before)


def _changes(undo: list[tuple[Table[Any], str, Record | None]]) -> list[Change]:
    touched = {(table.name, key): table for table, key, _ in undo}
    return [(name, key, table.records.get(key)) for (name, key), table in touched.items()]
