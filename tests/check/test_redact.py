"""Nothing secret is in what users pass on: secrets are planted, and looked for."""

import json
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from jupyterlab_hpc.check.redact import (
    REMOVED,
    plain,
    secrets_in,
    sounds_secret,
    without_names,
    without_secrets,
)

KEY = "Zx9wQ2rT7uP4sD1fG6hJ8kL3"


@pytest.mark.parametrize(
    "text",
    [
        "Authorization: token abcdefgh1",
        "authorization: Bearer abcdefgh1",
        "curl -H 'Authorization: Basic abcdefgh1'",
        "http://h/lab?token=abcdefgh1&x=1",
        "https://alice:abcdefgh1@hub.example/api",
        "https://:abcdefgh1@hub.example/api",
        '{"password": "abcdefgh1", "x": 1}',
        "password='abcdefgh1'",
        "DB_PASSWORD=abcdefgh1",
        "c.X.api_key = abcdefgh1",
        "run --password abcdefgh1 --other x",
        '["run", "--password", "abcdefgh1"]',
        "run --secret=abcdefgh1",
        "Cookie: a=abcdefgh1; _xsrf=2|b",
        "set-cookie: username-8888=abcdefgh1; Path=/",
        "-----BEGIN RSA PRIVATE KEY-----\nabcdefgh1\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nabcdefgh1\ncut off here",
        "eyJhbGciOiJI.abcdefgh1.xyz",
        "ghp_abcdefgh1abcdefgh1",
        "glpat-abcdefgh1abcd",
        "argon2:$argon2id$v=19$abcdefgh1",
        f"the key {KEY}abcdefgh1 was refused",
        "0123456789abcdef0123456789abcdef",
    ],
)
def test_what_looks_like_a_secret_is_removed(text):
    said = without_secrets(text)
    assert "abcdefgh1" not in said
    assert REMOVED in said


@pytest.mark.parametrize(
    "text",
    [
        "Lmod 8.6.19 works.",
        "/cvmfs/soft.computecanada.ca/easybuild/modules/2023/Core",
        "LMOD_SYSTEM_DEFAULT_MODULES=StdEnv/2023:python/3.11.5:ipython-kernel/3.11",
        "jupyterlab-language-pack-fr-FR 4.5.post3",
        "Slurmctld(primary) at ctl1.cluster.example is UP",
        'c.StorageService.targets = [{"name": "scratch", "target": "$SCRATCH"}]',
        "/home/alice/.venv/share/jupyter/labextensions/jupyterlab_hpc",
        "Linux-6.18.44-x86_64-with-glibc2.36, Python 3.11.7",
    ],
)
def test_what_support_needs_stays(text):
    assert without_secrets(text) == text


SECRET = st.text(st.sampled_from(string.printable), min_size=5, max_size=60)
NAME = st.sampled_from(
    [
        *("JUPYTERHUB_API_TOKEN", "MY_PASSWORD", "AWS_SECRET_ACCESS_KEY", "cookie_secret"),
        *(
            "hashed_password",
            "SLURM_JWT",
            "OPENAI_API_KEY",
            "client_secret",
            "passphrase",
            "db_key",
        ),
    ]
)


@given(SECRET, NAME, st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_a_secret_that_is_known_is_nowhere(secret, name, before, after, in_settings):
    assume(secret not in REMOVED * 2 and secret not in {"false", "False", "default"})
    assume(secret not in before and secret not in after)
    settings = {"Section": {name: [secret, {"deep": secret}]}} if in_settings else {}
    known = secrets_in({} if in_settings else {name: secret}, settings)
    assert secret in known
    for text in (f"{before}{secret}{after}", json.dumps(plain(settings))):
        assert secret not in without_secrets(text, known)


@given(NAME)
def test_names_that_sound_secret_do(name):
    assert sounds_secret(name)


def test_names_of_settings_of_ours_do_not():
    from jupyterlab_hpc.configurable import configurable_classes

    wrongly = [
        f"{cls.__name__}.{name}"
        for cls in configurable_classes()
        for name in cls.class_own_traits(config=True)
        if sounds_secret(name)
    ]
    assert wrongly == []


def test_names_of_users_are_replaced_as_words_alone():
    said = without_names("/home/al/x, al@ptarmigan, algebra, AL, al", ["al", ""])
    assert said == "/home/USER/x, USER@ptarmigan, algebra, AL, USER"


def test_what_is_no_data_is_told_by_its_kind():
    told = plain({"command": ["run", print, "--api-key", "x12345"], "on": True, "token": 5})
    assert told["command"][0] == "run" and told["command"][3] == REMOVED
    assert "x12345" not in json.dumps(told) and told["on"] is True
