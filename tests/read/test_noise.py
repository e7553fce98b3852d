"""Pages told apart by their text: good, empty, noise."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from pipeline.read.noise import judge
from pipeline.read.repair import FOUNDER

CHINESE = (
    "褪黑素是由松果体分泌的一种激素，参与昼夜节律的调节。近年来的研究表明，它还能够清除自由基，减轻氧化应激，"
    "从而对心肌细胞起到保护作用（IL-6、TNF-α 均下降）。在大鼠模型中，给药四周后血压明显降低，"
    "与对照组相比差异有统计学意义。也有学者认为，这种作用与剂量有关，高剂量组的效果不如低剂量组好，其原因还有待进一步的研究来说明。"
)
TRADITIONAL = "褪黑素是由松果體分泌的一種激素，參與晝夜節律的調節。近年來的研究顯示，它還能夠清除自由基，減輕氧化壓力。"
ENGLISH = (
    "Melatonin is a hormone that the pineal gland makes at night. In recent years it has been shown to scavenge free "
    "radicals and to lower oxidative stress, so that heart muscle is spared. Rats that were given the compound for "
    "four weeks had a lower blood pressure than those of the control group, and the difference was significant."
)
FORMULAS = (
    "MitMITUMitCaCaRk",
    "dxdtkxbxcxcxdxbxcxtxbx",
    "CaCaddCaCadxcxbxbx",
    "RyRJmxRyR",
    "VmxVnxPxxx",
    "kcxKmxkfxkrx",
)


def shifted(by: int) -> Callable[[str], str]:
    return lambda text: "".join(ch if ch.isspace() else chr(max(ord(ch) + by, 0)) for ch in text)


def wrong_codec(wrote: str, read: str) -> Callable[[str], str]:
    return lambda text: text.encode(wrote).decode(read, "replace")


def next_glyph(text: str) -> str:
    """Each hanzi as its neighbour in GB2312: a font whose numbers of glyphs are off by one."""
    codes = text.translate({ord(ch): None for ch in text if not "\u4e00" <= ch <= "\u9fff"}).encode("gb2312")
    # The last of a row stays; the others move up by one.
    return bytes(code + (k % 2 and code < 0xFE) for k, code in enumerate(codes)).decode("gb2312", "ignore")


def founder(text: str) -> str:
    back = {latin: hanzi for hanzi, latin in FOUNDER.items()}
    return "".join(back.get(ch, ch) for ch in text)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("private use", shifted(0xA000)(CHINESE)),
        ("replacement characters", re.sub("[^ -~]", "\ufffd", CHINESE)),
        ("NUL for Latin letters", re.sub("[A-Za-z]", "\0", CHINESE.replace("血压", "VEGF、NADPH 氧化酶"))),
        ("control characters", shifted(-0x60)(ENGLISH.lower())),
        ("numbers of glyphs", re.sub(r"\S", lambda m: f"(cid:{ord(m.group()) % 500})", ENGLISH)),
        ("hanzi shifted", shifted(1)(CHINESE)),
        ("hanzi shifted far", shifted(700)(CHINESE)),
        ("glyph numbers off by one", next_glyph(CHINESE * 2)),
        ("GBK read as Latin", wrong_codec("gbk", "latin-1")(CHINESE)),
        ("GBK read as Cyrillic", wrong_codec("gbk", "cp1251")(CHINESE)),
        ("GBK read as Japanese", wrong_codec("gbk", "shift-jis")(CHINESE)),
        ("UTF-8 read as GBK", wrong_codec("utf-8", "gbk")(CHINESE)),
        ("UTF-8 read as Latin", wrong_codec("utf-8", "cp1252")(CHINESE)),
        ("bytes swapped", wrong_codec("utf-16-le", "utf-16-be")(CHINESE)),
        ("question marks", re.sub("[^ -~]", "?", CHINESE)),
        ("the next letter", shifted(1)(ENGLISH)),
        ("letters by the glyph's number", shifted(-29)(ENGLISH)),
        ("consonants", ENGLISH.translate(str.maketrans("aeioutnhrsl", "xqzvkjwpfgb"))),
        ("blanks for words", re.sub("松果体|自由基|氧化|心肌|大鼠", "     ", CHINESE * 3).translate(
            dict.fromkeys(map(ord, "ILTNF"))
        )),
    ],
)  # fmt: skip
def test_noise(what: str, text: str) -> None:
    """A damaged text layer is noise, with a reason of one line."""
    verdict = judge(text)
    assert verdict.kind == "noise", what
    assert verdict.reason
    assert "\n" not in verdict.reason


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("Chinese", CHINESE),
        ("English", ENGLISH),
        ("old forms of hanzi", TRADITIONAL * 3),
        ("Founder Latin", CHINESE + founder("Melatonin lowers the blood pressure of rats")),
        ("Kangxi radicals", CHINESE.replace("一", "⼀").replace("大", "⼤").replace("高", "⾼")),
        ("full-width Latin", "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in ENGLISH)),
        ("letter-spaced Latin", " ".join(ENGLISH)),
        ("chemistry", "羟基酪醇、槲皮苷、姜黄素、白藜芦醇、鞣花酸、芹菜素、木犀草素、柚皮素、橙皮苷、儿茶素。" * 2),
        ("authors of references", "张伟, 等. 槲皮素对肝损伤的保护[J]. 中国药理学通报, 2019, 35(4): 512-518. " * 8),
        ("references", "[12] Zhang W, et al. Quercetin and liver injury. Hepatol 2019;35(4):512-8. doi:10.1/x." * 4),
        ("pinyin", "Xu Zhenghua, Qiu Zhongyuan, Zhou Jingxuan, Guo Xingquan, Hu Qingzhi, Yang Xuejun, Lv Guangyu"),
        ("genes", "TP53, BRCA1, EGFR, IL6, TNF, CXCL8, MMP9, VEGFA, STAT3, MAPK1, CASP3, PTGS2, NFKB1, HIF1A, " * 3),
        ("one short form", CHINESE + "BMSCs、hBMSCs、BMSCs 与 BMSCs，" * 20),
        ("numbers", "12.3±0.4 (n = 6) 45.1% 0.003 P<0.05 17.9±1.2* 3.14×10-5 [8-12] 2.0/1.5 +0.7 −0.3 ~4 = 6\n" * 6),
        ("a formula", "E = mc2; ∑xi − μ)2/√n ≤ 0.05; v = Vmax[S]/(Km + [S]); ∂c/∂t = D∇2c; kcat/Km ≈ 107 M−1s−1\n" * 4),
        ("formulas run together", f"模型由下式给出：{'、'.join(FORMULAS)}，其中各项见上文。" * 2),
        ("parts of tall brackets", ENGLISH + "\uf8ee\uf8f9\uf8ef\uf8fa\uf8f0\uf8fb" * 8),
        ("Greek", "α-生育酚、β-胡萝卜素、γ-亚麻酸、δ-内酰胺、ω-3 的作用，αβγδεζηθκλμνξπρστυφχψω 各有不同。" * 3),
        ("the Symbol font", ENGLISH + "\uf061\uf062\uf067\uf06d" * 6),
        ("leaders", f"1 Introduction {'.' * 40} 3\n2 Methods {'_' * 40} 5\n" * 6),
        ("some private bullets", "\ue00a " + "\n\ue00a ".join(re.split("[，。]", CHINESE))),
        ("accents", "Señor Muñoz, Göttingen, Zürich, Besançon, Malmö: el estrés oxidativo; évaluation de l'activité."),
        ("wide blanks, with Latin", re.sub("[，。]", "    ", CHINESE) * 2),
        ("a short page", "第三章 结论"),
        ("a figure and its caption", "Figure 3. Melatonin keeps the liver of aged rats from harm."),
    ],
)  # fmt: skip
def test_good(what: str, text: str) -> None:
    """What is text, or can be repaired, is no noise."""
    assert judge(text).kind == "good", (what, judge(text).reason)


@pytest.mark.parametrize(
    ("text", "pictures", "kind"),
    [
        ("", 0.0, "empty"),
        (" \n ", 0.0, "empty"),
        ("12", 0.0, "empty"),
        ("· . 7 -", 0.0, "empty"),
        ("12", 1.0, "empty"),
        # The foot that an archive prints on the scan of a page.
        ("Copyright 2020 by the archive. All rights reserved. http://archive.example.org", 1.0, "empty"),
        ("Figure 3. Melatonin keeps the liver of aged rats from harm.", 0.5, "good"),
        (CHINESE * 2, 1.0, "good"),  # a scan with a good text layer under it
        (shifted(1)(CHINESE * 2), 1.0, "noise"),
    ],
)
def test_scans(text: str, pictures: float, kind: str) -> None:
    """A page is empty with a few marks, or with a picture over it and no more text than a foot's."""
    assert judge(text, pictures).kind == kind
