"""The style sheet of hosted pages: text can be read in both schemes, and nothing comes from elsewhere."""

import re
from pathlib import Path

import pytest

import autumn_mock.web.pages

FOLDER = Path(autumn_mock.web.pages.__file__).parent
SHEET = (FOLDER / "static" / "pages.css").read_text(encoding="utf-8")
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\}", SHEET, re.DOTALL)
)
WORDS = ("ink", "muted", "accent", "accent-strong")
TEXT = [
    # text, ground
    *((text, ground) for text in WORDS for ground in ("ground", "panel", "sunken")),
    *((text, "panel") for text in ("bad", "good", "note")),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("good", "good-ground"),
    ("bad", "bad-ground"),
    ("note", "note-ground"),
]  # fmt: skip
SHAPES = [("edge", "panel"), ("edge", "ground"), ("focus", "panel"), ("focus", "ground"), ("focus", "sunken")]
SCHEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 has it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dark + 0.05)


def test_contrast_is_measured_as_it_should_be() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_stands_out(scheme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_edges_of_fields_and_focus_stand_out(scheme: dict[str, str], shape: str, ground: str) -> None:
    assert contrast(scheme[shape], scheme[ground]) >= 3


def test_both_schemes_have_the_same_colours() -> None:
    assert LIGHT.keys() == DARK.keys()


def test_colours_stand_in_variables_only() -> None:
    rules = re.sub(r":root \{.*?\}", "", SHEET, flags=re.DOTALL)

    assert not re.search(r"#[0-9a-f]{3,8}\b|rgb|hsl", rules)


@pytest.mark.parametrize("name", ["pages.css", "pages.js", "icon.svg"])
def test_static_files_name_no_other_host(name: str) -> None:
    text = (
        (FOLDER / "static" / name).read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    )

    assert "//" not in re.sub(r"^ *// .*$", "", text, flags=re.MULTILINE)
    assert "@import" not in text
    assert "url(" not in text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("templates/*.html")), ids=lambda path: path.name)
def test_templates_trust_no_text(path: Path) -> None:
    """What is marked as safe is a constant of the template, never something that was handed in."""
    for marked in re.findall(r"(\S+)\|safe", path.read_text(encoding="utf-8")):
        assert marked.endswith("'"), marked
