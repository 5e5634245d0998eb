"""Legacy routes of catalog."""

from autumn_mock.web.rest.route import Route

ROUTES: tuple[Route, ...] = ()
