"""Addresses of the app's pages with the day and filters of a digest: they carry no rights.

Whoever opens a link sees what it shows with the own rights: no address names a viewer.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from dashboard.filters import Filters


@dataclass(frozen=True, slots=True)
class Links:
    """Makes addresses below the one of the app.

    ``csm_names`` are the names of CSMs as the filter shows them, by id: a link holds what the
    filter reads.
    """

    base_url: str
    among: Filters
    csm_names: dict[str, str]

    def page(self, file: str, **choices: str) -> str:
        """A page by its file, with the filters; the first page stands at the root."""
        names = [self.csm_names.get(csm, csm) for csm in self.among.csm_ids]
        return self._address(
            "" if file == "overview" else file,
            [
                ("as_of", str(self.among.as_of)),
                *(("segment", each) for each in self.among.segments),
                *(("region", each) for each in self.among.regions),
                *(("csm", each) for each in names),
                *choices.items(),
            ],
        )

    def account(self, account_id: str | None) -> str | None:
        """The page of one customer, which is of no part of the book."""
        if account_id is None:
            return None
        return self._address("account", [("account", account_id), ("as_of", str(self.among.as_of))])

    def _address(self, file: str, choices: list[tuple[str, str]]) -> str:
        return f"{self.base_url}/{file}?{urlencode(choices, quote_via=quote)}"
