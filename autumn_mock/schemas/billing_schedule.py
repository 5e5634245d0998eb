"""Shapes of `billing.create_schedule` (reference: create_schedule)."""

from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, validates_schema

from autumn_mock.errors.billing_multi import PhaseOutOfOrder
from autumn_mock.schemas import fields
from autumn_mock.schemas.base import Shape
from autumn_mock.schemas.billing import (
    BILL_DIFFERENCE,
    PRORATIONS,
    CustomizedTrial,
    Discount,
    InvoiceMode,
    NowOrInstant,
)
from autumn_mock.schemas.billing_multi import AttachedPlan
from autumn_mock.schemas.common import since
from autumn_mock.schemas.customers import Currency
from autumn_mock.versions.version import Version


class After(Shape):
    duration_type = fields.Choice(("month", "year"), required=True)
    duration_count = fields.Integer(required=True, above=0)


class Phase(Shape):
    starts_at = NowOrInstant()
    starting_after = fields.Object(After)
    plans = fields.Array(fields.Object(AttachedPlan), required=True)
    billing_cycle_anchor = fields.Literal("phase_start")

    @validates_schema
    def begins_somewhere(self, data: dict[str, Any], **_: Any) -> None:
        if ("starts_at" in data) == ("starting_after" in data):
            text = "Each phase must include exactly one of starts_at or starting_after"
            raise ValidationError(text, "starts_at")


class Phase24(Phase):
    """From API version 2.4 on a phase says how the change at its start is billed. Only the first one may
    come to the difference of whole periods."""

    proration_behavior = fields.Choice((*PRORATIONS, BILL_DIFFERENCE))


class Phases(fields.Array):
    """Phases in their order; there is one at least."""

    def __init__(self, phase: type[Phase] = Phase) -> None:
        super().__init__(fields.Object(phase), required=True)

    def read(self, value: object) -> list[Any]:
        if value == []:
            raise ValidationError({0: ["Invalid input: expected object, received undefined"]})
        loaded = super().read(value)
        if "starting_after" in loaded[0]:
            text = "starting_after cannot be used on the first phase"
            raise ValidationError({0: {"starting_after": [text]}})
        for index, phase in enumerate(loaded[1:], start=1):
            if phase.get("starts_at") == "now":
                text = "starts_at: 'now' can only be used on the first phase"
                raise ValidationError({index: {"starts_at": [text]}})
            if phase.get("proration_behavior") == BILL_DIFFERENCE:
                text = f"must be one of: {', '.join(PRORATIONS)}"
                raise ValidationError({index: {"proration_behavior": [text]}})
        instants = [(index, phase.get("starts_at")) for index, phase in enumerate(loaded)]
        known = [(index, at) for index, at in instants if isinstance(at, int)]
        for (_, before), (index, at) in pairwise(known):
            if at <= before:
                raise ValidationError({index: {"starts_at": [PhaseOutOfOrder.text]}})
        return loaded


class CreateSchedule(Shape):
    customer_id = fields.String(required=True)
    entity_id = fields.String(allow_none=True)
    phases = Phases()
    free_trial = fields.Object(CustomizedTrial, allow_none=True)
    currency = Currency()
    invoice_mode = fields.Object(InvoiceMode)
    discounts = fields.Array(fields.Object(Discount))
    success_url = fields.String()
    redirect_mode = fields.Choice(("always", "if_required", "never"), load_default="if_required")
    billing_behavior = fields.Choice(PRORATIONS)
    no_billing_changes = fields.Boolean()
    billing_cycle_anchor = fields.Literal("now")
    enable_plan_immediately = fields.Boolean()
    unscheduled_plans = fields.Array(fields.Object(AttachedPlan))
    expand = fields.Array(fields.String(), load_default=list)


class CreateSchedule24(CreateSchedule):
    phases = Phases(Phase24)
    billing_behavior = fields.Choice((*PRORATIONS, BILL_DIFFERENCE))


create_schedule_shape = since(Version.V2_4, CreateSchedule24(), CreateSchedule())
