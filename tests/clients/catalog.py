"""A small catalog: what the client tests are about."""

from autumn_mock.testing import AutumnOrg

MESSAGES = {"feature_id": "messages", "name": "Messages", "type": "metered", "consumable": True}
SEATS = {"feature_id": "seats", "name": "Seats", "type": "metered", "consumable": False}
SSO = {"feature_id": "sso", "name": "SSO", "type": "boolean"}


def make_features(autumn: AutumnOrg) -> None:
    """Of 1.2.0, `features.*` can't be imported, so the features come without the SDK."""
    for feature in (MESSAGES, SEATS, SSO):
        autumn.call("features.create", **feature)
