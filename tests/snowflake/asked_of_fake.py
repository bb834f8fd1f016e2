"""Statements on standard input as JSON, the rows of each on standard output.

Runs in the fake's own environment: fakesnow inside the process, without a server.
"""

import json
import sys

import fakesnow
import snowflake.connector

with fakesnow.patch(), snowflake.connector.connect(database="CS", schema="MART") as connection:
    cursor = connection.cursor()
    answers = [cursor.execute(statement).fetchall() for statement in json.load(sys.stdin)]
json.dump(answers, sys.stdout, default=str)
