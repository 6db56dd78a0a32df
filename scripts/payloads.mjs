/*
 * Make src/rest/payloads.ts from the JSON schema of the Python models.
 *
 * With --check nothing is written: the exit code is 1 when the file on disk is
 * not what the models say.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { compile } from 'json-schema-to-typescript';

const FILE = 'src/rest/payloads.ts';
const BANNER =
  '/* Generated from the Python models by `jlpm build:payloads`. Do not edit. */';

const schema = JSON.parse(
  execFileSync('python', ['-m', 'jupyterlab_hpc.rest.schema'], {
    encoding: 'utf-8'
  })
);

const compiled = await compile({ $defs: schema.$defs }, 'Payloads', {
  additionalProperties: false,
  bannerComment: BANNER,
  style: { arrowParens: 'avoid', singleQuote: true, trailingComma: 'none' },
  unreachableDefinitions: true
});

const text = compiled
  // The root is only a bag of definitions: no answer is made like it.
  .replace(/^export interface Payloads \{[^}]*\}\n/m, '')
  // And each definition says that it came out of that bag.
  .replace(/\/\*\*\n \* This interface was referenced by [^/]*\*\/\n/g, '')
  .replace(/ \*\n \* This interface was referenced by [^/]*\*\//g, ' */');

if (!process.argv.includes('--check')) {
  writeFileSync(FILE, text);
} else if (readFileSync(FILE, 'utf-8') !== text) {
  console.error(`${FILE} is not what the models say: run jlpm build:payloads`);
  process.exitCode = 1;
}
