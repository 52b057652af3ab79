"""The matrix takes reach's answers, and finds whom they are about in the picture."""

from tests.graph.sites import VIEWS, large_project, made_matrix, network, project, small_project
from tests.sources import named
from vnetlint.cli.matrixtext import Table, grid
from vnetlint.graph.matrix import DEPENDS, VERSIONS, CellCase, CellReason, MatrixCell, cell_of, matrix_of, nodes_of
from vnetlint.graph.topology import topology_of
from vnetlint.reach import Reach
from vnetlint.reach.answer import Answer, Case, Endpoint, Outcome, Question, Reason, Unknown
from vnetlint.reach.matrix import Cell, cells
from vnetlint.reach.signs import SIGNS, TRANSLATED
from vnetlint.xml.tree import parse

WEB, NET = Endpoint("guest", "web"), Endpoint("internet", "internet")
QUESTION = Question(WEB, NET, 4, "tcp")
ROUTE = Unknown("upstream.routes", "the router has a route to 10.0.0.0/24", ("yes", "no"))


def test_an_answer_becomes_a_cell_with_places() -> None:
    (document,) = parse(named("n.xml", "<network>\n  <forward mode='nat'/>\n</network>\n"))
    (forward,) = document.root.children
    reasons = (
        Reason("it is translated", forward),
        Reason("by default", forward.attributes["mode"]),
        Reason("it arrives"),
    )
    answer = Answer(QUESTION, "8.8.8.8", (Case((), Outcome("allowed", "192.0.2.1", reasons)),))
    shown = (CellReason("it is translated", "n.xml:2"), CellReason("by default", "n.xml:2"), CellReason("it arrives"))
    assert cell_of(answer) == MatrixCell((CellCase("", "allowed", "192.0.2.1", shown),))
    assert cell_of(answer).verdict == "allowed"


def test_an_answer_that_depends_has_all_cases() -> None:
    cases = (Case(((ROUTE, "yes"),), Outcome("allowed")), Case(((ROUTE, "no"),), Outcome("one-way")))
    cell = cell_of(Answer(QUESTION, None, cases))
    assert cell.verdict is None
    assert cell.depends_on == ("upstream.routes",)
    assert [each.verdict for each in cell.cases] == ["allowed", "one-way"]


def test_the_page_and_the_table_of_a_terminal_have_the_same_letters() -> None:
    model = Reach(small_project())
    for version in VERSIONS:
        shown = Table(80)
        for cell in cells(model, model.groups, model.groups, version):
            for answer in (each for each in cell.answers if each.verdict is not None):
                alone = Cell(cell.source, cell.target, version, (answer,))
                table = grid(shown, model, [alone])
                assert [[cell_of(answer).letter]] == table.signs


def test_every_letter_is_explained_once_in_both() -> None:
    letters = [*(each.letter for each in SIGNS.values()), TRANSLATED.letter]
    assert len({*letters, DEPENDS.letter}) == len(letters) + 1
    table = Table(80, used={*letters})
    assert [part[0] for part in table.footer().split(", ")] == ["Y", "~", ">", "R", ".", "-"]


def test_endpoints_are_found_in_the_picture() -> None:
    topology = topology_of(large_project())
    ids = topology.ids
    names = {topology.node[key].name: value for key, value in ids.items()}
    guests = [Endpoint("guest", f"web-{n:02}") for n in range(1, 21)]
    assert nodes_of(guests, topology) == (names["web-01 … web-20"],)
    others = [Endpoint("host", "host"), Endpoint("lan", "lan(bond0)"), Endpoint("machine", "laptop"), NET]
    assert nodes_of(others, topology) == tuple(names[each] for each in ("rack7", "LAN of bond0", "laptop", "Internet"))
    assert nodes_of([Endpoint("guest", "nobody"), Endpoint("lan", "lan(eth9)")], topology) == ()


def test_guests_of_one_name_are_told_apart() -> None:
    small = small_project()
    web = next(each for each in small.guests.all if each.name == "web")
    topology = topology_of(small)
    assert nodes_of([Endpoint("guest", "another name", web)], topology) == nodes_of([WEB], topology)


def test_reach_answers_and_every_group_is_in_the_picture() -> None:
    for site in (small_project(), large_project()):
        matrix, topology = matrix_of(site), topology_of(site)
        assert matrix is not None
        assert {*matrix.views} == {*VIEWS}
        for group in matrix.groups:
            assert nodes_of(group.members, topology), group.name


def test_the_matrix_has_the_answers_of_reach() -> None:
    matrix = matrix_of(small_project())
    assert matrix is not None
    place = {group.name: number for number, group in enumerate(matrix.groups)}
    rows = matrix.views[4, "tcp"]
    out = rows[place["web"]][place["lan(eno1)"]]
    assert out is not None
    assert (out.verdict, out.cases[0].source) == ("allowed", "192.168.50.10")
    across = rows[place["web"]][place["db"]]
    assert across is not None
    assert across.verdict != "allowed"
    assert rows[place["web"]][place["web"]] is None


def test_without_guests_there_is_no_matrix() -> None:
    files = {"n.xml": network("lan", "<forward mode='nat'/>", "virbr1", "10.0.0")}
    assert matrix_of(project(files)) is None


def test_the_made_matrix_is_complete() -> None:
    matrix = made_matrix(topology_of(large_project()))
    for view in VIEWS:
        assert [len(row) for row in matrix.views[view]] == [len(matrix.groups)] * len(matrix.groups)
