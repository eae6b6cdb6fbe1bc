// Loaded messages as runs without holes, by `seq` alone. Putting a message twice, or an older form over a newer one,
// changes nothing and gives the same array back.

/** @typedef {import('./types.js').Message} Message */
/** @typedef {import('./types.js').Run} Run */
/** @typedef {Readonly<{ from: number, to: number }>} Span */

/** The newest of two forms of one message. @param {Message} held @param {Message} given */
export const newerForm = (held, given) =>
  given.rev > held.rev || (given.rev === held.rev && given.version > held.version) ? given : held;

/** @param {ReadonlyArray<Run>} runs @param {number} seq @returns {Run | null} */
export const runAt = (runs, seq) => {
  let low = 0;
  let high = runs.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const run = runs[middle];
    if (seq < run.from) high = middle - 1;
    else if (seq > run.to) low = middle + 1;
    else return run;
  }
  return null;
};

/** @param {ReadonlyArray<Run>} runs @param {number} seq @returns {Message | null} */
export const messageIn = (runs, seq) => {
  const run = runAt(runs, seq);
  return run ? run.messages[seq - run.from] : null;
};

/** @param {ReadonlyArray<Run>} runs */
export const lastLoaded = (runs) => runs.at(-1)?.to ?? 0;

/**
 * Replaces a loaded message by a newer form; one that is not loaded stays away.
 * @param {ReadonlyArray<Run>} runs
 * @param {Message} message
 */
export const replaceMessage = (runs, message) => {
  const run = runAt(runs, message.seq);
  if (!run) return runs;
  const at = message.seq - run.from;
  if (newerForm(run.messages[at], message) === run.messages[at]) return runs;
  const messages = run.messages.slice();
  messages[at] = message;
  return runs.map((other) => (other === run ? { ...run, messages } : other));
};

/**
 * Puts messages of any seqs, ascending, at their places.
 * @param {ReadonlyArray<Run>} runs
 * @param {ReadonlyArray<Message>} messages
 */
export const putMessages = (runs, messages) => {
  let result = runs;
  for (let start = 0; start < messages.length;) {
    let end = start + 1;
    while (end < messages.length && messages[end].seq === messages[end - 1].seq + 1) end += 1;
    result = putSegment(result, messages.slice(start, end));
    start = end;
  }
  return result;
};

/**
 * Seqs without a hole become part of the runs they overlap or touch.
 * @param {ReadonlyArray<Run>} runs
 * @param {ReadonlyArray<Message>} segment
 */
const putSegment = (runs, segment) => {
  const from = segment[0].seq;
  const to = from + segment.length - 1;
  const touching = runs.filter((run) => run.from <= to + 1 && run.to >= from - 1);
  const only = touching.length === 1 ? touching[0] : null;
  if (
    only &&
    only.from <= from &&
    only.to >= to &&
    segment.every((message) => newerForm(only.messages[message.seq - only.from], message) !== message)
  ) {
    return runs;
  }
  const start = Math.min(from, touching[0]?.from ?? from);
  const end = Math.max(to, touching.at(-1)?.to ?? to);
  /** @type {Message[]} */
  const messages = new Array(end - start + 1);
  for (const run of touching) for (const message of run.messages) messages[message.seq - start] = message;
  for (const message of segment) {
    const held = messages[message.seq - start];
    messages[message.seq - start] = held ? newerForm(held, message) : message;
  }
  const before = runs.filter((run) => run.to < from - 1);
  const after = runs.filter((run) => run.from > to + 1);
  return [...before, { from: start, to: end, messages }, ...after];
};

/**
 * What of the holes is still missing.
 * @param {ReadonlyArray<Span>} holes
 * @param {ReadonlyArray<Run>} runs
 * @returns {ReadonlyArray<Span>}
 */
export const openHoles = (holes, runs) => {
  if (holes.length === 0) return holes;
  /** @type {Span[]} */
  const open = [];
  for (const hole of holes) {
    let from = hole.from;
    for (const run of runs) {
      if (run.to < from || run.from > hole.to) continue;
      if (run.from > from) open.push({ from, to: run.from - 1 });
      from = run.to + 1;
    }
    if (from <= hole.to) open.push({ from, to: hole.to });
  }
  return open.length === holes.length && open.every((span, i) => span.from === holes[i].from && span.to === holes[i].to)
    ? holes
    : open;
};

/**
 * Up to where messages are here without a hole above `after`.
 * @param {ReadonlyArray<Run>} runs
 * @param {number} after
 */
export const heldUpTo = (runs, after) => runAt(runs, after + 1)?.to ?? after;

/**
 * Only the newest `keep` messages of the last run, never less than everything above `above`.
 * @param {ReadonlyArray<Run>} runs
 * @param {number} keep
 * @param {number} above
 */
export const trimRuns = (runs, keep, above) => {
  const last = runs.at(-1);
  if (!last) return runs;
  const from = Math.min(last.to - keep + 1, above + 1);
  const kept = runs
    .filter((run) => run.to >= from)
    .map((run) => (run.from >= from ? run : { from, to: run.to, messages: run.messages.slice(from - run.from) }));
  return kept.length === runs.length && kept.every((run, i) => run === runs[i]) ? runs : kept;
};
