"""The routes of the jobs room. Knows HTTP; knows no Slurm."""

from jupyter_server.auth.decorator import authorized
from tornado import web

from ..rest.handler import RestHandler, Route
from .models import JobQuery, JobRequest, OutputQuery, TasksQuery
from .service import JobsService

RESOURCE = "jupyterlab_hpc:jobs"


class JobsHandler(RestHandler[JobsService]):
    """The user's jobs."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the Jobs."""
        self.reply(await self.service.jobs())

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a JobRequest, answer the Submission."""
        self.reply(await self.service.submit(self.body(JobRequest)))


class JobHandler(RestHandler[JobsService]):
    """One job."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a JobQuery, answer the JobDetails."""
        self.reply(await self.service.job(self.query(JobQuery).id))

    @web.authenticated
    @authorized
    async def delete(self) -> None:
        """Take a JobQuery, cancel the job or forget one that ended, answer the Jobs."""
        self.reply(await self.service.remove(self.query(JobQuery).id))


class TasksHandler(RestHandler[JobsService]):
    """The tasks of an array."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take a TasksQuery, answer the JobTasks."""
        self.reply(await self.service.tasks(self.query(TasksQuery)))


class OutputHandler(RestHandler[JobsService]):
    """What a job writes."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Take an OutputQuery, answer the JobOutput."""
        self.reply(await self.service.output(self.query(OutputQuery)))


class CheckHandler(RestHandler[JobsService]):
    """What Slurm would do with a job."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Take a JobRequest, answer the JobCheck; nothing is sent."""
        await self.reply_to_who_waits(self.service.check(self.body(JobRequest)))


class ChoicesHandler(RestHandler[JobsService]):
    """What a job can ask for."""

    auth_resource = RESOURCE

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Answer the JobChoices."""
        self.reply(await self.service.choices())


def jobs_routes(service: JobsService) -> list[Route]:
    """Return the room's routes, each with the service it asks."""
    return [
        ("jobs", JobsHandler, {"service": service}),
        ("jobs/job", JobHandler, {"service": service}),
        ("jobs/tasks", TasksHandler, {"service": service}),
        ("jobs/output", OutputHandler, {"service": service}),
        ("jobs/check", CheckHandler, {"service": service}),
        ("jobs/choices", ChoicesHandler, {"service": service}),
    ]
