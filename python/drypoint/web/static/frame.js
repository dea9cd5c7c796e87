// Puts frames on a canvas.

import { decodeIndexed, INDEXED_ENCODING, PNG_ENCODING } from "./protocol.js";

/** @typedef {import("./protocol.js").Frame} Frame */
/** @typedef {import("./protocol.js").Move} Move */

/** A canvas that holds the last frame, pixel by pixel. */
export class FrameCanvas {
  constructor() {
    this.canvas = document.createElement("canvas");
    this.canvas.className = "drypoint-frame";
    this.canvas.width = this.canvas.height = 1;
    /** The number of the frame that is shown; 0 before the first. */
    this.number = 0;
    /** @type {CanvasRenderingContext2D} */
    this._context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this._context.imageSmoothingEnabled = false;
    this._scratch = document.createElement("canvas");
  }

  /**
   * Show a frame.
   * @param {Frame} frame
   * @returns {Promise<boolean>} false if it does not build upon what is shown
   */
  async show(frame) {
    if (frame.base !== 0 && frame.base !== this.number) return false;
    // Everything slow comes first, so that no half of a frame is ever seen.
    const patch = await decodePatch(frame, this._scratch);
    if (this.canvas.width !== frame.width || this.canvas.height !== frame.height) {
      this.canvas.width = frame.width;
      this.canvas.height = frame.height;
    }
    for (const move of frame.moves) this._move(move);
    if (patch) {
      const { x, y, width, height } = frame.patch;
      // PNG replaces what is there; indexed patches leave be what has not changed.
      if (frame.encoding === PNG_ENCODING) this._context.clearRect(x, y, width, height);
      this._context.drawImage(patch, 0, 0, width, height, x, y, width, height);
    }
    this.number = frame.number;
    return true;
  }

  /** @param {Move} move */
  _move({ x, y, width, height, dx, dy }) {
    const left = Math.max(x, x + dx, 0, dx);
    const top = Math.max(y, y + dy, 0, dy);
    const right = Math.min(x + width, x + width + dx, this.canvas.width, this.canvas.width + dx);
    const bottom = Math.min(y + height, y + height + dy, this.canvas.height, this.canvas.height + dy);
    const [w, h] = [right - left, bottom - top];
    if (w <= 0 || h <= 0) return;
    this._context.globalCompositeOperation = "copy";
    this._context.save();
    this._context.beginPath();
    this._context.rect(left, top, w, h);
    this._context.clip();
    this._context.drawImage(this.canvas, left - dx, top - dy, w, h, left, top, w, h);
    this._context.restore();
    this._context.globalCompositeOperation = "source-over";
  }
}

/**
 * The patch of a frame as something that can be drawn.
 * @param {Frame} frame
 * @param {HTMLCanvasElement} scratch
 * @returns {Promise<CanvasImageSource | null>}
 */
async function decodePatch(frame, scratch) {
  if (frame.encoding === PNG_ENCODING) {
    const blob = new Blob([/** @type {BlobPart} */ (frame.payload)], { type: "image/png" });
    return await createImageBitmap(blob, { premultiplyAlpha: "default", colorSpaceConversion: "none" });
  }
  if (frame.encoding === INDEXED_ENCODING) {
    const { width, height } = frame.patch;
    const pixels = await decodeIndexed(frame.payload, width * height);
    if (scratch.width < width || scratch.height < height) {
      scratch.width = Math.max(scratch.width, width);
      scratch.height = Math.max(scratch.height, height);
    }
    const context = /** @type {CanvasRenderingContext2D} */ (scratch.getContext("2d"));
    context.putImageData(new ImageData(new Uint8ClampedArray(pixels.buffer), width, height), 0, 0);
    return scratch;
  }
  return null;
}
