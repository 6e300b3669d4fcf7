// What every chart is made of: its measures in pixels, elements that hold text only, a canvas in device pixels.

export const AXIS_RIGHT_PX = 70, AXIS_BOTTOM_PX = 22, TOP_PX = 8, LANE_PX = 22, LANE_LABEL_PX = 150;

export function element(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

export const colourOf = (style, name) => style.getPropertyValue(`--chart-${name || "line"}`).trim() || "#888";

/** A canvas drawn in device pixels. */
export function prepare(canvas, width, height) {
  const ratio = globalThis.devicePixelRatio || 1, w = Math.round(width * ratio), h = Math.round(height * ratio);
  if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}
