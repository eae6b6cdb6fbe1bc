// A small promise door to IndexedDB: open, read all, put, delete, and atomic steps. Knows nothing of what is kept. Never
// throws for a missing or full database: it answers with a `DeviceStorageError` that the caller must treat.

export class DeviceStorageError extends Error {
  /** @param {string} message @param {unknown} [cause] */
  constructor(message, cause) {
    super(message, { cause });
    this.name = 'DeviceStorageError';
  }
}

const DATABASE = 'chinwag';
/** Raised whenever rows of the cache change their shape: those are dropped then, and fetched again. */
const DATABASE_VERSION = 4;
export const STORE = Object.freeze(
  /** @type {const} */ ({ outbox: 'outbox', drafts: 'drafts', leases: 'leases', cache: 'cache', reactions: 'reactions' }),
);
/** @typedef {(typeof STORE)[keyof typeof STORE]} StoreName */

/**
 * @typedef {object} DeviceStorage
 * @property {<T>(store: StoreName, user: number) => Promise<T[]>} readAll Everything of one user.
 * @property {(store: StoreName, row: object) => Promise<void>} put Resolves when the browser has completed the transaction.
 * @property {(store: StoreName, key: IDBValidKey) => Promise<void>} remove
 * @property {<T>(store: StoreName, key: IDBValidKey, change: (row: T | undefined) => T | null) => Promise<T | null>} update
 *   Reads, changes and writes one row in one transaction; null changes nothing. Resolves with the row now stored, or null.
 * @property {<T>(store: StoreName) => Promise<T[]>} readStore Everything of everybody.
 * @property {<T>(store: StoreName, keys: ReadonlyArray<IDBValidKey>, change: (rows: ReadonlyArray<T | undefined>) => Change | null) => Promise<boolean>} rewrite
 *   Reads rows, then writes and removes what it makes of them, in one transaction; null changes nothing and gives false.
 *   Lost power may take back the last such step, but never half of it.
 * @property {(store: StoreName) => Promise<void>} clear
 * @property {() => Promise<void>} opened Resolves once it is open, however late that is.
 * @property {() => void} close
 */
/** @typedef {{ put: ReadonlyArray<object>, remove: ReadonlyArray<IDBValidKey> }} Change */

/**
 * @param {IDBFactory | undefined} factory
 * @returns {Promise<DeviceStorage>}
 */
const openDeviceStorage = async (factory) => {
  if (!factory) throw new DeviceStorageError('no IndexedDB');
  const database = await openDatabase(factory);

  /**
   * @template T
   * @param {StoreName} store
   * @param {IDBTransactionMode} mode
   * @param {(objects: IDBObjectStore, keep: (value: T) => void) => void} work
   * @param {IDBTransactionDurability} [durability]
   * @returns {Promise<T | undefined>}
   */
  const run = (store, mode, work, durability = 'strict') =>
    new Promise((resolve, reject) => {
      /** @type {T | undefined} */
      let result;
      try {
        const transaction = database.transaction(store, mode, { durability });
        transaction.oncomplete = () => resolve(result);
        transaction.onabort = () => reject(new DeviceStorageError('transaction aborted', transaction.error));
        work(transaction.objectStore(store), (value) => {
          result = value;
        });
      } catch (error) {
        reject(new DeviceStorageError('transaction refused', error));
      }
    });

  return {
    /** @template T @param {StoreName} store @param {number} user */
    readAll: async (store, user) => {
      const rows = await run(store, 'readonly', (objects, /** @type {(value: T[]) => void} */ keep) => {
        const request = objects.index('user').getAll(user);
        request.onsuccess = () => keep(request.result);
      });
      return rows ?? [];
    },
    put: async (store, row) => {
      await run(store, 'readwrite', (objects) => {
        objects.put(row);
      });
    },
    remove: async (store, key) => {
      await run(store, 'readwrite', (objects) => {
        objects.delete(key);
      });
    },
    /**
     * @template T
     * @param {StoreName} store
     * @param {IDBValidKey} key
     * @param {(row: T | undefined) => T | null} change
     */
    update: async (store, key, change) => {
      const row = await run(store, 'readwrite', (objects, /** @type {(value: T | null) => void} */ keep) => {
        const request = objects.get(key);
        request.onsuccess = () => {
          const changed = change(request.result);
          if (changed !== null) objects.put(changed);
          keep(changed);
        };
      });
      return row ?? null;
    },
    /** @template T @param {StoreName} store */
    readStore: async (store) => {
      const rows = await run(store, 'readonly', (objects, /** @type {(value: T[]) => void} */ keep) => {
        const request = objects.getAll();
        request.onsuccess = () => keep(request.result);
      });
      return rows ?? [];
    },
    /**
     * @template T
     * @param {StoreName} store
     * @param {ReadonlyArray<IDBValidKey>} keys
     * @param {(rows: ReadonlyArray<T | undefined>) => Change | null} change
     */
    rewrite: async (store, keys, change) => {
      const hasChanged = await run(
        store,
        'readwrite',
        (objects, /** @type {(value: boolean) => void} */ keep) => {
          /** @type {Array<T | undefined>} */
          const rows = [];
          for (const key of keys) {
            const request = objects.get(key);
            request.onsuccess = () => {
              rows.push(request.result); // answers come in the order of the questions
              if (rows.length < keys.length) return;
              try {
                const made = change(rows);
                for (const key of made?.remove ?? []) objects.delete(key);
                for (const row of made?.put ?? []) objects.put(row);
                keep(made !== null);
              } catch {
                objects.transaction.abort(); // rows nobody can make sense of fail like any other storage
              }
            };
          }
        },
        'relaxed',
      );
      return hasChanged ?? false;
    },
    clear: async (store) => {
      await run(store, 'readwrite', (objects) => {
        objects.clear();
      });
    },
    opened: async () => undefined,
    close: () => database.close(),
  };
};

/** Some browsers never answer an open after a crash: a person's text must not wait for that. */
const OPEN_WITHIN_MS = 3_000;

/**
 * Opened at the first use, once; every call fails with a `DeviceStorageError` where it cannot be, and what somebody waits
 * for also until it is: a slow device is late, and serves all the same from then on.
 * @param {() => IDBFactory | undefined} factory asked lazily: reading `window.indexedDB` itself may throw
 * @param {(run: () => void, ms: number) => unknown} after
 * @returns {DeviceStorage}
 */
export const lazyDeviceStorage = (factory, after) => {
  /** @type {Promise<DeviceStorage> | null} */
  let opening = null;
  /** The same, or its failure as long as it is late. @type {Promise<DeviceStorage> | null} */
  let inTime = null;
  const open = async () => openDeviceStorage(factory());
  const ever = () => (opening ??= open());
  const ready = () => {
    if (inTime) return inTime;
    const late = new Promise((_, reject) => {
      after(() => reject(new DeviceStorageError('IndexedDB does not answer')), OPEN_WITHIN_MS);
    });
    ever().then(
      (storage) => {
        inTime = Promise.resolve(storage);
      },
      () => undefined,
    );
    inTime = Promise.race([ever(), /** @type {Promise<never>} */ (late)]);
    return inTime;
  };
  return {
    readAll: async (store, user) => (await ready()).readAll(store, user),
    put: async (store, row) => (await ready()).put(store, row),
    remove: async (store, key) => (await ready()).remove(store, key),
    update: async (store, key, change) => (await ready()).update(store, key, change),
    // Nobody waits for these: whoever does, has a limit of their own.
    readStore: async (store) => (await ever()).readStore(store),
    rewrite: async (store, keys, change) => (await ever()).rewrite(store, keys, change),
    clear: async (store) => (await ever()).clear(store),
    opened: async () => (await ever()).opened(),
    close: () => {
      void opening?.then(
        (storage) => storage.close(),
        () => undefined,
      );
    },
  };
};

/** @param {IDBFactory} factory @returns {Promise<IDBDatabase>} */
const openDatabase = (factory) =>
  new Promise((resolve, reject) => {
    /** @type {IDBOpenDBRequest} */
    let request;
    try {
      request = factory.open(DATABASE, DATABASE_VERSION);
    } catch (error) {
      reject(new DeviceStorageError('IndexedDB refused', error)); // private windows of some browsers throw here
      return;
    }
    request.onupgradeneeded = ({ oldVersion }) => {
      const database = request.result;
      if (oldVersion < 1) {
        database.createObjectStore(STORE.outbox, { keyPath: 'clientId' }).createIndex('user', 'user');
        database.createObjectStore(STORE.drafts, { keyPath: ['user', 'key'] }).createIndex('user', 'user');
        database.createObjectStore(STORE.leases, { keyPath: 'name' });
      }
      if (oldVersion < 3) database.createObjectStore(STORE.reactions, { keyPath: 'clientId' }).createIndex('user', 'user');
      if (database.objectStoreNames.contains(STORE.cache)) database.deleteObjectStore(STORE.cache);
      database.createObjectStore(STORE.cache, { keyPath: 'key' });
    };
    request.onsuccess = () => {
      const database = request.result;
      database.onversionchange = () => database.close(); // a newer page in another tab must be able to upgrade
      resolve(database);
    };
    request.onerror = () => reject(new DeviceStorageError('IndexedDB did not open', request.error));
    request.onblocked = () => reject(new DeviceStorageError('IndexedDB is held by an older page'));
  });
