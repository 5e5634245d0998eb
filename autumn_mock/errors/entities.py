"""Failures of entities."""

from autumn_mock.errors.base import ApiError


class EntityNotFound(ApiError):
    status, code = 404, "entity_not_found"
    wording = "Entity {entity_id} not found"
