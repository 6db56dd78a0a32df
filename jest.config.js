const jestConfig = require('@jupyterlab/testing/lib/jest-config');

const base = jestConfig(__dirname);

/* Packages that ship ES modules only, which Babel has to turn into CommonJS. */
const esModules = [
  '@codemirror',
  '@jupyter/react-components',
  '@jupyter/web-components',
  '@jupyter/ydoc',
  '@jupyterlab/',
  '@marijn',
  '@microsoft',
  '@tanstack',
  'exenv-es6',
  'lib0',
  'nanoid',
  'y-protocols',
  'yjs'
].join('|');

module.exports = {
  ...base,
  // Copies of package.json made by the build: Jest would see the name twice.
  modulePathIgnorePatterns: [
    '<rootDir>/jupyterlab_hpc',
    '<rootDir>/dist',
    '<rootDir>/lib',
    '<rootDir>/.venv'
  ],
  reporters: ['default'],
  testRegex: 'src/.*\\.spec\\.tsx?$',
  // tsc checks the types of tests too: here, isolated, they are only stripped.
  transform: {
    ...base.transform,
    '^.+\\.tsx?$': ['ts-jest/legacy', { tsconfig: 'tsconfig.json' }]
  },
  transformIgnorePatterns: [`/node_modules/(?!${esModules}).+`]
};
