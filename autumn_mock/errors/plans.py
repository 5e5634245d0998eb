"""Failures of plans as they stand: defaults, versions, deletion, variants."""

from autumn_mock.errors.base import ApiError, InvalidRequest

# Defaults


class VariantCannotBeDefault(ApiError):
    code = "variant_cannot_be_default"
    wording = "Variants cannot be the default plan."


class HistoricalVersionCannotBeDefault(ApiError):
    code = "historical_plan_version_cannot_be_default"
    wording = "Only the latest version of a plan can be marked as auto-enable."


class AutoEnableWithPrices(InvalidRequest):
    wording = "Cannot make a plan auto-enable if it has prices on it."


class AnotherDefault(InvalidRequest):
    wording = "You have another default product ({plan_id}). Please remove default from that product first."


class AnotherDefaultTrial(InvalidRequest):
    wording = (
        "You have another default trial product in this group ({plan_id}). "
        "Please remove default from that product first."
    )


# Versions and deletion


class ConflictingVersionFlags(ApiError):
    code = "conflicting_version_flags"
    wording = "Cannot use both {one} and {other}"


class PlanIdInUse(InvalidRequest):
    status = 409
    wording = "Cannot change product ID because it has existing customers"


class PlanIdInPrograms(InvalidRequest):
    status = 409
    wording = "Cannot change product ID because existing reward programs are linked to it"


class PlanIsLicense(InvalidRequest):
    wording = "Product {plan_id} is linked to a parent plan as a license and therefore cannot be deleted"


class PlanHasCustomers(InvalidRequest):
    wording = (
        "Product {plan_id} has {count} customers (expired or active) on it and therefore cannot be deleted"
    )


# Variants


class InvalidPropagationTarget(ApiError):
    """400 `invalid_propagation_target`: a base and a variant that can't be what is asked."""

    code = "invalid_propagation_target"


class OwnBasePlan(InvalidPropagationTarget):
    wording = "A plan cannot be linked to itself as a base plan."


class VariantAsBasePlan(InvalidPropagationTarget):
    wording = "A variant plan cannot be used as a base plan."


class FieldOfBasePlan(InvalidPropagationTarget):
    wording = "Cannot update {field} directly on a variant plan."


class NoVariantToFollow(InvalidPropagationTarget):
    wording = "Invalid propagation target: {plan_id}"


class OwnVariant(InvalidPropagationTarget):
    wording = "Plan {plan_id} cannot be updated as its own variant."


class PlanAndVariant(InvalidPropagationTarget):
    wording = "Plan {plan_id} cannot be updated both as a plan and a variant."


class VariantTwice(InvalidPropagationTarget):
    wording = "Variant {plan_id} cannot be updated more than once."


class VariantOfTwo(InvalidPropagationTarget):
    wording = "Variant {plan_id} cannot be updated under multiple base plans."


class TooManyVariants(ApiError):
    code = "too_many_variants"
    wording = "Cannot propagate to more than {most} variants"


class NestedVariant(ApiError):
    code = "nested_variant_not_allowed"
    wording = "Cannot create a variant from another variant."


class ArchivedBasePlan(ApiError):
    code = "cannot_fork_archived_base"
    wording = "Cannot fork an archived base plan."


class PlanIdTaken(ApiError):
    status, code = 409, "product_id_already_exists"
    wording = "Product {plan_id} already exists."
