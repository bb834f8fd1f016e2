"""What is found once in a run is found anew in the next one."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from dashboard.once import in_one_run, once_a_run


@pytest.fixture
def role():
    """Looks up a role that changes with every look; and how often it was looked up."""
    looks = []

    @once_a_run
    def role_of(email: str) -> str:
        looks.append(email)
        return f"{email} at look {len(looks)}"

    return role_of, looks


def test_in_one_run_it_is_found_once_for_each_argument(role):
    role_of, looks = role
    with in_one_run():
        assert role_of("ada") == role_of("ada")
        role_of("bea")

    assert looks == ["ada", "bea"]


def test_the_next_run_finds_it_anew(role):
    role_of, looks = role
    for _ in range(2):
        with in_one_run():
            role_of("ada")

    assert looks == ["ada", "ada"]


def test_outside_of_a_run_nothing_is_kept(role):
    role_of, looks = role
    role_of("ada")
    role_of("ada")

    assert looks == ["ada", "ada"]


def test_a_part_that_belongs_to_a_run_shares_what_it_found(role):
    role_of, looks = role
    with in_one_run():
        role_of("ada")
        with in_one_run():
            role_of("ada")
        role_of("ada")

    assert looks == ["ada"]


def test_threads_of_a_run_share_it_and_others_do_not(role):
    role_of, looks = role
    with in_one_run(), ThreadPoolExecutor(1) as pool:
        role_of("ada")
        pool.submit(copy_context().run, role_of, "ada").result()
        assert looks == ["ada"]
        pool.submit(role_of, "ada").result()
        assert looks == ["ada", "ada"]


def test_an_error_is_not_kept():
    answers = [LookupError("away"), None]

    @once_a_run
    def find() -> str:
        if answers.pop(0) is not None:
            raise LookupError("away")
        return "found"

    with in_one_run():
        with pytest.raises(LookupError):
            find()
        assert find() == "found"
