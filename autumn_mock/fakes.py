"""Made-up people for seeds: the same number gives the same people.

They are entries of a seed (see `fixtures/README.md`), so nothing here knows how customers are stored.
"""

from typing import Any

from faker import Faker

_DAYS_BACK = 400
_PAYING_PERCENT = 30
_DECLINING_PERCENT = 4
Entry = dict[str, Any]


def people(catalog: Entry, count: int, seed: int) -> list[Entry]:
    """Customers of the plans and features of a seed, oldest first: most on the default plan, some paying,
    a few of them with a card that is refused of late; all with some usage."""
    fake = Faker()
    fake.seed_instance(seed)
    paid = [plan["plan_id"] for plan in catalog.get("plans", []) if _is_plain_paid(plan)]
    used = _tracked(catalog)
    made = [_person(fake, number, paid, used) for number in range(1, count + 1)]
    return sorted(made, key=lambda person: -int(person["at"].split()[0]))


def _person(fake: Faker, number: int, paid: list[str], used: list[str]) -> Entry:
    first, last = fake.first_name(), fake.last_name()
    days = fake.random_int(1, _DAYS_BACK)
    person: Entry = {
        "customer_id": f"{first}-{last}-{number}".lower().replace(" ", "-").replace("'", ""),
        "name": f"{first} {last}",
        "email": f"{first}.{last}.{number}@example.com".lower().replace(" ", "").replace("'", ""),
        "at": f"{days} days ago",
    }
    if fake.boolean(25):
        person["metadata"] = {"company": fake.company(), "country": fake.country_code()}
    if paid and fake.boolean(_PAYING_PERCENT):
        person["payment_method"] = "ok"
        person["attach"] = [fake.random_element(paid)]
        if days > 2 and fake.boolean(_DECLINING_PERCENT):
            at = f"{fake.random_int(1, days - 1)} days ago"
            person["cards"] = [{"outcome": "decline:insufficient_funds", "at": at}]
    if used and (times := fake.random_int(0, 3)):
        person["track"] = [_usage(fake, days, used) for _ in range(times)]
    return person


def _usage(fake: Faker, days: int, used: list[str]) -> Entry:
    hours = fake.random_int(1, days * 24 - 1)
    return {
        "feature_id": fake.random_element(used),
        "value": fake.random_int(1, 40),
        "at": f"{hours} hours ago",
    }


def _is_plain_paid(plan: Entry) -> bool:
    """A plan that attaches with nothing but a card."""
    price: Entry = plan.get("price") or {}
    prepaid = any(
        (item.get("price") or {}).get("billing_method") == "prepaid" for item in plan.get("items", [])
    )
    return price.get("interval", "one_off") != "one_off" and not plan.get("add_on") and not prepaid


def _tracked(catalog: Entry) -> list[str]:
    """Consumable features that customers of the default plan have, directly or by a credit system."""
    features = {feature["feature_id"]: feature for feature in catalog.get("features", [])}
    found: list[str] = []
    for plan in catalog.get("plans", []):
        for item in plan.get("items", []) if plan.get("auto_enable") else []:
            feature = features.get(item["feature_id"], {})
            if feature.get("type") == "metered" and feature.get("consumable"):
                found.append(item["feature_id"])
            found.extend(line["metered_feature_id"] for line in feature.get("credit_schema", []))
    return found
