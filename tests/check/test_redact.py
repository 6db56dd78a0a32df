"""Nothing secret is in what users pass on: secrets are planted, and looked for."""

import html
import json
import re
import shlex
import string
import textwrap
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jupyterlab_hpc.check.bundle import LONGEST_VALUE, _cut
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
    for written in (text, json.dumps(text), json.dumps({"detail": [text]}), f"'{text}'"):
        said = without_secrets(written)
        assert "abcdefgh1" not in said, written
        assert REMOVED in said


@pytest.mark.parametrize(
    "text",
    [
        "http://h/lab?token=abcdefgh1&x=1",
        "https://alice:abcdefgh1@hub.example/api",
        "https://abcdefgh1@hub.example/api",
        '{"password": "abcdefgh1", "x": 1}',
        "DB_PASSWORD=abcdefgh1",
    ],
)
def test_what_looks_like_a_secret_is_removed_in_addresses(text):
    for safe in ("", "/"):
        written = quote(text, safe=safe)
        for address in (written, f"https://hub.example/hub/login?next={written}"):
            assert "abcdefgh1" not in without_secrets(address), address


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


# How programs write what they were given. That of a tool's own making, such as a hash of it,
# is nothing that can be known again.
WRITTEN = {
    "plain": str,
    "url": lambda secret: quote(secret, safe=""),
    "url, but slashes": quote,
    "form": quote_plus,
    "url in small letters": lambda secret: re.sub(
        "%..", lambda match: match[0].lower(), quote(secret, safe="")
    ),
    "json": lambda secret: json.dumps(secret)[1:-1],
    "json in json": lambda secret: json.dumps(json.dumps(secret))[1:-1],
    "python": lambda secret: repr(secret)[1:-1],
    "shell": shlex.quote,
    "html": html.escape,
    "base64": lambda secret: b64encode(secret.encode()).decode(),
    "base64 for addresses": lambda secret: urlsafe_b64encode(secret.encode()).decode(),
    "basic authorization": lambda secret: b64encode(f"alice:{secret}".encode()).decode(),
    "base64 before more": lambda secret: b64encode(f"a:{secret}:b".encode()).decode(),
    "hexadecimal": lambda secret: secret.encode().hex(),
}
BASE64 = {"base64", "base64 for addresses", "basic authorization", "base64 before more"}


def without_spaces(text):
    return "".join(text.split())


def is_left(secret, said):
    """Tell whether a text still has a secret; our own mark is none of it."""
    return secret in said.replace(REMOVED, "\ue000")


@settings(deadline=None)
@given(SECRET, NAME, st.sampled_from(sorted(WRITTEN)), st.text(max_size=30), st.text(max_size=30))
def test_a_secret_that_is_known_survives_no_way_of_writing(secret, name, way, before, after):
    assume(secret not in {"false", "False", "default"})
    written = WRITTEN[way](secret)
    assume(not is_left(written, before) and not is_left(written, after))
    said = without_secrets(f"{before}{written}{after}", secrets_in({name: secret}, {}))
    assert not is_left(written, said)
    if way in BASE64:
        # what is in its middle is the secret's alone
        middle = written[4:-4] or written
        assume(not is_left(middle, before) and not is_left(middle, after))
        assert not is_left(middle, said)


@settings(deadline=None)
@given(
    st.text(st.sampled_from(string.ascii_letters + string.digits + "-_ %/'"), min_size=9),
    st.sampled_from(sorted(WRITTEN)),
    st.integers(4, 30),
    st.sampled_from(["\n", "\r\n", "\\\n", "\n    ", "\n    | "]),
)
def test_a_secret_survives_no_breaking_into_lines(secret, way, width, end):
    assume(len(without_spaces(secret)) >= 9)
    written = WRITTEN[way](secret)
    lines = textwrap.wrap(f"the words: {written} and more", width)
    said = without_secrets(end.join(lines), [secret])
    assert not is_left(without_spaces(written), without_spaces(said))
    assert "".join(re.findall(r"[^\s|\\]", said)).startswith("thewords:")


@settings(deadline=None)
@given(SECRET, st.integers(-70, 5))
def test_a_secret_is_not_cut_in_two(secret, place):
    """What is shortened is cleaned before, else half of a secret would be left."""
    assume(not set(secret) & set(".:"))
    text = "." * (LONGEST_VALUE + place) + secret + "." * 70
    said = _cut(text, lambda text: without_secrets(text, [secret]))
    assert len(said) == LONGEST_VALUE
    assert not set(said) - set(f".{REMOVED}")


@given(SECRET, NAME, st.text(max_size=30), st.text(max_size=30), st.booleans())
def test_a_secret_that_is_known_is_nowhere(secret, name, before, after, in_settings):
    assume(secret not in {"false", "False", "default"})
    assume(secret not in before and secret not in after)
    site = {"Section": {name: [secret, {"deep": secret}]}} if in_settings else {}
    known = secrets_in({} if in_settings else {name: secret}, site)
    assert secret in known
    for text in (f"{before}{secret}{after}", json.dumps(plain(site))):
        assert not is_left(secret, without_secrets(text, known))


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
