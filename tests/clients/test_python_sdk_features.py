"""`features.*` of the official Python SDK. In release 1.2.0 that module can't be imported."""

from importlib.metadata import version

import pytest
from autumn_sdk import Autumn, errors

pytestmark = pytest.mark.skipif(
    version("autumn-sdk") == "1.2.0", reason="autumn_sdk 1.2.0 raises NameError on `.features`"
)


def test_features_are_made_found_listed_changed_and_deleted(sdk: Autumn) -> None:
    made = sdk.features.create(feature_id="messages", name="Messages", type_="metered", consumable=True)
    sdk.features.create(feature_id="sso", name="SSO", type_="boolean")

    changed = sdk.features.update(feature_id="messages", name="Letters")
    listed = sdk.features.list()

    assert (made.id, made.type, made.consumable) == ("messages", "metered", True)
    assert changed.name == "Letters"
    assert sorted(feature.id for feature in listed.list) == ["messages", "sso"]
    sdk.features.delete(feature_id="sso")
    with pytest.raises(errors.AutumnError) as refused:
        sdk.features.get(feature_id="sso")
    assert refused.value.status_code == 404


def test_a_credit_system_is_made(sdk: Autumn) -> None:
    sdk.features.create(feature_id="images", name="Images", type_="metered", consumable=True)

    made = sdk.features.create(
        feature_id="credits",
        name="Credits",
        type_="credit_system",
        credit_schema=[{"metered_feature_id": "images", "credit_cost": 4}],
    )

    assert [(cost.metered_feature_id, cost.credit_cost) for cost in made.credit_schema] == [("images", 4)]
