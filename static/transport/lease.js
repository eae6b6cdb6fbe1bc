// Decides which of several tabs does a thing: by the browser's locks, or where those are missing (plain http on a LAN
// address) by a row in IndexedDB that expires. Never decides what is done.

import { STORE } from '../lib/idb.js';

/**
 * @typedef {import('../lib/idb.js').DeviceStorage} DeviceStorage
 * @typedef {import('../lib/clock.js').Clock} Clock
 * @typedef {{ request: (name: string, options: { signal: AbortSignal }, hold: () => Promise<void>) => Promise<void> }} Locks
 * @typedef {{ name: string, owner: string, until: number }} LeaseRow
 * @typedef {{ release: () => void }} Lease
 */

/** A tab that crashed is followed after at most the first; renewed well within it. */
const LEASE_MS = 10_000;
const RENEW_MS = 3_000;

/**
 * @param {object} given
 * @param {string} given.name
 * @param {string} given.owner this tab
 * @param {Locks | null} given.locks
 * @param {DeviceStorage | null} given.storage
 * @param {Clock} given.clock
 * @param {(isHeld: boolean) => void} given.onChange
 * @returns {Lease}
 */
export const takeLease = ({ name, owner, locks, storage, clock, onChange }) => {
  if (locks) return lockLease(name, locks, onChange);
  if (storage) return rowLease(name, owner, storage, clock, onChange);
  onChange(true); // nothing is shared where nothing is kept
  return { release: () => onChange(false) };
};

/** @param {string} name @param {Locks} locks @param {(isHeld: boolean) => void} onChange @returns {Lease} */
const lockLease = (name, locks, onChange) => {
  const abort = new AbortController();
  /** @type {(() => void) | null} */
  let letGo = null;
  let isReleased = false;
  locks
    .request(
      name,
      { signal: abort.signal },
      () =>
        new Promise((resolve) => {
          if (isReleased) return resolve();
          letGo = resolve;
          onChange(true);
          return undefined;
        }),
    )
    .catch(() => undefined); // an aborted request rejects; there is nothing to do about it
  return {
    release: () => {
      isReleased = true;
      if (letGo === null) return abort.abort();
      onChange(false);
      return letGo();
    },
  };
};

/**
 * @param {string} name
 * @param {string} owner
 * @param {DeviceStorage} storage
 * @param {Clock} clock
 * @param {(isHeld: boolean) => void} onChange
 * @returns {Lease}
 */
const rowLease = (name, owner, storage, clock, onChange) => {
  let isReleased = false;
  let isHeld = false;
  /** @type {number | null} */
  let timer = null;

  /** @param {boolean} held */
  const change = (held) => {
    if (held === isHeld) return;
    isHeld = held;
    onChange(held);
  };
  const renew = async () => {
    const now = clock.now();
    /** @type {LeaseRow | null} */
    let row;
    try {
      // A row that claims to last longer than any lease comes from a clock that was set back: it is void.
      row = await storage.update(STORE.leases, name, (/** @type {LeaseRow | undefined} */ held) => {
        const isTaken = held !== undefined && held.owner !== owner && held.until > now && held.until <= now + LEASE_MS;
        return isTaken ? null : { name, owner, until: now + LEASE_MS };
      });
    } catch {
      row = { name, owner, until: now + LEASE_MS }; // no storage, nothing shared
    }
    if (isReleased) return;
    change(row !== null);
    timer = clock.after(() => void renew(), RENEW_MS);
  };
  void renew();

  return {
    release: () => {
      isReleased = true;
      clock.cancel(timer);
      if (isHeld) {
        storage
          .update(STORE.leases, name, (/** @type {LeaseRow | undefined} */ held) =>
            held?.owner === owner ? { name, owner, until: 0 } : null,
          )
          .catch(() => undefined);
      }
      change(false);
    },
  };
};
