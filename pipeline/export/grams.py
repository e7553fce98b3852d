"""Text as an index takes it, so that a search for a word in hanzi finds it inside a sentence.

SQLite's `unicode61` takes a run of hanzi for one token, so 凋亡 is not found in 细胞凋亡; `trigram` finds no word of
two characters; a tokenizer of our own would have to be wherever the file is opened. So what is indexed is not the text
but all pieces of its hanzi runs that a reader may type, each a token of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

LONGEST = 8  # hanzi of a word that is found as typed; longer ones are found by their parts, with blanks between
NEAR = 4  # hanzi beside Latin letters that one types along with them: NF-κB通路
_HANZI = "\u3400-\u4dbf\u4e00-\u9fff"
_RUN = re.compile(f"[{_HANZI}]+")
_LATIN = rf"[^\W_{_HANZI}]+"
# A name in Latin letters with its joints: Keap1/Nrf2/ARE, 1,25-(OH)2.
_NAME = rf"{_LATIN}(?:[-–/.,'′()+·:]{{1,2}}{_LATIN})*"
_LATIN_BEFORE = re.compile(rf"({_NAME})([-–/·]?)([{_HANZI}]{{1,{NEAR}}})")
_LATIN_BEHIND = re.compile(rf"([{_HANZI}]{{1,{NEAR}}})([-–/·]?)({_NAME})")
_BORDER = re.compile(rf"(?<=[{_HANZI}])(?=[^\W_{_HANZI}])|(?<=[^\W_{_HANZI}])(?=[{_HANZI}])")


def indexed(text: str, names: Iterable[str] = ()) -> str:
    """What to give an index for `text`: found by its Latin words and phrases, by any one to eight hanzi that stand
    together, and by a name in Latin letters with up to four hanzi before or behind it; `names` are found whole besides.
    """
    return " ".join((_BORDER.sub(" ", text), *_pieces(text), *dict.fromkeys(n for n in names if n)))


def _pieces(text: str) -> Iterator[str]:
    grams = {
        run[at : at + size]: None
        for run in _RUN.findall(text)
        for size in range(1, LONGEST + 1)
        for at in range(len(run) - size + 1)
    }
    yield from grams
    for m in _LATIN_BEFORE.finditer(text):
        yield from (f"{m[1]}{m[2]}{m[3][:n]}" for n in range(1, len(m[3]) + 1))
    for m in _LATIN_BEHIND.finditer(text):
        yield from (f"{m[1][-n:]}{m[2]}{m[3]}" for n in range(1, len(m[1]) + 1))
