// German as it is read: plurals, times, durations and the cases they stand in, and what the server only says in English.
import assert from 'node:assert/strict';
import test from 'node:test';

import { createTimes } from '../../static/lib/time.js';
import { de } from '../../static/texts/de.js';

const at = (text) => new Date(text).getTime();
const NOW = at('2026-11-23T18:00:00');
/** Numbers stay with their units at the end of a line; here spaces are spaces. */
const plain = (text) => text.replaceAll('\u00a0', ' ');
const times = (locale = 'de-DE') => createTimes({ locale, hours: 'system', texts: de, now: () => NOW });
const MIN = 60_000;
const H = 60 * MIN;
const D = 24 * H;

test('German times are words near and dates far', () => {
  const { stamp, dayStamp, moment, row, near, day, full } = times();
  assert.equal(stamp(at('2026-11-23T17:45:00')), '17:45');
  assert.equal(dayStamp(at('2026-11-23T17:45:00')), 'heute 17:45');
  assert.equal(stamp(at('2026-11-22T17:45:00')), 'gestern 17:45');
  assert.equal(stamp(at('2026-11-20T17:45:00')), 'Fr 17:45');
  assert.equal(stamp(at('2026-11-16T07:45:00')), '16. Nov. 07:45');
  assert.equal(stamp(at('2025-11-21T17:45:00')), '21. Nov. 2025 17:45');
  assert.deepEqual([moment(at('2026-11-23T17:45:00')), moment(at('2026-11-22T17:45:00'))], ['um 17:45', 'gestern um 17:45']);
  assert.deepEqual([row(at('2026-11-22T17:45:00')), near(at('2026-11-22T17:45:00'))], ['Gestern', 'gestern']);
  assert.deepEqual([day(NOW), day(at('2026-11-20T01:00:00'))], ['Heute', 'Freitag, 20. November']);
  assert.match(full(NOW), /^Montag, 23\. November 2026 um 18:00:00 /u);
});

test('German durations, for the eye and for the ear', () => {
  const { duration, durationSpoken } = times();
  const cases = [
    [43_000, '43 Sek.', '43 Sekunden'],
    [12 * MIN, '12 Min.', '12 Minuten'],
    [3 * H + 43 * MIN, '3 Std. 43 Min.', '3 Stunden 43 Minuten'],
    [H, '1 Std.', '1 Stunde'],
    [D + 3 * H, '1 Tag 3 Std.', '1 Tag 3 Stunden'],
    [2 * D + 4 * H, '2 Tage 4 Std.', '2 Tage 4 Stunden'],
  ];
  for (const [ms, seen, heard] of cases) assert.deepEqual([plain(duration(ms)), durationSpoken(ms)], [seen, heard]);
  assert.equal(de.settings.devices.activeAgo(duration(2 * D)), 'Aktiv vor 2 Tagen');
  assert.equal(plain(de.presence.idleSince(duration(2 * D + H))), 'Inaktiv seit 2 Tagen 1 Std.');
  assert.equal(de.info.later(duration(2 * D)), '2 Tage später');
});

test('the sentences of the visual target, in German', () => {
  const { duration } = times();
  assert.equal(plain(`${de.receipt.late.head('17:45')} ${de.receipt.late.tail(duration(3 * H + 43 * MIN))}`), 'Verspätet zugestellt · 17:45 (3 Std. 43 Min. später)');
  assert.equal(de.late.lineWords('Bob', 3, 'um 17:45'), 'Bob kam um 17:45 zurück und erhielt 3 Nachrichten');
  assert.equal(de.late.line('Bob', 1, '17:45').map((piece) => piece.strong ?? piece).join(''), 'Bob kam um 17:45 zurück und erhielt 1 Nachricht');
  assert.equal(de.late.toast('Bob', 1, 'gestern um 17:45'), 'Bob hat deine Nachricht gestern um 17:45 erhalten');
  assert.equal(de.late.noticeTitle('Bob', 3), 'Bob hat deine 3 Nachrichten erhalten');
  assert.equal(de.receipt.group.delivered(4, 5, de.receipt.group.waiting(['Priya'])), 'Zugestellt an 4 von 5 · wartet auf Priya');
  assert.equal(de.receipt.group.waiting(['Priya', 'Tom', 'Jean', 'Mei']), ' · wartet auf Priya und 3 weitere');
});

test('the promise to someone away names them again where German has no pronoun for them', () => {
  assert.equal(de.composer.away('Bob', 'he'), 'Bob ist offline – er bekommt das, sobald er zurück ist, und du erfährst, wann.');
  assert.equal(de.composer.away('Ann', 'she'), 'Ann ist offline – sie bekommt das, sobald sie zurück ist, und du erfährst, wann.');
  for (const pronoun of ['they', undefined]) assert.equal(de.composer.away('Kim', pronoun), 'Kim ist offline – das kommt an, sobald Kim zurück ist, und du erfährst, wann.');
});

test('one and many', () => {
  assert.deepEqual([1, 2].map(de.log.fresh), ['1 neue Nachricht', '2 neue Nachrichten']);
  assert.deepEqual([1, 1200].map(de.connection.sent), ['Wieder online – 1 Nachricht gesendet', 'Wieder online – 1.200 Nachrichten gesendet']);
  assert.deepEqual([1, 2].map(de.account.endedKept), [' 1 ungesendete Nachricht ist noch hier aufgehoben.', ' 2 ungesendete Nachrichten sind noch hier aufgehoben.']);
  assert.equal(de.logOut.title(2, 1), '2 Nachrichten und 1 Entwurf sind nur auf diesem Gerät');
  assert.equal(de.logOut.title(0, 1), '1 Entwurf ist nur auf diesem Gerät');
  assert.deepEqual([['Bob'], ['Bob', 'Mei'], ['Bob', 'Mei', 'Jo']].map(de.composer.typing), ['Bob schreibt …', 'Bob und Mei schreiben …', '3 Personen schreiben …']);
});

test('what stands only in the server’s English sentences is told in German', () => {
  const wrong = (message, retryAfterMs) => plain(de.failure.words({ code: 'wrong_credentials', message, retryAfterMs }));
  assert.equal(wrong('Wrong username or password. 4 tries left before a short pause.'), 'Benutzername oder Passwort ist falsch. Noch 4 Versuche vor einer kurzen Pause.');
  assert.equal(wrong('Wrong username or password. 1 try left before a short pause.'), 'Benutzername oder Passwort ist falsch. Noch 1 Versuch vor einer kurzen Pause.');
  assert.equal(wrong('Wrong username or password. Wait 30 seconds.', 30_000), 'Benutzername oder Passwort ist falsch. Versuch es in 30 Sek. noch einmal.');
  assert.equal(wrong('The username or the password is wrong.'), 'Benutzername oder Passwort ist falsch.');
  assert.equal(de.account.advice('This is a top-10 common password.'), 'Das ist eines der 10 häufigsten Passwörter.');
  assert.equal(de.account.advice('A password has at least 8 characters.'), 'Ein Passwort hat mindestens 8 Zeichen.');
  assert.equal(de.account.advice('A sentence that zxcvbn has not said so far.'), '');
  assert.deepEqual(
    ['Firefox on Linux', 'Safari on iPhone', 'Chrome on Android', 'curl/8.5.0', 'A program', 'Opera'].map(de.settings.devices.label),
    ['Firefox unter Linux', 'Safari auf dem iPhone', 'Chrome unter Android', 'curl/8.5.0', 'Ein Programm', 'Opera'],
  );
});
