"""Who may import whom, and why each departure from the first plan is one. `test_architecture` holds
the code to it and CONTRIBUTING shows it (`make docs` writes it there)."""

ABOVE = "everything above"

LAYERS: tuple[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]], ...] = (
    # packages, what they may import of this project, and of others
    (("clock", "ids", "settings"), (), ()),
    (("request_log",), (), ("msgspec",)),
    (("errors",), (), ()),
    (("domain",), ("errors",), ("msgspec", "dateutil")),
    (("versions",), ("call", "domain", "errors"), ()),
    (("call",), ("versions",), ("msgspec",)),
    (("schemas",), ("domain", "errors", "settings", "versions"), ("marshmallow",)),
    (("store",), ("domain", "errors"), ("tinydb", "msgspec", "sortedcontainers")),
    (("exclusions",), ("clock", "errors"), ()),
    (("stripe",), ("domain", "store", "ids", "errors"), ()),
    (
        ("world", "webhooks"),
        (
            "world", "webhooks", "store", "domain", "clock", "ids", "settings", "request_log", "errors",
            "exclusions",
        ),
        ("standardwebhooks", "msgspec"),
    ),
    (
        ("operations",),
        ("schemas", "versions", "call", "domain", "world", "stripe", "webhooks", "errors", "exclusions"),
        ("marshmallow", "msgspec"),
    ),
    (("passing_time",), ("clock", "store", "operations", "domain", "world", "webhooks", "stripe"), ()),
    (("running",), ("operations", "schemas", "passing_time", "world", "errors"), ()),
    (
        ("seeding", "fakes"),
        ("running", "operations", "schemas", "versions", "passing_time", "domain", "world", "errors"),
        ("faker", "marshmallow"),
    ),
    (
        ("web",),
        (
            "operations", "running", "schemas", "versions", "call", "passing_time", "seeding", "world",
            "domain", "webhooks", "stripe", "errors", "settings", "clock", "request_log",
        ),
        ("flask", "werkzeug", "msgspec", "marshmallow"),
    ),
    (("emulator",), (ABOVE,), ()),
    (("server",), ("emulator", "settings", "clock", "seeding", "store"), ("granian",)),
    (("transport",), (), ("httpx",)),
    (("wsgi",), (), ("werkzeug",)),
    (("controls",), (), ()),
    (
        ("testing",),
        ("emulator", "settings", "transport", "wsgi", "controls", "seeding"),
        ("httpx", "autumn_sdk"),
    ),
    (("pytest_plugin",), ("testing",), ("pytest",)),
    (
        ("cli",),
        ("server", "emulator", "settings", "fakes", "seeding", "operations", "store", "errors"),
        ("click",),
    ),
    (("__init__", "__main__"), ("emulator", "settings", "cli"), ()),
)  # fmt: skip

DEPARTURES: dict[str, str] = {
    "`domain` has a folder for each area": "there are about a hundred rules, and one list of them helps nobody",
    "`domain` and `store` use msgspec": "records are frozen Structs, which it encodes and reads by itself",
    "`domain` uses dateutil": "calendar months, pure arithmetic",
    "`versions` and `call` import each other": "a reply is stepped down for a call, and a call has a "
    "version; the two modules involved do not import each other",
    "`schemas` imports `settings` and `versions`": "the profile decides which characters an id may have, "
    "and the version which shape a body has",
    "`operations`, `seeding` and `web` import marshmallow": "the registry for the type of a shape, "
    "seeds to say what does not fit one, the exported OpenAPI to describe them",
    "`operations` and `web` use msgspec": "for small values, cheaper to make and to load than dataclasses",
    "`webhooks` imports `world`": "the outbox needs the clock, the ids and the store of one world, so it takes "
    "the world; what a world holds of webhooks does not look back",
    "`running` stands between `operations` and `web`": "seeds and HTTP requests run an operation in the same "
    "way, so a seed can't build what the API forbids",
    "`testing` stands between `emulator` and `pytest_plugin`": "an organisation of a test can be used without "
    "pytest",
}

IMPORTS_INSIDE_FUNCTIONS: dict[str, str] = {
    "__init__": "importing the package must stay cheap: the plugin does it in every test run",
    "testing": "the server, httpx and the SDK are loaded when a test first needs them",
    "cli": "`--help` and wrong usage must not wait for the server",
    "server": "the port is bound before the application is loaded",
    "web": "the exported OpenAPI is made when somebody asks for it",
    "emulator": "the test server is not loaded by `autumn-mock serve`",
}
"""By package."""

LONG_FILES: dict[str, str] = {}

LONG_FUNCTIONS: dict[str, str] = {
    "store/tables.py:__init__": "the declaration of all tables, read from top to bottom",
}
