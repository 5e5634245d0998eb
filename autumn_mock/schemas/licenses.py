"""Shapes of `licenses.*` (reference: licences)."""

from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape


class LicensedEntity(Shape):
    entity_id = fields.String(required=True)
    name = fields.String(allow_none=True)
    feature_id = fields.String()


class AttachLicense(Shape):
    customer_id = fields.String(required=True)
    plan_id = fields.String(required=True)
    entities = fields.Array(fields.Object(LicensedEntity), required=True, min_items=1)


class ReleaseLicense(Shape):
    customer_id = fields.String(required=True)
    license_plan_id = fields.String()
    entity_ids = fields.Array(fields.String(), required=True, min_items=1)


class ListLicenses(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String()


class ListLicenseAssignments(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String()
    plan_id = fields.String()
    active = fields.Boolean(load_default=True)
