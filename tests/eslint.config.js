// The rules that types cannot see. Few on purpose: what tsc checks (names, unreachable code) is not checked twice.
// tests/run runs it from the top of the repository, so that it covers the page too; paths are from there.
import js from '@eslint/js'

const htmlFromStrings = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe', 'createContextualFragment']

export default [
  { ignores: ['**/node_modules/', 'tests/browser/out/', 'tests/browser/shots/'] },
  js.configs.recommended,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-undef': 'off',
      // Control characters in names and addresses are what such an expression is there to find.
      'no-control-regex': 'off',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-unused-vars': ['error', { argsIgnorePattern: '^_', caughtErrors: 'none' }],
      'no-constant-condition': ['error', { checkLoops: false }],
    },
  },
  {
    // User text reaches the page through textContent and created nodes only.
    files: ['static/**/*.js'],
    rules: {
      'no-console': 'error',
      'no-restricted-properties': ['error', ...htmlFromStrings.map(property => ({ property, message: 'No HTML from strings.' }))],
      'no-restricted-syntax': ['error', { selector: "CallExpression[callee.object.name='document'][callee.property.name='write']", message: 'No HTML from strings.' }],
    },
  },
]
