"""Legacy routes of entities."""

from autumn_mock.web.rest.route import Route

ROUTES: tuple[Route, ...] = ()
