// What travels between a view and a figure; docs/web-protocol.md describes it.

/**
 * @typedef {{type: "hello", version: number, title: string, width: number, height: number, alt: string,
 *   hasToolbar: boolean, mode?: string, back?: boolean, forward?: boolean,
 *   formats: [string, string][], format: string, takesWheel: boolean, axes?: Area[]}} HelloMessage
 * @typedef {{x: number, y: number, width: number, height: number, face: string}} Area
 * @typedef {HelloMessage
 *   | {type: "size", width: number, height: number}
 *   | {type: "title", text: string}
 *   | {type: "alt", text: string}
 *   | {type: "message", text: string}
 *   | {type: "cursor", name: string}
 *   | {type: "rubberband", box: [number, number, number, number] | null}
 *   | {type: "mode", name: string}
 *   | {type: "history", back: boolean, forward: boolean}
 *   | {type: "drag", areas: Area[]}
 *   | {type: "axes", areas: Area[]}
 *   | {type: "save"}
 *   | {type: "fullscreen"}
 *   | {type: "failed", text: string}
 *   | {type: "outdated", version: number}
 *   | {type: "close"}} ServerMessage
 * @typedef {{x: number, y: number, width: number, height: number, dx: number, dy: number}} Move
 * @typedef {{encoding: number, number: number, base: number, width: number, height: number,
 *   input: number, patch: {x: number, y: number, width: number, height: number},
 *   moves: Move[], payload: Uint8Array}} Frame
 * @typedef {{name: string, mediaType: string, data: Uint8Array}} FileMessage
 */

/** The version of the protocol; the figure has the same or says that this script is outdated. */
export const PROTOCOL_VERSION = 1;

const FRAME_KIND = 1;
const FILE_KIND = 2;
const HEAD_BYTES = 40;
const MOVE_BYTES = 24;

// No picture is larger in any direction: 16384 CSS pixels, 8 of the screen's for each.
const MOST_PIXELS = 131072;
// Indices have two bytes.
const MOST_COLORS = 65535;
export const PNG_ENCODING = 1;
export const INDEXED_ENCODING = 2;

/**
 * A binary message: a frame or a file.
 * @param {Uint8Array} bytes
 * @returns {{frame: Frame} | {file: FileMessage} | null} null for what is no message that this version knows; never
 *   does it raise an error
 */
export function decodeBinary(bytes) {
  if (bytes[0] === FILE_KIND) return decodeFile(bytes);
  if (bytes[0] === FRAME_KIND) return decodeFrame(bytes);
  return null;
}

/**
 * @param {Uint8Array} bytes
 * @returns {{file: FileMessage} | null}
 */
function decodeFile(bytes) {
  if (bytes.byteLength < 5) return null;
  const end = 5 + new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(1, true);
  if (end > bytes.byteLength) return null;
  try {
    const { name, mediaType } = JSON.parse(new TextDecoder().decode(bytes.subarray(5, end)));
    if (typeof name !== "string" || typeof mediaType !== "string") return null;
    return { file: { name, mediaType, data: bytes.subarray(end) } };
  } catch {
    return null;
  }
}

/**
 * @param {Uint8Array} bytes
 * @returns {{frame: Frame} | null}
 */
function decodeFrame(bytes) {
  if (bytes.byteLength < HEAD_BYTES) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const encoding = view.getUint8(1);
  const count = view.getUint16(2, true);
  const [number, base, width, height, input, x, y, w, h] = [4, 8, 12, 16, 20, 24, 28, 32, 36].map((i) =>
    view.getUint32(i, true),
  );
  const isKnown = encoding === 0 || encoding === PNG_ENCODING || encoding === INDEXED_ENCODING;
  const hasSize = width > 0 && height > 0 && width <= MOST_PIXELS && height <= MOST_PIXELS;
  const start = HEAD_BYTES + count * MOVE_BYTES;
  if (!isKnown || !hasSize || x + w > width || y + h > height || start > bytes.byteLength) return null;
  if (encoding !== 0 && (w === 0 || h === 0)) return null;
  const moves = [];
  for (let at = HEAD_BYTES; at < start; at += MOVE_BYTES) {
    const [x, y, width, height, dx, dy] = [0, 4, 8, 12, 16, 20].map((i) => view.getInt32(at + i, true));
    moves.push({ x, y, width, height, dx, dy });
  }
  return {
    frame: {
      ...{ encoding, number, base, width, height, input, moves },
      patch: { x, y, width: w, height: h },
      payload: bytes.subarray(start),
    },
  };
}

/**
 * Undo zlib.
 * @param {Uint8Array} bytes
 * @param {number} most bytes that may come out of it; if there are more, it is an error
 * @returns {Promise<Uint8Array>}
 */
export async function inflate(bytes, most) {
  // Older descriptions of what browsers have do not know it; browsers do since 2023.
  const { DecompressionStream } = /** @type {any} */ (globalThis);
  const stream = new Blob([/** @type {BlobPart} */ (bytes)]).stream().pipeThrough(new DecompressionStream("deflate"));
  const reader = stream.getReader();
  const chunks = [];
  let length = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    chunks.push(next.value);
    length += next.value.byteLength;
    if (length > most) {
      await reader.cancel();
      throw new RangeError("a patch is larger than its rectangle");
    }
  }
  const all = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.byteLength;
  }
  return all;
}

/**
 * The pixels of an indexed patch, RGBA; 0 where nothing is to change.
 * @param {Uint8Array} compressed zlib: number of colours, colours, low bytes of the indices, high bytes
 * @param {number} size how many pixels
 * @returns {Promise<Uint32Array>}
 */
export async function decodeIndexed(compressed, size) {
  const bytes = await inflate(compressed, 4 + 4 * MOST_COLORS + 2 * size);
  if (bytes.byteLength < 4) throw new RangeError("an indexed patch has no colours");
  const count = new DataView(bytes.buffer).getUint32(0, true);
  const planes = count > 255 ? 2 : 1;
  if (count > MOST_COLORS || bytes.byteLength !== 4 + 4 * count + planes * size) {
    throw new RangeError("an indexed patch is not as long as it says");
  }
  // 4 bytes each, at a multiple of 4; "0" is the entry before the first, and so are all beyond the last.
  const colors = new Uint32Array(count + 1);
  new Uint8Array(colors.buffer).set(bytes.subarray(4, 4 + 4 * count), 4);
  const low = bytes.subarray(4 + 4 * count, 4 + 4 * count + size);
  const high = bytes.subarray(4 + 4 * count + size);
  const pixels = new Uint32Array(size);
  for (let index = 0; index < size; index++) {
    const color = planes === 2 ? low[index] | (high[index] << 8) : low[index];
    if (color !== 0 && color <= count) pixels[index] = colors[color];
  }
  return pixels;
}
