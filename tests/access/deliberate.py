"""What is told of the whole company to somebody who may see a part of it, and why; nothing else is.

Each is a number of many customers, never a row of one.
"""

from typing import Final

MEASURED_BY_ALL: Final = {
    "shared/prioritised": "whether a customer is of high value is judged by the median ARR of the "
    "segment, the same for whoever looks",
    "shared/on_deployment": "low use of licences is judged by the peers of the segment, the same "
    "for whoever looks",
}
"""SQL that reads ``company_customers``: medians of several customers leave it, and nothing else."""

LEARNED_FROM_ALL: Final = {
    "dashboard/forecasts/company.py": "the model learns from every renewal of the company: one CSM "
    "has too few; rates and probabilities leave it",
    "dashboard/forecasts/questions/record.py": "how wrong past forecasts were is counted over the "
    "whole company",
    "dashboard/forecasts/questions/sales.py": "how often an opportunity of a stage is won is "
    "counted over the whole company",
}
"""Modules that ask with the scope of everything and give on what was learned."""

WHOEVER_RUNS_IT: Final = {
    "dashboard/visitor.py": "the operator of a server without sign-in",
    "dashboard/commands/ask.py": "the operator at the command line, without --viewer",
    "dashboard/commands/digest.py": "the operator who sends digests is told by name which values a "
    "filter may have; each digest is asked with its recipient's scope",
    "dashboard/mapping/accounting.py": "the operator who loads data is told which words of them "
    "nothing knows",
    "dashboard/commands/person.py": "the operator who answers what is held on a person",
}
"""Modules that give the scope of everything to somebody: the one who runs the warehouse."""

OF_NO_ACCOUNT: Final = {
    "data/tables": "how many rows each table holds, and how old they are",
}
"""Questions about neither accounts nor ratings that everybody may ask."""
