"""The one place that talks to a warehouse: named questions in, typed polars frames out."""
