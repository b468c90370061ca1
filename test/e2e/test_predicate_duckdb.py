# SPDX-License-Identifier: Apache-2.0
"""Our partition predicates against DuckDB's: the same answers, true, false and unknown, for
thousands of generated predicates over generated partition values.

predicate_tool (src/catalog) reads predicates and rows as JSON lines. DuckDB gets the same rows in a
table of typed columns, and the same text wherever its SQL means the same; where ours is told to do
otherwise (predicate.h: a string column against a number without quotes) it gets a cast that says so.
PREDICATE_SEED chooses other predicates, PREDICATE_COUNT how many.
"""

import datetime
import json
import os
import random
import subprocess

import duckdb
import pytest

from s3.program import program

SEED = int(os.environ.get("PREDICATE_SEED", "20261121"))
COUNT = int(os.environ.get("PREDICATE_COUNT", "4000"))
ROWS = 40

TEXTS = ["", "a", "A", "ab", "a%b", "a_b", "it's", "é", "日本", "e\u0301", "05", "5", "10", "1.50", "-0", "x y", "\\",
         "a\\b", "~", "Z", "z", "true", "null", "2023-05-01", "%", "_", '"', "=/"]
PATTERNS = ["", "%", "_", "a%", "%b", "a_b", "_é%", "%%", "__", "%a%b%", "日_", "a\\%", "0_", "%'%", "A%"]


def integers(low, high):
    return lambda rng: str(rng.choice([low, high, 0, rng.randint(low, high), rng.randint(-3, 12)]))


def decimal(rng):
    digits = rng.randint(-(10**38 - 1), 10**38 - 1) if rng.random() < 0.2 else rng.randint(-300, 300)
    sign, digits = ("-" if digits < 0 else ""), f"{abs(digits):011d}"
    return f"{sign}{digits[:-10]}.{digits[-10:]}"


def double(rng):
    return rng.choice(["0", "-0.0", "0.1", "0.30000000000000004", "1e300", "-1.5e-300", "NaN", "inf", "-inf",
                       "5", repr(rng.uniform(-3, 3)), repr(float(rng.randint(-3, 3)))])


def day(rng):
    some = datetime.date(1, 1, 1) + datetime.timedelta(days=rng.randrange(3_652_058))
    near = datetime.date(2024, 2, 27) + datetime.timedelta(days=rng.randrange(5))
    return rng.choice([some, near, near, datetime.date(1970, 1, 1)]).isoformat()


def moment(rng):
    near = rng.choice(["00:00:00", "23:59:59", "00:00:00.5", "00:00:00.000001", "12:34:56.789"])
    return f"{day(rng)} {near}"


# Ours, DuckDB's, and a value's text.
TYPES = {
    "string": ("VARCHAR", lambda rng: rng.choice(TEXTS)),
    "varchar(20)": ("VARCHAR", lambda rng: rng.choice(TEXTS)),
    "tinyint": ("TINYINT", integers(-128, 127)),
    "smallint": ("SMALLINT", integers(-(2**15), 2**15 - 1)),
    "int": ("INTEGER", integers(-(2**31), 2**31 - 1)),
    "bigint": ("BIGINT", integers(-(2**63), 2**63 - 1)),
    "decimal(38,10)": ("DECIMAL(38,10)", decimal),
    "double": ("DOUBLE", double),
    "float": ("FLOAT", double),
    "date": ("DATE", day),
    "timestamp": ("TIMESTAMP", moment),
    "boolean": ("BOOLEAN", lambda rng: rng.choice(["true", "false"])),
}
NUMBERS = {"tinyint", "smallint", "int", "bigint", "decimal(38,10)"}


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


class Generator:
    """Makes one predicate in two spellings: ours and DuckDB's."""

    def __init__(self, rng, types):
        self.rng, self.types = rng, types

    def literal(self, kind):
        """A value of that type."""
        rng = self.rng
        if rng.random() < 0.05:
            return "NULL", "NULL"
        text = TYPES[kind][1](rng)
        theirs = f"CAST({quoted(text)} AS {TYPES[kind][0]})"
        if kind in NUMBERS or (kind in ("double", "float") and text[-1] not in "Nf"):
            return rng.choice([text, quoted(text)]), theirs
        if kind in ("date", "timestamp"):
            return rng.choice([quoted(text), f"{kind.upper()} {quoted(text)}"]), theirs
        if kind == "boolean":
            return rng.choice([text, text.upper(), quoted(text)]), theirs
        return quoted(text), theirs

    def column(self):
        index = self.rng.randrange(len(self.types))
        ours = self.rng.choice([f"c{index}", f"C{index}", f'"c{index}"', f"`c{index}`"])
        return index, ours, f"c{index}"

    def number_against_text(self, ours, theirs):
        number = str(self.rng.randint(-12, 12))
        op = self.rng.choice(["=", "<>", "<", "<=", ">", ">="])
        # What is no plain number is unknown; DuckDB would read more spellings than we do.
        plain = f"regexp_full_match({theirs}, '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)')"
        cast = f"CASE WHEN {plain} THEN CAST({theirs} AS DECIMAL(38,10)) END"
        return f"{ours} {op} {number}", f"({cast}) {op} {number}"

    def leaf(self):
        rng = self.rng
        index, ours, theirs = self.column()
        kind = self.types[index]
        text = TYPES[kind][0] == "VARCHAR"
        shape = rng.choice(["compare", "compare", "compare", "flip", "in", "between", "null"] + ["like", "number"] * text)
        no = rng.choice(["", "", "NOT "])
        if shape == "null":
            return f"{ours} IS {no}NULL", f"{theirs} IS {no}NULL"
        if shape == "number":
            return self.number_against_text(ours, theirs)
        if shape == "like":
            pattern = rng.choice(PATTERNS)
            escape = rng.choice(["", " ESCAPE '\\'"]) if "\\%" in pattern or "\\" not in pattern else ""
            return tuple(f"{name} {no}LIKE {quoted(pattern)}{escape}" for name in (ours, theirs))
        values = [self.literal(kind) for _ in range(rng.randint(1, 4))]
        if shape == "in":
            return tuple(f"{name} {no}IN ({', '.join(value[i] for value in values)})"
                         for i, name in enumerate((ours, theirs)))
        if shape == "between":
            low, high = values[0], self.literal(kind)
            return tuple(f"{name} {no}BETWEEN {low[i]} AND {high[i]}" for i, name in enumerate((ours, theirs)))
        op = rng.choice(["=", "==", "<>", "!=", "<", "<=", ">", ">="])
        if shape == "flip":
            return f"{values[0][0]} {op} {ours}", f"{values[0][1]} {op} {theirs}"
        return f"{ours}{op}{values[0][0]}", f"{theirs} {op} {values[0][1]}"

    def any(self, depth):
        rng = self.rng
        shape = rng.choice(["leaf", "and", "or", "not", "plain"]) if depth else "leaf"
        if shape == "leaf":
            return self.leaf()
        if shape == "not":
            inner = self.any(depth - 1)
            return tuple(f"NOT ({side})" for side in inner)
        if shape == "plain":  # precedence decides
            parts = [self.leaf() for _ in range(rng.randint(2, 5))]
            joins = [rng.choice([" AND ", " OR ", " and NOT ", " Or not "]) for _ in parts]
            return tuple("".join(join + part[i] for join, part in zip(["", *joins], parts)) for i in (0, 1))
        parts = [self.any(depth - 1) for _ in range(rng.randint(2, 3))]
        return tuple("(" + f") {shape.upper()} (".join(part[i] for part in parts) + ")" for i in (0, 1))


def tables(rng):
    """Tables of typed columns, all types in each of them at some time."""
    while True:
        types = [rng.choice(list(TYPES)) for _ in range(rng.randint(1, 4))]
        rows = [[None if rng.random() < 0.15 else TYPES[kind][1](rng) for kind in types] for _ in range(ROWS)]
        yield types, rows


def theirs(connection, types, rows, predicates):
    """DuckDB's answers: per predicate, a list over the rows."""
    texts = ", ".join(f"({n}, {', '.join('NULL' if value is None else quoted(value) for value in row)})"
                      for n, row in enumerate(rows))
    columns = ", ".join(f"CAST(c{i} AS {TYPES[kind][0]}) AS c{i}" for i, kind in enumerate(types))
    names = ", ".join(f"c{i}" for i in range(len(types)))
    connection.execute(f"CREATE OR REPLACE TABLE t AS SELECT n, {columns} FROM (VALUES {texts}) AS v(n, {names})")
    asked = ", ".join(f"({predicate})" for predicate in predicates)
    found = connection.execute(f"SELECT {asked} FROM t ORDER BY n").fetchall()
    return [list(column) for column in zip(*found)]


@pytest.fixture(scope="module")
def cases():
    """(types, rows, our predicate, theirs, our answer, their answer)"""
    rng = random.Random(SEED)
    connection = duckdb.connect()
    made = []
    for types, rows in tables(rng):
        generator = Generator(rng, types)
        pairs = [generator.any(rng.randint(0, 3)) for _ in range(20)]
        answers = theirs(connection, types, rows, [pair[1] for pair in pairs])
        made += [(types, rows, *pair, answer) for pair, answer in zip(pairs, answers)]
        if len(made) >= COUNT:
            break
    lines = [json.dumps({"types": ", ".join(f"c{i} {kind}" for i, kind in enumerate(types)), "rows": rows,
                         "predicate": ours}) for types, rows, ours, _, _ in made]
    done = subprocess.run([program("predicate_tool")], input="\n".join(lines) + "\n", encoding="utf-8",
                          capture_output=True, check=True)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(answers) == len(made)
    return [(*case[:4], answer.get("truth", answer), case[4]) for case, answer in zip(made, answers)]


def test_every_answer_is_duckdbs(cases):
    wrong = []
    for types, rows, ours, sql, got, expected in cases:
        if got != expected:
            places = [i for i in range(len(rows)) if isinstance(got, list) and got[i] != expected[i]][:1]
            wrong.append((types, ours, sql, got if not places else
                          [(rows[i], got[i], expected[i]) for i in places]))
    assert not wrong, f"{len(wrong)} of {len(cases)}: {wrong[:3]}"
    assert len(cases) >= COUNT


def test_the_comparison_can_fail(cases):
    """All three answers are common, and every type and operator is asked."""
    answers = [answer for case in cases for answer in case[5]]
    for answer in (True, False, None):
        assert answers.count(answer) > len(answers) / 20
    assert {kind for case in cases for kind in case[0]} == set(TYPES)
    for word in ("IN (", "NOT IN", "BETWEEN", "NOT BETWEEN", "LIKE", "NOT LIKE", "ESCAPE", "IS NULL", "IS NOT NULL",
                 "NOT (", "DATE '", "TIMESTAMP '", "NULL", "<>", "!=", "==", "<=", ">="):
        assert sum(word in case[2] for case in cases) > 10, word


@pytest.mark.parametrize("wrong", ["c0 = ", "c0 == 'x", "nobody = 1", "c0 = 1 c0", ""])
def test_what_duckdb_refuses_is_refused(wrong):
    line = json.dumps({"types": "c0 int", "rows": [["1"]], "predicate": wrong})
    done = subprocess.run([program("predicate_tool")], input=line + "\n", encoding="utf-8", capture_output=True,
                          check=True)
    answer = json.loads(done.stdout)
    if not wrong:  # no predicate, no condition
        assert answer == {"truth": [True]}
        return
    assert answer["error"].splitlines()[1] == wrong and answer["error"].splitlines()[2].strip() == "^"
    with pytest.raises(duckdb.Error):
        duckdb.sql(f"SELECT * FROM (SELECT 1 AS c0) WHERE {wrong}").fetchall()
