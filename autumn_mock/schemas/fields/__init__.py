"""Field classes of request shapes, each with the reference's wording for what is wrong.

A field is optional unless `required=True`; absence leaves the key out of the loaded body unless
`load_default` is given; null is a wrong type unless `allow_none=True`.
"""

from autumn_mock.schemas.fields.choices import Boolean, Choice, Literal
from autumn_mock.schemas.fields.containers import Array, Map, Object, OneOf
from autumn_mock.schemas.fields.numbers import Integer, Number
from autumn_mock.schemas.fields.texts import CustomerId, Email, String, Url
from autumn_mock.schemas.fields.wire import Anything, Wire

__all__ = [
    "Anything", "Array", "Boolean", "Choice", "CustomerId", "Email", "Integer", "Literal", "Map", "Number",
    "Object", "OneOf", "String", "Url", "Wire",
]  # fmt: skip
