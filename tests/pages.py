"""Reading hosted pages as a browser would: a tree of elements, forms and what they would send."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from werkzeug.test import TestResponse

from tests.conftest import Api

_EMPTY = {"meta", "link", "input", "br", "hr", "img"}
_WITHIN_A_LINE = {"a", "span", "strong", "time"}
_CONTROLS = {"input", "select", "textarea"}


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str) -> str | None:
        return self.attributes.get(name)

    @property
    def text(self) -> str:
        """What a person reads, spaces as one."""
        return " ".join(self._said().split())

    def _said(self) -> str:
        inner = "".join(each if isinstance(each, str) else each._said() for each in self.children)
        return inner if self.tag in _WITHIN_A_LINE else f" {inner} "

    def walk(self) -> Iterator["Element"]:
        yield self
        for each in self.children:
            if isinstance(each, Element):
                yield from each.walk()

    def all(self, *tags: str, **attributes: str) -> list["Element"]:
        """Elements of these tags, all of them without any, whose attributes have these values."""
        return [
            each
            for each in self.walk()
            if (not tags or each.tag in tags)
            and all(each.get(name.strip("_").replace("_", "-")) == value for name, value in attributes.items())
        ]

    def one(self, *tags: str, **attributes: str) -> "Element":
        found = self.all(*tags, **attributes)
        assert len(found) == 1, f"{len(found)} of {tags} {attributes}"
        return found[0]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("")
        self.open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {name: value or "" for name, value in attrs})
        assert len(made.attributes) == len(attrs), f"an attribute stands twice in <{tag}>"
        self.open[-1].children.append(made)
        if tag not in _EMPTY:
            self.open.append(made)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)


def read(html: str) -> Element:
    """The tree of a page. Fails where tags do not nest."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert [each.tag for each in reader.open] == [""], "something is not closed"
    return reader.root


@dataclass
class Page:
    """A page that was answered."""

    status: int
    root: Element
    headers: Any
    raw: str

    @property
    def main(self) -> Element:
        return self.root.one("main")

    @property
    def heading(self) -> str:
        return self.root.one("h1").text

    @property
    def alert(self) -> str | None:
        found = self.root.all(role="alert")
        return found[0].text if found else None

    def fields(self) -> dict[str, str]:
        """What the form of the page sends if nothing is changed."""
        return {
            each["name"]: each.get("value") or ""
            for each in self.root.all(*_CONTROLS)
            if each.get("name")
            and (each.get("type") not in {"checkbox", "radio"} or "checked" in each.attributes)
        }

    def problem(self, name: str) -> str:
        """What is said beside a field."""
        described = (self.root.one("input", name=name).get("aria-describedby") or "").split()
        return " ".join(each.text for each in self.root.walk() if each.get("id") in described)

    def rows(self) -> list[tuple[str, str]]:
        """The lines and sums of what is charged."""
        return [(row.one("th").text, row.one("td").text) for row in self.root.all("tr") if row.all("td")]


def path_in(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def page_of(response: TestResponse) -> Page:
    assert response.mimetype == "text/html", response.text
    return Page(response.status_code, read(response.text), response.headers, response.text)


def visit(api: Api, url: str) -> Page:
    """Open a page; what every page must be is checked each time."""
    shown = page_of(api.client.get(path_in(url)))
    check_page(shown)
    return shown


def send(api: Api, url: str, headers: dict[str, str] | None = None, **typed: str) -> TestResponse:
    """Fill in the form of a page and send it. Names of fields with a point are given with two underscores."""
    shown = visit(api, url)
    fields = shown.fields() | {name.replace("__", "."): value for name, value in typed.items()}
    return api.client.post(path_in(url), data=fields, headers=headers)


def sent(api: Api, url: str, **typed: str) -> Page:
    """The page that answers a form that leads nowhere else."""
    shown = page_of(send(api, url, **typed))
    check_page(shown)
    return shown


def check_page(page: Page) -> None:
    """What holds for each page: it can be read aloud, moved about in by keyboard, and asks nobody else."""
    root = page.root
    assert page.raw.startswith("<!doctype html>")
    assert root.one("html")["lang"] == "en"
    assert root.one("title").text
    assert len(root.all("main")) == 1
    _check_headings(root)
    _check_labels(root)
    _check_references(root)
    _check_asks_nobody_else(page)


def _check_headings(root: Element) -> None:
    levels = [int(each.tag[1]) for each in root.all("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1, levels
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def _check_labels(root: Element) -> None:
    labels = {each["for"]: each.text for each in root.all("label")}
    for control in root.all(*_CONTROLS):
        if control.get("type") != "hidden":
            assert labels.get(control.get("id") or ""), f"{control.get('name')} has no label"
    for named in root.all("button", "a", "summary", "th", "legend"):
        assert named.text or named.get("aria-label"), f"a {named.tag} says nothing"


def _check_references(root: Element) -> None:
    ids = [each["id"] for each in root.walk() if each.get("id")]
    assert len(ids) == len(set(ids)), "an id stands twice"
    for each in root.walk():
        for name in ("aria-describedby", "aria-labelledby", "for"):
            assert set((each.get(name) or "").split()) <= set(ids), f"{name} of {each.tag} leads nowhere"
        if (each.get("href") or "").startswith("#"):
            assert each["href"][1:] in ids, each["href"]


def _check_asks_nobody_else(page: Page) -> None:
    loaded = [each.get("src") or each["href"] for each in page.root.all("link", "script", "img", "iframe")]
    assert all(url.startswith("/pages/") for url in loaded), loaded
    assert not page.root.all("style"), "styles stand in the sheet"
    assert not any("style" in each.attributes for each in page.root.walk())
    assert not any(name.startswith("on") for each in page.root.walk() for name in each.attributes)
    assert all(not form.get("action") or form["action"].startswith("/") for form in page.root.all("form"))
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
