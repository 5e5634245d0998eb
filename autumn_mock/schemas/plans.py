"""Shapes of `plans.*` (reference: plans)."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.controls import PlanBillingControls
from autumn_mock.schemas.plan_items import BasePrice, FreeTrial, PlanItem
from autumn_mock.schemas.plan_patches import ItemFilter, LicenseParent, PlanId, PlanLicense


class PlanConfig(Shape):
    ignore_past_due = fields.Boolean(load_default=False)


class PlanFacts(Shape):
    """The fields that creating and updating a plan share, as updating takes them."""

    group = fields.String()
    name = fields.String(min_length=1)
    description = fields.String()
    add_on = fields.Boolean()
    auto_enable = fields.Boolean()
    price = fields.Object(BasePrice, allow_none=True)
    items = fields.Array(fields.Object(PlanItem))
    licenses = fields.Array(fields.Object(PlanLicense))
    free_trial = fields.Object(FreeTrial, allow_none=True)
    config = fields.Object(PlanConfig)
    billing_controls = fields.Object(PlanBillingControls)
    metadata = fields.Map()
    create_in_stripe = fields.Boolean()


class CreatePlan(PlanFacts):
    plan_id = PlanId(required=True)
    group = fields.String(load_default="")
    name = fields.String(min_length=1, required=True)
    description = fields.String(allow_none=True)
    price = fields.Object(BasePrice)
    free_trial = fields.Object(FreeTrial)

    class Meta(Shape.Meta):
        fields = ("plan_id", *PlanFacts._declared_fields)


class GetPlan(Shape):
    plan_id = fields.String(min_length=1, required=True)
    version = fields.Number()


class Customize(Shape):
    """What a variant has of its own."""

    price = fields.Object(BasePrice, allow_none=True)
    add_items = fields.Array(fields.Object(PlanItem))
    remove_items = fields.Array(fields.Object(ItemFilter))
    free_trial = fields.Object(FreeTrial, allow_none=True)


class VariantChange(Shape):
    """A variant that an update of its base changes, or makes when it has a name."""

    variant_plan_id = PlanId(required=True)
    name = fields.String(min_length=1)
    customize = fields.Object(Customize, required=True)
    disable_version = fields.Boolean()
    force_version = fields.Boolean()
    migration = fields.Anything()


class UpdatePlan(PlanFacts):
    plan_id = PlanId(required=True)
    new_plan_id = PlanId()
    archived = fields.Boolean()
    version = fields.Number()
    disable_version = fields.Boolean()
    force_version = fields.Boolean()
    all_versions = fields.Boolean()
    is_default = fields.Boolean()
    base_plan_id = PlanId(allow_none=True)
    update_variant_ids = fields.Array(fields.String())
    variants = fields.Array(fields.Object(VariantChange))
    update_license_parents = fields.Array(fields.Object(LicenseParent))
    migration = fields.Anything()

    class Meta(Shape.Meta):
        fields = (
            "plan_id", *PlanFacts._declared_fields, "version", "archived", "base_plan_id",
            "new_plan_id", "disable_version", "all_versions", "migration", "force_version",
            "update_variant_ids", "update_license_parents", "variants", "is_default",
        )  # fmt: skip


class ListPlans(Shape):
    customer_id = fields.String()
    entity_id = fields.String()
    include_archived = fields.Boolean()
    all_versions = fields.Boolean()


class DeletePlan(Shape):
    plan_id = fields.String(min_length=1, required=True)
    all_versions = fields.Boolean(load_default=False)


class CreateVariant(Shape):
    base_plan_id = fields.String(required=True)
    variant_plan_id = PlanId(required=True)
    name = fields.String(min_length=1, required=True)


class HasCustomers(PlanFacts):
    plan_id = fields.String(required=True)
