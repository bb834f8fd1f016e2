"""A company's own tables as those of the contract: one YAML file per table, compiled to SQL.

Everything a page needs is here, frames in and frames out: ``mappings_in`` reads and checks,
``Compiled`` is the SQL, ``load`` fills a warehouse, ``difference`` compares two, ``suggestions``
proposes columns, ``conflicts`` and ``twins`` tell of identities, ``meter`` of what can be answered.
"""

from dashboard.mapping.comparing import above, difference, held
from dashboard.mapping.compiling import Compiled
from dashboard.mapping.completeness import answers, costs, filled_by, filled_in, meter
from dashboard.mapping.folders import Fault, Mapped, MappingError, mappings_in
from dashboard.mapping.identity import conflicts, decisions, twins
from dashboard.mapping.loading import MappedLoad, load
from dashboard.mapping.source_files import sample
from dashboard.mapping.statements import view_statements
from dashboard.mapping.suggesting import likely_table, proposal, suggestions

__all__ = [
    "Compiled",
    "Fault",
    "Mapped",
    "MappedLoad",
    "MappingError",
    "above",
    "answers",
    "conflicts",
    "costs",
    "decisions",
    "difference",
    "filled_by",
    "filled_in",
    "held",
    "likely_table",
    "load",
    "mappings_in",
    "meter",
    "proposal",
    "sample",
    "suggestions",
    "twins",
    "view_statements",
]
