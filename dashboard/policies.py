"""Retention policies on offer: the ready ones, those of the settings, and those people saved."""

from collections.abc import Mapping

from pydantic import ValidationError

from dashboard.policy import Policy
from dashboard.retention_policy import RetentionPolicy, UnknownPolicyError, named
from dashboard.store.base import NotSavedError, SavedPolicy, StoreError
from dashboard.store.store import Store


class UnreadablePolicyError(StoreError):
    """A saved policy has choices that this version does not know."""


def on_offer(policy: Policy, saved: Mapping[str, RetentionPolicy]) -> dict[str, RetentionPolicy]:
    """Every policy by name; what the company set stands above what somebody saved."""
    return dict(saved) | policy.retentions()


def saved_policies(store: Store) -> dict[str, RetentionPolicy]:
    """Latest version of each saved policy that this version can read, by name.

    Raises
    ------
    StoreError
        The store does not answer.
    """
    found: dict[str, RetentionPolicy] = {}
    for saved in store.policies():
        try:
            found[saved.name] = read(saved)
        except UnreadablePolicyError:
            continue
    return found


def read(saved: SavedPolicy) -> RetentionPolicy:
    """A saved policy with the name and version it was saved under.

    Raises
    ------
    UnreadablePolicyError
        It has choices that this version does not know.
    """
    try:
        policy = RetentionPolicy.model_validate_json(saved.definition)
    except ValidationError as error:
        raise UnreadablePolicyError(
            f"The saved policy {saved.name} has choices that this version does not know."
        ) from error
    return policy.model_copy(update={"name": saved.name, "version": saved.version})


def policy_named(name: str, policy: Policy, store: Store) -> RetentionPolicy:
    """The policy of a name, ready, set or saved; ``NAME@2`` is the second version of a saved one.

    Raises
    ------
    UnknownPolicyError
        There is none.
    StoreError
        The name is not one of the settings and the store does not answer.
    """
    wanted, _, version = name.partition("@")
    if not version:
        try:
            return policy.retention(wanted)
        except UnknownPolicyError:
            return named(wanted, on_offer(policy, saved_policies(store)))
    try:
        return read(store.policy(wanted, int(version)))
    except (NotSavedError, ValueError) as error:
        raise UnknownPolicyError(f"There is no retention policy {name!r}.") from error
