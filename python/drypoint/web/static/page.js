// The page of one figure: its address of the socket stands in the body.

import { connect } from "./websocket.js";

const view = connect(document.body, document.body.dataset.socket ?? "");
view.onTitle = (/** @type {string} */ title) => {
  document.title = title;
};
// To be seen on demand, and by tests.
Object.assign(window, { drypoint: view });
