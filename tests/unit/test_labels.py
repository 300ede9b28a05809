"""Cells of tables that say what they are."""

from markupsafe import Markup

from bot.console.labels import labelled

HEADS = ("Tên", "Quyền", "")


def test_each_cell_says_the_head_of_its_column() -> None:
    rows = Markup("<tr><td>Lan</td><td>Người soạn</td><td>Xem</td></tr><tr><td>Bình</td><td>Người duyệt</td></tr>")

    assert labelled(rows, HEADS) == (
        '<tr><td data-label="Tên">Lan</td><td data-label="Quyền">Người soạn</td><td>Xem</td></tr>'
        '<tr><td data-label="Tên">Bình</td><td data-label="Quyền">Người duyệt</td></tr>'
    )


def test_what_names_the_row_needs_no_label_but_counts() -> None:
    rows = Markup('<tr class="total">\n  <th scope="row">Lan</th>\n  <td class="amount">3</td>\n</tr>')

    assert labelled(rows, HEADS) == (
        '<tr class="total">\n  <th scope="row">Lan</th>\n  <td class="amount" data-label="Quyền">3</td>\n</tr>'
    )


def test_a_head_cannot_break_out_of_its_place() -> None:
    assert labelled(Markup("<tr><td>x</td></tr>"), ['"><b>']) == ('<tr><td data-label="&#34;&gt;&lt;b&gt;">x</td></tr>')


def test_what_was_escaped_stays_escaped() -> None:
    """Whatever a citizen wrote into a cell is text there, and takes no label."""
    rows = Markup("<tr><td>{}</td></tr>").format("<td>")

    assert labelled(rows, HEADS) == '<tr><td data-label="Tên">&lt;td&gt;</td></tr>'
