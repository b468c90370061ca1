# SPDX-License-Identifier: Apache-2.0
"""The command with an S3 server and a Glue catalog."""

from s3.command import Pqpack


class Catalogued(Pqpack):
    def __init__(self, s3_url, glue_url, folder):
        super().__init__(s3_url, folder)
        self.glue_url = glue_url

    def __call__(self, *words, env=None):
        return self.run(*words, "--output", "json", env={"AWS_ENDPOINT_URL_GLUE": self.glue_url, **(env or {})})

    def plan(self, table, *flags, env=None):
        run = self("plan", *table.words, "--stat", *flags, env=env)
        return run, {e["folder"]: e for e in run.events if e["event"] == "partition_planned"}

    def swap(self, table, *flags):
        return self("compact", *table.words, "--publish", "swap", *flags)

    def undo(self, table, run, *flags):
        return self("undo", table.location, run.summary["run"], *table.words, *flags)


def error_of(run) -> str:
    [error] = run.of("error")
    return error["error"] + " " + error["action"]
