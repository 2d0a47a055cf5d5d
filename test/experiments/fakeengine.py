# Copyright 2026 The tfaip authors.
# SPDX-License-Identifier: Apache-2.0
"""An engine whose jobs end when the test says so."""

from tfaip.experiments.jobs.engine import Engine, Execution, StartError


class FakeExecution(Execution):
    def __init__(self, place):
        self.place = place
        self.code = None
        self.asked_to_stop = False
        self.killed = False

    def poll(self):
        return self.code

    def stop(self):
        self.asked_to_stop = True

    def kill(self):
        self.killed = True
        self.code = -9


class FakeEngine(Engine):
    def __init__(self, room=1, refused=()):
        self.room = room
        self.refused = refused
        self.started = []

    def start(self, job, argv):
        if job.id in self.refused:
            raise StartError("refused")
        if sum(execution.code is None for _, _, execution in self.started) >= self.room:
            return None
        self.started.append((job.id, tuple(argv), FakeExecution("fake")))
        return self.started[-1][2]

    def execution(self, job_id):
        """The last one of a job."""
        return next(execution for name, _, execution in reversed(self.started) if name == job_id)

    @property
    def names(self):
        return [name for name, _, _ in self.started]
