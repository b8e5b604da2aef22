"""Plain web pages for reports: both languages, no scripts, no links, every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .texts import LANGUAGES, Text

STYLE = (
    "body{font-family:'Noto Sans JP','Hiragino Sans','Yu Gothic',sans-serif;max-width:48rem;margin:2rem auto;"
    "padding:0 1rem;line-height:1.6;color:#1c1f1d}table{border-collapse:collapse;margin:.5rem 0 1.5rem}"
    "td,th{border-bottom:1px solid #bbb;padding:.2rem .6rem;text-align:left}td.n,th.n{text-align:right}"
    "section+section{border-top:2px solid #888;margin-top:2.5rem}"
)


def languages(first: str) -> list[str]:
    """Both languages, ``first`` at the head."""
    return [first, *(other for other in LANGUAGES if other != first)]


def page(title: Text, sections: Sequence[tuple[str, str]], made_with: str) -> str:
    """A page of ``sections`` (language, HTML body that is already escaped)."""
    first = sections[0][0]
    body = "".join(f'<section lang="{language}">{inside}</section>' for language, inside in sections)
    return (
        f'<!DOCTYPE html>\n<html lang="{first}"><head><meta charset="utf-8"><title>{escape(title.pick(first))}</title>'
        f"<style>{STYLE}</style></head><body>{body}<footer>{escape(made_with)}</footer></body></html>\n"
    )


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table with figures to the right; the first column is text. Escapes all cells."""
    numeric = ' class="n"'

    def line(cells: Sequence[str], tag: str) -> str:
        return "".join(f"<{tag}{numeric if number else ''}>{escape(cell)}</{tag}>" for number, cell in enumerate(cells))

    body = "".join(f"<tr>{line(row, 'td')}</tr>" for row in rows)
    return f"<table><tr>{line(head, 'th')}</tr>{body}</table>"
