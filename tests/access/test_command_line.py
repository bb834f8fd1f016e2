"""``ask --viewer`` writes nothing foreign, whatever is asked and in whatever form."""

import pytest
from click.testing import CliRunner

from dashboard.commands import main
from dashboard.questions import questions
from tests.access.canaries import CanaryCompany, tokens
from tests.access.test_matrix import viewers
from tests.commands.test_ask import OWN

pytestmark = pytest.mark.usefixtures("answers_are_kept")


def words_of(question: str, account_id: str) -> list[str]:
    """What a question needs, about an account of somebody else's where it is about one."""
    return [account_id if each == "A000001" else each for each in OWN.get(question, [])]


def written(company: CanaryCompany, who: dict[str, object], *words: str) -> bytes:
    asked = ["ask", *words, "--viewer", str(who["email"]), "--warehouse", str(company.file)]
    result = CliRunner().invoke(main, asked)
    assert result.exit_code == 0, result.output
    return result.stdout_bytes


@pytest.mark.sampled(5)
@pytest.mark.parametrize("name", ["csm", "cs_manager", "people", "finance", "executive"])
def test_no_question_answers_with_what_is_foreign(canaries, name):
    who = viewers(canaries)[name]
    allowed = canaries.allowed(who)
    strange = sorted(set(canaries.tables["accounts"]["account_id"]) - canaries.account_ids(who))
    sees_all = name in {"finance", "executive"}
    seen: set[str] = set()
    for question in questions():
        if sees_all and not question.startswith("talent/"):
            continue  # No account is foreign to them.
        words = words_of(question, strange[0] if strange else "")
        found = tokens(written(canaries, who, question, *words, "--format", "json"))
        assert not found - allowed, (question, sorted(found - allowed))
        seen |= found
    assert seen or name == "finance"


@pytest.mark.parametrize("form", ["table", "json", "csv", "parquet"])
@pytest.mark.parametrize("name", ["csm", "cs_manager", "people"])
def test_every_form_is_written_from_the_same_answer(canaries, name, form):
    who = viewers(canaries)[name]
    question = "talent/people" if name == "people" else "accounts/customers"

    found = tokens(written(canaries, who, question, "--format", form))

    assert not found - canaries.allowed(who)
    assert form == "parquet" or found, "Parquet may keep texts packed"
