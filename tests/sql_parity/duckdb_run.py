"""Runs a script in DuckDB and prints what a query of it gives, a JSON list a line: duckdb_run.py SCRIPT QUERY."""

import json
import sys

import duckdb

script, query = sys.argv[1:]
connection = duckdb.connect()
connection.execute("SET threads = 2")
with open(script, encoding="utf-8", newline="") as file:
    connection.execute(file.read())
for row in connection.execute(query).fetchall():
    print(json.dumps(row))
