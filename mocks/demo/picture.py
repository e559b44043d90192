"""Turns a terminal capture (`tmux capture-pane -e -p`) on standard input into an SVG: picture.py [COLUMNS] > FILE.

The pictures in the README were made so. The live view, in a terminal of 84 columns and 14 lines, from mocks/demo:
    slipway deploy --offline --world slow.yaml --pace 20
The sandbox, in one of 100 columns: the second terminal of the README's page on it, once curl had answered.
"""

import re
import sys
from xml.sax.saxutils import escape

CELL, LINE, MARGIN, BAR = 8.4, 19, 18, 34
BACKGROUND, TEXT = "#0d1117", "#e6edf3"
COLOURS = {31: "#ff7b72", 32: "#56d364", 33: "#e3b341", 36: "#39c5cf", 39: TEXT}


class Pen:
    """The attributes that escape sequences set, and that last until the next one, across lines too."""

    def __init__(self):
        self.bold, self.dim, self.colour = False, False, TEXT

    def take(self, codes):
        for code in [int(code or 0) for code in codes.split(";")]:
            if code == 0:
                self.__init__()
            elif code == 1:
                self.bold = True
            elif code == 2:
                self.dim = True
            elif code in COLOURS:
                self.colour = COLOURS[code]

    def style(self):
        weight = ' font-weight="bold"' if self.bold else ""
        opacity = ' opacity="0.62"' if self.dim else ""
        return f' fill="{self.colour}"{weight}{opacity}'


def runs(lines):
    """Every piece of text with its row, its column and its style; two spaces end a piece, since SVG makes them one."""
    pen = Pen()
    for row, line in enumerate(lines):
        column = 0
        for index, piece in enumerate(re.split(r"\x1b\[([0-9;]*)m", line)):
            if index % 2:
                pen.take(piece)
                continue
            for words in re.finditer(r"\S+(?: \S+)*", piece):
                yield row, column + words.start(), words.group(), pen.style()
            column += len(piece)


def picture(lines, columns):
    width, height = columns * CELL + 2 * MARGIN, len(lines) * LINE + 2 * MARGIN + BAR
    yield f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" ' \
          f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="a terminal with slipway deploy">'
    yield f'<rect width="100%" height="100%" rx="10" fill="{BACKGROUND}" stroke="#30363d"/>'
    for x, colour in [(24, "#ff5f57"), (44, "#febc2e"), (64, "#28c840")]:
        yield f'<circle cx="{x}" cy="22" r="6" fill="{colour}"/>'
    yield '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, \'DejaVu Sans Mono\', monospace" ' \
          'font-size="14">'
    for row, column, text, style in runs(lines):
        x, y = MARGIN + column * CELL, BAR + MARGIN + row * LINE + 10
        yield f'<text x="{x:.1f}" y="{y}" textLength="{len(text) * CELL:.1f}" ' \
              f'lengthAdjust="spacingAndGlyphs"{style}>{escape(text)}</text>'
    yield "</g></svg>"


lines = sys.stdin.read().rstrip("\n").split("\n")
print("\n".join(picture(lines, int(sys.argv[1]) if len(sys.argv) > 1 else 84)))
