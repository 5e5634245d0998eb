"""Legacy routes of events."""

from autumn_mock.web.rest.route import Route

ROUTES: tuple[Route, ...] = ()
