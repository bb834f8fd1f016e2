"""Charts of priorities and plays."""

from typing import Final

import altair as alt
import polars as pl

from dashboard.charts import NARROW, focus, raised, selectable, specification
from dashboard.charts.palette import HEALTH, INK, KEPT, ON_HEALTH, SURFACE, Theme
from dashboard.formats import Unit, count_of
from dashboard.spelled import spelled
from dashboard.vocabulary import LIFECYCLE_STAGES

VALUES: Final = ("high", "low", "unknown")
HEALTHS: Final = ("low", "not low", "not scored")
IMMEDIATE: Final = "Immediate"
FAST: Final = "Fast"
ON_SCHEDULE: Final = "On schedule"
PRIORITIES: Final = (IMMEDIATE, FAST, ON_SCHEDULE, "Not scored", "Value unknown")
OTHER: Final = "other"


def cells(rows: pl.DataFrame, *, currency: str) -> pl.DataFrame:
    """What ``cells_chart`` draws, over the columns of ``queries.priorities.CELLS``."""
    return (
        _labelled(rows, currency)
        .with_columns(
            value=pl.format("{} value", pl.col("value_class")),
            health=pl.col("health_class").replace(
                {"low": "low health", "not low": "health not low", "not scored": "? not scored"}
            ),
            value_rank=pl.col("value_class").replace_strict(_ranks(VALUES)),
            health_rank=pl.col("health_class").replace_strict(_ranks(HEALTHS)),
        )
        .sort("value_rank", "health_rank")
    )


@specification
def cells_chart(theme: Theme) -> alt.TopLevelMixin:
    """Value x health: the priority with its ARR and customers in each cell."""
    health = HEALTH[theme]
    on_health = ON_HEALTH[theme]
    domain = list(PRIORITIES)
    fills = [health["red"], health["amber"], SURFACE[theme], *[health["not scored"]] * 2]
    inks = [on_health["red"], on_health["amber"], INK[theme], *[on_health["not scored"]] * 2]
    return _grid(
        ("health", "health_rank"),
        ("value", "value_rank"),
        "priority",
        domain=domain,
        colours=(fills, inks),
    )


def plays(
    rows: pl.DataFrame, *, currency: str, maturities: tuple[str, ...], named: tuple[str, ...]
) -> pl.DataFrame:
    """What ``plays_chart`` draws, over the columns of ``queries.priorities.PLAYS``.

    Stages and maturities stand in their order, those that nobody names after them. Plays beyond the
    first three share a colour.
    """
    return (
        _labelled(rows, currency)
        .with_columns(
            stage_rank=pl.col("lifecycle_stage").replace_strict(
                _ranks(LIFECYCLE_STAGES), default=len(LIFECYCLE_STAGES), return_dtype=pl.Int64
            ),
            maturity_rank=pl.col("maturity").replace_strict(
                _ranks(maturities), default=len(maturities), return_dtype=pl.Int64
            ),
            tone=pl.when(pl.col("play").is_in(named)).then("play").otherwise(pl.lit(OTHER)),
        )
        .sort("stage_rank", "lifecycle_stage", "maturity_rank", "maturity")
    )


@specification
def plays_chart(named: tuple[str, ...], theme: Theme) -> alt.TopLevelMixin:
    """Lifecycle stage x maturity: the play with its ARR and customers in each cell."""
    fills = [KEPT[theme]["lost"], KEPT[theme]["grown"], HEALTH[theme]["green"]][: len(named)]
    inks = [INK[theme], INK[theme], ON_HEALTH[theme]["green"]][: len(named)]
    return _grid(
        ("maturity", "maturity_rank"),
        ("lifecycle_stage", "stage_rank"),
        "play",
        domain=[*named, OTHER],
        colours=([*fills, SURFACE[theme]], [*inks, INK[theme]]),
        tone="tone",
    )


def _grid(
    across: tuple[str, str],
    down: tuple[str, str],
    name: str,
    *,
    domain: list[str],
    colours: tuple[list[str], list[str]],
    tone: str = "",
) -> alt.TopLevelMixin:
    """Cells that say what they are called, their ARR and their customers."""
    fills, inks = colours
    mark = selectable(across[0], down[0])
    base = alt.Chart().encode(
        alt.X(f"{across[0]}:N")
        .sort(field=across[1], op="min", order="ascending")
        .title(None)
        .scale(paddingInner=0.015)
        .axis(ticks=False, domain=False, **raised()),
        alt.Y(f"{down[0]}:N")
        .sort(field=down[1], op="min", order="ascending")
        .title(None)
        .scale(paddingInner=0.04)
        .axis(labelLimit=120, labelOverlap=False, ticks=False, domain=False),
    )
    scaled = alt.Color(f"{tone or name}:N")
    fields = (
        base.mark_rect(cornerRadius=4)
        .encode(
            scaled.scale(domain=domain, range=fills).legend(None),
            focus(),
            tooltip=[
                alt.Tooltip(f"{down[0]}:N").title(_title(down[0])),
                alt.Tooltip(f"{across[0]}:N").title(_title(across[0])),
                alt.Tooltip(f"{name}:N").title(name.capitalize()),
                alt.Tooltip("arr:Q").title("ARR").format(",.2f"),
                alt.Tooltip("customers:Q").title("Customers").format(",d"),
            ],
        )
        .add_params(mark)
    )
    ink = alt.Color(f"{tone or name}:N").scale(domain=domain, range=inks).legend(None)
    size = alt.ExprRef(f"{NARROW} ? 11 : 14")
    what = base.mark_text(dy=-16, fontSize=size, fontWeight=600).encode(alt.Text(f"{name}:N"), ink)
    arr = base.mark_text(dy=3, fontSize=size).encode(alt.Text("arr_label:N"), ink)
    count = base.mark_text(dy=21, fontSize=alt.ExprRef(f"{NARROW} ? 9 : 11")).encode(
        alt.Text("count_label:N"), ink
    )
    return (
        alt.layer(fields, what, arr, count)
        .resolve_scale(color="independent")
        .properties(height=alt.Step(76))
    )


def _title(field: str) -> str:
    return {"lifecycle_stage": "Stage"}.get(field, field.capitalize())


def _labelled(fields: pl.DataFrame, currency: str) -> pl.DataFrame:
    return spelled(
        fields,
        nulls=True,
        arr_label=("arr", lambda arr: Unit.MONEY.text(arr, currency=currency)),
        count_label=("customers", lambda number: count_of(number, "customer")),
    )


def _ranks(names: tuple[str, ...]) -> dict[str, int]:
    return {name: rank for rank, name in enumerate(names)}
