"""What is wrong with a mapping is told by file, key and value, with what to do."""

import pytest

from dashboard.mapping import MappingError, mappings_in
from tests.mapping.sources import READY

SOURCE = "name: crm\n"
PRODUCTS = "table: products\nfrom: item\ncolumns:\n  product_id: id\n  product_name: name\n"


def told(tmp_path, mapping=PRODUCTS, source=SOURCE, **files):
    folder = tmp_path / "crm"
    folder.mkdir(exist_ok=True)
    if source is not None:
        (folder / "source.yaml").write_text(source)
    (folder / "products.yaml").write_text(mapping)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    with pytest.raises(MappingError) as error:
        mappings_in([folder])
    return str(error.value).splitlines()


def test_every_ready_mapping_is_sound():
    assert len(mappings_in([READY / "salesforce", READY / "zendesk", READY / "pendo"])) == 11


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("products\n", "product\n"), "did you mean products?"),
        (("product_name:", "product_nam:"), "did you mean product_name?"),
        (("  product_name: name\n", ""), "columns.product_name is required and missing"),
        (("from: item", "fron: item"), "fron 'item' is no key of a mapping; take it away"),
        (
            ("name: name", "name: {from: name, unit: cents}"),
            "has a unit, which",
        ),
        (
            ("name: name", "name: {from: name, value: x}"),
            "one of from, value and sql",
        ),
        (
            ("name: name", "name: {from: name, unit: pence}"),
            "'pence' is not known; write",
        ),
        (
            ("from: item\n", "from: item\ntime_zone: Mars\n"),
            "'Mars' is no time zone; write",
        ),
        (
            ("from: item\n", "from: item\nquery: select 1\n"),
            "needs either from or query",
        ),
        (
            ("from: item\n", "from: item\nfrom: other\n"),
            "the key from is there twice",
        ),
        (("from: item\n", "from: [item\n"), "is no YAML"),
        (
            ("from: item\n", "from: item\naccepted: false\n"),
            "is a proposal; read it",
        ),
        (
            ("from: item\n", "from: item\nleave_out: {odd: id in (select 1)}\n"),
            "is more than an expression",
        ),
        (("from: item\n", "query: delete from item\n"), "query 'delete from item' holds"),
        (
            ("from: item\n", "query: select * from read_csv('/etc/passwd')\n"),
            "reads from a function",
        ),
        (
            ("from: item\n", "query: select * from a.item\n"),
            "stands in source.yaml, once",
        ),
        (
            ("from: item\n", "query: select getenv('HOME') as id\n"),
            "calls getenv, which",
        ),
        (("from: item\n", "query: select 1; select 2\n"), "is more than one statement; write one"),
        (("from: item\n", "query: select from where\n"), "is no SQL"),
    ],
)
def test_a_fault_names_file_key_and_value_and_says_what_to_do(tmp_path, change, said):
    lines = told(tmp_path, PRODUCTS.replace(*change))
    assert all(line.startswith("crm/products.yaml: ") for line in lines)
    assert any(said in line for line in lines), lines


def test_a_folder_says_which_source_it_is(tmp_path):
    assert told(tmp_path, source=None) == [
        "crm/source.yaml: file is missing; it names the source and its schema"
    ]
    assert "is no name of a source" in told(tmp_path, source="name: My CRM\n")[0]


def test_two_mappings_of_one_table_are_refused_until_one_is_left_aside(tmp_path):
    assert told(tmp_path, more=PRODUCTS) == [
        "crm/more.yaml and crm/products.yaml: table 'products' is filled twice;"
        " leave one aside, such as by --without"
    ]
    assert [one.name for one in mappings_in([tmp_path / "crm"], without=["crm/more"])] == [
        "crm/products.yaml"
    ]
    with pytest.raises(MappingError, match="is no file of these folders"):
        mappings_in([tmp_path / "crm"], without=["crm/more", "crm/other"])


def test_words_of_yaml_stay_words(tmp_path):
    text = PRODUCTS.replace("name: name", "name: {from: name, words: {no: 'yes', 1e3: 2026-01-01}}")
    folder = tmp_path / "crm"
    folder.mkdir()
    (folder / "source.yaml").write_text(SOURCE)
    (folder / "products.yaml").write_text(text)
    (one,) = mappings_in([folder])
    assert one.mapping.columns["product_name"].words == {"no": "yes", "1e3": "2026-01-01"}
