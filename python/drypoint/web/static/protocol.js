// What travels between a view and a figure; docs/web-protocol.md describes it.

/**
 * @typedef {{type: "hello", version: number, title: string, width: number, height: number, alt: string,
 *   hasToolbar: boolean, mode?: string, back?: boolean, forward?: boolean,
 *   formats: [string, string][], format: string, takesWheel: boolean, axes?: Area[]}} HelloMessage
 * @typedef {{x: number, y: number, width: number, height: number, face: string}} Area
 * @typedef {HelloMessage
 *   | {type: "size", width: number, height: number}
 *   | {type: "title", text: string}
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

/**
 * A binary message: a frame or a file.
 * @param {Uint8Array} bytes
 * @returns {{frame: Frame} | {file: FileMessage} | null} null for what this version does not know
 */
export function decodeBinary(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kind = view.getUint8(0);
  if (kind === FILE_KIND) {
    const end = 5 + view.getUint32(1, true);
    const head = JSON.parse(new TextDecoder().decode(bytes.subarray(5, end)));
    return { file: { name: head.name, mediaType: head.mediaType, data: bytes.subarray(end) } };
  }
  if (kind !== FRAME_KIND) return null;
  const moves = [];
  const count = view.getUint16(2, true);
  for (let index = 0; index < count; index++) {
    const at = HEAD_BYTES + index * MOVE_BYTES;
    const [x, y, width, height, dx, dy] = [0, 4, 8, 12, 16, 20].map((i) => view.getInt32(at + i, true));
    moves.push({ x, y, width, height, dx, dy });
  }
  const [number, base, width, height, input, x, y, w, h] = [4, 8, 12, 16, 20, 24, 28, 32, 36].map((i) =>
    view.getUint32(i, true),
  );
  return {
    frame: {
      encoding: view.getUint8(1),
      ...{ number, base, width, height, input, moves },
      patch: { x, y, width: w, height: h },
      payload: bytes.subarray(HEAD_BYTES + count * MOVE_BYTES),
    },
  };
}
