// Makes a small picture of any that the browser can read: the middle square, 256 pixels wide, small enough to be stored.
// What else the file told (where, when, by which camera) is not in it. Nothing is sent from here.

/** What the page shows at most, for screens with three pixels a point. */
const SIDE_PX = 256;
/** The server's limit. */
const BYTES_MAX = 64 * 1024;
/** A larger file is not even looked at: decoded it could take all memory. */
const FILE_MAX_BYTES = 25_000_000;

/** The best first. A browser that cannot make a kind makes a PNG of it. */
const TRIES = Object.freeze(
  /** @type {const} */ ([
    ['image/webp', 0.86],
    ['image/webp', 0.6],
    ['image/jpeg', 0.86],
    ['image/jpeg', 0.6],
  ]),
);

/**
 * @typedef {{ ok: true, canvas: HTMLCanvasElement, blob: Blob } | { ok: false, why: 'large' | 'unreadable' }} SmallPicture
 * @param {Blob} file
 * @returns {Promise<SmallPicture>}
 */
export const smallPicture = async (file) => {
  if (file.size > FILE_MAX_BYTES) return { ok: false, why: 'large' };
  const canvas = document.createElement('canvas');
  canvas.width = SIDE_PX;
  canvas.height = SIDE_PX;
  try {
    const image = await createImageBitmap(file, { imageOrientation: 'from-image' });
    const context = canvas.getContext('2d');
    if (!context) return { ok: false, why: 'unreadable' };
    const { x, y, side } = middleSquare(image.width, image.height);
    context.fillStyle = 'white'; // under what is transparent
    context.fillRect(0, 0, SIDE_PX, SIDE_PX);
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, x, y, side, side, 0, 0, SIDE_PX, SIDE_PX);
    image.close();
  } catch {
    return { ok: false, why: 'unreadable' };
  }
  for (const [kind, quality] of TRIES) {
    const blob = await new Promise((/** @type {(made: Blob | null) => void} */ resolve) => canvas.toBlob(resolve, kind, quality));
    if (blob && blob.size <= BYTES_MAX) return { ok: true, canvas, blob };
  }
  return { ok: false, why: 'large' };
};

/** @param {number} width @param {number} height */
export const middleSquare = (width, height) => {
  const side = Math.min(width, height);
  return { x: Math.floor((width - side) / 2), y: Math.floor((height - side) / 2), side };
};
