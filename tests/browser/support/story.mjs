// Moves what has just happened to other times of the clock, so that a picture can tell a day in seconds. Everything else of
// it stays as it was lived through the real program.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import initSqlJs from 'sql.js'

/** Bytes 18 and 19 of an SQLite file say how it is written; 1 is the plain way, which sql.js can read (SQLite file format, 1.3). */
const FORMAT_BYTES = [18, 19]

/** A day's story: what happens after `is('14:02')` will have happened then. */
export class Story {
  /** @type {Array<{ real: number, told: number }>} */
  #marks = []

  /**
   * @param {string} clock e.g. '14:02'
   * @param {number} [daysAgo]
   */
  is(clock, daysAgo = 0) {
    this.#marks.push({ real: Date.now(), told: this.time(clock, daysAgo) })
  }

  /** @param {string} clock by the clock of Europe/Amsterdam, where the tests' people live @param {number} [daysAgo] */
  time(clock, daysAgo = 0) {
    const day = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Amsterdam' }).format(Date.now() - daysAgo * 86_400_000)
    const asUtc = Date.parse(`${day}T${clock}Z`)
    const shown = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Amsterdam', dateStyle: 'short', timeStyle: 'medium' }).format(asUtc)
    return asUtc - (Date.parse(`${shown.replace(' ', 'T')}Z`) - asUtc)
  }

  /** Rewrites every time in a stopped server's data, but those of sessions, which must still be good. @param {string} data */
  async tell(data) {
    const file = join(data, 'chinwag.db')
    const journal = await readFile(`${file}-wal`).catch(() => Buffer.alloc(0))
    const bytes = withJournal(await readFile(file), journal)
    for (const at of FORMAT_BYTES) bytes[at] = 1
    const SQL = await initSqlJs()
    const database = new SQL.Database(bytes)
    database.create_function('told', (/** @type {number | null} */ real) => (real === null ? null : this.#told(real)))
    const rows = (/** @type {string} */ query) => database.exec(query)[0]?.values ?? []
    for (const [table] of rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN ('sessions') AND name NOT LIKE '%history%' AND name NOT LIKE 'sqlite_%'")) {
      const columns = rows(`PRAGMA table_info(${table})`).map(column => String(column[1])).filter(name => /(^|_)(at|since)$/.test(name))
      if (columns.length > 0) database.run(`UPDATE ${table} SET ${columns.map(name => `${name} = told(${name})`).join(', ')}`)
    }
    for (const row of rows(`SELECT id, ${NUMBERS.join(', ')}, client_id, body, event, mentions FROM messages`)) {
      database.run('UPDATE messages SET checksum = ? WHERE id = ?', [checksum(row.slice(1)), row[0] ?? null])
    }
    await Promise.all([`${file}-wal`, `${file}-shm`].map(side => rm(side, { force: true })))
    await writeFile(file, database.export())
    database.close()
  }

  /** @param {number} real */
  #told(real) {
    const mark = this.#marks.findLast(one => one.real <= real) ?? this.#marks[0]
    return mark ? mark.told + (real - mark.real) : real
  }
}

/** What a message's checksum covers, in its order; then come its client id, its body, its event and its mentions. */
const NUMBERS = ['conversation', 'seq', 'rev', 'sender', 'kind', 'withheld', 'at', 'written_at', 'reply_to', 'version', 'edited_at', 'deleted_at']

/**
 * As the server reckons it (`store::sqlite::row::checksum`).
 * @param {Array<import('sql.js').SqlValue>} row
 */
function checksum(row) {
  const parts = []
  for (const number of row.slice(0, NUMBERS.length)) {
    const bytes = Buffer.alloc(9)
    if (number !== null) bytes.writeInt8(1)
    bytes.writeBigInt64LE(BigInt(Number(number ?? 0)), 1)
    parts.push(bytes)
  }
  for (const part of row.slice(NUMBERS.length)) {
    const bytes = part === null ? Buffer.alloc(0) : Buffer.from(typeof part === 'string' ? part : new Uint8Array(/** @type {Uint8Array} */ (part)))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(part === null ? 0xffff_ffff_ffff_ffffn : BigInt(bytes.length))
    parts.push(length, bytes)
  }
  return crc32(Buffer.concat(parts))
}

/**
 * The database with what its write-ahead log holds beyond it (SQLite file format, 4). A stopped server leaves no half of one.
 * @param {Buffer} file
 * @param {Buffer} journal
 */
function withJournal(file, journal) {
  if (journal.length === 0) return file
  const page = journal.readUInt32BE(8)
  const salt = journal.subarray(16, 24)
  /** @type {Array<{ at: number, content: Buffer }>} */
  let open = []
  let whole = file
  for (let at = 32; at + 24 + page <= journal.length && journal.subarray(at + 8, at + 16).equals(salt); at += 24 + page) {
    open.push({ at: (journal.readUInt32BE(at) - 1) * page, content: journal.subarray(at + 24, at + 24 + page) })
    const pagesAfterCommit = journal.readUInt32BE(at + 4)
    if (pagesAfterCommit === 0) continue
    if (whole.length < pagesAfterCommit * page) whole = Buffer.concat([whole], pagesAfterCommit * page)
    for (const { at: place, content } of open) content.copy(whole, place)
    open = []
  }
  return whole
}
