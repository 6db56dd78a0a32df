"""What quota tools print. The texts follow the tools' manuals; they were not recorded here."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.storage.quota_text import (
    FORMATS,
    parse_lfs,
    parse_mmlsquota,
    parse_quota,
    parse_report,
)

K = 1024

LFS = """\
Disk quotas for usr alice (uid 1234):
     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace
        /scratch  1048576 20971520 22020096       -   12345  500000  550000       -
uid 1234 is using default file quota setting
"""

LFS_WRAPPED = """\
Disk quotas for grp def-alice (gid 600):
     Filesystem  kbytes   quota   limit   grace   files   quota   limit   grace
/lustre/a/very/long/name/of/a/mount/point
                 [21000000]* 20971520 22020096 6d23h59m50s   500000  500000  550000 none
Some errors happened when getting quota info. Some devices may be not working or deactivated.
"""

LFS_HUMAN = """\
        /scratch   30.71G      1T     1.1T       -   12345*  12000       0   expired
"""

QUOTA = """\
Disk quotas for user alice (uid 1234): 
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
nfs.example.org:/export/home
                2048000* 2000000 2200000   6days   12345  500000  550000        
"""  # noqa: W291 - as the tool prints it

QUOTA_RAW = """\
Disk quotas for user alice (uid 1234): 
     Filesystem  blocks   quota   limit   grace   files   quota   limit   grace
nfs:/home  1024 20971520 22020096 0 12345 500000 550000 0
"""  # noqa: W291 - as the tool prints it

QUOTA_NONE = "Disk quotas for user alice (uid 1234): none\n"

GPFS_HEADER = (
    "mmlsquota::HEADER:version:reserved:reserved:filesystemName:quotaType:id:name:blockUsage:"
    "blockQuota:blockLimit:blockInDoubt:blockGrace:filesUsage:filesQuota:filesLimit:"
    "filesInDoubt:filesGrace:remarks:quota:defQuota:fid:filesetname:\n"
)
GPFS = GPFS_HEADER + (
    "mmlsquota::0:1:::gpfs1:USR:1234:alice:1048576:20971520:22020096:0:none:"
    "12345:500000:550000:0:none::on:off::root:\n"
    "mmlsquota::0:1:::gpfs1:FILESET:7:proj%3Aa:30000000:20971520:40000000:0:6 days:"
    "1:0:0:0:none:i:on:off::proj%3Aa:\n"
)

GPFS_TABLE = """\
                         Block Limits                                    |     File Limits
Filesystem type             KB      quota      limit   in_doubt    grace |    files   quota    limit in_doubt    grace  Remarks
gpfs1      USR         1048576   20971520   22020096          0     none |    12345  500000   550000        0     none cluster.example
gpfs1      root       USR               no limits
"""  # noqa: E501 - as the tool prints it

REPORT = """\
                                 Description                Space           # of files
                     /home (user alice)         280 kB/47 GB              25/500k
                  /scratch (user alice)         4096 B/18 TB              1/1000k
                 /project (group alice)       4096 B/9536 GB              2/500k
             /project (group def-alice)     12.5 TiB/ 20 TiB          493K/500K
"""


def test_lfs():
    (row,) = parse_lfs(LFS)
    assert (row.filesystem, row.scope, row.grace) == ("/scratch", "user", "")
    assert row.bytes == (1048576 * K, 20971520 * K, 22020096 * K)
    assert row.files == (12345, 500000, 550000)


def test_lfs_above_its_limit_on_two_lines():
    (row,) = parse_lfs(LFS_WRAPPED)
    assert row.filesystem == "/lustre/a/very/long/name/of/a/mount/point"
    assert (row.scope, row.grace) == ("group", "6d23h59m50s")
    assert row.bytes[0] == 21000000 * K
    assert row.files == (500000, 500000, 550000)


def test_lfs_for_people_and_quiet():
    (row,) = parse_lfs(LFS_HUMAN)
    assert row.bytes == (round(30.71 * K**3), K**4, round(1.1 * K**4))
    assert row.files == (12345, 12000, 0)
    assert row.grace == "expired"


def test_quota():
    (row,) = parse_quota(QUOTA)
    assert row.filesystem == "nfs.example.org:/export/home"
    assert row.bytes == (2048000 * K, 2000000 * K, 2200000 * K)
    assert (row.files, row.grace) == ((12345, 500000, 550000), "6days")
    (row,) = parse_quota(QUOTA_RAW)
    assert (row.bytes[0], row.files[0], row.grace) == (1024 * K, 12345, "")
    assert parse_quota(QUOTA_NONE) == []


def test_quota_without_any_grace():
    (row,) = parse_quota("nfs:/home 1024 2048 4096 1 2 3\n")
    assert (row.bytes, row.files) == ((1024 * K, 2048 * K, 4096 * K), (1, 2, 3))


def test_mmlsquota_for_programs():
    user, fileset = parse_mmlsquota(GPFS)
    assert (user.filesystem, user.scope) == ("gpfs1:root", "user")
    assert user.bytes == (1048576 * K, 20971520 * K, 22020096 * K)
    assert user.files == (12345, 500000, 550000)
    assert (fileset.filesystem, fileset.scope) == ("gpfs1:proj:a", "project")
    assert fileset.grace == "6 days"


def test_mmlsquota_for_people():
    (row,) = parse_mmlsquota(GPFS_TABLE)
    assert (row.filesystem, row.scope, row.grace) == ("gpfs1", "user", "")
    assert row.bytes == (1048576 * K, 20971520 * K, 22020096 * K)
    assert row.files == (12345, 500000, 550000)


def test_diskusage_report():
    home, scratch, project, group = parse_report(REPORT)
    assert (home.filesystem, home.scope) == ("/home", "user")
    assert home.bytes == (280 * K, 0, 47 * K**3)
    assert home.files == (25, 0, 500_000)
    assert scratch.bytes == (4096, 0, 18 * K**4)
    assert project.scope == "group"
    assert group.filesystem == "/project (def-alice)"
    assert group.bytes[0] == round(12.5 * K**4)
    assert group.files == (493_000, 0, 500_000)


@pytest.mark.parametrize("parse", FORMATS.values(), ids=list(FORMATS))
@pytest.mark.parametrize(
    "text", ["", "\n", "lfs: command not found", "Permission denied\n", "Filesystem\n", "\0"]
)
def test_what_is_no_table_has_no_rows(parse, text):
    assert parse(text) == []


LINES = (LFS + LFS_WRAPPED + QUOTA + GPFS + GPFS_TABLE + REPORT).splitlines()


@given(st.lists(st.sampled_from(LINES) | st.text(), max_size=8), st.sampled_from(sorted(FORMATS)))
def test_no_text_breaks_a_reader(lines, form):
    for row in FORMATS[form]("\n".join(lines)):
        assert all(number >= 0 for triple in (row.bytes, row.files) if triple for number in triple)
