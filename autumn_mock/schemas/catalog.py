"""Shapes of `catalog.*`, the calls with which the official CLI pushes a whole catalog."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.features import CreateFeature
from autumn_mock.schemas.plans import UpdatePlan


class CatalogPlan(UpdatePlan):
    """A plan that is made or changed, whichever it takes."""

    include_versions = fields.Boolean()
    include_variants = fields.Boolean()

    class Meta(Shape.Meta):
        fields = (*UpdatePlan.Meta.fields, "include_versions", "include_variants")


class CatalogUpdate(Shape):
    features = fields.Array(fields.Object(CreateFeature), load_default=list)
    plans = fields.Array(fields.Object(CatalogPlan), load_default=list)
    rewards = fields.Array(fields.Anything(), load_default=list)
    referral_programs = fields.Array(fields.Anything(), load_default=list)
    skip_deletions = fields.Boolean(load_default=True)
    skip_feature_ids = fields.Array(fields.String(), load_default=list)
    skip_plan_ids = fields.Array(fields.String(), load_default=list)
    expand = fields.Array(fields.String(), load_default=list)
    migration = fields.Anything()
