// Who is named in a text: `@username`, and `@all`. The same rule as the server's (src/domain/mentions.rs);
// tests/cases/mentions.json holds both to it. Whether a name is somebody's only the server says, in a message's `mentions`.

/** The name that means everybody. */
export const EVERYBODY = 'all';

/** Longest run that is taken for a name, in characters. */
const NAME_MAX = 64;

const MENTION =
  /(?<![\p{Alphabetic}\p{N}\p{M}.\-+/\\@=&%#$])@(?<run>[\p{Alphabetic}\p{N}\p{M}._-]+)(?!@|[\p{Alphabetic}\p{N}\p{M}._-])/uy;
const IN_WORD = /[^\s<>"`\u0000-\u001f]/u;
const ADDRESS = /:\/\/|mailto:/iu;

/**
 * Asked from the start of a text to its end, it looks at each word once.
 * @param {string} text one run of text, in which code has been passed over
 * @returns {(at: number) => string} the name after the `@` there; empty if it names nobody
 */
export const mentionReader = (text) => {
  let wordEnd = 0;
  let isAddress = false;
  return (at) => {
    if (at >= wordEnd) {
      let start = at;
      while (start > 0 && IN_WORD.test(text[start - 1])) start--;
      wordEnd = at;
      while (wordEnd < text.length && IN_WORD.test(text[wordEnd])) wordEnd++;
      isAddress = ADDRESS.test(text.slice(start, wordEnd));
    }
    if (isAddress) return '';
    MENTION.lastIndex = at;
    const run = MENTION.exec(text)?.groups?.run ?? '';
    let end = run.length;
    while (end > 0 && '._-'.includes(run[end - 1])) end--;
    const name = run.slice(0, end);
    return [...name.slice(0, 2 * NAME_MAX + 1)].length > NAME_MAX ? '' : name;
  };
};

/** Two names that fold to one are one name. @param {string} name */
export const foldName = (name) =>
  name.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i');

const BEING_TYPED = /(?<![\p{Alphabetic}\p{N}\p{M}.\-+/\\@=&%#$])@(?<query>[\p{Alphabetic}\p{N}\p{M}._-]{0,32})$/u;

/**
 * The name that is being written just before the caret.
 * @param {string} before the text up to the caret
 * @returns {{ at: number, query: string } | null} `at`: where its `@` stands
 */
export const mentionBeingTyped = (before) => {
  const found = BEING_TYPED.exec(before.slice(-40));
  const query = found?.groups?.query;
  return query === undefined ? null : { at: before.length - query.length - 1, query };
};
