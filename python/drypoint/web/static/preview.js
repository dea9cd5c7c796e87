// While a figure is dragged or zoomed, the last frame is moved and scaled at once; the next one puts it right.

/** @typedef {import("./protocol.js").Area} Area */
/** @typedef {{x: number, y: number}} Place */
/** What the picture is scaled by, about a place; the two directions may differ.
 * @typedef {{number: number, area: Area, place: Place, across: number, down: number}} Zoom */

// What a step of the wheel leaves of the range that an axes shows.
const RANGE_PER_STEP = 0.85;
// After so many milliseconds nothing is to change any more, or the figure takes too long to be waited for.
const LONGEST_WAIT_MS = 5000;

/** A canvas over the frame's. */
export class Preview {
  /** @param {HTMLCanvasElement} frame */
  constructor(frame) {
    this._frame = frame;
    this.canvas = document.createElement("canvas");
    this.canvas.className = "drypoint-preview";
    /** Every axes that the wheel zooms, the topmost first. */
    this.axes = /** @type {Area[]} */ ([]);
    /** What follows the pointer. */
    this._areas = /** @type {Area[]} */ ([]);
    /** What has been sent and is in no frame yet. */
    this._zooms = /** @type {Zoom[]} */ ([]);
    this._zoomTimer = 0;
    this._width = this._height = 1;
    /** @type {Map<number, Place>} */
    this._places = new Map();
    /** Where the pointer was in what the frame shows. @type {Place | null} */
    this._shown = null;
    /** @type {Place | null} */
    this._pointer = null;
    /** Where a button went down, or a finger. @type {Place | null} */
    this._pressed = null;
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
    this._zooms = [];
    // Nothing has moved yet in what is shown, however far the pointer is meanwhile.
    this._shown = this._pressed ?? this._pointer;
    this._drawSoon();
  }

  /** The drag has ended. If nothing is to change any more, no frame will come. */
  end() {
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

  /** @param {Place} place where a button goes down, or a finger */
  press(place) {
    this._pressed = this._pointer = place;
  }

  /**
   * The pointer is somewhere else.
   * @param {Place} place
   * @param {number} buttons
   */
  follow(place, buttons) {
    this._pointer = place;
    if (this._areas.length && buttons & 1) this._drawSoon();
  }

  /**
   * The wheel has been turned, or two fingers have been moved, to zoom.
   * @param {number} number
   * @param {Place} place
   * @param {number} steps
   * @param {"x" | "y" | ""} direction the only one that is zoomed
   */
  zoom(number, place, steps, direction) {
    if (this._areas.length) return;
    const holds = (/** @type {Area} */ { x, y, width, height }) =>
      place.x >= x && place.x <= x + width && place.y >= y && place.y <= y + height;
    const area = this.axes.find(holds);
    if (!area) return;
    const scale = RANGE_PER_STEP ** -steps;
    // Another axes: what was begun with the one before is in the frames that come.
    if (this._zooms.length && this._zooms[0].area !== area) this._zooms = [];
    this._zooms.push({
      ...{ number, area, place: { x: place.x, y: place.y } },
      ...{ across: direction === "y" ? 1 : scale, down: direction === "x" ? 1 : scale },
    });
    clearTimeout(this._zoomTimer);
    this._zoomTimer = setTimeout(() => this._forgetZooms(), LONGEST_WAIT_MS);
    this._drawSoon();
  }

  _forgetZooms() {
    this._zooms = [];
    this._draw();
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
    this._zooms = this._zooms.filter(({ number }) => number > input);
    this._draw();
  }

  _clear() {
    if (this.canvas.width) this.canvas.width = 0;
  }

  _drawSoon() {
    if (this._isDue) return;
    this._isDue = true;
    requestAnimationFrame(() => {
      this._isDue = false;
      this._draw();
    });
  }

  _draw() {
    const scale = this._frame.width / this._width;
    if (this._zooms.length) return this._drawZoomed(scale);
    if (!this._areas.length || !this._shown || !this._pointer) return this._clear();
    // Whole pixels of the frame, or everything would blur.
    const dx = Math.round((this._pointer.x - this._shown.x) * scale);
    const dy = Math.round((this._pointer.y - this._shown.y) * scale);
    if (dx === 0 && dy === 0) return this._clear();
    const context = this._begun();
    for (const area of this._areas) placeContent(context, this._frame, area, scale, [1, 1, dx, dy]);
  }

  /** @param {number} scale */
  _drawZoomed(scale) {
    let [across, down, x, y] = [1, 1, 0, 0];
    for (const zoom of this._zooms) {
      // About the place where the pointer was.
      x = zoom.across * x + zoom.place.x * (1 - zoom.across);
      y = zoom.down * y + zoom.place.y * (1 - zoom.down);
      across *= zoom.across;
      down *= zoom.down;
    }
    placeContent(this._begun(), this._frame, this._zooms[0].area, scale, [across, down, x * scale, y * scale]);
  }

  /** The context of a canvas as large as the frame, with nothing on it. */
  _begun() {
    this.canvas.width = this._frame.width;
    this.canvas.height = this._frame.height;
    return /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
  }
}

/**
 * Draw what is inside of an axes somewhere else, larger or smaller, in the same axes.
 * @param {CanvasRenderingContext2D} context
 * @param {HTMLCanvasElement} frame
 * @param {Area} area
 * @param {number} scale pixels of the frame per CSS pixel
 * @param {[number, number, number, number]} change factors of x and y, then what is added to them
 */
function placeContent(context, frame, area, scale, [across, down, dx, dy]) {
  const [x, y, width, height] = [area.x, area.y, area.width, area.height].map((v) => Math.round(v * scale));
  context.save();
  context.beginPath();
  // The frame of the axes stays.
  context.rect(x + 1, y + 1, width - 2, height - 2);
  context.clip();
  context.fillStyle = area.face;
  context.fillRect(x, y, width, height);
  context.setTransform(across, 0, 0, down, dx, dy);
  context.beginPath();
  context.rect(x + 1, y + 1, width - 2, height - 2);
  context.clip();
  context.drawImage(frame, 0, 0);
  context.restore();
}
