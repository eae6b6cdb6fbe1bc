// As much of IndexedDB as lib/idb.js uses, in memory: versions, stores with a key path and one index, transactions that come
// one after the other and complete or abort later, and switches to make it full, broken or silent.

const read = (row, path) => (Array.isArray(path) ? path.map((part) => row[part]) : row[path]);
const nameOf = (key) => JSON.stringify(key);

export const createFakeIndexedDb = () => {
  const stores = new Map();
  const switches = { isFull: false, refusesToOpen: false, isSilent: false, opened: 0 };
  const late = [];
  /** Begun and not yet done, in order; only the first one's requests are worked on. */
  const queue = [];
  let version = 0;

  const begin = (name) => {
    if (!stores.has(name)) throw new Error(`no store ${name}`);
    const transaction = { requests: [], writes: [], error: null, oncomplete: null, onabort: null };
    transaction.abort = () => {
      transaction.error = new Error('AbortError');
    };
    transaction.objectStore = (wanted) => objectStore(wanted, transaction);
    queue.push(transaction);
    if (queue.length === 1) queueMicrotask(work);
    return transaction;
  };

  const work = () => {
    const [transaction] = queue;
    const request = transaction.requests.shift();
    if (request && !transaction.error) {
      request.made.result = request.run();
      request.made.onsuccess?.();
      queueMicrotask(work);
      return;
    }
    queue.shift();
    if (queue.length > 0) queueMicrotask(work);
    if (transaction.error) {
      transaction.onabort?.();
      return;
    }
    for (const [rows, key, row] of transaction.writes) {
      if (key === null) rows.clear();
      else if (row === undefined) rows.delete(key);
      else rows.set(key, row);
    }
    transaction.oncomplete?.();
  };

  const objectStore = (name, transaction) => {
    const store = stores.get(name);
    const request = (run) => {
      const made = { result: undefined, onsuccess: null };
      transaction.requests.push({ run, made });
      return made;
    };
    const write = (key, row) => transaction.writes.push([store.rows, key, row]);
    const all = (keep) => [...store.rows.values()].filter(keep).map((row) => structuredClone(row));
    return {
      transaction,
      put: (row) =>
        request(() => {
          if (switches.isFull) transaction.error = new Error('QuotaExceededError');
          else write(nameOf(read(row, store.keyPath)), structuredClone(row));
        }),
      delete: (key) => request(() => void write(nameOf(key), undefined)),
      clear: () => request(() => void write(null)),
      get: (key) => request(() => structuredClone(store.rows.get(nameOf(key)))),
      getAll: () => request(() => all(() => true)),
      index: (path) => ({ getAll: (value) => request(() => all((row) => row[path] === value)) }),
    };
  };

  const database = {
    objectStoreNames: { contains: (name) => stores.has(name) },
    createObjectStore: (name, { keyPath }) => {
      stores.set(name, { keyPath, rows: new Map() });
      return { createIndex: () => undefined };
    },
    deleteObjectStore: (name) => stores.delete(name),
    transaction: begin,
    close: () => undefined,
  };

  return {
    switches,
    /** What was silent answers after all. */
    answer: () => {
      switches.isSilent = false;
      for (const one of late.splice(0)) one();
    },
    rows: (name) => [...(stores.get(name)?.rows.values() ?? [])],
    /** What an earlier version of the page left behind. */
    leave: (formerVersion, formerStores) => {
      version = formerVersion;
      for (const [name, { keyPath, rows }] of Object.entries(formerStores))
        stores.set(name, { keyPath, rows: new Map(rows.map((row) => [nameOf(read(row, keyPath)), row])) });
    },
    get version() {
      return version;
    },
    open: (_name, wanted) => {
      const request = {
        result: database,
        error: null,
        onupgradeneeded: null,
        onsuccess: null,
        onerror: null,
        onblocked: null,
      };
      const answer = () => {
        if (switches.isSilent) {
          late.push(answer);
          return;
        }
        if (switches.refusesToOpen || wanted < version) {
          request.onerror?.();
          return;
        }
        switches.opened += 1;
        const oldVersion = version;
        version = wanted;
        if (oldVersion < wanted) request.onupgradeneeded?.({ oldVersion });
        request.onsuccess?.();
      };
      queueMicrotask(answer);
      return request;
    },
  };
};
