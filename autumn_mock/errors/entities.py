"""Failures of entities."""

from autumn_mock.errors.base import ApiError, InvalidRequest


class EntityNotFound(ApiError):
    status, code = 404, "entity_not_found"
    wording = "Entity {entity_id} not found"


class FeatureIsConsumable(InvalidRequest):
    wording = (
        "Feature '{feature_id}' is consumable (e.g. credits, API calls). "
        "Entities can only be created for non-consumable features (e.g. seats)."
    )


class EntityIdRequired(ApiError):
    code = "entity_id_required"
    wording = "Each entity must have a unique id; only one entity per customer may omit an id."


class EntityAlreadyExists(ApiError):
    status, code = 409, "entity_already_exists"
    wording = "Entity {entity_id} already exists"


class EntityGivenTwice(ApiError):
    """The same id twice in one request."""

    status, code = 409, "entity_already_exists"
    wording = "Entity with ID {entity_id} already exists"


class TooManyEntities(ApiError):
    code = "feature_limit_reached"
    wording = "Cannot create {count} entities for feature {name} as it would exceed the usage limit."


class EntityOfSeveralCustomers(ApiError):
    code = "entity_id_required"
    wording = (
        "More than one customer has an entity with ID '{entity_id}'. "
        "Include customer_id in the request so we know which one to use."
    )


class EntityDataRequired(ApiError):
    code = "invalid_inputs"
    wording = (
        "Entity with id {entity_id} not found. To automatically create this entity, "
        "please pass in 'feature_id' into the 'entity_data' field of the request body."
    )


class EntityOfPaidFeature(ApiError):
    code = "invalid_inputs"
    wording = "Failed to auto create entity for feature {name} because it is a paid feature."
