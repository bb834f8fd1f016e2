"""``deck`` and ``exhibit``: what the pages' menus give, on the command line."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from dashboard.access import Viewer
from dashboard.commands.options import DAY, settings_with, warehouse_option
from dashboard.exports.deck import Slide, deck
from dashboard.exports.images import NoChartError
from dashboard.navigation import ENTRIES, entry_at
from dashboard.shown import Shown
from dashboard.store.base import StoreError
from dashboard.takeaway.exhibits import MADE, file_of
from dashboard.takeaway.offscreen import Chosen, NotOnOfferError, Opened, shown_on
from dashboard.takeaway.slides import slides_of
from dashboard.takeaway.story import story
from dashboard.warehouse.base import WarehouseError
from dashboard.warehouse.opening import open_warehouse
from dashboard.warehouse.viewers import UnknownViewerError, members, viewer_of
