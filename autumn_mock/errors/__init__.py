"""Every failure of the API by name: status, code and wording live in this package alone.

One class per failure; the facts are keyword arguments that its wording names. One module per area:
`http` (keys, versions, validation, idempotency), `customers`, `catalog`, `balances`, `billing`,
`usage`.
"""

from autumn_mock.errors.base import ApiError, InvalidInputs, InvalidRequest, Problem

__all__ = ["ApiError", "InvalidInputs", "InvalidRequest", "Problem"]
