// The badge is what counting gives, always: three devices of one person take the same random history, each through frames
// and answers of its own that come late, while others write, edit, delete and block, and the person reads, marks unread,
// comes and goes. Whenever a device has taken in all that was told to it, its badge must be the server's count.
// SEED=7 node --test tests/js/badge.test.js lives one history again.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reducer } from '../../static/state/reducer.js';
import { ALICE, BOB, CONVERSATION, JEAN, NOW, conversation, page, queued, ready, start } from './support/samples.js';

const HISTORIES = 300;
const STEPS = 120;
const ME = ALICE.id;

/** mulberry32: the same seed, the same history. */
const randomFrom = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

/** What is true, and what each device has still to take in. */
const createWorld = (seed) => {
  const random = randomFrom(seed);
  const below = (limit) => Math.floor(random() * limit);
  const pick = (list) => list[below(list.length)];
  let rev = 100;
  let accountRev = 1;
  let cursor = 0;
  const messages = [];
  const receipts = [];
  const story = [];
  const devices = [0, 1, 2].map((number) => ({
    number,
    state: start(),
    isLive: false,
    frames: [],
    answers: [],
    kept: null,
  }));

  const isUnread = (message) =>
    message.sender !== ME && !message.withheld && message.deletedAt === undefined && message.seq > cursor;
  const unread = () => messages.filter(isUnread).length;
  const isMentioned = (form) => form.mentionsAll === true || form.mentions?.includes(ME) === true;
  const mentioned = () => messages.filter((message) => isUnread(message) && isMentioned(message)).length;
  /** Whom a new form mentions, often me. */
  const someMentions = () => pick([{}, {}, { mentions: [ME] }, { mentions: [BOB.id, ME] }, { mentions: [JEAN.id] }, { mentionsAll: true }]);
  const mentionsOf = ({ mentions, mentionsAll }) => structuredClone({ ...(mentions && { mentions }), ...(mentionsAll && { mentionsAll }) });
  const head = () => messages.length;
  const summary = () =>
    structuredClone(
      conversation({
        rev,
        head: head(),
        cursor,
        unread: unread(),
        mentioned: mentioned(),
        deliveredUpTo: head(),
        readUpTo: cursor,
        lastMessage: messages.at(-1),
      }),
    );
  const tell = (given, except = null) => {
    for (const device of devices)
      if (device.isLive && device !== except) device.frames.push(structuredClone({ type: 'frame', frame: given, now: NOW }));
  };
  const moveCursor = (to) => {
    cursor = to;
    accountRev += 1;
    tell({ type: 'cursor', conversation: CONVERSATION, cursor, unread: unread(), mentioned: mentioned(), accountRev });
  };
  /** What was told before an answer was made is on its way already, and comes before it. */
  const ask = (device, event) => device.answers.push({ event: structuredClone(event), behind: device.frames.length });
  const askForConversation = (device) =>
    ask(device, { type: 'conversation.loaded', answer: { conversation: summary(), users: [] } });
  /** As transport/pages.js does it: what concerns a conversation that is not here yet waits until it is. */
  const take = (device, event) => {
    const isFrame = event.type === 'frame' && event.frame.type !== 'ready';
    if (isFrame && device.kept) device.kept.push(event);
    else if (isFrame && !device.state.conversations.has(CONVERSATION)) {
      device.kept = [event];
      askForConversation(device);
    }
    if (event.type === 'conversation.loaded') {
      device.state = reducer(device.state, event);
      const lasting = device.kept.filter((one) => one.frame.type !== 'cursor');
      const isOvertaken = lasting.length < device.kept.length;
      if (isOvertaken) askForConversation(device);
      else for (const one of lasting) device.state = reducer(device.state, one);
      device.kept = isOvertaken ? lasting : null;
      return;
    }
    device.state = reducer(device.state, event);
  };

  const acts = {
    write: () => {
      const sender = pick([BOB.id, JEAN.id]);
      rev += 1;
      const message = { ...blank(), seq: head() + 1, rev, sender, ...someMentions() };
      messages.push(message);
      tell({ type: 'message', message });
    },
    writeMyself: () => {
      const device = pick(devices.filter((one) => one.isLive));
      if (!device) return;
      const item = queued('own words');
      const nothingBefore = unread() === 0;
      rev += 1;
      const { clientId } = item;
      const message = { ...blank(), seq: head() + 1, rev, sender: ME, clientId, body: item.body };
      messages.push(message);
      take(device, { type: 'outbox.put', item });
      const { seq, at } = message;
      device.frames.push({
        type: 'frame',
        frame: { type: 'message.stored', clientId, conversation: CONVERSATION, seq, rev, at },
        now: NOW,
      });
      tell({ type: 'message', message }, device);
      if (nothingBefore) moveCursor(seq);
    },
    change: () => {
      const message = pick(messages.filter((one) => one.deletedAt === undefined));
      if (!message) return;
      rev += 1;
      const isDeleted = random() < 0.5;
      const becomesWithheld = message.sender !== ME && !message.withheld && random() < 0.2;
      const wasUnread = isUnread(message);
      const before = mentionsOf(message);
      delete message.mentions;
      delete message.mentionsAll;
      if (!isDeleted && !becomesWithheld && !message.withheld) Object.assign(message, someMentions());
      Object.assign(message, { rev, version: message.version + 1, body: isDeleted ? '' : 'other words' });
      if (isDeleted) message.deletedAt = NOW;
      if (becomesWithheld) Object.assign(message, { withheld: true, body: '' });
      tell({ type: 'message.changed', message, ...(Object.keys(before).length > 0 && { before }) });
      if (becomesWithheld && wasUnread) moveCursor(cursor);
    },
    read: () => {
      const device = pick(devices.filter((one) => one.isLive));
      const known = device?.state.conversations.get(CONVERSATION)?.head;
      if (!known) return;
      const seq = random() < 0.5 ? known : 1 + below(known);
      take(device, { type: 'read.told', conversation: CONVERSATION, seq });
      rev += 1;
      receipts.push({ user: ME, kind: 'read', from: 1, upTo: seq, at: NOW, rev });
      tell({ type: 'receipt', conversation: CONVERSATION, receipt: receipts.at(-1) });
      if (seq > cursor) moveCursor(seq); // else it was there already, and this device has heard of it or will
    },
    markUnread: () => {
      const device = pick(devices.filter((one) => one.isLive));
      if (!device || head() === 0) return;
      const seq = below(head());
      moveCursor(seq);
      device.frames.push({ type: 'cursor.told', conversation: CONVERSATION, seq });
    },
    lose: () => {
      const device = pick(devices);
      Object.assign(device, { isLive: false, frames: [], answers: [], kept: null });
    },
    comeBack: () => {
      const device = pick(devices.filter((one) => !one.isLive));
      if (!device) return;
      const copy = device.state.conversations.get(CONVERSATION);
      const asked = new Set(copy ? [CONVERSATION] : []);
      const isListed = random() < 0.6;
      device.isLive = true;
      const conversations = isListed ? [summary()] : [];
      device.frames.push({
        type: 'frame',
        frame: ready({ accountRev, conversations, moreConversations: !isListed }),
        now: NOW,
        asked,
      });
      if (copy && copy.rev < rev) {
        const missed = structuredClone(messages.filter((message) => message.rev > copy.rev));
        const told = structuredClone(receipts.filter((receipt) => receipt.rev > copy.rev));
        const run = { type: 'changes', conversation: CONVERSATION, after: copy.rev, rev, messages: missed, receipts: told };
        device.frames.push({ type: 'frame', frame: { ...run, more: false }, now: NOW });
      }
    },
    loadList: () => {
      const device = pick(devices.filter((one) => one.isLive));
      if (device) ask(device, { type: 'list.loaded', page: { conversations: [summary()], users: [] } });
    },
    loadPage: () => {
      const device = pick(devices.filter((one) => one.isLive));
      if (!device || head() === 0) return;
      const which = pick(['newest', 'older', 'missing', 'around']);
      const from = which === 'newest' ? Math.max(1, head() - 9) : 1 + below(head());
      const some = messages.slice(from - 1, from + 9);
      const answer = page(some, { rev, head: head(), hasAfter: from + 9 < head() });
      ask(device, { type: 'page.loaded', conversation: CONVERSATION, which, page: answer, seq: from - 1 });
    },
  };

  /** Frames come in order; answers over HTTP come in any order, as late as they like. */
  const hear = (device) => {
    const ripe = device.answers.filter((answer) => answer.behind <= 0);
    if (ripe.length > 0 && (device.frames.length === 0 || random() < 0.3)) {
      const answer = pick(ripe);
      device.answers.splice(device.answers.indexOf(answer), 1);
      take(device, answer.event);
    } else if (device.frames.length > 0) {
      for (const answer of device.answers) answer.behind -= 1;
      take(device, device.frames.shift());
    }
  };

  const check = (device) => {
    const copy = device.state.conversations.get(CONVERSATION);
    if (!device.isLive || !copy || copy.stale || device.frames.length + device.answers.length > 0) return;
    assert.deepEqual(
      { cursor: copy.cursor, unread: copy.unread, mentioned: copy.mentioned },
      { cursor, unread: unread(), mentioned: mentioned() },
      `device ${device.number}, seed ${seed}: ${story.slice(-30).join(', ')}`,
    );
  };

  return {
    step: () => {
      const name = pick(['write', 'write', 'write', 'writeMyself', 'change', 'change', 'read', 'markUnread', 'lose', 'comeBack', 'comeBack', 'loadList', 'loadPage']);
      story.push(name);
      acts[name]();
      for (const device of devices) {
        for (let frames = below(4); frames > 0; frames--) hear(device);
        check(device);
      }
    },
    /** All that was told arrives. */
    settle: () => {
      for (const device of devices) {
        while (device.frames.length + device.answers.length > 0) hear(device);
        check(device);
      }
    },
    hasUnread: () => unread() > 0,
  };
};

const blank = () => ({ conversation: CONVERSATION, kind: 'text', body: 'words', at: NOW, version: 1 });

test('every badge is what counting gives, in any history', () => {
  const one = process.env.SEED === undefined ? null : Number(process.env.SEED);
  let unread = 0;
  for (let seed = one ?? 1; seed <= (one ?? HISTORIES); seed++) {
    const world = createWorld(seed);
    for (let step = 0; step < STEPS; step++) {
      world.step();
      if (step % 10 === 0) world.settle();
    }
    world.settle();
    unread += Number(world.hasUnread());
  }
  assert.ok(one !== null || unread > HISTORIES / 4, `only ${unread} histories end with anything unread`);
});
