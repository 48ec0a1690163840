"""The architecture, held by reading the source: floors, one door per dependency, and the front door.

The rules are functions on source text, so that each is also shown to fail on text that breaks it.
"""

from __future__ import annotations

import ast
import graphlib
import importlib
import importlib.util
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cpas
import cpas.errors

ROOT = Path(cpas.__file__).parent

#: Lowest first. A module imports from lower floors, or from what stands before it on its own floor.
#: There is no exception for ``tables`` (F3) and ``methods`` (F4): tables hold columns and methods hold rules;
#: what needs both is a verb, and stands in ``cycle``. Imports inside functions and under ``TYPE_CHECKING``
#: count too: a name in an annotation is a dependency of the reader, who has to open the other module. Only
#: between neighbours in one package is ``TYPE_CHECKING`` free: the rules that a record applies to itself are
#: typed with that record, and the way out would be a protocol that repeats each of its fields.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("_version", "errors", "sources"),
    ("choices", "periods", "units", "scales", "columns", "display", "waiting"),
    ("model",),
    ("graph", "tables"),
    ("methods",),
    ("cycle",),
    # files, then what is read from files, then what is shown, then what tries all of it
    ("io", "datasets", "present", "testing"),
    # the front door loads every floor below it, by name and on first use
    ("__init__", "cli", "__main__"),
)
RANK = {name: (floor, place) for floor, names in enumerate(FLOORS) for place, name in enumerate(names)}

_UP_FROM_TABLES = frozenset({"tables", "methods", "cycle", "io", "datasets", "present", "testing"})
EVERYWHERE = frozenset(RANK)
#: Who may import what is not ours. What is not listed has no door, and is refused.
DOORS: dict[str, frozenset[str]] = {
    "attrs": EVERYWHERE,
    # periods count over columns, and a plan of many links is one; they load numpy in the function that needs it
    "numpy": _UP_FROM_TABLES | {"periods", "model", "graph"},
    "networkx": frozenset({"graph"}),
    "pint": frozenset({"units"}),
    "cattrs": frozenset({"io"}),
    "yaml": frozenset({"io"}),
    "openpyxl": frozenset({"io"}),
    "pyarrow": frozenset({"io", "tables"}),
    "pandas": frozenset({"tables", "io", "datasets"}),
    "narwhals": frozenset({"tables", "io", "datasets"}),
    "duckdb": frozenset({"tables", "io"}),
    "polars": frozenset({"tables", "io"}),
    "dask": frozenset({"tables"}),
    "pyspark": frozenset({"tables"}),
    "scipy": frozenset({"methods"}),
    "statsmodels": frozenset({"methods"}),
    "hypothesis": frozenset({"testing"}),
    "tqdm": frozenset({"waiting"}),
    "matplotlib": frozenset(),
}

#: What ``import cpas`` must not load: each costs more than all of the front door.
HEAVY = ("hypothesis", "narwhals", "networkx", "numpy", "pandas", "pint", "scipy", "yaml")

VERBS = tuple(sorted(name for name in cpas.__all__ if name.islower()))


# -- reading ---------------------------------------------------------------------------------------


def package(root: Path) -> dict[str, str]:
    """Return the source text of every module under `root`, by dotted name, packages under their own."""
    modules = {}
    for path in sorted(root.rglob("*.py")):
        parts = path.relative_to(root.parent).with_suffix("").parts
        modules[".".join(parts)] = path.read_text(encoding="utf-8")
    return modules


def at_run_time(source: str) -> str:
    """Return the text without what stands under ``if TYPE_CHECKING:``."""

    class Without(ast.NodeTransformer):
        def visit_If(self, node: ast.If) -> ast.AST:
            if _name(node.test) == "TYPE_CHECKING":
                node.body = [ast.Pass()]
            return self.generic_visit(node)

    return ast.unparse(ast.fix_missing_locations(Without().visit(ast.parse(source))))


def imported(source: str, module: str) -> Iterator[str]:
    """Yield the absolute dotted names that the text of `module` imports, wherever in it they stand."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            # 'module' ends in its file's name, packages in '__init__': one level up is the package of either.
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _name(node.func) in {"import_module", "__import__"}:
            first = node.args[0] if node.args else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def own(target: str, modules: dict[str, str]) -> str:
    """Return the module that the import of `target` opens: ``cpas.model.Plan`` opens ``cpas.model``."""
    parts = target.split(".")
    while parts:
        for name in (".".join(parts), ".".join([*parts, "__init__"])):
            if name in modules:
                return name
        parts.pop()
    raise LookupError(f"{target} is not in the package")


def room(module: str) -> str:
    """Return the module or package directly under ``cpas`` that holds `module`."""
    return module.split(".")[1]


def edges(modules: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield (importer, imported) for imports between modules of ours."""
    for module, source in modules.items():
        for target in imported(source, module):
            if target.split(".")[0] == "cpas" and own(target, modules) != module:
                yield module, own(target, modules)


# -- the rules -------------------------------------------------------------------------------------


def without_floor(modules: dict[str, str]) -> list[str]:
    """Return the modules whose place in the building nobody has said."""
    return sorted(module for module in modules if room(module) not in RANK)


def upward(modules: dict[str, str]) -> list[str]:
    """Return the imports that go up a floor, or to a later neighbour."""
    return sorted(
        f"{module} imports {target}"
        for module, target in edges(modules)
        if room(module) != room(target) and RANK[room(target)] > RANK[room(module)]
    )


def loop(modules: dict[str, str]) -> list[str]:
    """Return the first loop of imports, or nothing: neighbours in one package have an order."""
    sorter: graphlib.TopologicalSorter[str] = graphlib.TopologicalSorter()
    for module, target in edges({name: at_run_time(source) for name, source in modules.items()}):
        sorter.add(module, target)
    try:
        sorter.prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def wrong_doors(modules: dict[str, str]) -> list[str]:
    """Return the imports of other people's packages that do not go through their door."""
    wrong = set()
    for module, source in modules.items():
        foreign = {target.split(".")[0] for target in imported(source, module)}
        for name in foreign - {"cpas"} - sys.stdlib_module_names:
            if room(module) not in DOORS.get(name, frozenset()):
                wrong.add(f"{module} imports {name}")
    return sorted(wrong)


def named_like_a_verb(modules: dict[str, str]) -> list[str]:
    """Return the modules that would hide a verb of the same name once imported."""
    return sorted(module for module in modules if set(module.split(".")[1:]) & set(VERBS))


def stub_names(stub: str) -> tuple[list[str], dict[str, str]]:
    """Return what a stub puts in ``__all__``, and the module each name it imports comes from."""
    listed: list[str] = []
    homes = {}
    for node in ast.parse(stub).body:
        if isinstance(node, ast.Assign) and _name(node.targets[0]) == "__all__":
            listed = ast.literal_eval(node.value)
        elif isinstance(node, ast.ImportFrom):
            homes |= {alias.name: str(node.module) for alias in node.names}
    return listed, homes


def loaded_after(statement: str) -> list[str]:
    """Return which heavy packages a fresh interpreter has loaded after `statement`."""
    code = f"import json, sys\n{statement}\nprint(json.dumps(sorted(set(sys.modules) & {set(HEAVY)!r})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return list(json.loads(done.stdout))


# -- the package keeps them ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def modules() -> dict[str, str]:
    return package(ROOT)


def test_every_module_has_a_floor(modules):
    """A new module says where it stands before it is used."""
    assert not without_floor(modules)


def test_no_import_goes_up(modules):
    """A module knows only what stands below it."""
    assert not upward(modules)


def test_no_loop_of_imports(modules):
    """Neighbours in a package can be read in an order."""
    assert not loop(modules)


def test_one_door_per_dependency(modules):
    """What is not ours enters at one place, where it can be replaced."""
    assert not wrong_doors(modules)


def test_no_module_is_named_like_a_verb(modules):
    """Importing a submodule never hides a verb."""
    assert not named_like_a_verb(modules)


def test_verbs_stay_callable_when_every_submodule_is_imported(modules):
    """``cpas.report`` is the verb, whatever has been imported before."""
    names = [module.removesuffix(".__init__") for module in modules if not module.endswith("__main__")]
    code = (
        "import importlib, json, sys, cpas\n"
        "names, verbs = json.load(sys.stdin)\n"
        "for name in names: importlib.import_module(name)\n"
        "print(json.dumps([verb for verb in verbs if not callable(getattr(cpas, verb))]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input=json.dumps([names, VERBS]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert not json.loads(done.stdout)


def test_import_is_light():
    """A host that imports the library pays for what it uses."""
    assert not loaded_after("import cpas")


def test_small_plan_is_light():
    """A plan of a few links is made without what only a large one is worth."""
    assert not loaded_after("from cpas import Objective, Plan; Plan('p', 't', elements=[Objective('OBJ-1', 'a')])")


# -- the front door --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", cpas.__all__)
def test_public_name_resolves(name):
    """Every public name is there, is what its home calls it, and says what it is."""
    value = getattr(cpas, name)

    assert getattr(importlib.import_module(cpas._HOME_OF[name]), name) is value
    assert inspect.getdoc(value)


@pytest.mark.parametrize("name", sorted(cpas._SUBMODULES))
def test_public_submodule_is_an_attribute(name):
    """``cpas.datasets`` needs no import of its own."""
    module = getattr(cpas, name)

    assert f"cpas.{name}" == module.__name__
    assert module.__file__, "a folder without __init__.py is not a module of ours"


def test_stub_is_the_front_door():
    """What a checker sees is what the interpreter gives, from the same home."""
    listed, homes = stub_names((ROOT / "__init__.pyi").read_text(encoding="utf-8"))

    assert cpas.__all__ == listed
    assert cpas._HOME_OF | dict.fromkeys(cpas._SUBMODULES, "cpas") | {"__version__": "cpas._version"} == homes


def test_benchmarks_import_what_is_there():
    """Benchmarks measure parts that are not public; whoever moves one finds them here, not when figures are due."""
    here = Path(__file__).parents[1] / "benchmarks"
    nodes = [node for path in sorted(here.rglob("*.py")) for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    asked = [
        (node.module, name.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("cpas")
        for name in node.names
    ]

    def is_there(module: str, name: str) -> bool:
        return (
            hasattr(importlib.import_module(module), name) or importlib.util.find_spec(f"{module}.{name}") is not None
        )

    assert [pair for pair in asked if not is_there(*pair)] == []


def test_every_error_is_public():
    """An error a stranger may have to catch has a name at the front door."""
    errors = {name for name, value in vars(cpas.errors).items() if isinstance(value, type) and name[0] != "_"}

    assert errors - {"Any", "ClassVar", "Iterable", "Sequence"} <= set(cpas.__all__)


def test_directory_lists_what_can_be_asked_for():
    """``dir(cpas)``, and with it completion in a notebook, shows names not yet loaded."""
    assert set(cpas.__all__) | cpas._SUBMODULES <= set(dir(cpas))


def test_unknown_name_is_refused_with_the_nearest():
    """A slip of the pen is met with the word that was meant."""
    with pytest.raises(AttributeError, match=r"no attribute 'chek'\. Did you mean 'check'\?"):
        _ = cpas.chek


# -- each rule can fail ----------------------------------------------------------------------------

SOUND = {
    "cpas.__init__": "",
    "cpas.errors": "import difflib",
    "cpas.model.__init__": "from cpas.model.plan import Plan",
    "cpas.model.plan": "import attrs\nfrom ..errors import CpasError\nfrom .base import Base",
    "cpas.model.base": "from cpas import errors",
    "cpas.graph": "import networkx\nfrom cpas.model import Plan",
    "cpas.tables.store": "import numpy, pandas\nfrom cpas.graph import upstream",
}


def test_sound_building_passes():
    """The rules say nothing of a package that keeps them."""
    faults = [rule(SOUND) for rule in (without_floor, upward, loop, wrong_doors, named_like_a_verb)]
    assert not any(faults)


@pytest.mark.parametrize(
    "text",
    [
        "from cpas.graph import upstream",
        "import cpas.graph",
        "from cpas import graph",
        "from .. import graph",
        "from ..graph import upstream",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cpas.graph import upstream",
        "def later():\n    from cpas.graph import upstream",
        "import importlib\nimportlib.import_module('cpas.graph')",
    ],
)
def test_upward_import_is_found(text):
    """However it is written, an import from a higher floor is seen."""
    assert upward(SOUND | {"cpas.model.plan": text}) == ["cpas.model.plan imports cpas.graph"]


def test_later_neighbour_is_found():
    """On one floor, only what stands before may be imported."""
    assert upward(SOUND | {"cpas.graph": "import cpas.tables.store"}) == ["cpas.graph imports cpas.tables.store"]


def test_front_door_is_no_short_cut():
    """Inside the package a name is taken from where it lives."""
    assert upward(SOUND | {"cpas.graph": "from cpas import Plan"}) == ["cpas.graph imports cpas.__init__"]


def test_loop_between_neighbours_is_found():
    """Two modules of one package that need each other are one module."""
    found = loop(SOUND | {"cpas.model.base": "from cpas.model.plan import Plan"})

    assert {"cpas.model.base", "cpas.model.plan"} == set(found)


def test_annotation_makes_no_loop_between_neighbours():
    """The rules that a record applies to itself may be typed with it."""
    text = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from cpas.model.plan import Plan"

    assert not loop(SOUND | {"cpas.model.base": text})


def test_loop_through_the_package_is_found():
    """A module does not import from the package that imports it."""
    assert loop(SOUND | {"cpas.model.base": "from cpas.model import Plan"})


@pytest.mark.parametrize(
    ("module", "text", "name"),
    [
        ("cpas.model.plan", "import pandas as pd", "pandas"),
        ("cpas.model.plan", "def later():\n    import networkx.algorithms", "networkx"),
        ("cpas.errors", "from requests import get", "requests"),
        ("cpas.tables.store", "__import__('matplotlib')", "matplotlib"),
    ],
)
def test_wrong_door_is_found(module, text, name):
    """A dependency is imported at its door, and one without a door nowhere."""
    assert [f"{module} imports {name}"] == wrong_doors(SOUND | {module: text})


@pytest.mark.parametrize("name", ["cpas.aggregate", "cpas.model.chain", "cpas.check.parts"])
def test_module_named_like_a_verb_is_found(name):
    """At any depth, since a package may hand its verb up."""
    assert [name] == named_like_a_verb({name: ""})


def test_module_without_floor_is_found():
    """A module outside the table is not silently free."""
    assert without_floor(SOUND | {"cpas.helpers": ""}) == ["cpas.helpers"]


def test_heavy_import_is_found():
    """The test of lightness sees a heavy package when there is one."""
    assert "networkx" in loaded_after("import cpas, networkx")


def test_stub_that_differs_is_found():
    """The reader of stubs reads names and homes."""
    listed, homes = stub_names('from cpas.model import Plan\n__all__ = ["Plan", "Goal"]')

    assert (listed, homes) == (["Plan", "Goal"], {"Plan": "cpas.model"})
