"""What the doctor found and did, as plain data with sentences in both languages."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from mlp_teach.grading.exercise import Text

REPAIRS = {
    "bom": Text(
        "The file began with a byte order mark, which is gone now.",
        "ファイルの先頭にあったバイト順マーク（BOM）を取り除きました。",
    ),
    "encoding": Text(
        "The file was no clean UTF-8 text; what could not be read became a replacement character.",
        "ファイルが正しい UTF-8 ではありませんでした。読めない文字は置き換えました。",
    ),
    "line ends": Text(
        "The line ends of Windows or of old Macs became plain ones.",
        "Windows や古い Mac の改行を普通の改行に直しました。",
    ),
    "nan": Text(
        "NaN or Infinity, which JSON does not know, became null.",
        "JSON にない NaN や Infinity を null に置き換えました。",
    ),
    "old": Text(
        "An older notebook format was brought to 4.5.",
        "古いノートブック形式を 4.5 に直しました。",
    ),
    "colab": Text("Entries of Google Colab were removed.", "Google Colab の記録を取り除きました。"),
    "vscode": Text("Entries of VS Code were removed.", "VS Code の記録を取り除きました。"),
    "format": Text(
        "Fields of cells that no notebook has were removed, or missing ones added.",
        "ノートブックにない項目を取り除くか、足りない項目を補いました。",
    ),
    "outputs": Text(
        "Outputs in no form that notebooks have were removed: {where}.",
        "形式に合わない出力を取り除きました：{where}。",
    ),
    "huge": Text(
        "Outputs that are too large were removed: {where}.",
        "大きすぎる出力を取り除きました：{where}。",
    ),
    "no cells": Text(
        "Entries that are no cells were removed: {where}.",
        "セルではない要素を取り除きました：{where}。",
    ),
    "kernel": Text(
        "The notebook's kernel and language are those of the release again.",
        "カーネルと言語の指定を配布時のものに戻しました。",
    ),
    "file": Text(
        "The notebook's own entries are those of the release again.",
        "ノートブック全体の記録を配布時のものに戻しました。",
    ),
    "ids": Text(
        "Cells have the ids of the release again, and no id is there twice.",
        "セルの id を配布時のものに戻し、重複をなくしました。",
    ),
    "other": Text(
        "No cell of the release was found in it: it may be another notebook.",
        "配布したセルが 1 つも見つかりません。別のノートブックかもしれません。",
    ),
    "deleted": Text(
        "Missing cells were put back as handed out: {where}.",
        "なくなっていたセルを配布時のとおりに戻しました：{where}。",
    ),
    "duplicated": Text(
        "Cells were there more than once: {where}. Kept is the last that is a real answer, one "
        "that differs from what was handed out; the others are in this report.",
        "同じセルが 2 つ以上ありました：{where}。"
        "配布時と異なる解答のうち最後のものを残しました。ほかはこの報告にあります。",
    ),
    "recognised": Text(
        "Answers had lost their marks and were known by their text: {where}.",
        "印をなくした解答を、その内容から見つけました：{where}。",
    ),
    "retyped": Text(
        "Cells are of the type that was handed out again (code or text): {where}.",
        "セルの種類（コードか文章か）を配布時のものに戻しました：{where}。",
    ),
    "edited": Text(
        "Cells that are no answers are as handed out again: {where}. What stood there is in this "
        "report.",
        "解答欄ではないセルを配布時の内容に戻しました：{where}。"
        "書かれていた内容はこの報告にあります。",
    ),
    "metadata": Text(
        "Entries that the grading needs were put back: {where}.",
        "採点に必要な記録を戻しました：{where}。",
    ),
    "foreign": Text(
        "Added cells that claimed a part in the grading are plain cells now.",
        "採点用の印がついた追加のセルを、普通のセルに直しました。",
    ),
    "reordered": Text(
        "The cells stand in the order of the release again.",
        "セルの順番を配布時のものに戻しました。",
    ),
}
REFUSALS = {
    "link": Text(
        "The file is a link, or lies outside its folder; it was not opened.",
        "ファイルがリンクか、フォルダーの外にあるため、開きませんでした。",
    ),
    "unreadable": Text(
        "The file cannot be opened, or is no plain file.",
        "ファイルを開けないか、普通のファイルではありません。",
    ),
    "empty": Text("The file is empty.", "ファイルが空です。"),
    "large": Text(
        "The file is too large, or has too many parts or cells.",
        "ファイルが大きすぎるか、要素やセルが多すぎます。",
    ),
    "deep": Text("The file is nested too deeply.", "ファイルの入れ子が深すぎます。"),
    "conflict": Text(
        "The file holds the marks of an unfinished git merge (<<<<<<<).",
        "git の未解決の競合の印（<<<<<<<）が残っています。",
    ),
    "broken": Text(
        "The file is no JSON text, or was cut off: it cannot be read from line {where} on.",
        "JSON として読めないか、途中で切れています：{where} 行目から先を読めません。",
    ),
    "no notebook": Text(
        "The file is JSON, but no notebook: it has no list of cells.",
        "JSON ですが、セルのリストがなく、ノートブックではありません。",
    ),
}
WORDS = REPAIRS | REFUSALS
WELL = Text("Nothing was wrong.", "問題はありませんでした。")


@dataclass(frozen=True)
class Finding:
    """One kind of damage: the cells (or the line) where it was, and texts no longer in the file."""

    what: str
    where: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        en, ja = ", ".join(self.where), "、".join(self.where)
        return Text(WORDS[self.what].en.format(where=en), WORDS[self.what].ja.format(where=ja))


class Notes:
    """Gathers findings, one for each kind, in the order in which kinds were first seen."""

    def __init__(self):
        self._found: dict[str, tuple[dict, dict]] = {}

    def add(self, what: str, where: str | None = None, lost: str | None = None) -> None:
        places, texts = self._found.setdefault(what, ({}, {}))
        places |= {where: None} if where else {}
        texts |= {lost: None} if lost else {}

    def findings(self) -> tuple[Finding, ...]:
        return tuple(Finding(what, (*a,), (*b,)) for what, (a, b) in self._found.items())


@dataclass(frozen=True)
class Healed:
    """The repaired notebook as the bytes of its file, None where it was refused, and the report."""

    source: Path
    notebook: bytes | None
    findings: tuple[Finding, ...]

    def page(self, lang: str) -> str:
        """The report as text, without what the student wrote."""
        lines = [f"- {one.text.say(lang)}" for one in self.findings]
        return "\n".join(lines) if lines else WELL.say(lang)

    def as_json(self) -> str:
        """The whole report for other programs."""
        found = [
            {"what": one.what, "where": one.where, "lost": one.lost, "en": en, "ja": ja}
            for one in self.findings
            for en, ja in [(one.text.en, one.text.ja)]
        ]
        data = {"refused": self.notebook is None, "findings": found}
        return json.dumps(data, ensure_ascii=False, indent=2) + "\n"

    def write(self, path: str | Path) -> None:
        """Write the notebook whole or not at all. Raises ValueError for one that was refused, and
        for the place of the submitted file, which stays as it is."""
        path = Path(path)
        if self.notebook is None:
            raise ValueError(f"{self.source} was refused; there is nothing to write.")
        if path.exists() and path.samefile(self.source):
            raise ValueError(f"{path} is what was handed in, and is never overwritten.")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(self.notebook)
            Path(name).replace(path)  # a link at that place is replaced, not followed
        except BaseException:
            Path(name).unlink()
            raise
