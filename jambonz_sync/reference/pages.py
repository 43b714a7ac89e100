"""The pages of the documentation and the examples: listed, read section by section, searched."""

from __future__ import annotations

import ast
import math
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from typing import Final

from .files import folder
from .markdown import as_markdown

__all__ = ["Example", "Hit", "Page", "Section", "examples", "pages", "search", "search_examples"]

_HEADING: Final = re.compile(r"^(#{1,6}) (.*)$")
_WORD: Final = re.compile(r"[a-z0-9]+")
_STOP: Final = frozenset(
    re.findall(r"\w+", "a an and are as at be by do does for how i in is it my of on or the to when with")
)
#: sections of one page that a search tells: others have something to say, too
_OF_ONE_PAGE: Final = 2
#: characters of an excerpt at most, and lines of one that is code
_EXCERPT: Final = 240
_CODE_LINES: Final = 4
#: words of users -> words of the documentation
_SYNONYMS: Final = {
    "barge": ("bargein", "interrupt"),
    "interruption": ("interrupt", "bargein"),
    "ivr": ("gather", "menu"),
    "dtmf": ("digits",),
    "hang": ("hangup",),
    "stt": ("recognizer", "transcribe"),
    "refer": ("sip",),
    "amd": ("machine",),
    "llm": ("model",),
    "mcp": ("agents",),
}


@dataclass(frozen=True)
class Section:
    """A section of a page.

    Args:
        page: The name of the page, such as ``howto/tts``.
        title: Its title; that of the page for the text before its first section.
        text: Its text, in Markdown, with the heading.
    """

    page: str
    title: str
    text: str

    @cached_property
    def words(self) -> Counter[str]:
        """How often each word is in it; those of the title and of the name of the page count more."""
        words = Counter(_words(self.text))
        for word in _words(self.title):
            words[word] += 6
        for word in _words(self.page):
            words[word] += 2
        return words


@dataclass(frozen=True)
class Page:
    """A page of the documentation.

    Args:
        name: Its name, such as ``howto/tts``.
        title: Its title.
        text: All of it, in Markdown.
    """

    name: str
    title: str
    text: str

    @cached_property
    def sections(self) -> list[Section]:
        """Its sections, in order."""
        sections: list[Section] = []
        title, fenced = self.title, False
        lines: list[str] = []
        for line in self.text.splitlines():
            fenced ^= line.startswith("```")
            heading = None if fenced else _HEADING.match(line)
            if heading and any(text.strip() for text in lines):
                sections.append(Section(self.name, title, "\n".join(lines).strip()))
                title, lines = heading[2], []
            elif heading:
                title = heading[2]
            lines.append(line)
        return [*sections, Section(self.name, title, "\n".join(lines).strip())]

    def section(self, title: str) -> Section | None:
        """Look up a section.

        Args:
            title: Its title, or a part of it, in upper or lower case.
        Returns:
            The section, None if there is none.
        """
        wanted = title.casefold().strip()
        exact = [section for section in self.sections if section.title.casefold() == wanted]
        parts = [section for section in self.sections if wanted in section.title.casefold()]
        return next(iter([*exact, *parts]), None)


@dataclass(frozen=True)
class Example:
    """An example.

    Args:
        name: Its name, such as ``voice_bot``.
        about: What its docstring says of it, in a line.
        source: Its code.
    """

    name: str
    about: str
    source: str


@dataclass(frozen=True)
class Hit:
    """A place that a search has found.

    Args:
        page: The name of the page.
        section: The title of the section.
        excerpt: The part that fits best, in Markdown: the text of a paragraph, lines of code, or a row of a table.
        score: How well it fits; the best comes first.
    """

    page: str
    section: str
    excerpt: str
    score: float


@cache
def pages() -> dict[str, Page]:
    """Return the pages of the documentation by name.

    Raises:
        FileNotFoundError: The documentation is not installed.
    """
    root = folder("docs")
    found = {}
    for path in sorted(root.rglob("*.rst")):
        if "_build" in path.parts:
            continue
        name = path.relative_to(root).with_suffix("").as_posix()
        text = as_markdown(path.read_text(encoding="utf-8"))
        title = next((match[2] for line in text.splitlines() if (match := _HEADING.match(line))), name)
        found[name] = Page(name, title, text)
    return found


@cache
def examples() -> dict[str, Example]:
    """Return the examples by name.

    Raises:
        FileNotFoundError: The examples are not installed.
    """
    found = {}
    for path in sorted(folder("examples").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        about = (ast.get_docstring(ast.parse(source)) or "").split("\n", 1)[0]
        found[path.stem] = Example(path.stem, about, source)
    return found


def search(query: str, limit: int = 8) -> list[Hit]:
    """Search the documentation.

    Args:
        query: A few words, in any order.
        limit: Places at most.
    Returns:
        The places that fit, the best first; none if no word is in the documentation.
    """
    sections = [section for page in pages().values() for section in page.sections]
    words = _query(query)
    hits: list[Hit] = []
    of_page: Counter[str] = Counter()
    for index, score in _rank([section.words for section in sections], words):
        section = sections[index]
        of_page[section.page] += 1
        if of_page[section.page] <= _OF_ONE_PAGE and len(hits) < limit:
            hits.append(Hit(section.page, section.title, _excerpt(section.text, words), round(score, 2)))
    return hits


def search_examples(query: str, limit: int = 5) -> list[Example]:
    """Search the examples.

    Args:
        query: A few words, in any order.
        limit: Examples at most.
    Returns:
        Those that fit, the best first.
    """
    found = list(examples().values())
    bags = []
    for example in found:
        bag = Counter(_words(example.source))
        for word in _words(f"{example.name} {example.about}"):
            bag[word] += 6
        bags.append(bag)
    return [found[index] for index, _ in _rank(bags, _query(query))[:limit]]


def _rank(bags: Sequence[Counter[str]], words: Iterable[str]) -> list[tuple[int, float]]:
    """BM25: the indexes of the texts that have any of the words, with their scores, the best first."""
    sizes = [bag.total() for bag in bags]
    mean = sum(sizes) / max(1, len(sizes))
    scores: Counter[int] = Counter()
    for word in words:
        having = [index for index, bag in enumerate(bags) if word in bag]
        rarity = math.log(1 + (len(bags) - len(having) + 0.5) / (len(having) + 0.5))
        for index in having:
            count = bags[index][word]
            scores[index] += rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * sizes[index] / mean))  # type: ignore[assignment]
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def _query(query: str) -> list[str]:
    words = _words(query)
    joined = ["".join(pair) for pair in pairwise(words)]  # "barge in" is bargein, too
    more = [other for word in words for other in _SYNONYMS.get(word, ())]
    return list(dict.fromkeys([*words, *joined, *more]))


def _words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text.casefold()) if word not in _STOP]


def _stem(word: str) -> str:
    """The word without the ending of a plural or a gerund, so that ``queues`` finds ``queue``."""
    for ending in ("ings", "ing", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            return word.removesuffix(ending)
    return word


def _excerpt(text: str, words: Sequence[str]) -> str:
    """The part of a section that has most of the words: a paragraph, some lines of code, or the row of a table."""
    wanted = {*words}
    best = max(_parts(text), key=lambda part: _fit(part, wanted), default=[])
    if not best:
        return ""
    at = max(range(len(best)), key=lambda index: len({*_words(best[index])} & wanted))
    if best[0].startswith("```"):
        start = max(1, min(at - 1, len(best) - 1 - _CODE_LINES))
        code = textwrap.dedent("\n".join(best[start : min(start + _CODE_LINES, len(best) - 1)])).strip("\n")
        return f"{best[0]}\n{code}\n```"
    if best[0].startswith("|"):
        return "\n".join([*best[:2], best[max(at, 2)]])
    if len(best) > 1 and best[1].startswith(" ") and not best[0].startswith((" ", "- ", "* ")):
        best = [f"{best[0]}:", *best[1:]]  # a word and its meaning
    is_near = len(" ".join(best[: at + 1])) <= _EXCERPT
    excerpt = " ".join(" ".join(best if is_near else ["...", *best[at:]]).split())
    return excerpt if len(excerpt) <= _EXCERPT else excerpt[: _EXCERPT - 3].rsplit(" ", 1)[0] + " ..."


def _parts(text: str) -> Iterator[list[str]]:
    """The paragraphs, items of lists, blocks of code and tables of a section, as lines."""
    part: list[str] = []
    for line in text.splitlines():
        is_code = bool(part) and part[0].startswith("```")
        if is_code and line != "```":
            part.append(line)
        elif is_code:
            yield [*part, line]
            part = []
        elif not line.strip() or line.startswith(("```", "#", "- ", "* ")) or _is_term(line, part):
            if part:
                yield part
            part = [] if not line.strip() or line.startswith("#") else [line]
        else:
            part.append(line)
    if part:
        yield part


def _is_term(line: str, part: list[str]) -> bool:
    """Return True for a line that begins the next entry of a list of words and their meanings."""
    return bool(part) and part[-1].startswith(" ") and not line.startswith((" ", "|"))


def _fit(part: list[str], wanted: Set[str]) -> float:
    """How many of the words the line has that has most of them. Text says more than code that has as many."""
    count = max(len({*_words(line)} & wanted) for line in part)
    return count / 2 if part[0].startswith("```") else count
