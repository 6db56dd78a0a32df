"""What quota tools print. The texts follow the tools' manuals; they were not recorded here."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jupyterlab_hpc.storage.quota_text import (
    FORMATS,
    parse_beegfs,
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

# As Pawsey's documentation shows it.
LFS_PAWSEY = """\
Disk quotas for user aelwell (uid 20701):
Filesystem kbytes quota limit grace files quota limit grace
/scratch 1460 0 0 - 14 0 0 -
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


def test_lfs_without_limits():
    (row,) = parse_lfs(LFS_PAWSEY)
    assert (row.filesystem, row.scope) == ("/scratch", "user")
    assert (row.bytes, row.files) == ((1460 * K, 0, 0), (14, 0, 0))


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


NUMBERS = st.tuples(*[st.integers(0, 2**40)] * 3)
GRACES = st.sampled_from(["", "6d23h", "none"])
PATHS = st.from_regex(r"/[a-z]{1,40}(/[a-z0-9._-]{1,40})?", fullmatch=True)


@given(PATHS, NUMBERS, NUMBERS, GRACES, st.sampled_from(["lfs", "quota"]), st.booleans())
def test_any_table_is_read_back(path, blocks, files, grace, form, is_wrapped):
    dash = grace or "-"
    star = "*" if 0 < blocks[1] < blocks[0] else ""
    first, *rest = [f"{blocks[0]}{star}", *map(str, blocks[1:]), dash, *map(str, files), "-"]
    place = f"{path}\n" if is_wrapped else path
    head = "Filesystem kbytes quota limit grace files quota limit grace"
    text = f"Disk quotas for usr alice (uid 1):\n  {head}\n  {place} {first} {' '.join(rest)}\n"
    (row,) = FORMATS[form](text)
    assert row.filesystem == path
    assert row.bytes == tuple(number * K for number in blocks)
    assert row.files == files
    assert row.grace == ("" if grace == "none" else grace)


@given(st.text(min_size=1), NUMBERS, NUMBERS)
def test_any_fileset_is_read_back(name, blocks, files):
    quoted = quote(name, safe="")
    cells = ["mmlsquota", "", "0", "1", "", "", "fs", "FILESET", "7", quoted]
    cells += [*map(str, blocks), "0", "none", *map(str, files), "0", "none", ""]
    text = GPFS_HEADER + ":".join([*cells, "on", "off", "", quoted]) + ":\n"
    (row,) = parse_mmlsquota(text)
    assert row.filesystem == f"fs:{name}"
    assert row.scope == "project"
    assert row.bytes == tuple(number * K for number in blocks)
    assert row.files == files


# As a user of BeeGFS 7.4 reported it (issue 97 of ThinkParQ/beegfs), and as its source prints it.
BEEGFS = """\

Quota information for storage pool Default (ID: 1):

      user/group     ||           size          ||    chunk files    
     name     |  id  ||    used    |    hard    ||  used   |  hard   
--------------|------||------------|------------||---------|---------
         alice|  1000||  601.03 GiB| 1024.00 GiB|| 17688628|unlimited
Quota information for storage pool fast (ID: 2):

      user/group     ||           size          ||    chunk files    
     name     |  id  ||    used    |    hard    ||  used   |  hard   
--------------|------||------------|------------||---------|---------
         alice|  1000||      0 Byte|  512.00 MiB||      12+|      500
"""  # noqa: W291
BEEGFS_CSV = """\
name,id,size,hard,files,hard
alice,1000,645351899791,1099511627776 Byte,-,unlimited
"""


def test_beegfs_and_its_pools():
    first, second = parse_beegfs(BEEGFS)
    assert (first.filesystem, second.filesystem) == ("Default", "fast")
    assert first.bytes == (round(601.03 * K**3), 0, 1024 * K**3)
    assert first.files == (17688628, 0, 0)
    assert second.bytes == (0, 0, 512 * K**2)
    assert second.files == (12, 0, 500)


def test_beegfs_for_programs():
    (row,) = parse_beegfs(BEEGFS_CSV)
    assert row.filesystem == "alice"
    assert row.bytes == (645351899791, 0, 1099511627776)
    assert row.files is None
    assert parse_beegfs("Unable to resolve given name: alice\n") == []


@given(
    st.from_regex(r"[a-z_][a-z0-9_-]{0,31}", fullmatch=True),
    *[st.integers(0, 2**53)] * 2,
    *[st.integers(1, 2**53)] * 2,
    st.booleans(),
)
def test_any_answer_of_beegfs_is_read_back(name, used, files, limit, most, limited):
    ends = (limit, most) if limited else ("unlimited", "unlimited")
    text = f"name,id,size,hard,files,hard\n{name},7,{used},{ends[0]},{files},{ends[1]}\n"
    (row,) = parse_beegfs(text)
    assert row.bytes == (used, 0, limit if limited else 0)
    assert row.files == (files, 0, most if limited else 0)


@given(
    st.sampled_from(["/home", "/scratch", "/project"]),
    st.integers(0, 2**20),
    st.integers(1, 2**20),
    st.sampled_from(["kB", "MB", "GB", "TB", "KiB", "TiB"]),
)
def test_any_report_is_read_back(space, used, limit, unit):
    sizes = f"{used} {unit}/{limit} {unit}"
    text = f"Description  Space  # of files\n{space} (user alice)  {sizes}  1/2k\n"
    (row,) = parse_report(text)
    scale = K ** ("kmgt".index(unit[0].lower()) + 1)
    assert row.filesystem == space
    assert row.bytes == (used * scale, 0, limit * scale)
