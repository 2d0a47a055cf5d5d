# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""The page in a real browser."""

import json
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("playwright", reason="playwright is not installed")

from test.dashboard import browser as browsers
from test.dashboard.rundirectories import RunDirectory, add_runs
from tfaip.runs.format.run import write_run
from tfaip.runs.format.status import State

pytestmark = pytest.mark.skipif(browsers.CHROMIUM is None, reason="there is no Chromium on this system")
HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>'
NAMES = "tbody .name a"


@pytest.fixture(scope="module")
def browser():
    with browsers.started() as browser:
        yield browser


@pytest.fixture
def show(browser, serve):
    """Serve the folder and open a tab, which is checked at the end."""

    @contextmanager
    def start(**settings):
        with serve() as client:
            context = browser.new_context(viewport={"width": 1300, "height": 900}, accept_downloads=True, **settings)
            tab = browsers.Tab(context.new_page(), client)
            yield tab
            tab.check()
            context.close()

    return start


@pytest.fixture
def three(folder):
    """Three runs of different kinds."""
    runs = {
        "alpha": RunDirectory(folder / "alpha", learning_rate=0.1, optimizer="Adam", epochs=6),
        "beta": RunDirectory(folder / "beta", State.RUNNING, epochs=4, learning_rate=0.2, optimizer="SGD"),
        "gamma": RunDirectory(folder / "gamma", State.FAILED, epochs=2, learning_rate=0.3, optimizer="Adam"),
    }
    runs["gamma"].end(State.FAILED, "The loss is not a number")
    return runs


def test_the_table_is_sorted_filtered_and_searched_and_its_address_keeps_that(three, show):
    with show() as tab:
        page = tab.open()
        page.wait_for_selector(NAMES)
        assert sorted(tab.texts(NAMES)) == ["alpha", "beta", "gamma"]
        page.locator("th").get_by_role("button", name="best").click()
        assert tab.texts(NAMES) == ["alpha", "beta", "gamma"]
        page.locator("th").get_by_role("button", name="best").click()
        assert tab.texts(NAMES) == ["gamma", "beta", "alpha"]
        page.locator(".search").fill("optimizer=Adam learning_rate>0.05")
        tab.wait_for_count(NAMES, 2)
        page.locator(".chip.failed").click()
        assert tab.texts(NAMES) == ["gamma"]
        assert "The loss is not a number" in page.locator("tbody tr").inner_text()
        page.reload()
        page.wait_for_selector(NAMES)
        assert tab.texts(NAMES) == ["gamma"]


def test_what_a_training_does_is_shown_without_reloading(three, folder, show):
    with show() as tab:
        page = tab.open()
        page.wait_for_selector(NAMES)
        tab.wait_for("document.querySelector('#live').classList.contains('on')")
        three["beta"].train()
        three["beta"].write()
        page.get_by_text("50 %").wait_for()
        RunDirectory(folder / "delta", State.RUNNING, epochs=1)
        page.get_by_role("link", name="delta").wait_for()
        three["beta"].end(State.FINISHED)
        page.locator("tr.finished", has_text="beta").wait_for()


def test_changes_are_asked_for_where_events_do_not_come_through(three, show):
    with show() as tab:
        tab.page.route("**/api/events", lambda route: route.fulfill(status=502, body="no"))
        page = tab.open()
        page.wait_for_selector(NAMES)
        page.locator("#live.polling").wait_for()
        three["beta"].train()
        three["beta"].write()
        page.get_by_text("50 %").wait_for()
        # the browser tells that the events were refused
        assert all("502" in complaint for complaint in tab.complaints)
        tab.complaints.clear()


def test_a_server_that_is_gone_is_told(three, browser, serve):
    with serve() as client:
        tab = browsers.Tab(browser.new_page(), client)
        tab.open().wait_for_selector(NAMES)
    tab.page.locator("#live.offline").wait_for()
    tab.page.close()


def test_runs_are_compared_by_curves_parameters_and_values(three, show):
    with show() as tab:
        page = tab.open()
        for name in ("alpha", "beta"):
            page.get_by_label(f"Choose {name}").check()
        page.get_by_role("link", name="Compare").click()
        page.locator(".chart .uplot").first.wait_for()
        assert tab.texts(".chart figcaption") == ["acc", "loss"]
        page.get_by_label("Log scale").check()
        page.locator(".segments").get_by_text("Epoch").click()
        page.get_by_label("Smoothing").fill("0.6")
        tab.wait_for("location.hash.includes('smooth=0.6')")
        assert all(setting in page.url for setting in ("x=epoch", "log=1"))
        page.locator(".chart .u-over").first.hover()
        assert page.locator(".tooltip:visible").inner_text().startswith("epoch")
        page.get_by_label("Show alpha").click()
        page.locator(".chart .u-over").first.hover()
        assert "alpha" not in page.locator(".tooltip:visible").inner_text()
        page.reload()
        page.locator(".chart .uplot").first.wait_for()
        assert page.get_by_label("Log scale").is_checked()
        assert page.get_by_label("Show alpha").get_attribute("aria-pressed") == "false"
        page.get_by_label("Show alpha").click()
        page.get_by_role("tab", name="Parameters").click()
        page.get_by_text("parameters differ").wait_for()
        rows = tab.texts(".grid tbody tr")
        assert "learning_rate 0.1 0.2" in rows and "epochs 10 10" not in rows
        page.get_by_role("tab", name="Values").click()
        assert "val_acc 0.9167 0.8750" in tab.texts(".grid tbody tr")


def test_curves_grow_while_a_training_runs_and_go_back_with_it(three, show):
    points = "Math.max(...[...document.querySelectorAll('.chart')].map((chart) => Number(chart.dataset.points)))"
    with show() as tab:
        page = tab.open(f"#/run/{tab.client.id_of('beta')}")
        page.locator(".chart .uplot").first.wait_for()
        tab.wait_for(f"{points} === 4")
        three["beta"].train()
        three["beta"].write()
        tab.wait_for(f"{points} === 5")


def test_a_run_shows_parameters_images_log_code_and_sessions(three, show):
    run = three["alpha"]
    run.add_code(
        {"package/model.py": "class Model:\n    pass\n", "main.py": "x = 1\n"}, patch="--- a/x\n+++ b/x\n-old\n+new\n"
    )
    for step in (20, 40):
        run.add_image("input/first", step)
    with show() as tab:
        page = tab.open(f"#/run/{tab.client.id_of('alpha')}")
        page.get_by_role("tab", name="Parameters").click()
        page.get_by_label("Find a parameter").fill("learn")
        page.get_by_text("1 parameters").wait_for()
        page.get_by_role("tab", name="Images").click()
        page.get_by_text("step 40").wait_for()
        page.get_by_label("Step of input/first").fill("0")
        page.get_by_text("step 20").wait_for()
        tab.wait_for("document.querySelector('img').naturalWidth === 8")
        page.get_by_role("tab", name="Log").click()
        page.get_by_text("epoch 6").wait_for()
        with open(run.path / "train.log", "a") as file:
            file.write("WARNING  something odd\n")
        run.write()
        page.locator(".log .warning").wait_for()
        page.get_by_role("tab", name="Code").click()
        page.locator(".diff .added", has_text="+new").wait_for()
        page.get_by_role("button", name="model.py").click()
        page.locator(".source", has_text="class Model:").wait_for()
        assert "file=package%2Fmodel.py" in page.url or "file=package/model.py" in page.url
        page.get_by_role("tab", name="About").click()
        page.get_by_text("anna on").wait_for()


def test_what_stands_in_files_never_becomes_part_of_the_page(folder, show):
    run = RunDirectory(folder / "plain", State.FAILED, epochs=1, value=HOSTILE, **{HOSTILE: 1})
    RunDirectory(folder / "other", epochs=1)
    run.info.name = run.info.note = run.info.scenario = HOSTILE
    run.info.tags = [HOSTILE]
    run.info.sessions[0].command = run.info.sessions[0].devices = [HOSTILE]
    run.train(**{HOSTILE: 1.0})
    run.end(State.FAILED, HOSTILE)
    run.add_code({HOSTILE.replace("/", ""): HOSTILE}, patch=HOSTILE)
    run.add_image(HOSTILE.replace("/", ""), 1)
    (run.path / "train.log").write_text(HOSTILE)
    write_run(str(run.path), run.info)
    with show() as tab:
        page = tab.open()
        page.get_by_text(HOSTILE).first.wait_for()
        run_id = next(item["id"] for item in tab.client.runs().values() if item["name"] == HOSTILE)
        page = tab.open(f"#/run/{run_id}")
        page.locator(".chart .uplot").first.wait_for()
        shown = {
            "Parameters": ".grid td",
            "Images": "img",
            "Log": ".log span",
            "Code": ".diff span",
            "About": ".session",
        }
        for view, selector in shown.items():
            page.get_by_role("tab", name=view).click()
            page.locator(selector).first.wait_for()
        tab.open(f"#/compare/{run_id}?tab=parameters").get_by_text("parameters differ").wait_for()
        assert page.title() not in ("1", "2")
        assert page.locator("main script, main img[src='x']").count() == 0


def test_the_button_that_stops_a_run_is_there_with_the_token_only(three, show, monkeypatch):
    stopped = []
    monkeypatch.setattr("tfaip.dashboard.actions.actions.stop_run", lambda path: stopped.append(path) or "done")
    with show() as tab:
        place = f"#/run/{tab.client.id_of('beta')}"
        page = tab.open(place)
        page.get_by_role("heading", name="beta").wait_for()
        assert page.get_by_role("button", name="Stop").count() == 0
        page = tab.open(place, with_token=True)
        assert "token" not in page.url
        page.get_by_role("button", name="Stop").click()
        page.get_by_text("done.").wait_for()
        assert "beta" in tab.dialogs[0]
        assert [Path(path).name for path in stopped] == ["beta"]


def test_what_is_shown_is_exported(three, show):
    with show() as tab:
        page = tab.open("#/?sort=name&q=optimizer%3DAdam")
        page.wait_for_selector(NAMES)
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="Columns as CSV").click()
        lines = Path(download.value.path()).read_text().splitlines()
        assert lines[0].startswith("run,state,progress,best,started")
        assert [line.split(",")[:2] for line in lines[1:]] == [["alpha", "finished"], ["gamma", "failed"]]
        page.get_by_role("button", name="Export").click()
        with page.expect_download() as download:
            page.get_by_role("button", name="All values as JSON").click()
        exported = json.loads(Path(download.value.path()).read_text())
        assert exported[0]["parameters"]["learning_rate"] == 0.1


def test_columns_are_chosen(three, show):
    with show() as tab:
        page = tab.open()
        page.wait_for_selector(NAMES)
        page.get_by_role("button", name="Columns").click()
        page.locator(".popover").get_by_label("val_loss", exact=True).check()
        page.keyboard.press("Escape")
        assert "val_loss" in tab.texts("thead th")
        assert "m.val_loss" in page.url


@pytest.mark.slow
def test_three_hundred_runs_are_shown(folder, show):
    add_runs(folder, 300)
    with show() as tab:
        page = tab.open()
        tab.wait_for_count(NAMES, 300)
        page.locator(".search").fill("run-29")
        tab.wait_for_count(NAMES, 10)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "scheme"), [(1300, "light"), (400, "dark")])
def test_nothing_is_wider_than_the_window(three, show, width, scheme):
    with show(color_scheme=scheme) as tab:
        tab.page.set_viewport_size({"width": width, "height": 800})
        ids = [run["id"] for run in tab.client.runs().values()]
        for place in ("#/", f"#/run/{ids[0]}", f"#/compare/{','.join(ids)}?tab=parameters"):
            page = tab.open(place)
            assert page.evaluate("document.documentElement.dataset.theme") == scheme
            assert page.evaluate("document.documentElement.scrollWidth") <= width, place
