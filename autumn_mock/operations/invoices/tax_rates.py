"""Tax rates, which people make at the payment provider."""

from typing import Any

from autumn_mock.domain.records import TaxRate
from autumn_mock.errors.invoices import UnknownTaxRate
from autumn_mock.world import World


def make_tax_rate(world: World, facts: dict[str, Any]) -> TaxRate:
    """What a person does in the provider's dashboard. Writes it."""
    made = TaxRate(id=world.ids.stripe("txr_"), created_at=world.now(), **facts)
    world.store.tax_rates.put(made)
    return made


def find_tax_rate(world: World, tax_rate_id: str | None) -> TaxRate | None:
    """The rate that is asked for, if one is. Raises UnknownTaxRate."""
    if tax_rate_id is None:
        return None
    found = world.store.tax_rates.get(tax_rate_id)
    if found is None:
        raise UnknownTaxRate(tax_rate_id=tax_rate_id)
    return found
