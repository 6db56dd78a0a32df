"""What Slurm says, in words for people: English and French. Knows no Hub and starts nothing."""

import html
import re
from typing import NamedTuple


class Words(NamedTuple):
    """The same text in both languages.

    JupyterHub has no translations. Its pages get both, and templates/page.html shows the
    one that the browser asks for.
    """

    en: str
    fr: str

    def filled(self, **values: object) -> "Words":
        """Return the text with its {names} filled in."""
        return Words(self.en.format(**values), self.fr.format(**values))

    def html(self) -> str:
        """Return both languages, safe to put into a page."""
        return "".join(
            f'<span lang="{language}">{html.escape(text)}</span>'
            for language, text in zip(self._fields, self, strict=True)
        )


def joined(*parts: Words | None) -> Words:
    """Return the sentences one after the other; None is left out."""
    told = [part for part in parts if part and part.en]
    return Words(" ".join(part.en for part in told), " ".join(part.fr for part in told))


# What Slurm says of a job that waits (`squeue --Format=Reason`); the first that matches.
_WAITING = [
    (
        r"None|\(null\)|$",
        Words(
            "The scheduler has not looked at the job yet.",
            "L'ordonnanceur n'a pas encore examiné la tâche.",
        ),
    ),
    (
        r"Priority",
        Words(
            "Other jobs are ahead of yours in the queue.",
            "D'autres tâches sont devant la vôtre dans la file d'attente.",
        ),
    ),
    (
        r"Resources",
        Words(
            "Your job is next, but the resources that you asked for are all in use.",
            "Votre tâche est la prochaine, mais les ressources demandées sont toutes occupées.",
        ),
    ),
    (
        r"Dependency",
        Words(
            "The job waits for the end of another one.",
            "La tâche attend la fin d'une autre.",
        ),
    ),
    (
        r"(QOS|Assoc)(Max|Grp)(Submit)?Jobs?(PerUser|PerAccount)?(Limit)?$",
        Words(
            "You already run as many jobs as you may. Stop another session, or cancel a job.",
            "Vous avez déjà autant de tâches que permis. "
            "Arrêtez une autre session, ou annulez une tâche.",
        ),
    ),
    (
        r"(QOS|Assoc)\w*Cpu",
        Words(
            "This takes you over the number of cores that you or your account may use at once.",
            "Cela dépasse le nombre de cœurs que vous ou votre compte pouvez utiliser à la fois.",
        ),
    ),
    (
        r"(QOS|Assoc)\w*(GRES|Gres)",
        Words(
            "This takes you over the number of GPUs that you or your account may use at once.",
            "Cela dépasse le nombre de GPU que vous ou votre compte pouvez utiliser à la fois.",
        ),
    ),
    (
        r"(QOS|Assoc)\w*Mem",
        Words(
            "This takes you over the memory that you or your account may use at once.",
            "Cela dépasse la mémoire que vous ou votre compte pouvez utiliser à la fois.",
        ),
    ),
    (
        r"PartitionTimeLimit|(QOS|Assoc)\w*Wall\w*PerJob",
        Words(
            "You asked for more time than is allowed: the job will never start. Ask for less.",
            "Vous avez demandé plus de temps que permis\u00a0: la tâche ne démarrera jamais. "
            "Demandez-en moins.",
        ),
    ),
    (
        r"(QOS|Assoc)(Max|Grp)",
        Words(
            "The job is over a limit of yours or of your account's.",
            "La tâche dépasse une de vos limites ou de celles de votre compte.",
        ),
    ),
    (
        r"InvalidAccount|AccountNotAllowed",
        Words(
            "That account does not exist, or you may not use it here: the job will never start.",
            "Ce compte n'existe pas, ou vous ne pouvez pas l'utiliser ici\u00a0: "
            "la tâche ne démarrera jamais.",
        ),
    ),
    (
        r"InvalidQOS|QOSNotAllowed",
        Words(
            "That quality of service does not exist, or you may not use it here: "
            "the job will never start.",
            "Cette qualité de service n'existe pas, ou vous ne pouvez pas l'utiliser ici\u00a0: "
            "la tâche ne démarrera jamais.",
        ),
    ),
    (
        r"PartitionConfig|PartitionNodeLimit|BadConstraints",
        Words(
            "No node has what you asked for: the job will never start. Ask for less.",
            "Aucun nœud n'a ce que vous avez demandé\u00a0: la tâche ne démarrera jamais. "
            "Demandez moins.",
        ),
    ),
    (
        r"PartitionDown|PartitionInactive",
        Words(
            "The site has taken this partition out of service for now.",
            "Cette partition est hors service pour le moment.",
        ),
    ),
    (
        r"ReqNodeNotAvail|Nodes required|NodeDown|Reservation",
        Words(
            "The nodes that you need are down or reserved, perhaps for maintenance.",
            "Les nœuds nécessaires sont en panne ou réservés, peut-être pour une maintenance.",
        ),
    ),
    (
        r"BeginTime",
        Words(
            "The job may not start before its begin time.",
            "La tâche ne peut pas démarrer avant l'heure prévue.",
        ),
    ),
    (
        r"JobHeldUser",
        Words("The job is held by you.", "Vous avez suspendu la tâche."),
    ),
    (
        r"JobHeldAdmin",
        Words(
            "The job is held by an administrator.",
            "La tâche est suspendue par un administrateur.",
        ),
    ),
    (
        r"Licenses",
        Words("The job waits for a licence.", "La tâche attend une licence."),
    ),
]

# Reasons for which an expected start would be a lie.
_NEVER = (
    r"Partition(TimeLimit|Config|NodeLimit)|JobHeld|Invalid|\w*NotAllowed|BadConstraints"
    r"|(QOS|Assoc)\w*PerJob"
)

# What sbatch says when it takes no job.
_REFUSED = [
    (
        r"Invalid account",
        Words(
            "That account does not exist, or you may not use it here.",
            "Ce compte n'existe pas, ou vous ne pouvez pas l'utiliser ici.",
        ),
    ),
    (
        r"Memory specification|Requested node configuration is not available",
        Words(
            "No node has that much memory, that many cores or that GPU.",
            "Aucun nœud n'a autant de mémoire ou de cœurs, ou ce GPU.",
        ),
    ),
    (
        r"Requested time limit is invalid",
        Words(
            "You asked for more time than is allowed.",
            "Vous avez demandé plus de temps que permis.",
        ),
    ),
    (
        r"More processors requested",
        Words(
            "You asked for more cores than a node has.",
            "Vous avez demandé plus de cœurs qu'un nœud n'en a.",
        ),
    ),
    (
        r"violates accounting/QOS policy",
        Words(
            "The request is over a limit of your account, or you have as many jobs as you may.",
            "La demande dépasse une limite de votre compte, "
            "ou vous avez déjà autant de tâches que permis.",
        ),
    ),
    (
        r"Unable to contact slurm controller|Socket timed out",
        Words(
            "The scheduler does not answer. Please try again later.",
            "L'ordonnanceur ne répond pas. Veuillez réessayer plus tard.",
        ),
    ),
]

EXPECTED = Words(
    "Expected start: {start} (an estimate).", "Début prévu\u00a0: {start} (une estimation)."
)


def waiting(reason: str, start: str = "") -> Words:
    """Return why a job waits; `start` is when Slurm expects it to start, "N/A" for unknown.

    Both texts are empty for a reason without words, and no expectation.
    """
    words = next((words for pattern, words in _WAITING if re.match(pattern, reason)), None)
    if start in {"N/A", ""} or re.match(_NEVER, reason):
        return joined(words)
    return joined(words, EXPECTED.filled(start=start.replace("T", " ")))


def refused(said: str) -> Words | None:
    """Return what sbatch's refusal means, None where that is not known."""
    return next((words for pattern, words in _REFUSED if re.search(pattern, said)), None)
