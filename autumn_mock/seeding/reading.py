"""Where a seed comes from: a fixture file, or one that comes along, by its bare name."""

import json
from json.decoder import JSONArray, JSONObject  # type: ignore[attr-defined]  # how JSONDecoder reads them
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, NamedTuple

_PACKAGE = Path(__file__).parent.parent
_FOLDERS = (_PACKAGE / "fixtures", _PACKAGE.parent / "fixtures")
"""Of an installed package, and of a checkout."""
Where = tuple[str | int, ...]
"""Keys and positions that lead to a value: `("customers", 3, "email")`."""


class SeedError(Exception):
    """A seed can't be used; the message names file and line, entry, field and reason."""


class Seed(NamedTuple):
    """What stands in a seed."""

    content: Any
    source: str = ""
    """The file; empty if it came by HTTP."""
    text: str = ""

    def error(self, where: Where, reason: str) -> SeedError:
        """What is wrong, and where: `fixtures/x.json:42: customers[3].email: not a valid email address`."""
        at = f"{self.source}:{line_of(self.text, where)}: " if self.source else ""
        return SeedError(f"{at}{shown(where) + ': ' if where else ''}{reason}")


def files(name: str) -> list[Path]:
    """The files that a name means: itself, all of a folder, or one that comes along. Raises SeedError."""
    path = _find(name)
    return sorted(path.glob("*.json")) if path.is_dir() else [path]


def read(name: str) -> Seed:
    """The seed of a file, or of a name such as `starter`. Raises SeedError."""
    return read_file(_find(name))


def read_file(path: Path) -> Seed:
    """The seed of a file. Raises SeedError."""
    try:
        text = path.read_text(encoding="utf-8")
        return Seed(json.loads(text), str(path), text)
    except json.JSONDecodeError as error:
        raise SeedError(f"{path}:{error.lineno}: column {error.colno}: {error.msg}") from None
    except UnicodeDecodeError:
        raise SeedError(f"{path}: not text in UTF-8") from None
    except OSError as error:
        raise SeedError(f"{path}: {error.strerror}") from None


def _find(name: str) -> Path:
    path = Path(name)
    if path.exists():
        return path
    if path.parent != Path() or path.suffix:
        raise SeedError(f"{name}: no such file")
    for folder in _FOLDERS:
        if (folder / f"{name}.json").exists():
            return folder / f"{name}.json"
    known = sorted({found.stem for folder in _FOLDERS for found in folder.glob("*.json")})
    raise SeedError(f"{name}: no such file, and none of the seeds that come along: {', '.join(known)}")


def shown(where: Where) -> str:
    """`customers[3].email`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return text.removeprefix(".")


def line_of(text: str, where: Where) -> int:
    """The line on which a value stands, or the innermost part of its way that exists."""
    starts: dict[int, list[int]] = {}
    document, _ = _scanner(starts)(text, len(text) - len(text.lstrip()))
    at = 0
    while True:
        begins = starts.get(id(document))
        if begins is None:
            break
        at = begins[0]
        try:
            inner = document[where[0]]
        except (LookupError, TypeError):
            break
        if not isinstance(inner, dict | list):
            at = begins[1 + list(document).index(where[0])] if isinstance(document, dict) else at
            break
        document, where = inner, where[1:]
    return text.count("\n", 0, at) + 1


def _scanner(starts: dict[int, list[int]]) -> Any:
    """A JSON scanner that notes where each object and array begins, and each key's value of an object."""
    decoder = json.JSONDecoder()

    def parse_object(state: tuple[str, int], *rest: Any) -> Any:
        values: list[int] = []

        def scan_value(text: str, at: int) -> Any:
            values.append(at)
            return scan_once(text, at)

        strict, _, hook, pairs_hook, memo = rest
        found, end = JSONObject(state, strict, scan_value, hook, pairs_hook, memo)
        starts[id(found)] = [state[1] - 1, *values]
        return found, end

    def parse_array(state: tuple[str, int], scan: Any) -> Any:
        found, end = JSONArray(state, scan)
        starts[id(found)] = [state[1] - 1]
        return found, end

    decoder.parse_object, decoder.parse_array = parse_object, parse_array  # type: ignore[attr-defined]
    scan_once = py_make_scanner(decoder)
    return scan_once
