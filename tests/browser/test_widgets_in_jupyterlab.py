"""The widgets as a learner meets them: drawn, dragged, moved by keys, in JupyterLab, offline."""

import re

import pytest

pytestmark = pytest.mark.browser

CELLS = {
    "pes": """
from ase import Atoms
from ase.calculators.emt import EMT
from mlp_teach.widgets.pes_explorer import pes_explorer, potential_of
emt = potential_of(EMT())
def half(atoms):
    energy, forces = emt(atoms)
    return energy / 2, forces / 2
explorer = pes_explorer(Atoms("Cu2", [(0, 0, 0), (2.4, 0, 0)]), emt, half)
explorer""",
    "symmetry": """
from mlp_teach.widgets.symmetry_explorer import symmetry_explorer
symmetry_explorer(lang="ja")""",
    "soap": """
from mlp_teach.widgets.soap_explorer import soap_explorer
soap_explorer()""",
    "messages": """
from mlp_teach.widgets.message_stepper import message_stepper
message_stepper()""",
    "equivariance": """
from mlp_teach.widgets.equivariance_explorer import equivariance_explorer
equivariance_explorer()""",
    "collision": """
from mlp_teach.widgets.collision_hunt import collision_hunt
collision_hunt()""",
    "timeline": """
from mlp_teach.widgets.architecture_timeline import architecture_timeline
architecture_timeline()""",
    "mix": """
from mlp_teach.widgets.mix_planner import mix_planner
mix_planner()""",
    "cost": """
from mlp_teach.widgets.cost_desk import cost_desk
cost_desk()""",
    "replay": """
from mlp_teach.widgets.learning_replay import learning_replay
from tests.widgets.recorded_run import run
learning_replay(run())""",
    "failures": """
from mlp_teach.widgets.failure_gallery import failure_gallery
failure_gallery()""",
    "player": """
from ase.build import bulk
from ase.calculators.emt import EMT
from mlp_teach.simulation.ensembles import NVE, with_velocities
from mlp_teach.simulation.md import simulate
from mlp_teach.widgets.md_player import md_player
copper = bulk("Cu", cubic=True) * (2, 2, 2)
copper.calc = EMT()
frames = [with_velocities(copper, 600)]
while len(frames) < 6:
    frames.append(simulate(frames[-1], NVE(4), steps=2, interval=2).atoms)
md_player(frames, 8, spread=[0.1, 0.2, 0.3, 0.2, 0.1, 0.2])""",
    "loss": """
from mlp_teach.widgets.loss_curve import loss_curve
curve = loss_curve()
for epoch in range(300):
    curve.update(epoch, {"training": 2.0 / (epoch + 1)})""",
    "viewer": """
from ase.build import bulk
from mlp_teach.widgets.viewer import viewer
viewer(bulk("Cu", cubic=True) * (2, 2, 2))""",
    "show": """
from mlp_teach.graph import displacements
from mlp_teach.show import show
show(displacements)""",
    "prediction": """
from mlp_teach.widgets.prediction import prediction
guess = prediction("widgets")
guess""",
}


@pytest.fixture(scope="module")
def session(lab):
    opened = lab(list(CELLS.values()))
    opened.page.wait_for_selector(".mlp-canvas svg")
    return opened


@pytest.fixture
def output(session):
    """output(name): the output area of a cell, scrolled into view."""

    def find(name):
        number = list(CELLS).index(name)
        found = session.page.locator(".jp-Notebook .jp-CodeCell").nth(number)
        found = found.locator(".jp-Cell-outputArea")
        found.scroll_into_view_if_needed()
        return found

    return find


def summary(output):
    return output.locator(".mlp-summary").inner_text()


def place(output, name):
    handle = output.locator(f".mlp-handle[data-name='{name}']")
    return tuple(float(handle.get_attribute(f"data-{axis}")) for axis in "xy")


def changed(output, before):
    """Waits until the summary is another one, and returns it."""
    output.page.wait_for_function(
        "([element, before]) => element.innerText !== before",
        arg=[output.locator(".mlp-summary").element_handle(), before],
        timeout=10_000,
    )
    return summary(output)


def drag(output, name, dx, dy):
    box = output.locator(f".mlp-handle[data-name='{name}']").bounding_box()
    x, y = box["x"] + box["width"] / 2 + 4, box["y"] + box["height"] / 2 - 3
    mouse = output.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + dx, y + dy, steps=8)
    mouse.up()


def scale(output, name):
    """Pixels of the screen for one unit of a handle's panel."""
    return output.locator(f".mlp-handle[data-name='{name}']").evaluate(
        """handle => {
            const [x0, x1] = handle.dataset.bounds.split(" ").map(Number);
            const svg = handle.ownerSVGElement;
            const zoom = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
            return Number(handle.dataset.box.split(" ")[2]) * zoom / (x1 - x0);
        }"""
    )


def test_a_dragged_atom_follows_the_mouse_and_its_energy_changes(output):
    pes = output("pes")
    before, (x, y) = summary(pes), place(pes, "atom")
    drag(pes, "atom", 60, -30)
    changed(pes, before)
    pes.page.wait_for_timeout(200)
    pixels = scale(pes, "atom")
    assert place(pes, "atom") == pytest.approx((x + 60 / pixels, y + 30 / pixels), abs=0.02)


def test_arrow_keys_move_a_focused_atom_by_its_step_and_keep_the_focus(output):
    pes = output("pes")
    pes.locator(".mlp-handle").focus()
    before, (x, y) = summary(pes), place(pes, "atom")
    for key in ("ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowDown"):
        pes.page.keyboard.press(key)
    changed(pes, before)
    pes.page.wait_for_timeout(300)
    assert place(pes, "atom") == pytest.approx((x - 0.10, y + 0.05 - 0.25), abs=1e-4)
    assert pes.locator(".mlp-handle:focus").count() == 1


def test_the_tab_key_reaches_every_control_and_the_atom(output):
    pes = output("pes")
    pes.locator("select").focus()
    reached = []
    for _ in range(5):
        pes.page.keyboard.press("Tab")
        focused = pes.page.locator(":focus")
        names = [focused.get_attribute(name) for name in ("class", "name")]
        reached.append(names[0] or names[1] or focused.evaluate("element => element.tagName"))
    assert reached == ["slide_0", "slide_1", "again", "mlp-handle", "SUMMARY"]


def test_the_kernel_knows_where_the_atom_was_put(session, output):
    x, y = place(output("pes"), "atom")
    state = session.page.evaluate(
        """async () => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const code = "last = explorer.state.path[-1]; print(last.x, last.y)";
            let text = "";
            const future = kernel.requestExecute({ code });
            future.onIOPub = (m) => { if (m.header.msg_type === "stream") text += m.content.text; };
            await future.done;
            return text;
        }"""
    )
    assert [float(word) for word in state.split()] == pytest.approx([x, y], abs=1e-4)


def test_the_numbers_beneath_are_those_of_the_summary(output):
    pes = output("pes")
    pes.locator("details > summary").click()
    row = pes.locator("tbody tr").first.inner_text().split()
    before = summary(pes)
    assert row[1] in before
    pes.locator("button[name='slide_1']").click()
    changed(pes, before)
    assert pes.locator("details[open]").count() == 1  # a new picture does not close them


def test_a_slider_moved_by_keys_changes_the_symmetry_function(output):
    symmetry = output("symmetry")
    before = summary(symmetry)
    symmetry.locator("input[name='r_s']").focus()
    symmetry.page.keyboard.press("ArrowRight")
    after = changed(symmetry, before)
    assert re.search(r"G2 = [\d.]+", after).group() != re.search(r"G2 = [\d.]+", before).group()
    assert re.search(r"G4 = [\d.]+", after).group() == re.search(r"G4 = [\d.]+", before).group()
    assert "2.6 Å" in symmetry.locator(".mlp-controls").inner_text()


def test_a_dragged_neighbour_changes_both_functions(output):
    symmetry = output("symmetry")
    before = summary(symmetry)
    drag(symmetry, "0", 15, 10)
    after = changed(symmetry, before)
    assert before.split("G4")[1] != after.split("G4")[1]


def test_turning_all_neighbours_by_keys_changes_the_overlap_but_not_the_similarity(output):
    soap = output("soap")
    before = summary(soap)
    soap.locator("input[name='angle']").focus()
    soap.page.keyboard.press("ArrowRight")
    after = changed(soap, before)
    assert after.split("overlap")[1] != before.split("overlap")[1]
    assert after.split(",")[0] == before.split(",")[0]
    soap.locator("button[name='keep']").click()
    assert "lie 1.0000" in changed(soap, after)


def test_a_layer_further_an_atom_knows_of_more_atoms(output):
    messages = output("messages")
    before = summary(messages)
    messages.locator("input[name='atom']").focus()
    messages.page.keyboard.press("ArrowRight")
    assert "O1 hears from C0, H3; it then knows of 2 of 5" in (now := changed(messages, before))
    messages.locator("input[name='layer']").focus()
    messages.page.keyboard.press("ArrowRight")
    assert "knows of 5 of 5" in changed(messages, now)


def test_a_turn_by_keys_and_a_mirror_change_what_they_should(output):
    picture = output("equivariance")
    before = summary(picture)
    picture.locator("input[name='turn']").focus()
    picture.page.keyboard.press("ArrowRight")
    assert "turned 5°" in (turned := changed(picture, before))
    assert re.search(r"1o 0\.\d*[1-9]", turned)
    picture.locator("button[name='mirror']").click()
    assert (mirrored := changed(picture, turned)).startswith("Now: mirrored, turned 5°")
    picture.locator("button[name='upright']").click()
    assert changed(picture, mirrored).startswith("Now: turned 0°")


def test_a_neighbour_moved_by_keys_along_the_circle_deceives_radial_functions(output):
    hunt = output("collision")
    before = summary(hunt)
    assert before.startswith("G2: told apart")
    hunt.locator(".mlp-handle[data-name='3']").focus()
    hunt.page.keyboard.press("ArrowRight")
    before = changed(hunt, before)
    assert before.startswith("G2: the same surroundings")
    for key in ("ArrowDown", "ArrowDown"):
        hunt.page.keyboard.press(key)
        before = changed(hunt, before)
    assert "G2: collision" in before
    hunt.locator("select").select_option("soap")
    told = changed(hunt, before)
    hunt.locator("button[name='hint']").click()
    hinted = changed(hunt, told)
    drag(hunt, "0", 40, -10)
    dragged = changed(hunt, hinted)
    assert told.startswith("SOAP: told apart")
    assert hinted.startswith("SOAP: collision. Atoms 1.407 Å apart")
    assert dragged.startswith("SOAP: told apart")


def test_the_years_go_on_by_keys_and_by_dragging_and_a_kind_is_picked_out(output):
    timeline = output("timeline")
    assert summary(timeline).startswith("Behler-Parrinello, 2007.")
    before = summary(timeline)
    timeline.locator(".mlp-handle[data-name='year']").focus()
    timeline.page.keyboard.press("Shift+ArrowRight")
    before = changed(timeline, before)
    assert before.startswith("SOAP, 2012.")
    assert before.endswith("Up to 2012: 3 of 19.")
    assert place(timeline, "year")[0] == 2012
    drag(timeline, "year", 200, 30)
    dragged = changed(timeline, before)
    timeline.page.wait_for_timeout(200)
    assert place(timeline, "year")[0] == round(2012 + 200 / scale(timeline, "year"))
    timeline.locator("select[name='takes']").select_option("tensors")
    before = changed(timeline, dragged)
    timeline.locator("select[name='entry']").select_option("NequIP")
    before = changed(timeline, before)
    timeline.locator("button[name='later']").focus()
    for name in ("Allegro, 2022.", "MACE, 2022.", "GNoME, 2023."):
        timeline.page.keyboard.press("Space")
        before = changed(timeline, before)
        assert before.startswith(name)
    assert before.endswith("Up to 2023: 4 of 19.")
    texts = timeline.locator(".mlp-picture text").all_text_contents()
    assert "NequIP" in texts
    assert "PaiNN" not in texts
    timeline.locator("select[name='entry']").select_option("PaiNN")
    timeline.locator(".mlp-picture text", has_text="10.48550/arXiv.2102.03150").wait_for()


def test_a_kind_left_out_by_keys_changes_the_worst_error_of_the_mix(output):
    planner = output("mix")
    assert summary(planner).startswith("20 structures")
    before = summary(planner)
    planner.locator("input[name='random_search']").focus()
    planner.page.keyboard.press("Home")
    without = changed(planner, before)
    assert without.startswith("16 structures; worst: random")
    planner.locator("button[name='chapter']").click()
    assert changed(planner, without).startswith("20 structures")
    assert "dynamics: 12" in planner.locator(".mlp-controls").inner_text()


def test_five_models_a_round_by_keys_and_back_to_the_chapter(output):
    desk = output("cost")
    assert "B saves 45.5 % of the time" in (before := summary(desk))
    desk.locator("input[name='models']").focus()
    for expected in ("41.0", "36.5", "32.1", "27.6"):
        desk.page.keyboard.press("ArrowRight")
        assert f"saves {expected} %" in (before := changed(desk, before))
    assert "B: models a round: 5" in desk.locator(".mlp-controls").inner_text()
    desk.locator("button[name='chapter']").click()
    assert "saves 45.5 %" in changed(desk, before)


def test_a_run_is_replayed_by_keys_up_to_the_round_where_it_would_stop(output):
    output("replay").locator(".mlp-picture > svg").wait_for()
    replay = output("replay")
    assert "Round 1: 2 labels" in (before := summary(replay))
    squares = replay.locator("svg path[fill='var(--mlp-blue)']")
    curves = 1  # of the same colour: the band of the learning curve
    assert squares.count() == curves + 2
    replay.locator("input[name='round']").focus()
    for labels in (4, 6):
        replay.page.keyboard.press("ArrowRight")
        assert f": {labels} labels" in (before := changed(replay, before))
        assert squares.count() == curves + labels
    assert "stops in round 2" in before
    replay.locator("input[name='threshold']").focus()
    replay.page.keyboard.press("Home")
    assert "No round of this run comes below a threshold of 0 " in changed(replay, before)


def test_a_failure_is_chosen_and_goes_as_far_as_the_dial_says(output):
    gallery = output("failures")
    assert "Steps of 42 fs" in (before := summary(gallery))
    gallery.locator("input[name='dial']").focus()
    gallery.page.keyboard.press("Home")
    assert "Steps of 4 fs: E is off by up to 0.1 meV/atom" in (safe := changed(gallery, before))
    gallery.locator("select").select_option("hole")
    assert "as close as 0.00 Å" in (through := changed(gallery, safe))
    assert "0.60 eV" in gallery.locator(".mlp-controls").inner_text()
    gallery.locator("input[name='dial']").focus()
    gallery.page.keyboard.press("Home")
    assert "0.10 eV: the atoms come as close as 2.28 Å" in changed(gallery, through)


def test_a_film_is_stepped_by_keys_and_played_to_its_end(output):
    output("player").locator(".mlp-picture > svg").wait_for()
    player = output("player")
    assert "Frame 1 of 6, t = 0.00 ps" in (before := summary(player))
    player.locator("input[name='frame']").focus()
    player.page.keyboard.press("ArrowRight")
    assert "spread by up to 0.200 eV" in (second := changed(player, before))
    player.locator("button[name='back']").click()
    assert "Frame 1 of 6" in changed(player, second)
    player.locator("button[name='play']").focus()
    player.page.keyboard.press("Space")
    player.page.wait_for_function(
        "element => element.innerText.includes('Frame 6 of 6')",
        arg=player.locator(".mlp-summary").element_handle(),
    )
    assert player.locator("canvas").count() == 1  # NGL's, beside the drawing


def test_the_loss_curve_shows_its_last_epoch_when_the_cell_is_done(output):
    loss = output("loss")
    loss.page.wait_for_function(
        "element => element.innerText.includes('Epoch 299')",
        arg=loss.locator(".mlp-summary").element_handle(),
    )


def test_the_viewer_draws_atoms_in_three_dimensions(output):
    """An empty scene, or the error boxes of a front end that does not fit, has few colours."""
    scene = output("viewer").locator("canvas").first
    scene.wait_for()
    scene.page.wait_for_timeout(500)
    assert len(scene.screenshot()) > 8000  # a PNG of one colour takes far less
    assert "error" not in output("viewer").inner_text().lower()


def test_a_prediction_typed_by_keys_reaches_the_kernel_and_is_kept(session, output):
    field = output("prediction").get_by_label("My prediction")
    field.focus()
    session.page.keyboard.type("dd: they agree")  # two d delete a cell, where keys go astray
    session.page.keyboard.press("Enter")
    session.page.keyboard.type("almost")
    note = output("prediction").locator("[role=status]")
    note.get_by_text("Kept beside the notebook").wait_for()
    session.page.wait_for_function(
        """async () => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const code = "print(prediction('widgets').text == 'dd: they agree\\\\nalmost')";
            let text = "";
            const future = kernel.requestExecute({ code });
            future.onIOPub = (m) => { if (m.header.msg_type === "stream") text += m.content.text; };
            await future.done;
            return text.startsWith("True");
        }"""
    )
    assert field.input_value() == "dd: they agree\nalmost"
    assert field.evaluate("element => element === document.activeElement")


def test_the_shown_source_has_its_line_numbers_and_colours(output):
    shown = output("show")
    assert "mlp_teach/graph.py, lines" in shown.inner_text()
    assert shown.locator("pre span[style*='color']").count() > 5


def set_theme(page, name):
    page.evaluate(f"jupyterapp.commands.execute('apputils:change-theme', {{theme: '{name}'}})")
    page.wait_for_selector(f"body[data-jp-theme-name='{name}']", state="attached")
    page.wait_for_timeout(300)  # its style sheet


@pytest.fixture(params=["JupyterLab Dark", "JupyterLab Light"])
def theme(request, session):
    set_theme(session.page, request.param)
    yield request.param
    set_theme(session.page, "JupyterLab Light")


def test_paper_and_ink_follow_the_theme_of_the_page(theme, output):
    canvas = output("pes").locator(".mlp-canvas")
    paper, ink = canvas.evaluate(
        "e => [getComputedStyle(e).backgroundColor, getComputedStyle(e).color]"
    )
    expected = {
        "JupyterLab Light": ("rgb(255, 255, 255)", "rgb(29, 32, 38)"),
        "JupyterLab Dark": ("rgb(23, 25, 29)", "rgb(236, 238, 242)"),
    }
    assert (paper, ink) == expected[theme]


def test_axe_finds_no_barrier_in_any_output(theme, session):
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe is not installed"
    )
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]}
    found = axe.Axe().run(session.page, {"include": [[".jp-Cell-outputArea"]]}, options)
    assert len(found.response["passes"]) > 15
    barriers = [(one["help"], one["nodes"][0]["html"]) for one in found.response["violations"]]
    assert barriers == []


def test_a_narrow_page_gets_a_picture_of_its_width(session, output):
    session.page.set_viewport_size({"width": 640, "height": 1400})
    pes = output("pes")
    session.page.wait_for_function(
        "svg => svg.viewBox.baseVal.width < 520",
        arg=pes.locator(".mlp-picture > svg").element_handle(),
    )
    box = pes.locator(".mlp-picture > svg").bounding_box()
    assert box["height"] > box["width"]  # the panels stand below each other
    session.page.set_viewport_size({"width": 1280, "height": 1600})


def test_nothing_came_from_elsewhere_and_nothing_went_wrong(session):
    assert {host.split(":")[0] for host in session.hosts} == {"127.0.0.1"}
    assert session.errors == []
