"""The site's directories: settings that are read with care."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.storage.targets import (
    DEFAULTS,
    Target,
    default_targets,
    expand,
    is_inside,
    parse_targets,
    spread_groups,
)

GOOD = {"name": "scratch", "target": "$SCRATCH"}
KEY = "StorageService.targets"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("scratch", "[0]: must be a dict, not str"),
        ({**GOOD, "titel": "x"}, "[0].titel: is unknown; known are name, target, title"),
        ({"target": "/x"}, "[0].name: is missing"),
        ({"name": "x"}, "[0].target: is missing"),
        ({**GOOD, "name": "../x"}, "[0].name: '../x' can't be the name of a link"),
        ({**GOOD, "target": "scratch"}, "[0].target: must be absolute"),
        ({**GOOD, "target": 5}, "[0].target: must be a str, not int"),
        ({**GOOD, "target": "/a\0"}, "[0].target: has a zero byte"),
        ({**GOOD, "automatic": "yes"}, "[0].automatic: must be a bool, not str"),
        ({**GOOD, "show": "never"}, '[0].show: must be "always" or "found"'),
        ({**GOOD, "needs": "SCRATCH"}, "[0].needs: must be a list of names of variables"),
        ({**GOOD, "link": "/etc/x"}, "[0].link: must be ~/NAME or ~/FOLDER/NAME"),
        ({**GOOD, "link": "~/../x"}, "[0].link: must be ~/NAME or ~/FOLDER/NAME"),
        ({**GOOD, "target": "/project/$GROUP"}, "[0].name: must have $GROUP"),
    ],
)
def test_what_is_not_right_is_told_by_its_key(entry, said):
    targets, problems = parse_targets([entry, {**GOOD, "name": "other"}], KEY)
    assert [target.name for target in targets] == ["other"]
    assert len(problems) == 1
    assert problems[0].startswith(KEY + said)


def test_a_name_is_there_once():
    targets, problems = parse_targets([GOOD, GOOD], KEY)
    assert len(targets) == 1
    assert problems == [f"{KEY}[1].name: 'scratch' is there twice"]


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_no_setting_whatever_breaks_the_server(value):
    for entry in (value, {"name": value}, {**GOOD, "link": value, "needs": value}):
        targets, problems = parse_targets([entry], KEY)
        assert len(targets) + len(problems) == 1


def test_variables():
    environment = {"HOME": "/home/a", "SCRATCH": "/s/a/", "EMPTY": ""}
    assert expand("$SCRATCH/x", environment) == ("/s/a//x", [])
    assert expand("${SCRATCH}", environment) == ("/s/a", [])
    assert expand("~/x", environment) == ("/home/a/x", [])
    assert expand("~", environment) == ("/home/a", [])
    assert expand("/a/$EMPTY$NONE", environment) == ("/a", ["EMPTY", "NONE"])
    assert expand("/", environment) == ("/", [])


def test_a_target_for_each_group():
    target = Target(name="project-$GROUP", target="/project/${GROUP}/x", title="Of $GROUP")
    plain = Target(name="x", target="/x$GROUPS")
    made = list(spread_groups([target, plain], ["def-a", r"b\1"]))
    assert [(t.name, t.target, t.title) for t in made] == [
        ("project-def-a", "/project/def-a/x", "Of def-a"),
        (r"project-b\1", r"/project/b\1/x", r"Of b\1"),
        ("x", "/x$GROUPS", ""),
    ]


def test_the_defaults_are_right():
    entries = [{k: v for k, v in vars(target).items() if v not in ("", ())} for target in DEFAULTS]
    assert parse_targets(entries, KEY) == (DEFAULTS, [])


def test_inside():
    assert is_inside("/home/a/x", "/home/a")
    assert is_inside("/home/a", "/home/a")
    assert is_inside("/x", "/")
    assert not is_inside("/home/ab", "/home/a")


@pytest.mark.parametrize(
    ("environment", "purge"),
    [
        ({}, "Most sites delete old files here."),
        ({"SCRATCH": "/network/scratch/a/alice"}, "not used for 90 days"),
        ({"SCRATCH": "/scratch/alice", "CC_CLUSTER": "narval"}, "not used for 60 days"),
    ],
)
def test_what_the_site_deletes(environment, purge):
    (scratch,) = (t for t in default_targets(environment) if t.name == "scratch")
    assert purge in scratch.purge


def test_a_site_that_deletes_nothing():
    targets = default_targets({"CC_CLUSTER": "nibi"})
    assert [target.name for target in targets] == [target.name for target in DEFAULTS]
    assert {target.purge for target in targets if target.name == "scratch"} == {""}
