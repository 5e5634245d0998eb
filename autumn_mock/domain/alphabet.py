"""Alphabetical order as people (and the reference) see it: case and accents separate only equals.

Blanks and punctuation come before symbols, those before digits, those before letters.
"""

import unicodedata

_MARKS = " _-,;:!?.'\"()[]{}@*/\\&#%`^+<=>|~$"
_RANKS = {char: rank for rank, char in enumerate(_MARKS)}

Key = tuple[list[tuple[int, str]], str, str]


def alphabetical(text: str) -> Key:
    """A key to sort texts by: `apple` < `Banana`, `e` < `é` < `f`, `a` < `A`."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return [_rank(char) for char in plain.casefold()], text.casefold(), text.swapcase()


def _rank(char: str) -> tuple[int, str]:
    if char in _RANKS:
        return _RANKS[char], ""
    if char.isdigit():
        return len(_MARKS), char
    return len(_MARKS) + 1, char
