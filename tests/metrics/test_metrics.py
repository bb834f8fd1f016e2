"""What every metric has in common."""

import importlib
import pkgutil

import pytest

import dashboard.metrics
from dashboard.formats import Unit
from dashboard.metrics import Metric

METRICS = {
    f"{module.name}.{name}": value
    for module in pkgutil.iter_modules(dashboard.metrics.__path__)
    for name, value in vars(importlib.import_module(f"dashboard.metrics.{module.name}")).items()
    if isinstance(value, Metric)
}

every_metric = pytest.mark.parametrize(("name", "metric"), METRICS.items(), ids=METRICS)


def test_the_metrics_are_found():
    assert len(METRICS) >= 24


@every_metric
def test_a_metric_is_defined_in_sentences_on_one_line(name, metric):
    assert metric.name == name.partition(".")[2]
    assert metric.definition.endswith(".")
    assert metric.definition[0].isupper() or metric.definition[0].isdigit()
    assert "  " not in metric.definition
    assert "\n" not in metric.definition
    assert len(metric.definition) > 30


@every_metric
def test_a_metric_has_a_label_a_unit_and_a_direction(name, metric):
    assert metric.label.strip() == metric.label
    assert 0 < len(metric.label) <= 30
    assert isinstance(metric.unit, Unit)
    assert metric.better in {"higher", "lower", "neither"}


def test_labels_of_a_page_differ():
    for module in {name.partition(".")[0] for name in METRICS}:
        labels = [each.label for name, each in METRICS.items() if name.startswith(f"{module}.")]
        assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    ("part", "whole", "share"),
    [(1, 4, 0.25), (0, 4, 0.0), (0, 0, None), (3, 0, None), (None, 4, None), (1, None, None)],
)
def test_a_share_of_nothing_or_of_the_unknown_is_not_defined(part, whole, share):
    assert dashboard.metrics.share(part, whole) == share
