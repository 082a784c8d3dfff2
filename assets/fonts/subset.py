#!/usr/bin/env python3
"""Makes the two subset fonts of this folder from IBM Plex Sans.

    npm pack @ibm/plex-sans@1.1.0 && tar xzf ibm-plex-sans-1.1.0.tgz
    python3 assets/fonts/subset.py package/fonts/complete/woff2 assets/fonts

Needs fonttools and brotli. Output depends only on the input and on fonttools' version (made with 4.68).
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

WEIGHTS = ["Regular", "SemiBold"]

# Every character that the interface may draw. A test fails on a character that no font can draw: add it here.
CHARACTERS = [
    *range(0x20, 0x7F),  # Basic Latin
    *range(0xA0, 0x100),  # Latin-1: × ° · µ ± ² ³ and the letters of western European languages
    *map(ord, "ΓΔΘΛΞΠΣΦΨΩ"),
    *range(0x3B1, 0x3CA),  # α … ω
    *map(ord, "–—‘’‚“”„…•‹›′″�"),
    *map(ord, "−≤≥≈≠∞√∑∏∂∫"),
    *map(ord, "←↑→↓↔↕↖↗↘↙↶↷↺↻✓"),
    *map(ord, "⁰⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"),
]

KERNED = [*range(0x20, 0x7F), *map(ord, "–—‘’“”…")]

# The licence reserves the name "Plex" for the original: a subset is a modified version and is presented under
# another name.
FAMILY = "Chickadee Sans"


def reduced(source: Path, weight: str, characters: list[int]) -> TTFont:
    """The font with these characters only, without hinting, with kerning as the only layout feature."""
    options = subset.Options()
    options.layout_features = ["kern"]
    options.hinting = False  # the interface draws without it
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 7, 13, 14]
    options.drop_tables += ["GDEF", "gasp"]
    font = TTFont(source / f"IBMPlexSans-{weight}.woff2", recalcTimestamp=False)
    missing = [chr(c) for c in characters if c not in font.getBestCmap()]
    if missing:
        sys.exit(f"{weight}: the font lacks {' '.join(missing)}")
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    return font


def make(source: Path, target: Path, weight: str) -> None:
    font = reduced(source, weight, CHARACTERS)
    # Kerning of plain text only: pairs of accented and Greek letters would make half of the file.
    font["GPOS"] = reduced(source, weight, KERNED)["GPOS"]
    font["GPOS"].ensureDecompiled(recurse=True)
    if "GSUB" in font:
        del font["GSUB"]
    names = {
        1: FAMILY if weight == "Regular" else f"{FAMILY} {weight}",
        2: "Regular",
        3: f"3.005;subset;ChickadeeSans-{weight}",
        4: f"{FAMILY} {weight}",
        6: f"ChickadeeSans-{weight}",
    }
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
        elif record.nameID == 0:
            record.string = f'{record.toUnicode()} Subset of IBM Plex Sans {weight} with Reserved Font Name "Plex".'
    digits = {font["hmtx"][font.getBestCmap()[ord(d)]][0] for d in "0123456789−+"}
    if len(digits) != 1:
        sys.exit(f"{weight}: digits are not of one width: {sorted(digits)}")
    font.flavor = None
    path = target / f"IBMPlexSans-{weight}.subset.ttf"
    font.save(path)
    print(f"{path.name}: {path.stat().st_size} bytes, {len(CHARACTERS)} characters, digit width {digits.pop()}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    for name in WEIGHTS:
        make(Path(sys.argv[1]), Path(sys.argv[2]), name)
