# SPDX-License-Identifier: Apache-2.0
"""The table of docs/fidelity.md: one row for each observation, written and checked by the program.

A cell has reality before the bar and the model after it.  Packets are those that a side sent, as
keepalive probes + others; OpenVPN's are those of the fewest and of the most of its seeds, and those
of scenarios with loss or jitter of the fewest and of the most of all runs and seeds.
"""
BEGIN = "<!-- table: tools/lab compare --write-table docs/fidelity.md -->"
END = "<!-- end of table -->"
HEAD = ("| case | client: real / model | server: real / model | client sent | server sent "
        "| result |\n"
        "| --- | --- | --- | --- | --- | --- |\n")


def fates(found, role):
    mine = [(real, model) for _, side, real, model in found.fates if side == role]
    return "; ".join(f"{real} / {model}" for real, model in mine)


def sent(found, role):
    real, model = found.sent[(role, True)]
    if isinstance(model, str):
        return f"{real} / {model}"
    if isinstance(model, range):
        return f"{sum(real)} / {model.start} to {model.stop}"
    return f"{real[0]}+{real[1]} / {model[0]}+{model[1]}"


def result(found):
    return "agrees" if not found.differences else "differs: " + ", ".join(found.aspects())


def row(name, found):
    cells = [name, fates(found, "client"), fates(found, "server"), sent(found, "client"),
             sent(found, "server"), result(found)]
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def rows_of(path):
    """{name: row} of the table in a document."""
    with open(path, encoding="utf-8") as file:
        text = file.read()
    body = text.partition(BEGIN)[2].partition(END)[0]
    rows = [r for r in body.splitlines() if r.startswith("| ")][2:]
    return {r.split(" | ")[0][2:]: r for r in rows}


def write_table(path, rows):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if BEGIN not in text or END not in text:
        raise ValueError(f"{path} has no place for the table")
    head, tail = text.partition(BEGIN)[0], text.partition(END)[2]
    body = "\n".join(rows[name] for name in sorted(rows))
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{head}{BEGIN}\n\n{HEAD}{body}\n\n{END}{tail}")
