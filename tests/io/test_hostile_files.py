"""Files that are no plans, by mistake or by intent: a clear error, quickly, and nothing run or expanded."""

from __future__ import annotations

import codecs
import itertools
import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpas.errors import CpasError, FileError, PlanError
from cpas.io.files import decode
from cpas.io.plans import plan_from_text, read_plan

HEAD = "format: 1\nid: demo\ntitle: A small plan\n"


def bomb() -> str:
    """Return ten lines that would be a thousand million values."""
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in itertools.pairwise(names)]
    return HEAD + "\n".join(lines)


# Sizes are those that a test can wait for if the file is read to its end.
NO_PLANS_IN_YAML = [
    (HEAD + "x: " + "[" * 2_000_000, "nests more than 50 deep"),
    (HEAD + "x: " + "{a: " * 500_000, "nests more than 50 deep"),
    (HEAD + "x:\n" + "".join(" " * i + "a:\n" for i in range(500)), "nests more than 50 deep"),
    ("- " * 2_000_000, "holds a list at its top"),
    (bomb(), "repeats more than 100,000 values by aliases"),
    (HEAD + "x: &a [*a]", "*a (line 4), which repeats nothing that ends before it"),
    (HEAD + "x: *" + "a" * 1_000_000, "which repeats nothing"),
    (HEAD + "x: !!python/object/apply:os.system ['true']", "has a tag, !!python/object/apply:os.system (line 4)"),
    (HEAD + "x: !custom {a: b}", "has a tag, !custom"),
    (HEAD + "x: !!str 5", "has a tag, !!str"),
    (HEAD + "---\nid: other", "holds several documents: the second begins at line 4"),
    (HEAD + "? [a, b]\n: c", "has a name that is a list or a mapping (line 4)"),
    (HEAD + "outcomes:\n\t- id: a", "There is a tab: indent with spaces."),
    (HEAD + "note: one: two", "A text with ': ' in it needs quotes."),
    (HEAD + "note: 'open", "is not well-formed YAML"),
    (HEAD + "note: \x01", "has a character that no text holds"),
    ("# a remark\n", "holds nothing at its top"),
    ("A plan in words.", "holds 'A plan in words.' at its top"),
    ("a" * 5_000_000, "at its top"),
    ("%" * 1_000_000, "is not well-formed YAML"),
]


# By number: the texts are too long for the name of a test.
@pytest.mark.parametrize("case", range(len(NO_PLANS_IN_YAML)))
def test_yaml_that_is_no_plan(case):
    """YAML is read as far as it makes sense."""
    text, said = NO_PLANS_IN_YAML[case]
    with pytest.raises(FileError) as caught:
        plan_from_text(text, what="Plan file 'x'")

    assert said in str(caught.value)
    assert len(str(caught.value)) < 400


NO_PLANS_IN_JSON = [
    ("[" * 2_000_000, "nests more than 50 deep"),
    ('{"a":' * 500_000, "nests more than 50 deep"),
    ("[1," * 500_000, "nests more than 50 deep"),
    ('{"a": "' + '\\"' * 1_000_000, "Unterminated string"),
    ('"' * 2_000_000, "Extra data"),
    ('{"x":[' + "1," * 2_100_000 + "1]}", "has more than 2,000,000 values"),
    ('{"format": 1,}', "is not well-formed JSON"),
    ("[1, 2]", "holds a list at its top"),
    ("null", "holds nothing at its top"),
    (HEAD, "is not well-formed JSON"),
]


@pytest.mark.parametrize("case", range(len(NO_PLANS_IN_JSON)))
def test_json_that_is_no_plan(case):
    """JSON is refused before it fills the memory or the stack."""
    text, said = NO_PLANS_IN_JSON[case]
    with pytest.raises(FileError) as caught:
        plan_from_text(text, form="json", what="Plan file 'x'")

    assert said in str(caught.value)


def test_numbers_without_end():
    """A number of a million digits is not computed."""
    for form, text in (("json", '{"format": ' + "1" * 1_000_000 + "}"), ("yaml", "format: " + "1" * 1_000_000)):
        with pytest.raises(PlanError, match="is no version of the layout"):
            plan_from_text(text, form=form)


def test_faults_without_end():
    """A file with thousands of faults is another sort of file: the first thousand are enough."""
    for text in (HEAD + "objectives: [" + "1," * 50_000 + "]", HEAD + "x: y\n" * 50_000):
        with pytest.raises(PlanError, match="After 1000 faults the rest was not read") as caught:
            plan_from_text(text)
        assert len(caught.value.faults) <= 1_010


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (codecs.BOM_UTF16_LE + HEAD.encode("utf-16-le"), "is in UTF-16"),
        (HEAD.encode("utf-16-be"), "is in UTF-16"),
        (HEAD.encode("utf-32"), "is in UTF-16"),
        ((HEAD + "note: café").encode("latin-1"), "is not in UTF-8 (byte 49, line 4). Save it as UTF-8."),
        ((HEAD + "note: a\0b").encode(), "has a NUL byte (line 4)"),
        (b"PK\x03\x04" + b"\0" * 100, "is an Excel workbook or another zip file"),
        (bytes(range(1, 256)) * 10, "is not in UTF-8"),
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (codecs.BOM_UTF8, "is empty"),
    ],
)
def test_bytes_that_are_no_text(tmp_path, content, said):
    """What is not UTF-8 is told from what is no text at all."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(content)
    with pytest.raises(FileError) as caught:
        read_plan(path)

    assert said in str(caught.value)


def test_mark_before_utf8_is_read(tmp_path):
    """Some editors put a mark before UTF-8; it is no part of the text."""
    path = tmp_path / "plan.yaml"
    path.write_bytes(codecs.BOM_UTF8 + HEAD.encode())

    assert read_plan(path).id == "demo"


@given(st.binary())
def test_any_bytes_are_text_or_refused(content):
    """Whatever the bytes are, the answer is a text or an error of the library's own."""
    try:
        text = decode(content, what="File")
    except CpasError:
        return

    assert text.strip()


def test_large_file_is_refused_before_it_is_read(tmp_path):
    """The limit is in the error, and can be set."""
    path = tmp_path / "plan.yaml"
    with path.open("wb") as file:
        file.truncate(50_000_000)  # a file with a hole: nothing is on the disk
    with pytest.raises(FileError, match="is larger than 20 MB"):
        read_plan(path)
    path.write_text(HEAD)
    with pytest.raises(FileError, match="is larger than 1e-05 MB"):
        read_plan(path, max_bytes=10)

    assert read_plan(path, max_bytes=1000).id == "demo"


def test_missing_file_and_folder(tmp_path):
    """A stranger may catch what Python itself would have raised."""
    with pytest.raises(FileNotFoundError, match="is not there") as caught:
        read_plan(tmp_path / "missing.yaml")
    assert isinstance(caught.value, FileError)
    with pytest.raises(OSError, match="is a folder") as caught:
        read_plan(tmp_path)
    assert isinstance(caught.value, FileError)
    with pytest.raises(FileError, match="cannot be opened"):
        read_plan("bad\0name.yaml")


def test_deep_data_from_a_program():
    """Data handed over by a program may be of any depth."""
    from cpas.io.plans import plan_from_dict

    deep: list = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(PlanError, match="This is a list"):
        plan_from_dict({"format": 1, "id": "a", "title": deep})


def test_aliases_are_read():
    """A few aliases are a way to write, not an attack."""
    text = HEAD + "objectives:\n- {id: A, statement: s, tags: &t [x, 'y']}\n- {id: B, statement: s, tags: *t}\n"

    assert plan_from_text(text).element("B").tags == ("x", "y")


def test_without_the_fast_reader(monkeypatch):
    """Where PyYAML has no C part, the same file gives the same plan and the same faults."""
    import yaml

    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    with pytest.raises(PlanError, match=r"outcoms \(line 4\)"):
        plan_from_text(HEAD + "outcoms: []")
    with pytest.raises(FileError, match="nests more than 50 deep"):
        plan_from_text(HEAD + "x: " + "[" * 1000)

    assert plan_from_text(HEAD).id == "demo"


def test_json_plan_loads_no_yaml():
    """A host that reads JSON does not load YAML, and ``import cpas`` loads neither."""
    code = (
        "import sys, json, cpas\n"
        "before = sorted({'yaml', 'cattrs'} & set(sys.modules))\n"
        "from cpas.io.plans import plan_from_text\n"
        'plan_from_text(\'{"format": 1, "id": "a", "title": "b"}\', form=\'json\')\n'
        "print(json.dumps([before, 'yaml' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == [[], False]
