"""What is left of an answer when names, layout and comments are taken away.

Two programs that differ in these alone give the same fingerprints: runs of K tokens within one
statement, so that the order of statements does not count either. After S. Schleimer, D. S.
Wilkerson and A. Aiken, Winnowing, SIGMOD 2003, doi:10.1145/872757.872770; they keep some of the
runs of a large text, we keep all of a short one.

The text is read by one regular expression that goes through it once. Python's own parser can be
brought down by what it reads, and stops at the first error; this does neither.
"""

from __future__ import annotations

import builtins
import keyword
import re

K = 6  # tokens; a shorter statement is one run
Run = tuple[str, ...]
KNOWN = frozenset([*dir(builtins), *keyword.kwlist])  # these cannot be renamed
BLOCKS = {"if", "elif", "else", "for", "while", "def", "class", "with", "async"}
BLOCKS |= {"try", "except", "finally"}
TOKEN = re.compile(  # every quote that is opened ends, at the latest with the line or the text
    r"""
    (?P<comment> \#[^\n]* )
  | [rbuft]{0,2} (?P<string>
        \"{3} (?: \\. | [^\\] )*? (?: \"{3} | \Z )
      | '{3}  (?: \\. | [^\\] )*? (?: '{3}  | \Z )
      | \" (?: \\. | [^\"\\\n] )* \"?
      | '  (?: \\. | [^'\\\n] )* '? )
  | (?P<number> 0[xob][\da-f_]+ | (?: \d[\d_]*\.?[\d_]* | \.\d[\d_]* ) (?: e[+-]?\d[\d_]* )? j? )
  | (?P<name> [^\W\d]\w* )
  | (?P<space> \\\n | [^\S\n]+ )
  | (?P<end> \n )
  | (?P<sign> \*\*=? | //=? | >>=? | <<=? | -> | := | [-+*/%@&|^=!<>]= | . )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def fingerprints(source: str) -> frozenset[Run]:
    """The runs of tokens of a program, or of what claims to be one."""
    runs = set()
    for tokens in statements(source):
        last = max(len(tokens) - K, 0)
        runs |= {tuple(tokens[start : start + K]) for start in range(last + 1)}
    return frozenset(runs)


def statements(source: str) -> list[list[str]]:
    """The tokens of each statement, without those that hold text alone, as docstrings do."""
    found: list[list[str]] = [[]]
    depth = 0
    for kind, token in _tokens(source.replace("\r\n", "\n").replace("\r", "\n")):
        now = found[-1]
        if depth == 0 and (kind == "end" or token == ";"):
            found.append([])
        elif kind != "end":
            depth = max(depth + (token in "([{") - (token in ")]}"), 0)
            now.append(token)
            if token == ":" and depth == 0 and now[0] in BLOCKS:
                found.append([])
    return [tokens for tokens in found if any(not one.startswith("'") for one in tokens)]


def _tokens(source: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    for match in TOKEN.finditer(source):
        kind, text = match.lastgroup, match[match.lastgroup]
        if kind in ("comment", "space"):
            continue
        if kind == "string":
            text = "'" + text.strip("\"'")
        elif kind == "number":
            text = _number(text)
        elif kind == "name" and text not in KNOWN and tokens[-1:] != [("sign", ".")]:
            text = "name"
        tokens.append((kind, text))
    return tokens


def _number(text: str) -> str:
    plain = text.replace("_", "")
    try:
        return repr(float(plain))
    except ValueError:  # 0x1f, 2j
        return plain.lower()
