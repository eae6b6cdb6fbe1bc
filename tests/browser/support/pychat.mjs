// An old PyChat database, made as its own code made it, for the import to read. The quickest honest way to much history.
import { rm, writeFile } from 'node:fs/promises'
import initSqlJs from 'sql.js'
import { chinwag } from './server.mjs'

/** What the people of the old database log in with; too weak for a new account, which the page says. */
export const OLD_PASSWORD = 'teapot'

/**
 * Writes a `pychat.db` and imports it into `data`. Usernames are numbered from 1 in the order given.
 * @param {string} data
 * @param {import('./server.mjs').Settings} settings
 * @param {ReadonlyArray<string>} usernames
 * @param {ReadonlyArray<{ between: readonly [number, number], count: number }>} chats each one's messages are
 *   'message 1', 'message 2' …, written in turns, a second apart
 */
export async function importPyChat(data, settings, usernames, chats) {
  const SQL = await initSqlJs()
  const old = new SQL.Database()
  old.run(`
    CREATE TABLE user (id INTEGER PRIMARY KEY, username TEXT, password TEXT, active INTEGER);
    CREATE TABLE message (id INTEGER PRIMARY KEY, sender_id INTEGER, recipient_id INTEGER, message TEXT, date TEXT);
    BEGIN`)
  const addUser = old.prepare('INSERT INTO user (username, password, active) VALUES (?, ?, 0)')
  for (const username of usernames) addUser.run([username, OLD_PASSWORD])
  addUser.free()
  const addMessage = old.prepare('INSERT INTO message (sender_id, recipient_id, message, date) VALUES (?, ?, ?, ?)')
  const start = Date.UTC(2019, 0, 1)
  for (const { between: [one, other], count } of chats) {
    for (let number = 1; number <= count; number += 1) {
      const date = new Date(start + number * 1000).toISOString().slice(0, 19).replace('T', ' ')
      addMessage.run(number % 2 ? [one, other, `message ${number}`, date] : [other, one, `message ${number}`, date])
    }
  }
  addMessage.free()
  old.run('COMMIT')
  const file = `${data}.pychat.db`
  await writeFile(file, old.export())
  old.close()
  try {
    await chinwag(['import-pychat', file, '--data', data], settings)
  } finally {
    await rm(file)
  }
}
