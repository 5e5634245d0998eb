"""Failures of hosted pages: checkouts, card forms, the portal."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class CheckoutNotFound(ApiError):
    """A control route was given a page that this world did not hand out."""

    status, code = 404, "checkout_not_found"
    wording = "No checkout page {url}"


class CheckoutNotOpen(InvalidRequest):
    wording = "The checkout page {url} is {state}"


class CheckoutDeclined(ApiError):
    """The page stays open and shows the reason."""

    status, code = 402, "payment_failed"
    wording = "{reason}"


class QuantityNotAdjustable(InvalidRequest):
    wording = "The quantity of {feature_id} cannot be changed on this page"


class QuantityTooLow(InvalidRequest):
    wording = "The quantity of {feature_id} must be at least {least}"


class PromotionCodeNotTaken(InvalidRequest):
    wording = "This page takes no promotion code"


class ReturnUrlWithoutScheme(ApiError):
    code = "stripe_error"
    wording = "(Stripe Error) Invalid URL: An explicit scheme (such as https) must be provided."

    def in_legacy_form(self) -> ApiError:
        """How the old routes tell it."""
        return LegacyReturnUrlWithoutScheme()


class LegacyReturnUrlWithoutScheme(InvalidRequest):
    wording = "Invalid URL: An explicit scheme (such as https) must be provided."


class ConfigurationUnknown(ApiError):
    code = "stripe_error"
    wording = "(Stripe Error) No such configuration: '{configuration_id}'"


class CheckoutUnavailable(ApiError):
    status, code = 404, "checkout_unavailable"
    wording = "This checkout could not be loaded. Please try again or create a new checkout link."


class CheckoutCompleted(ApiError):
    status, code = 409, "checkout_completed"
    wording = "This checkout has already been completed."


class CheckoutExpired(ApiError):
    status, code = 410, "checkout_expired"
    wording = "This checkout has expired. Please create a new checkout link."


class CheckoutRequiresPayment(InvalidRequest):
    wording = "Checkout requires payment completion"


class NotLongLived(InvalidRequest):
    wording = "Long-lived checkout start only supports long-lived attach checkouts"
