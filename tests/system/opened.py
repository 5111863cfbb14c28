#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""opened.py FILE.csv|.xlsx|.html: the cells of a report, a line per row, between tabs; all of it for
.xlsx, the table for the others. Fails when the file is not what its name says."""
import csv
import html.parser
import re
import sys
import xml.etree.ElementTree as tree
import zipfile


def of_csv(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len({len(row) for row in rows}) == 1, "rows of different lengths"
    return rows


def of_xlsx(path):
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(path) as book:
        assert book.testzip() is None
        texts = ["".join(part.text or "" for part in item.iter(space + "t"))
                 for item in tree.fromstring(book.read("xl/sharedStrings.xml"))]
        page = tree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in page.iter(space + "row"):
        cells = {}
        for cell in row:
            assert cell.find(space + "f") is None, "a formula"
            column, value = re.match("[A-Z]+", cell.get("r")).group(), cell.find(space + "v")
            if value is not None:
                cells[ord(column) - 65] = texts[int(value.text)] if cell.get("t") == "s" else value.text
        rows.append([cells.get(column, "") for column in range(max(cells, default=-1) + 1)])
    return rows


class Table(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.rows, self.cell, self.open = [], None, []

    def handle_starttag(self, tag, attributes):
        if tag != "meta":
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.cell = ""

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, tag
        if tag in ("td", "th"):
            self.rows[-1].append(self.cell)
            self.cell = None


def of_html(path):
    table = Table()
    with open(path, encoding="utf-8") as file:
        table.feed(file.read())
    assert table.open == [], table.open
    return table.rows


READERS = {"csv": of_csv, "xlsx": of_xlsx, "html": of_html}
for row in READERS[sys.argv[1].rsplit(".", 1)[1]](sys.argv[1]):
    print("\t".join(re.sub(r"\s+", " ", cell) for cell in row))
