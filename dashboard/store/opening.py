"""Which store the settings name."""

import sqlalchemy as sa

from dashboard.settings import APP_STORE, Settings
from dashboard.store.store import Store


def open_store(settings: Settings) -> Store:
    """The store of the settings; a file beside the demo company where they name none.

    Raises
    ------
    StoreSettingsError
        The setting names no database that the store can use.
    """
    if settings.store is not None:
        return Store(settings.store.get_secret_value())
    return Store(sa.URL.create("sqlite", database=str(APP_STORE)).render_as_string())
