"""Modules become one script: each once, behind what it needs, and never with two things of one name."""

from __future__ import annotations

import pytest

from neo.infra.report.one_script import one_script
from neo.infra.report.page_assets import page_assets

LEAF = "export const leaf = 1;\n"
MIDDLE = 'import {leaf} from "./leaf.js";\nexport function middle() { return leaf; }\n'
ENTRY = 'import {middle} from "./middle.js";\nimport {leaf} from "./leaf.js";\nexport {leaf};\nmiddle();\n'


def joined(**modules: str) -> str:
    return one_script("entry.js", lambda name: modules[name.removesuffix(".js")])


def test_each_module_stands_once_and_behind_what_it_needs() -> None:
    script = joined(entry=ENTRY, middle=MIDDLE, leaf=LEAF)

    assert script.count("const leaf = 1;") == 1
    assert script.index("const leaf") < script.index("function middle") < script.index("middle();")
    assert "import" not in script and "export" not in script


@pytest.mark.parametrize(
    ("middle", "fault"),
    [
        ("const leaf = 2;\nexport const middle = leaf;\n", "leaf"),
        ('import * as all from "./leaf.js";\nexport const middle = all;\n', "an import or export is left"),
        ("export default 3;\n", "an import or export is left"),
        (
            'import {one} from "./entry.js";\nexport const middle = one;\n',
            "entry.js → middle.js → entry.js is a circle",
        ),
    ],
)
def test_what_would_not_mean_the_same_in_one_scope_is_refused(middle: str, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        joined(entry=ENTRY, middle=middle, leaf=LEAF)


def test_the_charts_of_a_report_are_all_there() -> None:
    script = page_assets().charts_script

    assert "globalThis.NeoCharts = {" in script
    assert all(name in script for name in ("class TimeView", "class TimeChart", "class Histogram", "function decimate"))
