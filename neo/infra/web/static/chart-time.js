// A chart over time: its elements, its legend, when it is drawn, and the crosshair.

import {AXIS_BOTTOM_PX, AXIS_RIGHT_PX, LANE_PX, TOP_PX, colourOf, element, prepare} from "./chart-canvas.js";
import {Drawing} from "./chart-drawing.js";
import {listenTo} from "./chart-input.js";
import {lowerBound, moment, newestAt, number} from "./chart-numbers.js";
import {TimeView} from "./chart-view.js";

export class TimeChart extends Drawing {
  /** Fill `host` with a chart of `spec`. Charts with the same `view` show the same time. */
  constructor(host, spec, view = new TimeView()) {
    super();
    this.host = host; this.spec = spec; this.view = view; this.hidden = new Set(); this.frame = 0; this.cursorFrame = 0;
    this.build();
    view.charts.add(this);
    this.observer = new ResizeObserver(() => this.schedule());
    this.observer.observe(this.plot);
    listenTo(this);
    this.schedule();
  }

  /** Replace what is shown. The legend is built anew when the series are others. */
  update(spec) {
    const names = one => (one.series || []).map(series => series.name).join("\n");
    const same = names(spec) === names(this.spec) && (spec.lanes || []).length === (this.spec.lanes || []).length;
    this.spec = spec;
    if (!same) this.legend();
    this.size();
    this.schedule();
  }

  destroy() { this.view.charts.delete(this); this.observer.disconnect(); this.host.replaceChildren(); }

  /** First and last moment of the data; of the engine's clock when `spec.until` says that it went on without any. */
  extent() {
    let from = this.spec.from ?? Infinity, to = this.spec.until ?? -Infinity;
    for (const series of this.spec.series || []) {
      if (!series.t.length) continue;
      from = Math.min(from, series.t[0]); to = Math.max(to, series.t[series.t.length - 1]);
    }
    for (const lane of this.spec.lanes || []) {
      for (const span of lane.spans) { from = Math.min(from, span.from); to = Math.max(to, span.to ?? span.from); }
    }
    return [from, to];
  }

  build() {
    const figure = element("figure", "nc"), head = element("figcaption", "nc-head");
    const title = element(this.spec.heading || "h3", "nc-title", this.spec.title);
    if (this.spec.unit) title.append(" ", element("small", "nc-unit", this.spec.unit));
    this.list = element("ul", "nc-legend");
    head.append(title, this.list);
    this.plot = element("div", "nc-plot");
    this.base = element("canvas", "nc-base");
    this.base.setAttribute("aria-hidden", "true");
    this.over = element("canvas", "nc-over");
    this.tip = element("div", "nc-tip");
    this.tip.hidden = true;
    this.empty = element("p", "nc-empty", this.spec.empty || "No data yet.");
    this.empty.hidden = true;
    for (const [name, value] of [["role", "slider"], ["tabindex", "0"], ["aria-valuemin", "0"], ["aria-valuemax", "0"],
      ["aria-valuenow", "0"]]) this.over.setAttribute(name, value);
    this.plot.append(this.base, this.over, this.tip, this.empty);
    figure.append(head, this.plot);
    this.host.replaceChildren(figure);
    this.legend();
    this.size();
  }

  size() { if (this.spec.lanes) this.plot.style.height = `${this.spec.lanes.length * LANE_PX + TOP_PX + AXIS_BOTTOM_PX}px`; }

  /** A button for each series: pressed is shown. */
  legend() {
    this.list.replaceChildren();
    for (const series of this.spec.series || []) {
      if (series.legend === false) continue;
      const item = element("li"), button = element("button", "nc-key"), swatch = element("span", `nc-swatch nc-${series.kind}`);
      swatch.style.setProperty("--swatch", `var(--chart-${series.colour || "line"})`);
      button.type = "button";
      button.append(swatch, element("span", "", series.name));
      button.setAttribute("aria-pressed", String(!this.hidden.has(series.name)));
      button.addEventListener("click", () => {
        if (!this.hidden.delete(series.name)) this.hidden.add(series.name);
        button.setAttribute("aria-pressed", String(!this.hidden.has(series.name)));
        this.schedule();
      });
      item.append(button);
      this.list.append(item);
    }
  }

  schedule() { this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.draw(); }); }
  scheduleCursor() { this.cursorFrame ||= requestAnimationFrame(() => { this.cursorFrame = 0; this.drawCursor(); }); }

  draw() {
    const shown = this.view.window(), width = this.plot.clientWidth, height = this.plot.clientHeight;
    const has = this.spec.lanes ? this.spec.lanes.length > 0 : (this.spec.series || []).some(series => series.t.length);
    this.empty.hidden = has;
    this.empty.textContent = this.spec.empty || "No data yet.";
    if (!width || !height) return;
    const context = prepare(this.base, width, height);
    if (!shown || !has) { this.label(null); prepare(this.over, width, height); this.tip.hidden = true; return; }
    [this.from, this.to] = shown;
    this.width = width - this.left - (this.spec.lanes ? 8 : AXIS_RIGHT_PX);
    this.height = height - TOP_PX - AXIS_BOTTOM_PX;
    if (this.width <= 0 || this.height <= 0) return;
    const style = getComputedStyle(this.host);
    context.font = `11px ${style.fontFamily}`;
    context.textBaseline = "middle";
    const visible = this.spec.lanes ? [] : this.reduce();
    this.range(visible);
    this.axes(context, style);
    context.save();
    context.beginPath(); context.rect(this.left, TOP_PX - 2, this.width, this.height + 4); context.clip();
    this.spans(context, style);
    if (this.spec.lanes) this.lanes(context, style);
    for (const one of visible) this.series(context, style, one);
    this.limits(context, style);
    context.restore();
    if (this.spec.lanes) this.laneNames(context, style); else this.tags(context, style);
    this.label(visible);
    this.drawCursor();
  }

  /** What there is at a moment: rows of name, value and colour. */
  at(ms) {
    const rows = [], digits = this.spec.digits ?? 2;
    for (const series of this.spec.series || []) {
      if (this.hidden.has(series.name)) continue;
      if (series.kind === "markers") {
        const near = (this.to - this.from) / Math.max(1, this.width) * 6;
        for (let i = lowerBound(series.t, ms - near); i < series.t.length && series.t[i] <= ms + near && rows.length < 12; i++) {
          rows.push([series.name, series.labels ? series.labels[i] : number(series.v[i], digits), series.colour]);
        }
        continue;
      }
      const i = newestAt(series.t, ms);
      if (i < 0) continue;
      const text = series.kind === "band" ? `${number(series.low[i], digits)} to ${number(series.high[i], digits)}` : number(series.v[i], digits);
      rows.push([series.name, text, series.colour]);
    }
    const inside = span => span.from <= ms && ms <= (span.to ?? Infinity);
    for (const span of (this.spec.spans || []).filter(inside)) rows.push([span.name, span.detail || "", span.colour || "halt"]);
    for (const lane of this.spec.lanes || []) for (const span of lane.spans.filter(inside)) rows.push([lane.name, span.detail || "", span.colour || lane.colour || "halt"]);
    return rows;
  }

  drawCursor() {
    const width = this.plot.clientWidth, height = this.plot.clientHeight, ms = this.view.cursor;
    const context = prepare(this.over, width, height);
    if (ms === null || !this.width || ms < this.from || ms > this.to || !this.empty.hidden) { this.tip.hidden = true; return; }
    const x = Math.round(this.x(ms)) + 0.5, style = getComputedStyle(this.host);
    context.strokeStyle = colourOf(style, "cursor"); context.setLineDash([3, 3]);
    context.beginPath(); context.moveTo(x, TOP_PX); context.lineTo(x, TOP_PX + this.height); context.stroke();
    if (!this.active) { this.tip.hidden = true; return; }
    const rows = this.at(ms);
    this.tip.replaceChildren(element("b", "", moment(ms)));
    for (const [name, text, colour] of rows) {
      const row = element("div", "nc-row"), swatch = element("span", "nc-swatch");
      swatch.style.setProperty("--swatch", `var(--chart-${colour || "line"})`);
      row.append(swatch, element("span", "nc-name", name), element("span", "nc-value", text));
      this.tip.append(row);
    }
    this.tip.hidden = false;
    const room = this.tip.offsetWidth + 14;
    this.tip.style.left = `${x + room > width ? Math.max(0, x - room) : x + 10}px`;
    this.over.setAttribute("aria-valuenow", String(Math.round(ms - this.from)));
    this.over.setAttribute("aria-valuetext", [moment(ms), ...rows.map(([name, text]) => `${name} ${text}`)].join(", "));
  }

  label(visible) {
    const unit = this.spec.unit ? `, ${this.spec.unit}` : "";
    let text = `${this.spec.title}${unit}: ${this.spec.empty || "no data yet"}`;
    if (visible) {
      text = `${this.spec.title}${unit}, ${moment(this.from)} to ${moment(this.to)}`;
      if (!this.spec.lanes) text += `, lowest ${number(this.low, this.spec.digits ?? 2)}, highest ${number(this.high, this.spec.digits ?? 2)}`;
      text += ". Arrow keys move the crosshair, plus and minus zoom, Escape shows everything.";
      this.over.setAttribute("aria-valuemax", String(Math.round(this.to - this.from)));
    }
    this.over.setAttribute("aria-label", text);
  }
}
