"""`features.*` (reference: features)."""

from autumn_mock.domain import features
from autumn_mock.domain.records import Feature
from autumn_mock.errors import InvalidInputs
from autumn_mock.errors.catalog import DuplicateFeatureId, FeatureNotFound
from autumn_mock.operations.registry import Body, Call, Reply, operation
from autumn_mock.schemas.common import Nothing
from autumn_mock.schemas.features import CreateFeature, GetFeature
from autumn_mock.versions.features import feature_in_version, feature_list_in_version
from autumn_mock.world import World


@operation("features.create", body=CreateFeature())
def create(world: World, body: Body, call: Call) -> Reply:
    """Make a feature. Always answers the newest shape."""
    if not body["name"]:
        raise InvalidInputs([("name", "Features must have a name")])
    if not body["feature_id"]:
        raise InvalidInputs([("id", "Features must have an ID")])

    feature = features.new_feature(body, internal_id=world.make_id("fe_"), now=world.now())
    features.check_credit_schema(feature, world.store.features.get)
    if feature.id in world.store.features:
        raise DuplicateFeatureId(feature_id=feature.id)

    world.store.features.put(feature)
    return features.feature_object(feature)


@operation("features.get", body=GetFeature(), reply=feature_in_version)
def get(world: World, body: Body, call: Call) -> Reply:
    """One feature, archived ones included."""
    return features.feature_object(find(world, body["feature_id"]))


@operation("features.list", body=Nothing(), reply=feature_list_in_version)
def list_all(world: World, body: Body, call: Call) -> Reply:
    """All features; the body is not looked at."""
    found = features.in_list_order(list(world.store.features))
    return {"list": [features.feature_object(feature) for feature in found]}


def find(world: World, feature_id: str) -> Feature:
    """Raises FeatureNotFound."""
    feature = world.store.features.get(feature_id)
    if feature is None:
        raise FeatureNotFound(feature_id=feature_id)
    return feature
