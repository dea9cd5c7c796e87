// While a figure is dragged, the last frame follows the pointer at once; the next one puts it right.

/** @typedef {import("./protocol.js").Area} Area */
/** @typedef {{x: number, y: number}} Place */

/** A canvas over the frame's. */
export class Preview {
  /** @param {HTMLCanvasElement} frame */
  constructor(frame) {
    this._frame = frame;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "drypoint-preview";
    /** @type {Area[]} */
    this._areas = [];
    this._width = this._height = 1;
    /** @type {Map<number, Place>} */
    this._places = new Map();
    /** Where the pointer was in what the frame shows. @type {Place | null} */
    this._shown = null;
    /** @type {Place | null} */
    this._pointer = null;
    /** @type {number | null} */
    this._lastInput = null;
    this._isDue = false;
  }

  /**
   * @param {number} width in CSS pixels
   * @param {number} height
   */
  setSize(width, height) {
    this._width = width;
    this._height = height;
  }

  /** @param {Area[]} areas */
  begin(areas) {
    this._areas = areas;
    this._shown = this._pointer;
    this._lastInput = null;
  }

  /** @param {number} input the last that belongs to the drag */
  endWith(input) {
    this._lastInput = input;
    // If nothing is to change any more, no frame will come.
    this._end();
  }

  _end() {
    this._areas = [];
    this._places.clear();
    this._clear();
  }

  /**
   * A move has been sent.
   * @param {number} number
   * @param {Place} place
   */
  sent(number, place) {
    if (this._areas.length) this._places.set(number, { x: place.x, y: place.y });
  }

  /**
   * The pointer is somewhere else.
   * @param {Place} place
   * @param {number} buttons
   */
  follow(place, buttons) {
    this._pointer = place;
    if (!this._areas.length || !(buttons & 1)) return;
    if (!this._isDue) {
      this._isDue = true;
      requestAnimationFrame(() => {
        this._isDue = false;
        this._draw();
      });
    }
  }

  /**
   * A frame has come.
   * @param {number} input the last that it takes into account
   */
  refined(input) {
    for (const [number, place] of this._places) {
      if (number > input) break;
      this._shown = place;
      this._places.delete(number);
    }
    if (this._areas.length) this._draw();
    else this._clear();
  }

  _clear() {
    if (this.canvas.width) this.canvas.width = 0;
  }

  _draw() {
    if (!this._areas.length || !this._shown || !this._pointer) return;
    const scale = this._frame.width / this._width;
    // Whole pixels of the frame, or everything would blur.
    const dx = Math.round((this._pointer.x - this._shown.x) * scale);
    const dy = Math.round((this._pointer.y - this._shown.y) * scale);
    if (dx === 0 && dy === 0) return this._clear();
    const context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.canvas.width = this._frame.width;
    this.canvas.height = this._frame.height;
    for (const area of this._areas) {
      const [x, y, width, height] = [area.x, area.y, area.width, area.height].map((v) => Math.round(v * scale));
      context.save();
      context.beginPath();
      // The frame of the axes stays.
      context.rect(x + 1, y + 1, width - 2, height - 2);
      context.clip();
      context.fillStyle = area.face;
      context.fillRect(x, y, width, height);
      context.beginPath();
      context.rect(x + 1 + dx, y + 1 + dy, width - 2, height - 2);
      context.clip();
      context.drawImage(this._frame, dx, dy);
      context.restore();
    }
  }
}
