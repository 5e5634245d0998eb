"""Requests per second, over a bare Flask echo on the same server program, in rounds that alternate."""

import json
import statistics
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.load import Load, Result, run
from benchmarks.programs import Running, autumn_mock, bare_flask, incumbent

KEY = {"Authorization": "Bearer am_sk_test_bench"}
CUSTOMER = {"name": "Ada Lovelace", "email": "ada{n}@example.com"}


@dataclass(frozen=True)
class Case:
    """One operation as it is asked again and again."""

    name: str
    operation: str
    body: dict[str, Any]
    target: float | None = None
    """The share of bare Flask that it must reach at 16 connections."""

    def load(self, port: int, connections: int, seconds: float, first: int) -> Load:
        return Load(
            port=port, method="POST", path=f"/v1/{self.operation}", body=json.dumps(self.body), headers=KEY,
            connections=connections, seconds=seconds, first=first,
        )  # fmt: skip


CASES = (
    Case("get_or_create, new", "customers.get_or_create", {"customer_id": "new{n}", **CUSTOMER}),
    Case("get_or_create, existing", "customers.get_or_create", {"customer_id": "c7", "name": "Ada"}, 0.6),
    Case("customers.get", "customers.get", {"customer_id": "c7"}),
    Case("customers.list of 10", "customers.list", {"limit": 10}),
    Case("check", "balances.check", {"customer_id": "c7", "feature_id": "messages"}, 0.6),
    Case("track", "balances.track", {"customer_id": "c7", "feature_id": "messages", "value": 1}, 0.45),
)


def call(server: Running, operation: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/v1/{operation}",
        json.dumps(body).encode(), {**KEY, "Content-Type": "application/json"},
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)


def furnish(server: Running, customers: int = 100) -> None:
    """A metered feature, a default plan that grants it, and customers."""
    call(
        server,
        "features.create",
        {"feature_id": "messages", "name": "Messages", "type": "metered", "consumable": True},
    )
    item = {"feature_id": "messages", "included": 1_000_000_000, "reset": {"interval": "month"}}
    call(server, "plans.create", {"plan_id": "free", "name": "Free", "auto_enable": True, "items": [item]})
    for number in range(customers):
        call(
            server, "customers.get_or_create", {"customer_id": f"c{number}", "email": f"c{number}@example.com"}
        )


def throughput(seconds: float, rounds: int) -> list[dict[str, Any]]:
    """A line per case and number of connections."""
    lines = []
    with bare_flask() as bare, autumn_mock() as ours:
        furnish(ours)
        first = 0
        for case in CASES:
            for connections in (1, 16):
                measured: dict[str, list[Result]] = {"bare": [], "ours": []}
                spent = {"bare": 0.0, "ours": 0.0}
                for _ in range(rounds):
                    for name, server in (("bare", bare), ("ours", ours)):
                        load = case.load(server.port, connections, seconds, first)
                        before = server.cpu_seconds()
                        measured[name].append(run(load))
                        spent[name] += server.cpu_seconds() - before
                        first += 1_000_000
                lines.append(_line(case, connections, measured, spent))
    return lines


def _line(
    case: Case, connections: int, measured: dict[str, list[Result]], spent: dict[str, float]
) -> dict[str, Any]:
    bare, ours = (median_rate(measured[name]) for name in ("bare", "ours"))
    costs = {name: spent[name] / sum(r.asked for r in measured[name]) for name in measured}
    return {
        "request": case.name,
        "connections": connections,
        "bare Flask/s": round(bare),
        "autumn-mock/s": round(ours),
        "ratio": round(ours / bare, 2),
        "CPU ratio": round(costs["bare"] / costs["ours"], 2),
        "target": case.target if connections == 16 else None,
        "p50 ms": round(statistics.median(r.p50_ms for r in measured["ours"]), 2),
        "p99 ms": round(statistics.median(r.p99_ms for r in measured["ours"]), 2),
        "failed": sum(r.failed for r in measured["ours"]),
    }


def median_rate(results: Iterable[Result]) -> float:
    return statistics.median(result.rate for result in results)


FORM = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": "Bearer sk_test_1"}
DYNAMO = {
    "Content-Type": "application/x-amz-json-1.0",
    "Authorization": "AWS4-HMAC-SHA256 Credential=k/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0",
}
ITEM = {"id": {"S": "c{n}"}, "name": {"S": "Ada Lovelace"}, "email": {"S": "ada{n}@example.com"}}


def _dynamo(port: int, target: str, body: dict[str, Any]) -> Load:
    headers = DYNAMO | {"X-Amz-Target": f"DynamoDB_20120810.{target}"}
    return Load(port=port, method="POST", path="/", body=json.dumps(body), headers=headers)


def _incumbent_loads(name: str, port: int) -> dict[str, Load]:
    """The same three things in the words of another emulator: make a customer, get one, list ten."""
    if name == "localstripe":
        made = Load(port=port, method="POST", path="/v1/customers", headers=FORM,
                    body="name=Ada+Lovelace&email=ada{n}@example.com")  # fmt: skip
        return {
            "new": made,
            "get": replace(made, method="GET", path="/v1/customers/{known}", body=""),
            "list of 10": replace(made, method="GET", path="/v1/customers?limit=10", body=""),
        }
    return {
        "new": _dynamo(port, "PutItem", {"TableName": "customers", "Item": ITEM}),
        "get": _dynamo(port, "GetItem", {"TableName": "customers", "Key": {"id": {"S": "c7"}}}),
        "list of 10": _dynamo(port, "Scan", {"TableName": "customers", "Limit": 10}),
    }


_OURS = {"new": CASES[0], "get": CASES[2], "list of 10": CASES[3]}


def incumbents(seconds: float) -> list[dict[str, Any]]:
    """The same kinds of requests, 16 connections, a hundred customers to begin with."""
    lines = []
    for name in ("localstripe", "moto"):
        with incumbent(name) as theirs, autumn_mock() as ours:
            furnish(ours)
            loads = _incumbent_loads(name, theirs.port)
            known = _prepare(name, theirs, loads["new"])
            loads["get"] = replace(loads["get"], path=loads["get"].path.replace("{known}", known))
            for what in ("get", "list of 10", "new"):
                there = run(replace(loads[what], seconds=seconds, first=1_000_000))
                here = run(_OURS[what].load(ours.port, 16, seconds, 1_000_000))
                lines.append({
                    "request": what, "program": name, "its/s": round(there.rate),
                    "autumn-mock/s": round(here.rate), "ratio": round(here.rate / there.rate, 1),
                    "failed": there.failed + here.failed,
                })  # fmt: skip
    return lines


def _prepare(name: str, server: Running, new: Load) -> str:
    """A hundred customers; the id of one."""
    if name == "moto":
        table = {
            "TableName": "customers", "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        }  # fmt: skip
        _send(_dynamo(server.port, "CreateTable", table), 0)
    made = [_send(new, number) for number in range(100)]
    return str(made[7].get("id", "c7"))


def _send(load: Load, number: int) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{load.port}{load.path}",
        load.body.replace("{n}", str(number)).encode(), load.headers, method=load.method,
    )  # fmt: skip
    with urllib.request.urlopen(request, timeout=30) as response:
        answer: dict[str, Any] = json.load(response)
    return answer
