"""Runs scripts in Spark, in local mode, and prints what a query gives after each, a JSON list a line, with an empty line behind it:
spark_run.py WAREHOUSE QUERY SCRIPT.."""

import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor

from pyspark.sql import SparkSession

warehouse, query, *scripts = sys.argv[1:]
settings = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",
    "spark.sql.warehouse.dir": warehouse,
    "spark.sql.catalogImplementation": "in-memory",
    # a statement over a few thousand rows takes longer to compile than to run, and a broadcast longer than what it saves
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.driver.memory": "2g",
    # where the first compiler works alone, its memory is soon full, which stops it and is told on standard output
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC -Xmn700m"
    " -Xlog:disable -Xlog:all=warning:stderr",
}
# what no statement adds rows to any more once another table is filled
LOADED = ["value", "fact", "object", "name", "root", "exported"]
WORKED_OUT = ["condition", "key", "faulty"]


def keep(session, tables):
    """Keeps tables in memory, where a query over them is one task. Their names mean that from now on."""
    for name in tables:
        rows = session.table(f"presync_{name}").coalesce(1).cache()
        rows.count()
        rows.createOrReplaceTempView(f"presync_{name}")
    return []


def run(number):
    """What the query gives after a script, which runs in a database of its own."""
    session = spark.newSession()
    session.sql(f"CREATE DATABASE script{number}")
    session.sql(f"USE script{number}")
    with open(scripts[number], encoding="utf-8", newline="") as file:
        # no literal holds a line end
        statements = file.read().split(";\n\n")
    loaded, worked_out = LOADED, WORKED_OUT
    for statement in filter(str.strip, statements):
        if re.search(r"^INSERT INTO presync_(condition|key|faulty|finding)$", statement, re.MULTILINE):
            loaded = keep(session, loaded)
        if "\nINSERT INTO presync_finding\n" in statement:
            worked_out = keep(session, worked_out)
        try:
            session.sql(statement)
        except Exception as error:
            # the other scripts need not go on
            print(f"{statement[:2000]}\n{str(error)[:4000]}", file=sys.stderr, flush=True)
            os._exit(1)
    found = [json.dumps(list(row)) for row in session.sql(query).collect()]
    for name in LOADED + WORKED_OUT if "presync_" in query else []:
        session.table(f"presync_{name}").unpersist()
    return found


builder = SparkSession.builder.master("local[2]")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
# statements are planned by one thread each
with ThreadPoolExecutor(2) as threads:
    for found in threads.map(run, range(len(scripts))):
        print("\n".join([*found, ""]))
