"""Failures of hosted pages, worded for the person in front of them."""

from autumn_mock.errors.base import ApiError


class PageUnavailable(ApiError):
    status, code = 404, "page_unavailable"
    wording = "There is no such page. The link may be cut off, or the data it belonged to was reset."


class CrossSitePost(ApiError):
    status, code = 403, "cross_site_post"
    wording = "This form was sent from another site, so nothing was done."


class NotOnThisPortal(ApiError):
    status, code = 404, "not_on_this_portal"
    wording = "This plan is no longer there."
