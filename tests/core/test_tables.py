"""Tables as offices send them: encodings, headings, workbooks, and files that are broken or harmful."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from land_stewardship.core.errors import InputError
from land_stewardship.core.tables import archive
from land_stewardship.core.tables.delimited import read_delimited
from land_stewardship.core.tables.raw import RawTable
from land_stewardship.core.tables.xlsx import column_number, read_xlsx

TABLE = "地番,地目,氏名\n12-4,田,見本 太郎\n13,畑,見本 花子\n"
#: NEC row 13, NEC selected IBM, IBM extension, and two user-defined letters (外字) of CP932.
GAIJI = b"\x87\x40\xed\x95\xfb\xfc\xfa\xb1\xf0\x40\xf9\xfc"


def items(table: RawTable) -> dict[str, str]:
    return {remark.item: remark.value for remark in table.remarks}


@pytest.mark.parametrize(
    ("codec", "label"),
    [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8 (BOM)"), ("cp932", "CP932"), ("utf-16", "UTF-16")],
)
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_text_tables(codec: str, label: str, delimiter: str) -> None:
    table = read_delimited(TABLE.replace(",", delimiter).encode(codec), "x.csv")
    assert table.columns == ["地番", "地目", "氏名"]
    assert table.rows[1] == {"地番": "13", "地目": "畑", "氏名": "見本 花子"}
    assert table.encoding == label and table.lines == [2, 3] and table.remarks == []


def test_letters_of_one_computer_survive_and_are_told() -> None:
    data = "地番,氏名\n1,".encode("cp932") + GAIJI + b"\n"
    table = read_delimited(data, "x.csv")
    name = table.rows[0]["氏名"]
    assert name == "①﨑髙﨑\ue000\ue757"
    # The two ways CP932 writes 﨑 are one letter; the user-defined ones come back byte for byte.
    assert name.encode("cp932").endswith(b"\xf0\x40\xf9\xfc")
    assert items(table)["gaiji"] == "2" and items(table)["extended_letters"] == "2"


def test_a_few_letters_that_cannot_be_read_do_not_stop_a_table() -> None:
    lines = ["地番,氏名", *(f"{number},見本 太郎" for number in range(40))]
    data = "\n".join(lines).encode("cp932")
    place = data.index(b"39") + 3
    table = read_delimited(data[:place] + b"\x81\x20" + data[place:], "x.csv")
    assert len(table.rows) == 40 and items(table)["lost_letters"] == "1" and table.encoding == "CP932"
    told = next(remark for remark in table.remarks if remark.item == "lost_letters")
    assert "line 41" in told.text.en and "41行目" in told.text.ja


def test_titles_blank_lines_and_uneven_rows() -> None:
    text = "土地台帳一覧\n令和6年4月1日現在,,\n\n所在,地番,地積\n谷沢,1,100\n谷沢,2,200,はみ出し\n谷沢,3\n"
    table = read_delimited(text.encode(), "x.csv")
    assert table.columns == ["所在", "地番", "地積", "column 4"]
    assert table.above == ["土地台帳一覧", "令和6年4月1日現在"]
    assert [row["地番"] for row in table.rows] == ["1", "2", "3"]
    assert table.rows[1]["column 4"] == "はみ出し" and table.rows[2]["地積"] is None
    assert table.lines == [5, 6, 7]
    assert items(table) == {"blank_lines": "1", "lines_above": "2", "longer_rows": "1"}


def test_repeated_names_keep_both_columns() -> None:
    table = read_delimited("地番,面積,面積\n1,10,20\n".encode(), "x.csv")
    assert table.rows == [{"地番": "1", "面積": "10", "面積 (2)": "20"}]
    assert items(table)["repeated_names"] == "1"


def test_quotes_that_never_close_swallow_nothing() -> None:
    table = read_delimited('地番,備考\n1,"開いたまま\n2,x\n3,y\n'.encode(), "x.csv")
    assert [row["地番"] for row in table.rows] == ["1", "2", "3"]
    assert "quotes" in items(table)
    sound = read_delimited('地番,備考\n1,"改行\nあり"\n2,x\n'.encode(), "x.csv")
    assert sound.rows[0]["備考"] == "改行\nあり" and sound.lines == [2, 4]


def test_a_cut_off_file_says_so() -> None:
    data = TABLE.encode()
    table = read_delimited(data[:-2], "x.csv")
    assert "cut_off" in items(table) and len(table.rows) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        "地番,地目\n".encode(),
        b"\xff\xfe\x00\x81,\x85\n\x81",
        b"a,b\n\x00\x00,1\n",
        b"a,b\n1,\x81\x20\xff\n2,3\n",
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        read_delimited(data, "x.csv")
    assert "x.csv" in refused.value.text.en and "x.csv" in refused.value.text.ja


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_give_a_table_or_a_sentence(data: bytes) -> None:
    for reader in (read_delimited, read_xlsx):
        try:
            table = reader(data, "x")
        except InputError:
            continue
        assert len(table.rows) == len(table.lines)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.text('ab1,"\n;\t 外', max_size=4), min_size=1, max_size=4), min_size=2, max_size=6))
def test_no_cell_is_lost(cells: list[list[str]]) -> None:
    import csv

    stream = io.StringIO()
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(cells)
    try:
        table = read_delimited(stream.getvalue().encode(), "x")
    except InputError:
        return
    filled = [row for row in cells if any(cell.strip() for cell in row)]
    assert len(table.rows) + 1 + len(table.above) == len(filled)


# -- workbooks ---------------------------------------------------------------------------------------
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook(sheet: str, strings: str = "", **more: str) -> bytes:
    parts = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="r"><sheets><sheet name="台帳" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="a" Target="worksheets/sheet1.xml"/>'
        "</Relationships>",
        "xl/worksheets/sheet1.xml": f"<worksheet {MAIN}><sheetData>{sheet}</sheetData></worksheet>",
        "xl/sharedStrings.xml": f"<sst {MAIN}>{strings}</sst>",
        "xl/styles.xml": f'<styleSheet {MAIN}><numFmts><numFmt numFmtId="170" formatCode="[$-411]ggge&quot;年&quot;m"/>'
        '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="11"/></cellXfs>'
        "</styleSheet>",
        **more,
    }
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive_file:
        for name, text in parts.items():
            archive_file.writestr(name, text)
    return stream.getvalue()


HEAD = (
    '<row r="3"><c r="A3" t="s"><v>0</v></c><c r="B3" t="s"><v>1</v></c><c r="C3" t="s"><v>2</v></c>'
    '<c r="D3" t="s"><v>3</v></c></row>'
)
STRINGS = (
    "<si><t>地番</t></si><si><r><t>氏</t></r><r><t>名</t></r><rPh><t>シメイ</t></rPh></si><si><t>登記日</t></si><si><t>地積</t></si>"
    "<si><t>見本 太郎</t><rPh sb='0' eb='2'><t>ミホン タロウ</t></rPh></si>"
)


def test_a_workbook_with_a_title_readings_and_era_dates() -> None:
    sheet = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>土地台帳（令和6年度）</t></is></c></row>'
        + HEAD
        + '<row r="4"><c r="A4" t="str"><v>12-4</v></c><c r="B4" t="s"><v>4</v></c><c r="C4" s="1"><v>26420</v></c>'
        '<c r="D4"><v>1204.5</v></c></row>'
        '<row r="6"><c t="inlineStr"><is><t>13</t></is></c><c r="C6" s="2"><v>45413</v></c>'
        '<c r="D6" t="e"><v>#REF!</v></c></row>'
        '<row r="1048576"/>'
    )
    table = read_xlsx(workbook(sheet, STRINGS), "x.xlsx")
    assert table.columns == ["地番", "氏名", "登記日", "地積"]
    assert table.rows[0] == {"地番": "12-4", "氏名": "見本 太郎", "登記日": dt.date(1972, 5, 1), "地積": 1204.5}
    assert table.rows[1]["登記日"] == dt.date(2024, 5, 1) and table.rows[1]["地積"] is None
    assert table.lines == [4, 6] and items(table)["error_cells"] == "1" and items(table)["sheet"] == "台帳"


def test_openpyxl_writes_what_we_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    page = book.active
    page.append(["地番", "地目", "日付", "地積", "共有"])
    page.append(["12-4", "田", dt.date(2024, 5, 1), 100, True])
    book.create_sheet("注意書き").append(["これは見本です"])
    stream = io.BytesIO()
    book.save(stream)
    table = read_xlsx(stream.getvalue(), "x.xlsx")
    assert table.rows == [{"地番": "12-4", "地目": "田", "日付": dt.date(2024, 5, 1), "地積": 100, "共有": True}]
    assert items(table)["other_sheets"] == "1"


@pytest.mark.parametrize(
    ("reference", "number"), [("A1", 0), ("Z9", 25), ("AA3", 26), ("XFD1048576", 16383), ("1", -1), ("", -1)]
)
def test_column_numbers(reference: str, number: int) -> None:
    assert column_number(reference) == number


def bomb(size: int) -> bytes:
    return workbook('<row><c t="inlineStr"><is><t>a</t></is></c></row>', **{"xl/media/x.bin": "0" * size})


@pytest.mark.parametrize(
    "data",
    [
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600,  # locked with a password
        workbook(HEAD, STRINGS)[:400],
        workbook("<row><c></row>"),
        workbook(HEAD),  # a heading without rows, texts missing
        workbook('<row><c r="XFD1"><v>1</v></c></row><row><c r="A2"><v>1</v></c></row>'),
        bomb(20 << 20),
        workbook("", **{"../x.xml": ""}),
        workbook("", **{"xl/workbook.xml": '<!DOCTYPE x [<!ENTITY a "b">]><workbook>&a;</workbook>'}),
        workbook("", **{"xl/workbook.xml": "<a>" * 100 + "</a>" * 100}),
    ],
    # Else the bytes would be the name, and with them the time of packing, which differs from process to process.
    ids=["locked", "cut off", "no text", "heading only", "far column", "bomb", "path", "entity", "deep"],
)
def test_broken_locked_and_harmful_workbooks_are_refused(data: bytes) -> None:
    with pytest.raises(InputError) as refused:
        read_xlsx(data, "x.xlsx")
    assert "x.xlsx" in refused.value.text.en and "x.xlsx" in refused.value.text.ja


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 255))
def test_damaged_workbooks_give_a_table_or_a_sentence(place: int, value: int) -> None:
    data = bytearray(workbook(HEAD + '<row r="4"><c r="A4"><v>1</v></c></row>', STRINGS))
    data[place % len(data)] = value
    try:
        table = read_xlsx(bytes(data), "x.xlsx")
    except InputError:
        return
    assert len(table.rows) == len(table.lines)


@pytest.mark.parametrize("name", ["../a.shp", "/etc/a.shp", "C:\\a.shp", "a\\..\\b.shp", "a/../../b.shp"])
def test_names_that_lead_outside_are_refused(name: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr(name, "x")
    with pytest.raises(InputError):
        archive.open_archive(stream, "x.zip")


def test_a_size_in_the_header_that_lies_does_no_harm() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.txt", "0" * 5_000_000)
    data = bytearray(stream.getvalue())
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.index(mark) + offset
        data[place : place + 4] = struct.pack("<I", 100)
    packed = archive.open_archive(io.BytesIO(bytes(data)), "x.zip")
    with pytest.raises(InputError):
        archive.read_member(packed, "a.txt", "x.zip", archive.DATA)
