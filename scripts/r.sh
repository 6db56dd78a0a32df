#!/usr/bin/env bash
# Put R and its kernel (IRkernel) into .r/, for the tests alone: installed, they would add a
# tile to every launcher of this machine. 33 MB of Debian's packages, unpacked, and a folder
# of modules that bring them. Does nothing where it is there.
#
#     scripts/r.sh
set -euo pipefail
cd "$(dirname "$0")/.."

[ ! -e .r/modules ] || exit 0

for program in apt-get dpkg; do
    if ! command -v "$program" >/dev/null; then
        echo "r.sh: this is no Debian, so the tests go without R." >&2
        exit 0
    fi
done

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# apt downloads as a user of its own where root asks.
chmod 755 "$folder"
[ "$(id -u)" != 0 ] || chown _apt "$folder" 2>/dev/null || true
# What is not installed of R's dependencies, and of theirs. Nothing is where all is.
wanted=(r-base-core r-cran-irkernel)
readarray -t packages < <({ apt-get -s install --no-install-recommends "${wanted[@]}" |
    sed -n 's/^Inst \([^ ]*\).*/\1/p'; printf '%s\n' "${wanted[@]}"; } | sort -u)
(cd "$folder" && apt-get -qq download "${packages[@]}")
rm -rf .r
mkdir -p .r/bin .r/share/jupyter/kernels
for file in "$folder"/*.deb; do dpkg -x "$file" .r/root; done

# It has its place written into it; make it look where it lies, wherever that is.
home=.r/root/usr/lib/R
rm -f $home/etc/{Makeconf,Renviron,Renviron.site,Rprofile.site,ldpaths,repositories}
cp .r/root/etc/R/{Makeconf,Rprofile.site,repositories} $home/etc/
cp $home/etc/Renviron.ucf $home/etc/Renviron
echo 'R_LIBS_SITE=${R_HOME}/site-library' >$home/etc/Renviron.site
cat >$home/etc/ldpaths <<'END'
for place in "$R_HOME"/../*-linux-gnu*/{,blas,lapack} "$R_HOME/lib"; do
    [ ! -d "$place" ] || LD_LIBRARY_PATH=$place${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
done
export LD_LIBRARY_PATH
END
sed -i -e '0,/^R_HOME_DIR=.*/s||R_HOME_DIR=$(dirname "$(dirname "$(readlink -f "$0")")")|' \
    -e 's|^R_\([A-Z]*\)_DIR=/usr/share/R|R_\1_DIR=$R_HOME_DIR/../../share/R|' $home/bin/R
ln -s ../root/usr/lib/R/bin/R .r/bin/R
cp -r $home/site-library/IRkernel/kernelspec .r/share/jupyter/kernels/ir
.r/bin/R --slave -e 'stopifnot(requireNamespace("IRkernel", quietly = TRUE))'
# Last: it says that all is there.
mkdir -p .r/new/r-kernel
cat >.r/new/r-kernel/4.lua <<'END'
help("R with its kernel")
local here = myFileName():match("(.*)/modules/")
setenv("EBROOTR", here)
prepend_path("PATH", pathJoin(here, "bin"))
prepend_path("JUPYTER_PATH", pathJoin(here, "share/jupyter"))
END
mv .r/new .r/modules
