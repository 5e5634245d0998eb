"""What the payment provider keeps of who is billed: address, tax ids, exemption, fields printed on
invoices (reference: customers, billing_details).

Invariant: what a change does not name stays, and a tax id is there once.
"""

from autumn_mock.domain.records import JsonObject, StripeCustomer

_ADDRESS = ("line1", "line2", "city", "state", "postal_code", "country")
BILLING_DETAILS = "billing_details"
"""In `expand`."""
CUSTOM_FIELDS = "invoice_settings_custom_fields"
"""What the custom fields are called among a Stripe customer's details."""


def changed_details(kept: JsonObject, given: JsonObject) -> JsonObject:
    """The details after a change. An address and the custom fields are replaced as a whole, null clears
    them; of tax ids those to remove go before those to add come."""
    changed = dict(kept)
    changed.update({name: given[name] for name in ("address", "tax_exempt") if name in given})
    if "tax_ids" in given:
        changed["tax_ids"] = _changed_ids(kept.get("tax_ids", ()), given["tax_ids"])
    settings = given.get("invoice_settings", {})
    if "custom_fields" in settings:
        changed[CUSTOM_FIELDS] = settings["custom_fields"]
    return changed


def _changed_ids(had: list[JsonObject], change: JsonObject) -> list[JsonObject]:
    gone = change.get("remove", ())
    ids = [each for each in had if each not in gone]
    for each in change.get("add", ()):
        if each not in ids:
            ids.append(each)
    return ids


def billing_details_object(payer: StripeCustomer) -> JsonObject:
    """The expand `billing_details`. The provider exempts nobody who doesn't ask for it."""
    details = payer.details
    address = details.get("address")
    return {
        "address": {name: address.get(name) for name in _ADDRESS} if address is not None else None,
        "tax_ids": list(details.get("tax_ids") or ()),
        "tax_exempt": details.get("tax_exempt", "none"),
        "invoice_settings": {"custom_fields": list(details.get(CUSTOM_FIELDS) or ())},
    }
