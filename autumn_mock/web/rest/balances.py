"""Legacy routes of balances."""

from autumn_mock.web.rest.route import Route

ROUTES: tuple[Route, ...] = ()
