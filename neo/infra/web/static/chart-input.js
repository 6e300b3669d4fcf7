// How a person moves through time: dragging, the wheel with Ctrl, arrows, plus and minus, Escape.

/** Pointer, wheel and keyboard of a time chart. */
export function listenTo(chart) {
  const over = chart.over, xOf = event => event.clientX - over.getBoundingClientRect().left;
  let drag = null;
  const point = event => { chart.active = true; chart.view.point(Math.max(chart.from, Math.min(chart.to, chart.ms(xOf(event))))); };
  over.addEventListener("pointerdown", event => {
    if (event.pointerType === "mouse" && chart.width) { drag = {x: xOf(event)}; over.setPointerCapture(event.pointerId); }
  });
  over.addEventListener("pointermove", event => {
    if (!chart.width) return;
    if (drag) {
      const x = xOf(event);
      chart.view.pan((drag.x - x) / chart.width * (chart.to - chart.from));
      drag.x = x;
    }
    point(event);
  });
  over.addEventListener("pointerup", () => { drag = null; });
  over.addEventListener("pointerleave", () => { drag = null; chart.active = false; chart.view.point(null); });
  over.addEventListener("dblclick", () => chart.view.follow(chart.view.spanMs));
  over.addEventListener("wheel", event => {
    if (!event.ctrlKey && !event.metaKey) return;  // the page scrolls; with Ctrl the chart zooms
    event.preventDefault();
    chart.view.zoom(event.deltaY > 0 ? 1.25 : 0.8, chart.ms(xOf(event)));
  }, {passive: false});
  over.addEventListener("focus", () => { chart.active = true; });
  over.addEventListener("blur", () => { chart.active = false; chart.view.point(null); });
  over.addEventListener("keydown", event => key(chart, event));
}

function key(chart, event) {
  if (!chart.width || event.ctrlKey || event.metaKey || event.altKey) return;
  const span = chart.to - chart.from, step = span / 100 * (event.shiftKey ? 10 : 1), at = chart.view.cursor ?? chart.to;
  const move = ms => {
    if (ms > chart.to) chart.view.pan(span / 4);
    if (ms < chart.from) chart.view.pan(-span / 4);
    const [from, to] = chart.view.window();
    chart.active = true;
    chart.view.point(Math.max(from, Math.min(to, ms)));
  };
  const keys = {
    ArrowLeft: () => move(at - step), ArrowRight: () => move(at + step), Home: () => move(chart.from), End: () => move(chart.to),
    "+": () => chart.view.zoom(0.5, at), "=": () => chart.view.zoom(0.5, at), "-": () => chart.view.zoom(2, at),
    Escape: () => { chart.view.point(null); chart.view.follow(chart.view.spanMs); },
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
}
