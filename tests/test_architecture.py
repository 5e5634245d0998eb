"""The shape of the code: who imports whom, how long things are, who reads the time and makes ids."""

import ast
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.architecture import ABOVE, IMPORTS_INSIDE_FUNCTIONS, LAYERS, LONG_FILES, LONG_FUNCTIONS

ROOT = Path(__file__).resolve().parent.parent / "autumn_mock"
FILES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.py"))
MAX_FILE, MAX_FUNCTION = 250, 40

TIME = {
    "time.time", "time.time_ns", "time.monotonic", "time.perf_counter", "datetime.now", "datetime.utcnow",
    "datetime.today", "date.today",
}  # fmt: skip
CHANCE = {"random", "secrets", "uuid"}


@cache
def tree(file: str) -> ast.Module:
    return ast.parse((ROOT / file).read_text(encoding="utf-8"))


def package(file: str) -> str:
    return file.removesuffix(".py").partition("/")[0]


def imported(node: ast.AST) -> Iterator[str]:
    """Modules that a statement imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        assert node.level == 0, "imports are absolute"
        if node.module == "autumn_mock":
            yield from (f"autumn_mock.{alias.name}" for alias in node.names if not alias.name.startswith("__"))
        else:
            yield str(node.module)


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)


def statements(file: str) -> Iterator[ast.AST]:
    """All nodes that run: what stands under TYPE_CHECKING does not."""
    waiting: list[ast.AST] = [tree(file)]
    while waiting:
        node = waiting.pop()
        if not is_for_types(node):
            yield node
            waiting.extend(ast.iter_child_nodes(node))


def imports(file: str) -> set[str]:
    return {name for node in statements(file) for name in imported(node)}


def inner(name: str) -> str | None:
    """The package of this project that a module name leads to."""
    top, _, rest = name.partition(".")
    return (rest.partition(".")[0] or "__init__") if top == "autumn_mock" else None


def permitted(of: str) -> tuple[set[str], set[str]]:
    above: set[str] = set()
    for packages, own, others in LAYERS:
        if of in packages:
            return (above if ABOVE in own else set(own)) | {of}, set(others)
        above |= set(packages)
    raise AssertionError(f"autumn_mock/{of} is in no layer; give it one in tests/architecture.py")


@pytest.mark.parametrize("file", FILES)
def test_a_module_imports_only_what_its_layer_may(file: str) -> None:
    own, others = permitted(package(file))

    for name in imports(file):
        within = inner(name)
        if within is not None:
            assert within in own, f"{file} imports {name}"
        else:
            top = name.partition(".")[0]
            assert top in sys.stdlib_module_names or top in others, f"{file} imports {name}"


def test_no_module_imports_itself_by_way_of_others() -> None:
    modules = {module_name(file): file for file in FILES}
    graph = {
        name: {found for target in exact_imports(file) if (found := target) in modules and found != name}
        for name, file in modules.items()
    }

    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"cycle: {' → '.join(error.args[1])}")


def module_name(file: str) -> str:
    return "autumn_mock." + file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def exact_imports(file: str) -> Iterator[str]:
    """Imports at module level, a name that is itself a module followed to that module."""
    for node in tree(file).body:
        yield from imported(node)
        if isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("file", FILES)
def test_imports_stand_at_the_top(file: str) -> None:
    inside = [
        ast.unparse(node)
        for function in functions(file)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]

    assert not inside or package(file) in IMPORTS_INSIDE_FUNCTIONS, inside


@pytest.mark.parametrize("file", FILES)
def test_a_file_can_be_read_in_one_sitting(file: str) -> None:
    lines = len((ROOT / file).read_text(encoding="utf-8").splitlines())

    assert lines <= MAX_FILE or file in LONG_FILES, f"{file} has {lines} lines"


@pytest.mark.parametrize("file", FILES)
def test_a_function_fits_on_a_screen(file: str) -> None:
    for function in functions(file):
        lines = (function.end_lineno or 0) - function.lineno + 1
        name = f"{file}:{function.name}"
        assert lines <= MAX_FUNCTION or name in LONG_FUNCTIONS, f"{name} has {lines} lines"


@pytest.mark.parametrize("file", [file for file in FILES if (ROOT / file).stat().st_size])
def test_a_module_opens_with_the_rule_that_it_owns(file: str) -> None:
    assert ast.get_docstring(tree(file)), f"{file} has no docstring"


def functions(file: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


@pytest.mark.parametrize("file", [file for file in FILES if file != "clock.py"])
def test_only_the_clock_reads_the_time(file: str) -> None:
    read = {ast.unparse(node) for node in ast.walk(tree(file)) if isinstance(node, ast.Attribute)}
    taken = {f"time.{alias.name}" for node in ast.walk(tree(file)) if isinstance(node, ast.ImportFrom)
             and node.module == "time" for alias in node.names}  # fmt: skip

    assert not (read | taken) & TIME


@pytest.mark.parametrize("file", [file for file in FILES if file != "ids.py"])
def test_only_ids_makes_ids(file: str) -> None:
    assert not {name.partition(".")[0] for name in imports(file)} & CHANCE


def test_the_exceptions_are_still_needed() -> None:
    inside = {
        package(file) for file in FILES for function in functions(file)
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    }  # fmt: skip
    long_files = {file for file in FILES if len((ROOT / file).read_text().splitlines()) > MAX_FILE}
    long_functions = {
        f"{file}:{function.name}" for file in FILES for function in functions(file)
        if (function.end_lineno or 0) - function.lineno >= MAX_FUNCTION
    }  # fmt: skip

    assert inside >= IMPORTS_INSIDE_FUNCTIONS.keys()
    assert long_files >= LONG_FILES.keys()
    assert long_functions >= LONG_FUNCTIONS.keys()
