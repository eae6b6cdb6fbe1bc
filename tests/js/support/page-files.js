// The page's files as the browser will ask for them: which module imports which, and what index.html names.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const STATIC = fileURLToPath(new URL('../../../static/', import.meta.url));

/** Every file of the page, by its address. */
export const files = readdirSync(STATIC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(STATIC, join(entry.parentPath ?? entry.path, entry.name)).split(sep).join('/'))
  .sort();

/** @param {string} file */
export const read = (file) => readFileSync(join(STATIC, file), 'utf8');

/** A module's text without comments, which name other modules in types. @param {string} file */
const codeOf = (file) => read(file).replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

/** @param {string} from @param {string} specifier */
const resolved = (from, specifier) => normalize(join(dirname(from), specifier)).split(sep).join('/');

/** @param {string} file @returns {{ statics: string[], dynamics: string[] }} */
export function importsOf(file) {
  const code = codeOf(file);
  const named = (/** @type {RegExp} */ pattern) => [...code.matchAll(pattern)].map((match) => resolved(file, match[1] ?? ''));
  return {
    statics: named(/^(?:import|export)\s(?:[^'"();]*?\sfrom\s)?\s*['"]([^'"]+)['"];?/gm),
    dynamics: named(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g),
  };
}

/** What is loaded, directly or not, with the module. @param {string} entry @returns {Set<string>} */
export function reachable(entry) {
  const found = new Set([entry]);
  for (const file of found) for (const other of importsOf(file).statics) found.add(other);
  return found;
}

/** What is loaded by `import()` and with that, and not at once. @param {string} entry @returns {Set<string>} */
export function loadedLater(entry) {
  const first = reachable(entry);
  const all = new Set(first);
  for (const file of all) {
    const { statics, dynamics } = importsOf(file);
    for (const other of [...statics, ...dynamics]) all.add(other);
  }
  return new Set([...all].filter((file) => !first.has(file)));
}

/** Values of an attribute of all tags that match. @param {RegExp} tag @param {string} attribute */
export function named(tag, attribute) {
  return [...read('index.html').matchAll(tag)].map((match) => new RegExp(`${attribute}="([^"]*)"`).exec(match[0])?.[1] ?? '');
}
