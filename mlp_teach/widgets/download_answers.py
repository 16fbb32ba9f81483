"""A button that hands the learner's own work to the browser: one zip file, without the network.

    download_answers(lang=lang)          as the last line of a cell: the button
    download_answers().write("mine.zip")  the same file beside the notebook, where no button shows

The browser saves what is open, then asks; Python packs what is on the disk (`own_work`). The file
travels as text: a kernel that is reached through a gateway may lose its connection over bytes.
"""

from __future__ import annotations

from base64 import b64encode
from datetime import datetime
from pathlib import Path

import anywidget
import traitlets

from mlp_teach import __version__
from mlp_teach.widgets.canvas import style
from mlp_teach.widgets.own_work import Packed, course_folder, pack

HERE = Path(__file__).parent
WORDS = {
    "en": {
        "title": "Your own work as one file",
        "button": "Download my answers",
        "busy": "Saving and packing …",
        "unsaved": "Not everything could be saved first: what is packed may be older. ",
        "silent": "The kernel does not answer. Is a cell still running? The file comes when it "
        "ends.",
        "done": "{name}: {count} files, {size:.0f} kB. Look in your browser's downloads. "
        "Newest: {newest}.",
        "empty": "There is no notebook of yours here yet: nothing to download.",
        "left_out": " Too large, save them yourself (in the file browser: right-click, Download): "
        "{files}.",
        "failed": "It could not be packed: {error}.",
        "plain": 'Your own work as one file: download_answers().write("my_answers.zip")',
    },
    "ja": {
        "title": "自分の作業を 1 つのファイルに",
        "button": "自分の解答をダウンロード",
        "busy": "保存して、まとめています…",
        "unsaved": "保存できなかったものがあるため、少し古い内容が入っているかもしれません。",
        "silent": "カーネルが応答しません。まだ実行中のセルがありませんか。"
        "終わるとファイルが届きます。",
        "done": "{name}：{count} 個のファイル、{size:.0f} kB。"
        "ブラウザのダウンロードを見てください。いちばん新しいもの：{newest}。",
        "empty": "ここにはまだ自分のノートブックがないので、ダウンロードするものがありません。",
        "left_out": "大きすぎて入らないものは、別に保存してください"
        "（ファイルブラウザで右クリックし「Download」）：{files}。",
        "failed": "まとめられませんでした：{error}。",
        "plain": '自分の作業を 1 つのファイルに：download_answers().write("my_answers.zip")',
    },
}


def download_answers(folder: Path | str = ".", lang: str = "en") -> DownloadAnswers:
    """The button; `folder` is the notebook's own, or any of the course that it lies in."""
    return DownloadAnswers(course_folder(Path(folder)), lang)


class DownloadAnswers(anywidget.AnyWidget):
    """Packs at each press what lies below `root` and sends it to the page that asked."""

    _esm = (HERE / "download_answers.js").read_text("utf-8")
    _css = style()
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, root: Path, lang: str):
        if lang not in WORDS:
            raise ValueError(f'lang is {lang!r}; the course speaks "en" and "ja".')
        super().__init__(words=WORDS[lang])
        self.root, self.lang = root, lang
        self.on_msg(lambda widget, content, buffers: self._receive(content))

    def packed(self) -> Packed:
        """The file as it would be sent now."""
        return pack(self.root, datetime.now(), __version__)

    def write(self, path: Path | str) -> Path:
        """Writes the file to `path`. Raises OSError as the disk does."""
        path = Path(path)
        path.write_bytes(self.packed().content)
        return path

    def said(self, packed: Packed) -> str:
        """A sentence on what was packed."""
        words = WORDS[self.lang]
        if not packed.files:
            return words["empty"]
        times = {name: (self.root / name).stat().st_mtime for name in packed.files}
        newest = max(times, key=times.get)
        size, when = len(packed.content) / 1e3, datetime.fromtimestamp(times[newest])
        text = words["done"].format(
            name=packed.name,
            count=len(packed.files),
            size=size,
            newest=f"{newest} ({when:%H:%M:%S})",
        )
        return text + self._without(packed)

    def _without(self, packed: Packed) -> str:
        if not packed.left_out:
            return ""
        return WORDS[self.lang]["left_out"].format(files=", ".join(packed.left_out))

    def _receive(self, content: dict) -> None:
        if content.get("ask") != "pack":
            return
        try:
            packed = self.packed()
            answer = {"said": self.said(packed)}
            if packed.files:
                answer |= {"name": packed.name, "content": b64encode(packed.content).decode()}
        except OSError as error:  # shown to the learner: a log is where nobody looks
            answer = {"said": WORDS[self.lang]["failed"].format(error=error)}
        self.send(answer)

    def _repr_mimebundle_(self, **kwargs):
        """The button, and for a page that cannot show it how to get the file without."""
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live if isinstance(live, tuple) else (live or {}, {})
        return {**data, "text/plain": WORDS[self.lang]["plain"]}, metadata
