"""Makes the table by which the Chinese keyboard turns syllables into characters.

Run it in an environment of its own (no kiosk needs the sources)::

    python -m venv pinyin && pinyin/bin/pip install pypinyin jieba fonttools
    pinyin/bin/python -m workbench.pinyin_table --out kiosk/words/pinyin.txt

Readings are those of pypinyin, how common a character is that of jieba's dictionary. The output is committed.
"""

from __future__ import annotations

import argparse
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import jieba
from fontTools.ttLib import TTFont
from pypinyin.pinyin_dict import pinyin_dict

FONT = "kiosk/views/fonts/NotoSansCJK-400.ttf"
UNIFIED = range(0x4E00, 0xA000)
MOST = 99
"""Characters of a syllable: eleven rows of nine."""
LATER_READING = 0.05
"""What a reading that is not a character's first is worth."""
SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈"
    "钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴莫孔向常汤康易乔"
)
"""The hundred most common, which stand first: most of what is typed at a kiosk are names."""


def main() -> None:
    """Write the table: a line a syllable, a space, its characters from the most common on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    drawn, common = TTFont(FONT).getBestCmap(), _how_common()
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for code, readings in pinyin_dict.items():
        if code not in drawn or code not in UNIFIED:
            continue
        sign = chr(code)
        for number, reading in enumerate(readings.split(",")):
            syllable = _typed(reading)
            worth = (common[sign] + 1) * (LATER_READING if number else 1.0)
            worth += 1e9 - 1e6 * SURNAMES.index(sign) if sign in SURNAMES and not number else 0.0
            if syllable.isascii() and syllable.isalpha():
                found[syllable][sign] = max(worth, found[syllable].get(sign, 0.0))
    lines = []
    for syllable, signs in sorted(found.items()):
        ordered = sorted(signs, key=lambda sign: (-signs[sign], sign))
        lines.append(f"{syllable} {''.join(ordered[:MOST])}\n")
    out.write_text("".join(lines), encoding="utf-8")


def _how_common() -> Counter[str]:
    """How often each character stands in texts."""
    counted: Counter[str] = Counter()
    with jieba.get_dict_file() as dictionary:
        for line in dictionary:
            word, often, *_ = line.decode("utf-8").split()
            for sign in word:
                counted[sign] += int(often)
    return counted


def _typed(reading: str) -> str:
    """A reading as it is typed: without tones, and v for the u with two dots."""
    plain = unicodedata.normalize("NFD", reading.replace("ü", "v").replace("ê", "e"))
    dotted = plain.replace("u\u0308", "v")
    return "".join(sign for sign in dotted if not unicodedata.combining(sign))


if __name__ == "__main__":
    main()
