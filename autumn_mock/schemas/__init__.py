"""Shapes of requests (marshmallow). Existence and meaning are checked in operations and domain."""
