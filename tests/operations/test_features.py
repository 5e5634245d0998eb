"""Cases of the features chapter (catalog K1 …), each named after its number."""

from tests.conftest import Api


def test_k1_a_metered_feature_has_six_keys(api: Api) -> None:
    made = api("features.create", feature_id="messages", name="Messages", type="metered", consumable=True)

    assert made == {
        "id": "messages",
        "name": "Messages",
        "type": "metered",
        "consumable": True,
        "event_names": [],
        "archived": False,
    }


def test_k7_the_same_id_twice_is_refused(api: Api) -> None:
    api("features.create", feature_id="messages", name="Messages", type="metered", consumable=True)

    refused = api.refused("features.create", feature_id="messages", name="Again", type="boolean")

    assert refused == (409, "duplicate_feature_id", "Feature messages already exists")
