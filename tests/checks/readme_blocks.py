"""Read the commands and queries out of a Markdown file."""

from __future__ import annotations

import re
from dataclasses import dataclass

FENCE = re.compile(
    r"(?:<!--\s*not run:\s*(?P<reason>.*?)\s*-->\s*\n)?"
    r"^```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^```\s*$",
    re.M | re.S,
)
LINK = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")


@dataclass(frozen=True)
class Block:
    """A fenced block.

    Attributes
    ----------
    language : str
        What stands behind the opening fence.
    code : str
        What stands between the fences.
    line : int
        The line of its first line of code.
    reason : str
        Why it is not run, from a comment `<!-- not run: ... -->` above it; else empty.
    """

    language: str
    code: str
    line: int
    reason: str = ""


def blocks(text: str) -> list[Block]:
    r"""Fenced blocks in their order.

    Examples
    --------
    >>> fence = "`" * 3
    >>> text = f"Run\n{fence}bash\nmake\n{fence}\n"
    >>> blocks(text)
    [Block(language='bash', code='make\n', line=3, reason='')]
    >>> blocks("<!-- not run: slow -->\n" + text[4:])[0].reason
    'slow'
    """
    return [
        Block(
            match["language"],
            match["code"],
            text.count("\n", 0, match.start("code")) + 1,
            match["reason"] or "",
        )
        for match in FENCE.finditer(text)
    ]


def links(text: str) -> list[str]:
    """Targets of links to files.

    Examples
    --------
    >>> links("[a](docs/a.md#b), [c](https://example.org), [d](#e)")
    ['docs/a.md']
    """
    return LINK.findall(text)
