"""What must be nothing or true, each a formula: the sheet that says whether the file holds."""

from dataclasses import dataclass, field
from typing import Final

from dashboard.exports.workbook.data import cents
from dashboard.exports.workbook.sheets import Cell, Sheet, Value, exact

SHARE_DIGITS: Final = 6
"""Digits after the point in which equal shares agree."""
SAME_SHARE: Final = 0.000001
"""Most that two equal shares may be apart by: the app rounds some to six digits."""


@dataclass(frozen=True, slots=True)
class _Check:
    what: str
    formula: str
    value: Value
    test: str
    """Formula of whether it holds; ``{}`` stands for the cell of the difference."""
    holds: bool


@dataclass
class Checks:
    """Checks, in the order they were asked for."""

    found: list[_Check] = field(default_factory=list)

    def nothing(self, what: str, formula: str, value: Value) -> None:
        """A difference of amounts that is nothing, to the cent."""
        self._rounded(what, formula, value, "money_digits")

    def within(self, what: str, formula: str, value: Value, tolerance: str, most: float) -> None:
        """A difference of amounts no larger than a named tolerance."""
        rounded = cents(value)
        self.found.append(
            _Check(
                what,
                f"ROUND({formula},money_digits)",
                rounded,
                f"ABS({{}})<={tolerance}",
                abs(rounded) <= exact(most),
            )
        )

    def same_rate(self, what: str, ours: Cell, app: Cell) -> None:
        """Two shares that are the same, or both not known."""
        mine, theirs = ours.there, app.there
        both = f"AND(ISNUMBER({mine}),ISNUMBER({theirs}))"
        formula = f"IF({both},{mine}-{theirs},IF(EXACT({mine},{theirs}),0,1))"
        if isinstance(ours.value, str) or isinstance(app.value, str):
            difference = exact(0 if ours.value == app.value else 1)
        else:
            difference = ours.number - app.number
        self._rounded(what, formula, difference, "share_digits", digits=SHARE_DIGITS)

    def _rounded(
        self, what: str, formula: str, value: Value, name: str, *, digits: int = 2
    ) -> None:
        rounded = round(exact(value), digits)
        test = _Check(what, f"ROUND({formula},{name})", rounded, "{}=0", rounded == 0)
        self.found.append(test)

    def true(self, what: str, formula: str, *, holds: bool) -> None:
        """Something that is so."""
        self.found.append(_Check(what, "", None, formula, holds))

    def write(self, sheet: Sheet) -> Cell:
        """The sheet; the cell that says whether all hold."""
        if not self.found:
            self.true("No row, and so nothing to check", "TRUE", holds=True)
        sheet.title(
            "Check", "Every difference is 0 and every check is TRUE, or a cell here is red."
        )
        sheet.page.set_column(0, 0, 96)
        sheet.page.set_column(1, 2, 16)
        first, last = 4, 3 + len(self.found)
        everything = all(each.holds for each in self.found)
        sheet.headings(3, ["Check", "Difference", "Holds"], height=18)
        for row, each in enumerate(self.found, first):
            sheet.wrapped(row, (each.what,), (92,))
            test = each.test
            if each.formula:
                cell = sheet.live(row, 1, each.formula, each.value, "money")
                test = each.test.format(cell.here)
            else:
                sheet.text(row, 1, "")
            sheet.live(row, 2, test, each.holds, "check")
        sheet.text(last + 2, 0, "Everything holds", "total")
        sheet.text(last + 2, 1, "", "total")
        whole = sheet.live(
            last + 2, 2, f"AND(C{first + 1}:C{last + 1})", everything, "check",
            look="total", name="check_all",
        )  # fmt: skip
        for cells in (f"C{first + 1}:C{last + 1}", whole.here.replace("$", "")):
            in_colour(sheet, cells)
        sheet.page.freeze_panes(4, 0)
        sheet.page.repeat_rows(3)
        return whole


def in_colour(sheet: Sheet, cells: str) -> None:
    """Green where TRUE stands in the cells, red where FALSE does."""
    for criterion, look in (("TRUE", "good"), ("FALSE", "bad")):
        first = cells.split(":", maxsplit=1)[0]
        sheet.page.conditional_format(
            cells,
            {
                "type": "formula",
                "criteria": f"={first}={criterion}",
                "format": sheet.book.format(look),
            },
        )
