"""Making, getting and listing features: cases K1 to K19 and K37 to K39, each named after its number."""

from typing import Any

import pytest

from tests.builders import boolean, metered, seats
from tests.conftest import Api

INVALID = (400, "invalid_inputs")


def make(api: Api, feature_id: str, kind: str = "metered", **facts: Any) -> Any:
    return api("features.create", feature_id=feature_id, name=feature_id.capitalize(), type=kind, **facts)


def refused(api: Api, **facts: Any) -> tuple[int, str, str]:
    return api.refused("features.create", **facts)


def schema(*ids: str) -> list[dict[str, Any]]:
    return [{"metered_feature_id": feature_id, "credit_cost": 1} for feature_id in ids]


def listed(api: Api, **how: Any) -> list[str]:
    return [feature["id"] for feature in api("features.list", **how)["list"]]


def test_k1_a_metered_feature_has_six_keys(api: Api) -> None:
    made = make(api, "messages", consumable=True)

    assert made == {
        "id": "messages",
        "name": "Messages",
        "type": "metered",
        "consumable": True,
        "event_names": [],
        "archived": False,
    }


def test_k2_a_boolean_feature_is_not_consumable(api: Api) -> None:
    made = make(api, "sso", "boolean")

    assert (made["consumable"], made["event_names"]) == (False, [])
    assert not {"credit_schema", "display"} & set(made)


def test_k3_a_metered_feature_may_be_continuous(api: Api) -> None:
    assert make(api, "seats", consumable=False)["consumable"] is False
    assert make(api, "disks")["consumable"] is False


def test_k4_a_credit_system_shows_its_schema(api: Api) -> None:
    metered(api, "messages")

    made = make(
        api, "credits", "credit_system", credit_schema=[{"metered_feature_id": "messages", "credit_cost": 2}]
    )

    assert (made["type"], made["consumable"]) == ("credit_system", True)
    assert made["credit_schema"] == [{"metered_feature_id": "messages", "credit_cost": 2}]


def test_k5_display_and_event_names_are_kept(api: Api) -> None:
    words = {"singular": "seat", "plural": "seats"}

    made = make(api, "seats", display=words, event_names=["b", "a"])

    assert (made["display"], made["event_names"]) == (words, ["b", "a"])


def test_k6_an_ai_credit_system_keeps_its_markups(api: Api) -> None:
    markups = {
        "default_markup": 20,
        "model_markups": {"anthropic/claude-3": {"markup": 50.5}},
        "provider_markups": {"openai": {"markup": 10}},
    }

    made = make(api, "ai", "ai_credit_system", **markups)

    assert (made["consumable"], made["credit_schema"]) == (True, [])
    assert {key: made[key] for key in markups} == markups


def test_k7_the_same_id_twice_is_refused(api: Api) -> None:
    metered(api, "messages")

    assert refused(api, feature_id="messages", name="Again", type="boolean") == (
        409,
        "duplicate_feature_id",
        "Feature messages already exists",
    )


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"feature_id": "x", "type": "boolean"}, "name: must be a string (received undefined)"),
        ({"feature_id": "x", "type": "boolean", "name": ""}, "name: Features must have a name"),
        ({"feature_id": "", "type": "boolean", "name": "X"}, "id: Features must have an ID"),
        (
            {"feature_id": "x", "name": "X", "type": "single_use"},
            "type: must be one of: boolean, metered, credit_system, ai_credit_system",
        ),
        (
            {"feature_id": "x", "name": "X", "type": "credit_system"},
            "credit_schema: Please specify the credit schema for the feature.",
        ),
        (
            {"feature_id": "x", "name": "X", "type": "credit_system", "consumable": False, "credit_schema": []},
            "consumable: Credit system features must be consumable.",
        ),
    ],
)  # fmt: skip
def test_k8_to_k11_a_body_of_the_wrong_shape(api: Api, facts: Any, message: str) -> None:
    assert refused(api, **facts) == (*INVALID, message)


def test_k8_all_problems_are_told_the_id_last(api: Api) -> None:
    assert refused(api) == (
        *INVALID,
        "[Validation Errors] name: must be a string (received undefined); "
        "type: must be one of: boolean, metered, credit_system, ai_credit_system; "
        "feature_id: must be a string (received undefined)",
    )


@pytest.mark.parametrize(
    ("kind", "ids", "message"),
    [
        ("credit_system", [], "At least one metered feature is required for credit system"),
        (
            "credit_system",
            ["seats"],
            "Credit system schema cannot reference continuous feature seats. "
            "Only consumable (single-use) metered features are allowed.",
        ),
        (
            "credit_system",
            ["credits"],
            "Credit system schema cannot reference another credit system (credits). "
            "Only metered or AI credit features are allowed.",
        ),
        (
            "credit_system",
            ["messages", "messages"],
            "Credit system contains multiple of the same metered_feature_id",
        ),
        (
            "ai_credit_system",
            ["messages"],
            "AI credit systems are leaf features and cannot define a schema. "
            "Model rates live in model_markups.",
        ),
    ],
)
def test_k12_to_k15_a_schema_that_makes_no_sense(api: Api, kind: str, ids: list[str], message: str) -> None:
    metered(api, "messages")
    seats(api, "seats")
    make(api, "credits", "credit_system", credit_schema=schema("messages"))

    answer = refused(api, feature_id="wallet", name="Wallet", type=kind, credit_schema=schema(*ids))

    assert answer == (400, "invalid_feature", message)
    assert "wallet" not in listed(api)


def test_k16_a_schema_may_name_what_is_not_there(api: Api) -> None:
    made = make(api, "wallet", "credit_system", credit_schema=schema("nothing", "wallet"))

    assert made["credit_schema"] == schema("nothing", "wallet")


def test_k17_k18_features_are_listed_as_made_archived_ones_last(api: Api) -> None:
    metered(api, "c", "b", "a")
    assert listed(api) == ["c", "b", "a"]

    api("features.update", feature_id="b", archived=True)

    assert listed(api) == ["c", "a", "b"]


def test_k19_an_unknown_feature_is_not_found(api: Api) -> None:
    assert api.refused("features.get", feature_id="nothing") == (
        404,
        "feature_not_found",
        "Feature nothing not found",
    )


def test_k37_k38_old_versions_tell_the_usage_kind_in_the_type(api: Api) -> None:
    metered(api, "messages")
    seats(api, "seats")
    boolean(api, "sso")

    got = api("features.get", version="1.2.0", feature_id="messages")
    kinds = [feature["type"] for feature in api("features.list", version="1.2.0")["list"]]

    assert got == {
        "id": "messages",
        "name": "Messages",
        "type": "single_use",
        "display": None,
        "credit_schema": None,
        "archived": False,
    }
    assert kinds == ["single_use", "continuous_use", "boolean"]


def test_k39_creating_answers_the_newest_shape_to_every_version(api: Api) -> None:
    made = api("features.create", version="1.2.0", feature_id="a", name="A", type="metered", consumable=True)

    assert (made["type"], made["consumable"]) == ("metered", True)


def test_a_feature_id_of_the_rpc_route_may_hold_any_character(api: Api) -> None:
    assert make(api, "odd id!", "boolean")["id"] == "odd id!"


def test_only_credit_systems_have_a_schema(api: Api) -> None:
    metered(api, "messages")

    assert "credit_schema" not in make(api, "words", credit_schema=schema("messages"))
    assert make(api, "ai", "ai_credit_system")["credit_schema"] == []
    turned = api("features.update", feature_id="ai", type="metered", consumable=True)
    assert "credit_schema" not in turned
