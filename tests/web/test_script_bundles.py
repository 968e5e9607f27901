from pathlib import Path

import pytest
from playwright.sync_api import Browser

from annotator.web.script_bundles import CannotBundle, bundle

STATIC = Path(__file__).resolve().parents[2] / "static"
OURS = sorted(path.name for path in STATIC.glob("*.js"))


def bundled(entry: str, **sources: str) -> str:
    def read(name: str) -> str:
        try:
            return sources[name.removesuffix(".js")]
        except KeyError:
            raise FileNotFoundError(name) from None

    return bundle(f"{entry}.js", read=read)


@pytest.mark.parametrize("name", OURS)
def test_each_of_our_scripts_can_be_bundled_and_then_imports_nothing(name: str) -> None:
    made = bundle(name, read=lambda script: (STATIC / script).read_text())
    assert not [line for line in made.splitlines() if line.lstrip().startswith(("import", "export"))]


@pytest.mark.browser
def test_a_bundle_runs_as_its_modules_would(chromium_browser: Browser) -> None:
    made = bundled(
        "page",
        page='import { a, B } from "./first.js";\nimport { c } from "./second.js";\nimport "./third.js";\n'
        "const hidden = 3;\nwindow.said.push(a(), new B().b, await_(c), hidden);\nfunction await_(x) { return x; }\n",
        first='window.said = ["first"];\nconst hidden = 1;\nexport function a() { return hidden; }\nexport class B { b = "b"; }\n',
        second='import {\n  a,\n} from "./first.js";\nexport const c = a() + 1;\nwindow.said.push("second");\n',
        third='import { c } from "./second.js";\nwindow.said.push(`third ${c}`);\n',
    )
    page = chromium_browser.new_page()
    page.add_script_tag(content=made, type="module")
    said = page.evaluate("window.said")
    page.context.close()
    assert said == ["first", "second", "third 2", 1, "b", 2, 3]


def test_comments_and_indents_stay_at_home() -> None:
    made = bundled("a", a='/** What for.\n    And why. */\n\n// So.\nif (b) {\n  c("// no comment");\n}\n')
    assert made == 'const $a = (() => {\nif (b) {\nc("// no comment");\n}\n})();\n'


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ('import b from "./b.js";', 'a.js:1: this cannot be bundled: import b from "./b.js";'),
        ('import * as b from "./b.js";', "a.js:1: this cannot be bundled"),
        ('import { b as c } from "./b.js";', "a.js:1: b.js exports no b as c."),
        ('import { b } from "../b.js";', "a.js:1: this cannot be bundled"),
        ('import { b } from "b";', "a.js:1: this cannot be bundled"),
        ('\n\nimport { b } from "./b.js"', "a.js:3: this cannot be bundled"),
        ('import { b } from "./b.js";\nexport default b;', "a.js:2: this cannot be bundled"),
        ("one();\nexport { b };", "a.js:2: this cannot be bundled"),
        ("one();\nexport let b = 1;", "a.js:2: this cannot be bundled"),
        ('one();\nexport * from "./b.js";', "a.js:2: this cannot be bundled"),
        ('one();\n  const b = import("./b.js");', "a.js:2: this cannot be bundled"),
        ("one(import.meta.url);", "a.js:1: this cannot be bundled"),
        ("\nconst b = await one();", "a.js:2: this cannot be bundled"),
        ("\nawait one();", "a.js:2: this cannot be bundled"),
        ("\none(`two\n  // lines`);", "a.js:2: this cannot be bundled"),
        ('\nimport { c } from "./b.js";', "a.js:2: b.js exports no c."),
        ('import { b } from "./c.js";', "a.js:1: there is no c.js."),
        ('import "./a.js";', "a.js:1: a.js is imported in a circle."),
        ('import { d } from "./d.js";', "d.js:2: a.js is imported in a circle."),
    ],
)
def test_what_is_not_our_style_is_refused_with_its_file_and_line(source: str, words: str) -> None:
    with pytest.raises(CannotBundle) as refused:
        bundled(
            "a", a=source, b="export const b = 1;", d='\nimport { a } from "./a.js";\nexport const d = 1;'
        )
    assert str(refused.value).startswith(words)
