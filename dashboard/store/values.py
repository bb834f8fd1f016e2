"""What may be kept: names that read the same to everybody, JSON that can be read back."""

import json
import unicodedata
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from dashboard.store.base import UnfitValueError

LONGEST_NAME: Final = 80
LONGEST_PERSON: Final = 254
LONGEST_TOKEN: Final = 200
LONGEST_DOCUMENT: Final = 1_000_000
LONGEST_NOTE: Final = 1_000
LONGEST_ENTRY: Final = 4_000
LONGEST_ID: Final = 254


def name_of(text: str, *, what: str = "name", longest: int = LONGEST_NAME) -> str:
    """A name as it is kept: composed characters, single spaces, nothing that cannot be seen.

    Raises
    ------
    UnfitValueError
        The name is empty, too long, or has characters that change nothing on the screen or turn
        the text around: two names would look like one.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise UnfitValueError(f"A {what} is needed.")
    if len(name) > longest:
        raise UnfitValueError(
            f"A {what} has at most {longest} characters; this one has {len(name)}."
        )
    if not name.isprintable():
        raise UnfitValueError(f"The {what} has characters that cannot be seen. Type it again.")
    return name


def document(text: str, *, what: str) -> str:
    """JSON text of an object, as it came.

    Raises
    ------
    UnfitValueError
        It is no JSON object, has numbers that JSON does not have, or is too long.
    """
    if len(text) > LONGEST_DOCUMENT:
        raise UnfitValueError(f"The {what} is too long to be saved.")
    try:
        text.encode()
        read = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise UnfitValueError(f"The {what} cannot be saved: it is not JSON.") from error
    if not isinstance(read, dict):
        raise UnfitValueError(f"The {what} cannot be saved: it is not a JSON object.")
    return text


def note_of(text: str, *, what: str = "note", longest: int = LONGEST_NOTE) -> str:
    """A note as it is kept: as a name, line by line, without empty lines at its ends.

    Raises
    ------
    UnfitValueError
        The note is empty or too long, or has characters that cannot be seen.
    """
    lines = [" ".join(line.split()) for line in unicodedata.normalize("NFC", text).splitlines()]
    note = "\n".join(lines).strip()
    article = "An" if what[0] in "aeiou" else "A"
    if not note:
        raise UnfitValueError(f"{article} {what} is needed.")
    if len(note) > longest:
        raise UnfitValueError(
            f"{article} {what} has at most {longest:,} characters; this one has {len(note):,}."
        )
    if not note.replace("\n", "").isprintable():
        raise UnfitValueError(f"The {what} has characters that cannot be seen. Type it again.")
    return note


def one_of(value: str, words: Collection[str], *, what: str) -> str:
    """One of the words that stand for something.

    Raises
    ------
    UnfitValueError
        It is none of them.
    """
    if value not in words:
        raise UnfitValueError(f"The {what} is one of {', '.join(words)}.")
    return value


def id_of(text: str, *, what: str) -> str:
    """The id of something in the warehouse, to the letter: it must be found again there.

    Raises
    ------
    UnfitValueError
        It is empty, too long, or has characters that a database cannot keep.
    """
    is_kept = "\0" not in text and not any(unicodedata.category(each) == "Cs" for each in text)
    if not text or len(text) > LONGEST_ID or not is_kept:
        raise UnfitValueError(f"The id of the {what} cannot be saved.")
    return text


def moment(at: datetime) -> datetime:
    """The moment in UTC; one without a time zone is a mistake of the program."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(UTC)


def _refused(constant: str) -> object:
    raise ValueError(constant)
