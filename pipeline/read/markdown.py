"""Markdown as PDF converters write it (MinerU, marker, docling, nougat, pymupdf4llm), without its marks.

What only looks like Markdown stays as it is: `A*B`, `P<0.05 *`, `gene_a_1`, `#1`, `$5`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

TABLE_ROW = 7
"""The level that `heading` gives to a row of a table; its cells are parted by ` | `."""

# --- formulas -------------------------------------------------------------------------------------------------------

_MATHS = re.compile(
    r"(?P<open>[（(] ?)?(?P<lead> ?)(?<!\\)\$\$? ?(?P<body>(?:\\.|[^$\n\\]){1,400}?) ?\\?\$\$?(?!\d)"
    r"(?P<tail> ?(?:[)）]|(?=-[A-Za-z])))?"
)
_DISPLAY = re.compile(r"(?ms)^[ \t]*(?:\$\$.{1,4000}?\$\$|\\\[(?=[^\]]*[\\^_{=]).*?\\\])[ \t]*$")
_BRACKET_MATHS = re.compile(r"\\\((?P<body>[^\n]{1,400}?)\\\)")
_LATEX = re.compile(r"[\\^_{}]")
# A dollar sign of money is followed by a figure and no formula: `$5 and $6`.
_PLAIN_FORMULA = re.compile(r"(?! *\d[\d,.]* *[A-Za-z]{2})(?! *\d[\d,.]* *$)[ -~α-ωΑ-Ω±×·≤≥≈→↑↓°′]{1,60}")
_SAID = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "θ", "iota": "ι", "kappa": "κ", "varkappa": "κ", "lambda": "λ", "mu": "μ", "upmu": "μ",
    "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ",
    "chi": "χ", "psi": "ψ", "omega": "ω", "upalpha": "α", "upbeta": "β", "upgamma": "γ", "updelta": "δ",
    "upkappa": "κ", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ",
    "Psi": "Ψ", "Omega": "Ω", "pm": "±", "mp": "∓", "times": "×", "div": "÷", "cdot": "·", "leq": "≤", "le": "≤",
    "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "neq": "≠", "ne": "≠", "approx": "≈", "sim": "~",
    "thicksim": "~", "rightarrow": "→", "to": "→", "longrightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔",
    "uparrow": "↑", "downarrow": "↓", "circ": "°", "degree": "°", "prime": "′", "infty": "∞", "lt": "<", "gt": ">",
    "ll": "<<", "gg": ">>", "quad": " ", "qquad": " ", "textcircled": "", "langle": "(", "rangle": ")", "lceil": "(",
    "rceil": ")", "lfloor": "(", "rfloor": ")", "lbrack": "[", "rbrack": "]", "bullet": "•", "ldots": "…",
    "cdots": "…", "dots": "…", "partial": "∂", "propto": "∝", "equiv": "≡", "cong": "≅", "ast": "*", "star": "*",
    "dagger": "†", "ddagger": "‡", "backslash": "\\", "sum": "∑", "textmu": "μ", "textdegree": "°", "ell": "l",
}  # fmt: skip
_COMMAND = re.compile(r"\\([A-Za-z]+)|\\(.)")
_WORDS_IN = re.compile(r"\\(?:text|textrm|textbf|textit|mbox|hbox|operatorname\*?)\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}")


def maths(body: str) -> str:
    r"""The plain characters of a formula: `\mathrm { A p o E }` → ApoE, `P { < } 0 . 0 5` → P<0.05, `\alpha` → α.

    Blanks in a formula are the converter's own; only `~`, `\ ` and the words of `\text{…}` have real ones.
    """
    body = _WORDS_IN.sub(lambda m: m[1].strip().replace(" ", "~"), body)
    body = _FRACTION.sub(r"\1/\2", body)
    body = body.replace("\\ ", "~").replace("\\,", "").replace("\\;", "~").replace("\\:", "").replace("\\!", "")
    body = re.sub(r"\^\s*\{?\s*\\prime\s*\}?", "′", body)

    def said(match: re.Match[str]) -> str:
        return _SAID.get(match[1], "") if match[1] else match[2]

    plain_text = re.sub(r"\s+", "", _COMMAND.sub(said, body.replace("~", "\x00")))
    plain_text = re.sub(r"(?<!\\)[{}]", "", plain_text)
    plain_text = re.sub(r"[_^](?=.)|[_^]$", "", plain_text)
    return re.sub("\x00+", " ", plain_text).strip()


_CITED = r"\d{1,3}(?:\s*[-–—~～,，、]\s*\d{1,3})*"
_RAISED_ONLY = re.compile(
    r"\s*(?:\{\s*\}\s*)?\^\s*\{?\s*(?:\\mathrm|\\mathbf|\\scriptsize)?\s*(?:\{\s*)*"
    r"(?P<open>\\?\[)?(?P<inner>[\d\s,，、\-–—~～{}\\]*\d[\d\s,，、\-–—~～{}\\]*)\\?\]?[\s}]*"
)
# A raised number is a citation behind a hanzi, a mark or a word in small letters, and a power or charge elsewhere.
_CITES_BEHIND = re.compile(r"(?:[\u3400-\u9fff，。；、：）)”\]]|[a-z]{3}|[.,;:])\s?$")


def _citation(raised: str, before: str, bracketed: bool) -> str | None:
    """`[1,2]` for raised figures that cite, None for those that do not."""
    inner = re.sub(r"[{}\\\s]", "", raised).strip("[]")
    if not re.fullmatch(_CITED, inner):
        return None
    return f"[{inner}]" if bracketed or _CITES_BEHIND.search(before) else None


def _maths_in_text(match: re.Match[str]) -> str:
    body = match["body"]
    if not _LATEX.search(body) and (not _PLAIN_FORMULA.fullmatch(body) or _is_money(match)):
        return match.group()
    raised = _RAISED_ONLY.fullmatch(body)
    if raised:
        before = match.string[max(0, match.start() - 8) : match.start()] + (match["open"] or "")
        cited = _citation(raised["inner"], before, bool(raised["open"]))
        if cited:
            return (match["open"] or "") + cited + (match["tail"] or "")
    said = maths(body)
    opened, tail = match["open"] or "", match["tail"] or ""
    lead = match["lead"]
    if opened and said.startswith("("):
        said = said[1:]  # the converter has taken the bracket into the formula and left it outside as well
    if tail.strip() and said.endswith(")") and said.count("(") < said.count(")") + (0 if opened else -1):
        said = said[:-1]
    if said.startswith("·") and len(said) > 1:
        said, lead = "-" + said[1:], ""  # a hyphen that was taken for a dot
    return opened.rstrip() + (lead if not opened else "") + said + tail.strip()


def _is_money(match: re.Match[str]) -> bool:
    """Whether the signs are those of two sums: a blank inside one end only."""
    whole = match.group().strip("（(）) ").strip("$")
    return whole[:1].isspace() != whole[-1:].isspace()


# --- marks of Markdown and HTML -------------------------------------------------------------------------------------

_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)\n]*\)|\[[^\]\n]*\])|<img[^>]*>", re.IGNORECASE)
_LINK = re.compile(
    r"(?<!\\)\[((?:\\.|\[[^\[\]]*\]|[^\]\[\\])+)\]\((?:https?:|#|mailto:|\.?/|images/|ftp:)[^)\s]*(?: \"[^\"]*\")?\)"
)
_AUTOLINK = re.compile(r"<((?:https?://|mailto:)[^>\s]+)>")
_SUP = re.compile(r"<sup>\s*(?P<open>\\?\[)?\s*(?P<inner>" + _CITED + r")\s*\\?\]?\s*</sup>", re.IGNORECASE)
_PANDOC_SUP = re.compile(r"\^(?P<open>\\?\[)?(?P<inner>" + _CITED + r")\\?\]?\^")
_TAG = re.compile(
    r"</?(?:su[bp]|b|i|em|strong|u|s|p|span|div|center|font|a|br|hr|h[1-6]|li|ul|ol|small|big|figure|figcaption"
    r"|details|summary|body|html|blockquote)(?:\s+[a-z-]+(?:=(?:\"[^\"]*\"|'[^']*'|[^\s<>\"']+))?)*\s*/?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"<br ?/?>|</(?:p|div|li|h[1-6])>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TABLE_HTML = re.compile(
    r"(?:<html>\s*(?:<body>)?\s*)?<table.*?</table>(?:\s*(?:</body>)?\s*</html>)?", re.IGNORECASE | re.DOTALL
)
_ROW_HTML = re.compile(r"<tr.*?(?:</tr>|(?=<tr)|$)", re.IGNORECASE | re.DOTALL)
_CELL_HTML = re.compile(r"<t[dh][^>]*>(.*?)(?:</t[dh]>|(?=<t[dh])|$)", re.IGNORECASE | re.DOTALL)
_TABLE_LINE = re.compile(r"^\s*\|.*\|\s*$")
_TABLE_RULE = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_STRONG = re.compile(
    r"(?<![\w*])(\*{2,3}|__)(?=[^\s*_])([^\n]{1,400}?)(?<=[^\s*])\1(?![*A-Za-z\d])"
    r"|(?<=[\u3000-\u9fff，。])(\*\*)(?=[^\s*])([^*\n]{1,200})(?<=[^\s*])\*\*"
)
_EMPHASIS = re.compile(
    r"(?<![A-Za-z\d*\\<>=)])\*(?=[^\W\d_])([^*\n]{1,200}?)(?<=[\w.)\]’”。，])(?<!\\)\*(?![A-Za-z\d*])"
    r"|(?<![A-Za-z\d_\\])_(?=[^\W\d_])([^_\n]{1,200}?)(?<=[\w.)\]’”。，])(?<!\\)_(?![A-Za-z0-9_])"
)
_ESCAPED = re.compile(r"\\([\\*_#\[\](){}~`>&<|.!+$%^=\"'-])")
_HASH = re.compile(r"^ {0,3}(#{1,6})\s+(.+?)\s*#*\s*$")
_FENCE = re.compile(r"^\s{0,3}(?:```+|~~~+)\s*(\w*)\s*$")
_PAGE_BREAK = re.compile(r"^\s*(?:\{\d+\})?(?:[-*_] ?){3,}\s*$|^\s*\[?(?:page ?break|PAGE_?BREAK)\]?\s*$")
_FOOTNOTE = re.compile(r"^[ \t]*\[\^([^\]\s]{1,20})\]:.*$", re.MULTILINE)
_FOOTNOTE_MARK = re.compile(r"\[\^([^\]\s]{1,20})\]")
_QUOTE = re.compile(r"^ {0,3}> ?")
_ENTITY = re.compile(r"&(?:lt|gt|amp|nbsp|quot|#\d{2,5}|#x[0-9a-f]{2,5});")
_IS_MARKDOWN = re.compile(
    r"(?m)^ {0,3}#{1,6} +\S|!\[[^\]\n]*\]\(|\$[^$\n]*[\\^_{][^$\n]*\$|^[ \t]*\|.+\|[ \t]*\n[ \t]*\|?[ \t]*:?-{2,}"
    r"|<table|<su[pb]>"
    r"|(?<!\w)\*\*[^\s*][^*\n]*\*\*|<!-- |^```|\]\(#|(?i:&(?:lt|gt|amp|nbsp);)|^\$\$|\\\[\d"
    r"|\$ ?[A-Za-z](?: [A-Za-z\d<>=.+-])* ?\$"
    r"|\\[~*_#]"
)


def is_markdown(raw: str) -> bool:
    """Whether a text has forms that only Markdown has."""
    return bool(_IS_MARKDOWN.search(raw))


def heading(row: str) -> tuple[str, int]:
    """A line of what `markdown` gives, and its level: 1 to 6 for a heading, TABLE_ROW, or 0."""
    head = _HASH.match(row)
    if head:
        return head[2], len(head[1])
    if _TABLE_LINE.match(row):
        return " | ".join(cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))), TABLE_ROW
    return row.strip(), 0


def markdown(raw: str) -> str:
    """Markdown as PDF converters make it, without its marks; headings keep their `#`, tables are pipe tables."""
    raw = _without_code(raw)
    raw = _closed(_COMMENT, "-->", "", raw)
    raw = _closed(_TABLE_HTML, "</table>", _pipe_table, raw)
    raw = _IMAGE.sub("", raw)
    raw = _DISPLAY.sub("", raw)
    if any(_LATEX.search(m["body"]) for m in _BRACKET_MATHS.finditer(raw)):
        raw = _BRACKET_MATHS.sub(lambda m: f"${m['body']}$", raw)
    raw = _MATHS.sub(_maths_in_text, raw)
    raw = _footnotes(raw)
    raw = _LINK.sub(lambda m: m[1], _AUTOLINK.sub(lambda m: m[1], raw))
    raw = _SUP.sub(_raised_mark, raw)
    raw = _PANDOC_SUP.sub(_raised_mark, raw)
    raw = _TAG.sub("", _BREAK.sub("\n", raw))
    rows = ["" if _PAGE_BREAK.match(x) or _TABLE_RULE.match(x.strip()) else _QUOTE.sub("", x) for x in raw.split("\n")]
    raw = "\n".join(rows)
    raw = _STRONG.sub(lambda m: m[2] or m[4], raw)
    raw = _EMPHASIS.sub(lambda m: m[1] or m[2], raw)
    raw = _ESCAPED.sub(lambda m: m[1], raw)
    return html.unescape(raw) if _ENTITY.search(raw) else raw


def _closed(pattern: re.Pattern[str], end: str, put: str | Callable[[re.Match[str]], str], raw: str) -> str:
    """As `pattern.sub`, and as quick where many beginnings have no end."""
    last = raw.lower().rfind(end) + len(end)
    return pattern.sub(put, raw[:last]) + raw[last:] if last >= len(end) else raw


def _without_code(raw: str) -> str:
    """The text without blocks of code; a fence round Markdown itself, or round no language, only loses its marks."""
    out: list[str] = []
    code: bool | None = None
    for row in raw.split("\n"):
        fence = _FENCE.match(row)
        if fence:
            code = fence[1].lower() not in ("", "markdown", "md", "text", "txt") if code is None else None
            out.append("")
        elif not code:
            out.append(row)
    return "\n".join(out)


def _pipe_table(match: re.Match[str]) -> str:
    rows = []
    for row in _ROW_HTML.findall(match.group()):
        cells = (_TAG.sub("", _BREAK.sub(" ", cell)) for cell in _CELL_HTML.findall(row))
        rows.append("| " + " | ".join(" ".join(cell.split()).replace("|", "/") for cell in cells) + " |")
    return "\n\n" + "\n".join(rows) + "\n\n"


def _footnotes(raw: str) -> str:
    """The text without footnotes and their marks; a mark without a footnote is a citation."""
    known = set(_FOOTNOTE.findall(raw))
    raw = _FOOTNOTE.sub("", raw)
    return _FOOTNOTE_MARK.sub(lambda m: "" if m[1] in known or not m[1].isdigit() else f"[{m[1]}]", raw)


def _raised_mark(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 8) : match.start()].rstrip("*_")
    return _citation(match["inner"], before, bool(match["open"])) or match["inner"]
