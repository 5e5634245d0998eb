"""What grows with the number of customers, and what must not: time per request, list pages, memory."""

from dataclasses import replace
from typing import Any

from benchmarks.load import run
from benchmarks.programs import Running, autumn_mock
from benchmarks.speed import CASES, Case, call, furnish

FEW, MANY = 100, 100_000
EVENTS, ROWS = 20_000, 20
LIMIT = 1.25
"""How much dearer a request may be with MANY customers."""
_RATES = (CASES[0], CASES[1], CASES[2], CASES[3], CASES[4], CASES[5])


def growth(seconds: float, rounds: int) -> list[dict[str, Any]]:
    """A line per request: its cost with MANY customers over its cost with FEW, one connection."""
    with autumn_mock() as few, autumn_mock() as many:
        furnish(few)
        furnish(many)
        idle = few.memory_mb()
        _fill(many)
        lines = [_compare(case, few, many, seconds, rounds) for case in _RATES]
        lines.append(_last_page(few, many, seconds, rounds))
        full = many.memory_mb()
    lines.append({"request": "memory, MB", "with 100": round(idle), "with 100,000": round(full), "ratio": None})
    return lines


def usage(seconds: float, rounds: int) -> list[dict[str, Any]]:
    """Whether check and track get dearer with the events and the balances that a customer has."""
    with autumn_mock() as server:
        furnish(server)
        track, check = CASES[5], CASES[4]
        for _ in range(ROWS):
            call(
                server,
                "balances.create",
                {"customer_id": "c8", "feature_id": "messages", "included_grant": 10**9},
            )
        made = 0
        while made < EVENTS:
            made += run(replace(track.load(server.port, 16, 5, 0), warm_up=0.0)).asked
        lines = []
        for case in (check, track):
            few, events, rows = _p50s(server, [_of(case, name) for name in ("c9", "c7", "c8")], seconds, rounds)
            lines.append(
                {
                    "request": case.name,
                    "as usual": f"{few:.3f} ms",
                    f"{EVENTS:,} events": f"{events:.3f} ms",
                    "ratio": round(events / few, 2),
                    f"{ROWS} balances": f"{rows:.3f} ms",
                    "ratio of that": round(rows / few, 2),
                }
            )
    return lines


def _of(case: Case, customer_id: str) -> Case:
    return replace(case, body={**case.body, "customer_id": customer_id})


def _p50s(server: Running, cases: list[Case], seconds: float, rounds: int) -> list[float]:
    """Medians of cases that take turns, so that whatever else the machine does falls on all of them."""
    times = [[run(case.load(server.port, 1, seconds, 0)).p50_ms for case in cases] for _ in range(rounds)]
    return [sorted(of_case)[rounds // 2] for of_case in zip(*times, strict=True)]


def _p50(server: Running, case: Case, seconds: float, rounds: int) -> float:
    times = sorted(run(case.load(server.port, 1, seconds, 0)).p50_ms for _ in range(rounds))
    return times[rounds // 2]


def _fill(server: Running) -> None:
    """Make customers until there are MANY."""
    load = CASES[0].load(server.port, 16, 5, 0)
    made = FEW
    while made < MANY:
        made += run(replace(load, first=made, warm_up=0.0)).asked


def _compare(case: Case, few: Running, many: Running, seconds: float, rounds: int) -> dict[str, Any]:
    took: dict[int, list[float]] = {FEW: [], MANY: []}
    first = 10_000_000
    for _ in range(rounds):
        for size, server in ((FEW, few), (MANY, many)):
            took[size].append(run(case.load(server.port, 1, seconds, first)).p50_ms)
            first += 1_000_000
    return _told(case.name, sorted(took[FEW])[rounds // 2], sorted(took[MANY])[rounds // 2])


def _last_page(few: Running, many: Running, seconds: float, rounds: int) -> dict[str, Any]:
    """Pages deep in the list cost what the first one does."""
    took = []
    for server, pages in ((few, 9), (many, 900)):
        cursor = ""
        for _ in range(pages):
            page = call(
                server, "customers.list", {"limit": 10 if server is few else 100, "start_cursor": cursor}
            )
            cursor = page["next_cursor"]
        case = Case("", "customers.list", {"limit": 10, "start_cursor": cursor})
        took.append(_p50(server, case, seconds, rounds))
    return _told("customers.list, a page far back", *took)


def _told(name: str, with_few: float, with_many: float) -> dict[str, Any]:
    return {
        "request": name,
        "with 100": f"{with_few:.3f} ms",
        "with 100,000": f"{with_many:.3f} ms",
        "ratio": round(with_many / with_few, 2),
        "target": LIMIT,
    }
