// Which time is shown. Charts that share a view move together.

const SPAN_MIN_MS = 1000;

/** What part of time is shown, and where the crosshair stands. Charts that share one move together. */
export class TimeView {
  constructor(spanMs = null) { this.spanMs = spanMs; this.fixed = null; this.cursor = null; this.charts = new Set(); this.listeners = []; }
  get following() { return this.fixed === null; }
  extent() {
    let from = Infinity, to = -Infinity;
    for (const chart of this.charts) {
      const [a, b] = chart.extent();
      from = Math.min(from, a); to = Math.max(to, b);
    }
    return from <= to ? [from, to] : null;
  }
  window() {
    if (this.fixed) return this.fixed;
    const extent = this.extent();
    if (!extent) return null;
    const [from, to] = extent, start = this.spanMs ? Math.max(from, to - this.spanMs) : from;
    return [Math.min(start, to - SPAN_MIN_MS), to];
  }
  follow(spanMs) { this.spanMs = spanMs; this.fixed = null; this.changed(); }
  zoom(factor, around) {
    const shown = this.window(), extent = this.extent();
    if (!shown || !extent) return;
    const [from, to] = shown, at = around ?? (from + to) / 2;
    this.show(at - (at - from) * factor, at + (to - at) * factor, extent);
  }
  pan(ms) {
    const shown = this.window(), extent = this.extent();
    if (shown && extent) this.show(shown[0] + ms, shown[1] + ms, extent);
  }
  show(from, to, extent) {
    const span = Math.max(SPAN_MIN_MS, Math.min(to - from, Math.max(SPAN_MIN_MS, extent[1] - extent[0])));
    const start = Math.max(extent[0], Math.min(from, extent[1] - span));
    this.fixed = [start, start + span];
    this.changed();
  }
  point(ms) { this.cursor = ms; for (const chart of this.charts) chart.scheduleCursor(); }
  changed() {
    for (const chart of this.charts) chart.schedule();
    for (const listener of this.listeners) listener(this);
  }
}
