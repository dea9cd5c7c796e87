// The pictures on the buttons: strokes on a grid of 24, in the colour of the text.

const ICONS = {
  home: "M4 11.5 12 5l8 6.5M6.5 10v9h11v-9",
  back: "M19 12H5m6-6-6 6 6 6",
  forward: "M5 12h14m-6-6 6 6-6 6",
  pan: "M12 3v18M3 12h18M9 5.5 12 3l3 2.5M9 18.5l3 2.5 3-2.5M5.500 9 3 12l2.500 3M18.500 9 21 12l-2.500 3",
  zoom: "M10.500 4.500a6 6 0 1 0 0 12 6 6 0 1 0 0-12zM15 15l5 5M8 10.500h5M10.500 8v5",
  save: "M12 4v11m-4.500-4.500L12 15l4.500-4.500M4.500 16.500V20h15v-3.500",
  copy: "M9 9h10.500v10.500H9zM15 9V4.500H4.500V15H9",
  full: "M4.500 9V4.500H9M15 4.500h4.500V9M19.500 15v4.500H15M9 19.500H4.500V15",
};

/** @typedef {keyof typeof ICONS} IconName */

/**
 * A picture for a button.
 * @param {IconName} name
 */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
