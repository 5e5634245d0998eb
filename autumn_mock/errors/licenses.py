"""Failures of licences and their seats."""

from autumn_mock.errors.base import InvalidRequest


class LicenseNotOffered(InvalidRequest):
    wording = "No plan on this customer offers license {license_plan_id}."


class LicenseOfferedTwice(InvalidRequest):
    wording = "Multiple plans offer license {license_plan_id}."


class LicensePlanArchived(InvalidRequest):
    wording = "License plan {license_plan_id} is archived and cannot be assigned."


class EntityGivenTwiceForLicense(InvalidRequest):
    wording = "Duplicate entity {entity_id} in {field}."


class EntityOfLicenseUnknown(InvalidRequest):
    wording = "Entity {entity_id} does not exist. Pass feature_id to create it."


class NoSeatLeft(InvalidRequest):
    wording = "No available licenses for this plan."


class NothingToRelease(InvalidRequest):
    wording = "Entity {entity_id} has no license to release."


class LicenseNotHeld(InvalidRequest):
    wording = "Entity {entity_id} has no license {license_plan_id} to release."


class SeveralLicensesHeld(InvalidRequest):
    wording = "Entity {entity_id} holds multiple licenses. Provide license_plan_id."


class EntityHoldsLicense(InvalidRequest):
    wording = (
        "Entity {entity_id} holds a license ({plan_id}) — its plan is managed through the license. "
        "Release it first via licenses.release."
    )


class OffersLicenses(InvalidRequest):
    wording = (
        "Plan {plan_id} offers licenses, so it can only be attached to the customer — "
        "not to entity {entity_id}."
    )


class IsLicenseOfHeldPlan(InvalidRequest):
    wording = (
        "Plan {plan_id} is a license under {parent_plan_id}, which this customer is on. "
        "Assign seats with licenses.attach instead of attaching it directly."
    )


class PlanDoesNotOfferLicense(InvalidRequest):
    wording = "Plan {plan_id} does not offer license {license_plan_id}."


class SeatsStillHeld(InvalidRequest):
    wording = (
        "License {license_plan_id} has {held} seats assigned, which {granted} seats do not hold. "
        "Release some first via licenses.release."
    )
