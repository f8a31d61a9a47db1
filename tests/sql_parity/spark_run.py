"""Runs scripts in Spark, in local mode, and prints what a query gives after each, a JSON list a line, with an empty line behind it:
spark_run.py WAREHOUSE QUERY SCRIPT.."""

import json
import sys

from pyspark.sql import SparkSession

warehouse, query, *scripts = sys.argv[1:]
settings = {
    "spark.ui.enabled": "false",
    "spark.log.level": "OFF",
    "spark.sql.warehouse.dir": warehouse,
    "spark.sql.catalogImplementation": "in-memory",
    # a statement over a few thousand rows takes longer to compile than to run
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.default.parallelism": "1",
    "spark.driver.memory": "2g",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
builder = SparkSession.builder.master("local[2]")
for name, value in settings.items():
    builder = builder.config(name, value)
spark = builder.getOrCreate()
for script in scripts:
    with open(script, encoding="utf-8", newline="") as file:
        # no literal holds a line end
        statements = file.read().split(";\n\n")
    for statement in filter(str.strip, statements):
        try:
            spark.sql(statement)
        except Exception as error:
            sys.exit(f"{statement[:2000]}\n{str(error)[:4000]}")
    for row in spark.sql(query).collect():
        print(json.dumps(list(row)))
    print()
