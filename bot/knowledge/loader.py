"""Load the whole content folder, validate the whole, give back the whole or every problem at once.

A bad file never becomes half a library: `load_library` either returns a complete one or raises with the list of
problems.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from bot.errors import OperatorError
from bot.knowledge import checks
from bot.knowledge.abbreviations import Abbreviations
from bot.knowledge.bulletin_words import BulletinWords
from bot.knowledge.console_words import ConsoleWords
from bot.knowledge.library import Library, Shelves
from bot.knowledge.menus import filled
from bot.knowledge.problems import Problem
from bot.knowledge.sayings import Sayings
from bot.knowledge.schema import (
    Answer,
    Calendar,
    Commune,
    Emergencies,
    Hotlines,
    Menu,
    National,
    OutOfScope,
    Province,
    Synonyms,
)
from bot.knowledge.source import Source, Unreadable, read_source, source_of

_FILLED = ("faq", "communes", "provinces")
_CONTENT = frozenset({".md", ".yaml", ".yml"})

_FEWEST_ANSWERS = 2
"""To tell which of several is meant, there must be two."""

Model = TypeVar("Model", bound=BaseModel)
Read = TypeVar("Read")


class BrokenContent(OperatorError):
    """The content folder has problems; ``problems`` lists every one, sorted by file and line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class _Reading:
    """One pass over the folder: what was read, and what was wrong.

    ``instead`` are texts read in the place of files, which need not be there yet; None in the place of one that goes.
    """

    folder: Path
    instead: Mapping[Path, str | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sources: dict[Path, Source] = field(default_factory=dict)
    patterns: list[str] = field(default_factory=list)

    def one(self, name: str, kind: type[Model]) -> Model | None:
        """Return the file *name* as a *kind*; None with problems noted."""
        return self._attempt(Path(name), lambda source: source.model(kind))

    def many(self, pattern: str, kind: type[Model]) -> Iterator[tuple[Path, Model]]:
        """Yield every file that fits *pattern* as a *kind*, in the order of their names."""
        self.patterns.append(pattern)
        for name in self._names(pattern):
            model = self._attempt(name, lambda source: source.model(kind))
            if model is not None:
                yield name, model

    def table(self, name: str) -> Abbreviations:
        """Return the table of abbreviations."""
        return self._attempt(Path(name), Abbreviations.read) or Abbreviations({})

    def note_strays(self) -> None:
        """Note every file among answers, communes and provinces that is not read: its words would never be said.

        One at its place that was not read has come since then; the next look reads it.
        """
        read = self.sources.keys() | {problem.file for problem in self.problems}
        for path in sorted(path for folder in _FILLED for path in (self.folder / folder).rglob("*")):
            name = path.relative_to(self.folder)
            is_content = name.suffix in _CONTENT and not name.name.startswith((".", "README"))
            if is_content and name not in read and not any(_fits(name, pattern) for pattern in self.patterns):
                self.problems.append(Problem(name, 1, "tệp nằm sai chỗ hoặc sai đuôi nên không được đọc"))

    def _names(self, pattern: str) -> list[Path]:
        """Return the files that fit *pattern*, in order, as if what is read instead stood in the folder."""
        there = {path.relative_to(self.folder) for path in self.folder.glob(pattern)} - self.instead.keys()
        return sorted(
            there | {name for name, text in self.instead.items() if text is not None and _fits(name, pattern)}
        )

    def _attempt(self, name: Path, build: Callable[[Source], Read]) -> Read | None:
        try:
            source = self.sources[name] = self._source(name)
            return build(source)
        except FileNotFoundError:
            self.problems.append(Problem(name, 1, "không có tệp này, mà kênh không chạy được nếu thiếu nó"))
        except OSError:
            self.problems.append(Problem(name, 1, "không mở được tệp này; xem lại quyền đọc, và có phải là tệp không"))
        except Unreadable as error:
            self.problems.extend(error.problems)
        return None

    def _source(self, name: Path) -> Source:
        if name not in self.instead:
            return read_source(self.folder, name)
        text = self.instead[name]
        if text is None:
            raise FileNotFoundError(name)
        return source_of(name, text)


def load_library(folder: Path, *, is_production: bool = False) -> Library:
    """Return the content of *folder*, complete and cross-checked.

    Raises:
        BrokenContent: with every problem of every file; with ``is_production`` sample values are problems too.
    """
    library = load_checked(folder, is_production=is_production)
    library.train()
    return library


def load_checked(
    folder: Path, instead: Mapping[Path, str | None] | None = None, *, is_production: bool = False
) -> Library:
    """Return the content of *folder*, complete and cross-checked, but untrained: in a second instead of several.

    Texts of *instead* are read in the place of the files that they are named after, relative to the folder, whether
    those are there or not; where None stands, the file is passed over. So an edit, a new file or one that goes is
    checked against everything else before anything is written.

    Raises:
        BrokenContent: as `load_library`.
    """
    reading = _Reading(folder, instead or {})
    shelves = _read(reading)
    reading.note_strays()
    if shelves is not None:
        broken = frozenset(problem.file for problem in reading.problems)
        found = checks.find_problems(shelves, reading.sources, broken, is_production=is_production)
        reading.problems.extend(found)
    if shelves is None or reading.problems:
        raise BrokenContent(reading.problems)
    return Library(shelves)


def load_words(folder: Path) -> Library:
    """Return what can be read of *folder*, unchecked and untrained: in a blink, and though an answer is broken.

    For commands that say a few sentences and ask nothing: stopping a bulletin must not wait for a typo to be mended.

    Raises:
        BrokenContent: a file that everything stands on cannot be read.
    """
    reading = _Reading(folder)
    shelves = _read(reading)
    if shelves is None:
        raise BrokenContent(reading.problems)
    return Library(shelves)


def _read(reading: _Reading) -> Shelves | None:
    answers = tuple(reading.many("faq/*/*.md", Answer))
    if len(answers) < _FEWEST_ANSWERS and not reading.problems:
        reading.problems.append(Problem(Path("faq"), 1, "phải có ít nhất hai câu trả lời trong các thư mục con"))
    communes = tuple(reading.many("communes/*.yaml", Commune))
    provinces = tuple(reading.many("provinces/*.yaml", Province))
    national = reading.one("national.yaml", National)
    hotlines = reading.one("hotlines.yaml", Hotlines)
    emergencies = reading.one("emergencies.yaml", Emergencies)
    menu = reading.one("menu.yaml", Menu)
    calendar = reading.one("calendar.yaml", Calendar)
    bulletin = reading.one("bulletin.yaml", BulletinWords)
    console = reading.one("console.yaml", ConsoleWords)
    sayings = reading.one("messages.yaml", Sayings)
    synonyms = reading.one("synonyms.yaml", Synonyms)
    strangers = reading.one("out-of-scope.yaml", OutOfScope)
    abbreviations = reading.table("abbreviations.tsv")
    if not (national and hotlines and emergencies and menu and calendar and synonyms and strangers):
        return None
    if not (sayings and bulletin and console):
        return None
    return Shelves(
        answers=dict(answers),
        communes={name.stem: commune for name, commune in communes},
        provinces={name.stem: province for name, province in provinces},
        national=national,
        hotlines=hotlines,
        emergencies=emergencies,
        menu=filled(menu, (answer for _, answer in answers)),
        calendar=calendar,
        bulletin=bulletin,
        console=console,
        sayings=sayings,
        synonyms=synonyms,
        out_of_scope=strangers,
        abbreviations=abbreviations,
        fingerprint=_fingerprint(reading.sources.values()),
    )


def _fits(name: Path, pattern: str) -> bool:
    return name.match(pattern) and len(name.parts) == len(Path(pattern).parts)


def _fingerprint(sources: Iterable[Source]) -> str:
    """Return a short digest of all the text: two processes with the same one serve the same content."""
    digest = blake2b(digest_size=8)
    for source in sorted(sources, key=lambda source: source.name):
        digest.update(f"{source.name}\0{source.header}\0{source.body}\0".encode())
    return digest.hexdigest()
