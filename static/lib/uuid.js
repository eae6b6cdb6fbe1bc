// Time-ordered ids (UUID version 7, RFC 9562 §5.7) from `getRandomValues` alone: `randomUUID` is missing on plain-http addresses.

/** Ids of one page keep their order also within a millisecond and when the clock steps back. */
let lastAt = 0;
let counter = 0;

/**
 * @param {number} [at] milliseconds since the epoch
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>} [fill]
 * @returns {string}
 */
export const newClientId = (at = Date.now(), fill = (bytes) => crypto.getRandomValues(bytes)) => {
  const bytes = fill(new Uint8Array(16));
  if (at > lastAt) {
    lastAt = at;
    counter = ((bytes[6] & 0x07) << 8) | bytes[7]; // half the range stays free for counting on
  } else if (++counter > 0xfff) {
    lastAt += 1;
    counter = 0;
  }
  let ms = lastAt;
  for (let i = 5; i >= 0; i--) {
    bytes[i] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};
