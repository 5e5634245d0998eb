"""Failures of importing a customer's plans."""

from autumn_mock.errors.base import ApiError


class ImportFieldUnsupported(ApiError):
    code = "unsupported_field"
    wording = "billing.import: {field} is not yet supported"


class ProcessorsConflict(ApiError):
    code = "cross_processor_conflict"
    wording = (
        "billing.import: a recurring Stripe base plan and a recurring RevenueCat base plan cannot be "
        "flashed together"
    )


class NoLineForBalance(ApiError):
    code = "flash_balance_no_match"
    wording = "billing.import: no entitlement line matched balance for feature '{feature_id}'"


class SeveralLinesForBalance(ApiError):
    code = "flash_balance_ambiguous"
    wording = (
        "billing.import: balance filter for feature '{feature_id}' matched multiple lines; "
        "add a filter to disambiguate"
    )
