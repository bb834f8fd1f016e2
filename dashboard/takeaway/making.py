"""Files of a page's menu: slides, paper and the workbook, with the libraries that make them."""

from dataclasses import replace
from datetime import UTC, datetime

from dashboard import visitor
from dashboard.access import Scope, Viewer
from dashboard.answering import dated
from dashboard.behind import Behind
from dashboard.components.staleness import stale
from dashboard.exports.workbook import workbook, workbook_frames
from dashboard.filters import Filters
from dashboard.retention_policy import RetentionPolicy
from dashboard.takeaway.offscreen import Chosen, Opened, shown_on
from dashboard.takeaway.printing import report_of
from dashboard.takeaway.slides import slides_of, whole
from dashboard.takeaway.story import story
from dashboard.warehouse.base import Warehouse


def page_as_slides(opened: Opened, viewer: Viewer | None) -> bytes:
    """What a page shows, one exhibit to a slide."""
    return whole(shown_on(opened, slides_of, viewer=viewer))


def page_on_paper(opened: Opened, viewer: Viewer | None) -> bytes:
    """What a page shows, as a PDF."""
    return shown_on(opened, report_of, viewer=viewer)


def board_story(chosen: Chosen, viewer: Viewer | None) -> bytes:
    """The board's story as slides."""
    return whole(story(chosen, viewer=viewer))


def retention_workbook(
    asked: Warehouse,
    scope: Scope,
    among: Filters,
    policy: RetentionPolicy,
    viewer: Viewer | None,
) -> bytes:
    """The workbook of retention, of last good answers where the warehouse is away."""
    began = datetime.now(UTC)
    frames, asked_at = dated(
        lambda: workbook_frames(asked, scope, among, policy=policy, viewer=viewer)
    )
    # Only a last good answer was asked for before.
    away = Behind(visitor.away_since() or began, asked_at) if asked_at < began else None
    return workbook(replace(frames, stale=stale(away) or ""))
