import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/*
 * Prettier runs on its own and none of these presets formats, so there is no
 * preset of Prettier here that could switch a later rule off.
 */

/* index → plugin → {commands, panel, components} → model → api → rest */
const ABOVE = {
  rest: [],
  tokens: ['api', 'model', 'commands', 'panel', 'components', 'plugin'],
  api: ['model', 'commands', 'panel', 'components', 'plugin'],
  model: ['commands', 'panel', 'components', 'plugin'],
  face: ['plugin'],
  plugin: []
};

/* What a room may import from outside itself. */
const FROM_A_ROOM = '(rest|ui)/|[^/]+/tokens$';

/**
 * Restrict the imports of one layer.
 *
 * `layer` is a key of ABOVE, `from` a pattern of what these files may import
 * from outside their folder, `up` the way from them to that folder.
 */
function arrows(files, layer, { from = FROM_A_ROOM, up = '.' } = {}) {
  const outside = up === '.' ? '..' : `${up}/..`;
  const quote = path => path.replaceAll('.', '\\.');
  const patterns = [
    {
      regex: `^${quote(outside)}/(?!${from})`,
      message:
        'A room imports rest, ui and the tokens.ts of other rooms; rest imports nothing.'
    }
  ];
  if (ABOVE[layer].length > 0) {
    patterns.push({
      regex: `^${quote(up)}/(${ABOVE[layer].join('|')})(/|$)`,
      message:
        'Arrows point one way: index → plugin → {commands, panel} → model → api → rest.'
    });
  }
  return { files, rules: { 'no-restricted-imports': ['error', { patterns }] } };
}

/* Ways to make HTML or a pattern out of text. */
const UNSAFE = [
  {
    selector:
      'MemberExpression[property.name=/^(innerHTML|outerHTML|insertAdjacentHTML)$/]',
    message: 'Text goes through React or textContent.'
  },
  {
    selector:
      ':matches(JSXAttribute[name.name="dangerouslySetInnerHTML"], Property[key.name="dangerouslySetInnerHTML"])',
    message: 'Text goes through React or textContent.'
  },
  {
    selector:
      ':matches(NewExpression, CallExpression)[callee.name="RegExp"]:not([arguments.0.type="Literal"])',
    message: 'A search compares strings: `c++` is no pattern.'
  }
];

/* The one way to the server is src/rest/client.ts. */
const REQUESTS = {
  selector:
    ':matches(CallExpression[callee.property.name="makeRequest"], CallExpression[callee.name="fetch"])',
  message: 'Ask the server through src/rest/client.ts.'
};

const CLOCKS = {
  selector: 'CallExpression[callee.property.name="waitForTimeout"]',
  message: 'Wait for what the user sees, not for the clock.'
};

export default defineConfig([
  globalIgnores([
    '.bench',
    '.code-server',
    '.envmod',
    '.r',
    '.venv',
    'coverage',
    'dist',
    'docs',
    'jupyterlab_hpc',
    'lib',
    'src/rest/payloads.ts',
    'ui-tests/playwright-report',
    'ui-tests/test-results'
  ]),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { plugins: { jupyter }, extends: [jupyter.configs.recommended] },
  {
    files: ['**/*.js', '**/*.mjs'],
    extends: [js.configs.recommended],
    languageOptions: { globals: globals.node }
  },
  {
    files: ['style/*.js', 'benchmarks/*.mjs'],
    languageOptions: { globals: globals.browser }
  },
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [
      js.configs.recommended,
      tseslint.configs.recommendedTypeChecked,
      reactHooks.configs['recommended-latest']
    ],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname
      }
    },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/naming-convention': [
        'error',
        {
          selector: 'interface',
          format: ['PascalCase'],
          custom: { regex: '^I[A-Z]', match: true }
        }
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      // JupyterLab keeps a module's private helpers in a `Private` namespace.
      '@typescript-eslint/no-namespace': 'off',
      curly: 'error',
      eqeqeq: 'error',
      'no-restricted-syntax': ['error', ...UNSAFE, REQUESTS],
      'prefer-arrow-callback': 'error'
    }
  },
  {
    files: ['src/rest/client.ts'],
    rules: { 'no-restricted-syntax': ['error', ...UNSAFE] }
  },
  {
    files: ['ui-tests/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...UNSAFE, CLOCKS],
      // Playwright calls its fixtures' last argument `use`; it is no hook.
      'react-hooks/rules-of-hooks': 'off'
    }
  },
  {
    files: ['src/index.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^\\.(?!/[^/]+/plugin$|/ui/rooms$)',
              message:
                'index.ts lists plugins and leaves out those of rooms that are off; it knows nothing else.'
            }
          ]
        }
      ]
    }
  },
  arrows(['src/*/*.{ts,tsx}'], 'face'),
  arrows(['src/*/components/**/*.{ts,tsx}'], 'face', { up: '..' }),
  arrows(['src/*/tokens.ts'], 'tokens'),
  arrows(['src/*/api.ts'], 'api'),
  arrows(['src/*/model.ts'], 'model'),
  arrows(['src/*/plugin.ts', 'src/*/*.spec.{ts,tsx}'], 'plugin'),
  arrows(['src/rest/*.ts'], 'rest', { from: '$' }),
  arrows(['src/ui/*.{ts,tsx}'], 'rest', { from: 'rest/' })
]);
