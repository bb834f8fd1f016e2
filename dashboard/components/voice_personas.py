"""*Voice of the customer*, personas: where those who sign and those who use part ways."""

import polars as pl

from dashboard.answers import asked, together
from dashboard.charts import intervals
from dashboard.charts.surveys import with_interval
from dashboard.components.cards import exhibit_card
from dashboard.components.kpis import kpi, kpi_note, kpi_row
from dashboard.components.states import empty, left_out
from dashboard.components.voice import Window
from dashboard.exhibit import Drill, Exhibit, Mark, Source
from dashboard.findings import voice as findings
from dashboard.formats import distinct_names
from dashboard.metrics import personas as metrics
from dashboard.metrics.surveys import ENOUGH, is_detectable, margin_of_error
from dashboard.queries import personas, surveys
from dashboard.session import load, narrowed, policy, theme
from dashboard.spelled import spelled

MOST_CSMS = 30


def show(window: Window) -> None:
    """Cards and exhibits of the view."""
    groups, before, customers, customers_before, by_csm = together(
        asked(surveys.nps_by_segment_and_persona, window.among),
        asked(surveys.nps_by_segment_and_persona, window.before),
        asked(personas.disagreements, window.among),
        asked(personas.disagreements, window.before),
        asked(personas.by_csm, window.among),
    )
    if groups.is_empty():
        empty(
            f"Nobody answered an NPS survey from {window.note}.",
            "Choose another fiscal quarter or as-of date, or take away a filter.",
        )
        return
    with kpi_row():
        for metric, persona in (
            (metrics.decision_maker_nps, "decision_maker"),
            (metrics.end_user_nps, "end_user"),
            (metrics.admin_nps, "admin"),
        ):
            now, then = (rows.filter(pl.col("persona") == persona) for rows in (groups, before))
            margin = margin_of_error(now)
            kpi(
                metric,
                groups,
                before=before,
                versus="year before",
                detectable=is_detectable(now, then),
                suffix=f" ± {margin:.0f}" if margin is not None else "",
            )
        kpi(
            metrics.customers_in_disagreement,
            customers,
            before=customers_before,
            versus="year before",
        )
        kpi(metrics.arr_in_disagreement, customers)
    kpi_note(f"Answers from {window.note}. ± is half the 95 % interval.")
    _differences(groups, window)
    _customers(customers, window)
    _by_csm(by_csm, window)


def _differences(groups: pl.DataFrame, window: Window) -> None:
    compared = metrics.differences(groups)
    short = {"decision_maker": "decision-makers", "end_user": "end users", "admin": "admins"}
    pairs = {
        (one, other): f"{short[one].capitalize()} minus {short[other]}"
        for one, other in metrics.PAIRS
    }
    drawn = (
        compared.filter(pl.col("low").is_not_null())
        .pipe(spelled, group=(("one", "other"), lambda *pair: pairs[pair]))
        .with_columns(
            name=pl.col("segment"),
            n=pl.col("one_answers") + pl.col("other_answers"),
        )
    )
    few = len(compared) - len(drawn)

    def behind(mark: Mark) -> pl.DataFrame:
        """Answers of both personas in a segment."""
        pair = next(key for key, name in pairs.items() if name == mark["group"])
        among = narrowed(window.among, segments=str(mark["name"]))
        return load(surveys.answers, among, personas=pair)

    exhibit_card(
        Exhibit(
            key="persona_differences",
            title=findings.differences(compared),
            definition=(
                "NPS of one persona minus that of another in the same segment, with the 95 % "
                "interval of the difference of two independent samples: the root of both margins "
                "squared and summed. An interval across nothing is no detectable difference. "
                f"Pairs with fewer than {ENOUGH} answers on a side, or all of one kind, "
                "have none. Who answered several times in the window counts each time."
            ),
            frame=compared,
            source=Source("surveys/nps_by_segment_and_persona"),
            chart=intervals.dots_chart(
                "Points of NPS apart",
                intervals.POINTS_APART,
                "Answers of both",
                tuple(dict.fromkeys(drawn["group"])),
                theme(),
            )
            if len(drawn)
            else None,
            drawn=drawn,
            drill=Drill(
                keys=("name", "group"), rows=behind, source=Source("surveys/answers"), noun="answer"
            )
            if len(drawn)
            else None,
        ),
        window.among,
    )
    left_out((few, "comparison", "with too few answers for an interval, in the table"))


def _customers(customers: pl.DataFrame, window: Window) -> None:
    exhibit_card(
        Exhibit(
            key="disagreements",
            title=findings.disagreements(customers, currency=policy().reporting_currency),
            definition=(
                "Customers with ARR on the as-of date one side of whom has more promoters than "
                "detractors while the other has fewer, in the twelve months; the largest first. "
                "A few answers decide here: look at their number before you act."
            ),
            frame=customers.drop("compared"),
            source=Source("personas/disagreements"),
        ),
        window.among,
    )


def _by_csm(rows: pl.DataFrame, window: Window) -> None:
    told = rows.filter(pl.col("nps").is_not_null() & pl.col("csm_id").is_not_null())
    suppressed = rows.filter(pl.col("nps").is_null())
    names = distinct_names(told.select("csm_id", "csm_name").iter_rows())
    drawn = (
        with_interval(told)
        .with_columns(
            name=pl.col("csm_id").replace_strict(names, return_dtype=pl.String),
            group=pl.lit("NPS"),
            value=pl.col("nps"),
            n=pl.col("responses"),
        )
        .sort("responses", "csm_id", descending=[True, False])
        .head(MOST_CSMS)
        .sort("value", "csm_id", descending=[True, False])
    )

    def behind(mark: Mark) -> pl.DataFrame:
        """Answers of one CSM's accounts."""
        csm_id = drawn.filter(pl.col("name") == mark["name"])["csm_id"][0]
        return load(surveys.answers, narrowed(window.among, csm_ids=csm_id))

    if len(drawn):
        exhibit_card(
            Exhibit(
                key="nps_by_csm",
                title=findings.by_csm(rows),
                definition=(
                    "NPS of the accounts that a CSM looks after on the as-of date, with its 95 % "
                    "interval. It says how these customers answer, not how good the CSM is: books "
                    "differ, and among many some lie far out by chance."
                ),
                frame=rows.drop("csm_id").select("csm_name", pl.exclude("csm_name")),
                source=Source("personas/by_csm"),
                chart=intervals.dots_chart(
                    "NPS, 95 % interval", intervals.POINTS, "Answers", ("NPS",), theme()
                ),
                drawn=drawn,
                drill=Drill(
                    keys=("name",), rows=behind, source=Source("surveys/answers"), noun="answer"
                ),
            ),
            window.among,
        )
    fewest = policy().surveys.minimum_respondents
    left_out(
        (len(suppressed), "CSM", f"with fewer than {fewest} people who answered, not told"),
        (int(suppressed["responses"].sum()), "answer", "of these"),
        (
            int(rows.filter(pl.col("csm_id").is_null())["responses"].sum()),
            "answer",
            "of accounts without a CSM",
        ),
        (len(told) - len(drawn), "CSM", "with fewer answers, in the table and not drawn"),
    )
