"""Legacy routes of customers."""

from autumn_mock.web.rest.route import Route

ROUTES: tuple[Route, ...] = ()
