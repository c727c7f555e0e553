const tseslint = require('typescript-eslint');
const { pureStations } = require('./infra/pure-files');

const noEscape = [
  { selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword', message: 'Say what the value is, or check it.' },
  { selector: 'ThrowStatement > Literal', message: 'Throw a fault or a Defect.' },
];
const noOutsideWorld = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time arrives as an argument.' },
  { selector: 'CallExpression[callee.name="Date"]', message: 'Time arrives as an argument.' },
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: 'Time arrives as an argument.' },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Ids and chance arrive as arguments.',
  },
  { selector: ':function[async=true]', message: 'A pure file waits for nothing.' },
  { selector: 'AwaitExpression', message: 'A pure file waits for nothing.' },
];

module.exports = tseslint.config(
  { ignores: ['dist/', '.build/', '.data/', 'node_modules/', 'infra/', '*.js', '*.cjs'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: __dirname } },
    linterOptions: { noInlineConfig: true },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...noEscape],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unnecessary-condition': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
      // What was handed over as a failure is thrown on as it is; throwing a literal is refused above.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-readonly': 'error',
      '@typescript-eslint/return-await': ['error', 'in-try-catch'],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // Query builders and ports hand out functions to be taken apart: `({ eb, and }) => …`.
      '@typescript-eslint/unbound-method': 'off',
      // Ports are asynchronous also where an adapter has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // Numbers read well in messages; objects and promises do not.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
    },
  },
  {
    // Programs a person or a pipe reads.
    files: ['apps/cli/**', 'apps/*/main.ts', 'test/**'],
    rules: { 'no-console': 'off' },
  },
  {
    // What is not there fails the test anyway, and matchers such as expect.any() are of type any.
    files: ['**/*.spec.ts', 'libs/testing/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['libs/kernel/**/*.ts', ...pureStations.map((station) => `libs/**/*.${station}.ts`)],
    ignores: ['**/*.spec.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...noEscape, ...noOutsideWorld],
      'no-restricted-globals': ['error', { name: 'Intl', message: 'Time zones arrive compiled in the terms.' }],
    },
  },
);
