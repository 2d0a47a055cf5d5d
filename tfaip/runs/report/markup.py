# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""Text and tables as HTML. What comes out of files is escaped here, and nowhere else is text put into the page."""

import html
from collections.abc import Collection, Iterable, Sequence
from typing import Any, List

from tfaip.util.plaintext import without_controls


class Markup(str):
    """A piece of the page that is HTML already."""


def escaped(content: Any) -> Markup:
    """Return any content as HTML: text is escaped, markup is left as it is."""
    return content if isinstance(content, Markup) else Markup(html.escape(without_controls(str(content))))


def element(tag: str, *content: Any, **attributes: Any) -> Markup:
    """Return an element.

    Args:
        tag: Its name.
        *content: What is in it: text, which is escaped, or markup.
        **attributes: Its attributes; an underscore at the end of a name is left out, others are dashes.
    """
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items() if value is not None}
    texts = "".join(f' {name}="{escaped(value)}"' for name, value in names.items())
    return Markup(f"<{tag}{texts}>{''.join(map(escaped, content))}</{tag}>")


def joined(parts: Iterable[Any]) -> Markup:
    """Return several pieces one after the other."""
    return Markup("\n".join(map(escaped, parts)))


def table(rows: Sequence[Sequence[Any]], right: Collection[int] = ()) -> Markup:
    """Return a table whose first row is its head.

    Args:
        rows: The cells.
        right: The columns whose cells are numbers.
    """
    lines: List[Markup] = []
    for number, row in enumerate(rows):
        tag = "th" if number == 0 else "td"
        cells = [element(tag, cell, class_="n" if index in right else None) for index, cell in enumerate(row)]
        lines.append(element("tr", *cells))
    head, body = element("thead", lines[0]), element("tbody", *lines[1:])
    return element("div", element("table", head, body), class_="scroll")


def folded(title: Any, *content: Any) -> Markup:
    """Return content that is shown when its title is clicked."""
    return element("details", element("summary", title), *content)


def preformatted(text: str) -> Markup:
    """Return text as it is, with its lines."""
    return element("pre", text)
