"""Tables in Markdown that a program writes into pages that people write, between <!-- NAME --> and
<!-- end of NAME -->. Standard library only: tools/lint runs it."""


def table(head, rows):
    """Rows of cells, anything that has a text, under the names of the columns; in Markdown, without a last line end."""
    def cell(value):
        return str(value).replace("|", "\\|").replace("\n", " ")
    return "\n".join(["| " + " | ".join(head) + " |", "|" + "---|" * len(head),
                      *("| " + " | ".join(map(cell, cells)) + " |" for cells in rows)])


def with_table(page, name, table):
    """The text of the page with this table in its place; LookupError, with a sentence, unless there is exactly one."""
    begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
    if page.count(begin) != 1 or page.count(end) != 1:
        raise LookupError(f"no place for the table: it wants the lines '{begin}' and '{end}', once each")
    head, _, rest = page.partition(begin)
    return f"{head}{begin}\n{table.rstrip()}\n{end}{rest.partition(end)[2]}"
