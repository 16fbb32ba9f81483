"""What a student is told when a function gives nothing that could be compared."""

from __future__ import annotations

from mlp_teach.grading.exercise import Text
from mlp_teach.grading.sandbox import Fault

EMPTY = Text(
    "There is no answer yet: write it in the place of `raise NotImplementedError()`.",
    "まだ解答がありません。`raise NotImplementedError()` の代わりに書いてください。",
)
UNKNOWN = Text(
    "{message}. Each answer is checked alone: all that it uses must stand in its own cell.",
    "{message}。解答はそれぞれ単独で調べます。使うものはすべて同じセルの中に書いてください。",
)
RAISED = Text(
    "The function stopped with {name}: {message}",
    "関数が {name} で止まりました：{message}",
)
TIMEOUT = Text(
    "The function did not come back in time. Is there a loop without an end?",
    "関数が時間内に戻りませんでした。終わらないループはありませんか。",
)
MEMORY = Text(
    "The function asked for more memory than there is. How large are its arrays?",
    "関数が使えるメモリを超えました。配列の大きさを確かめてください。",
)
ENDED = Text(
    "Python itself ended while the function ran.",
    "関数の実行中に Python 自体が終了しました。",
)
SIZE = Text(
    "The function returned far more than was asked for.",
    "関数の返した値が大きすぎます。",
)
NOT_PLAIN = Text(
    "The function must return numbers or numpy arrays, as the exercise says; it returned something "
    "else.",
    "関数は、問題文のとおり数または numpy の配列を返さなければなりません。別のものが返されました。",
)
NOTHING = Text(
    "The function returned None. Is the `return` missing?",
    "関数が None を返しました。`return` を忘れていませんか。",
)
SHAPE = Text(
    "The result has the shape {found}, {expected} was asked for.",
    "結果の形は {found} ですが、求められている形は {expected} です。",
)
NOT_FINITE = Text(
    "The result has NaN or infinity in it. Is an atom its own neighbour, so that 1/r is 1/0?",
    "結果に NaN または無限大があります。原子が自分自身の隣接原子になり、1/r が 1/0 "
    "になっていませんか。",
)
PARTS = Text(
    "The function must return {expected} things, separated by commas.",
    "関数は {expected} 個の値を、コンマで区切って返さなければなりません。",
)
_OTHERS = {"timeout": TIMEOUT, "memory": MEMORY, "ended": ENDED, "size": SIZE, "answer": NOT_PLAIN}


def hint_of(fault: Fault) -> Text:
    """What a fault means to the student whose function it was."""
    if fault.kind != "raised":
        return _OTHERS[fault.kind]
    if fault.name == "NotImplementedError":
        return EMPTY
    name, message = (_printable(words) for words in (fault.name, fault.message))
    if name in ("NameError", "ModuleNotFoundError", "ImportError"):
        return UNKNOWN.with_words(message=message)
    return RAISED.with_words(name=name, message=message)


def _printable(words: str) -> str:
    """One line without what a terminal or a file could choke on."""
    line = "".join(letter for letter in " ".join(words.split()) if letter.isprintable())
    return line.rstrip(".")
