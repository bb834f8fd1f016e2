"""What the talent review says."""

import polars as pl

from dashboard.formats import count_of


def nine_block(blocks: pl.DataFrame, cycle: str) -> str:
    """Who is ready; over the columns of ``queries.talent.NINE_BLOCK``."""
    people = int(blocks["people"].sum())
    ready = int(blocks.filter(pl.col("block") == "1A")["people"].sum())
    if not people:
        return f"Nobody you may see was rated in {cycle}"
    if not ready:
        return f"Nobody stands in 1A: {count_of(people, 'person')} rated in {cycle}"
    return (
        f"{count_of(ready, 'person', 'people')} of {people} rated in {cycle} stand in 1A".replace(
            "1 person of", "1 of"
        ).replace("stand in", "stands in" if ready == 1 else "stand in")
    )
