// Time charts and histograms on canvas, without any dependency. The data format is described in README.md beside this file.
// Nothing here writes HTML from text: names and values only ever become text nodes, so that hostile names stay harmless.
"use strict";
globalThis.NeoCharts = (() => {
  const AXIS_RIGHT_PX = 70, AXIS_BOTTOM_PX = 22, TOP_PX = 8, LANE_PX = 22, LANE_LABEL_PX = 150;
  const SPAN_MIN_MS = 1000, MARKERS_PER_COLUMN = 4, POINTS_PER_COLUMN = 4;
  const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
  const TIME_STEPS = [1000, 2000, 5000, 10_000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE,
    30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY];

  // ------------------------------------------------------------------------------------------------------------ numbers

  /** Index of the first element of the sorted array `t` that is not below `value`. */
  function lowerBound(t, value) {
    let low = 0, high = t.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (t[middle] < value) low = middle + 1; else high = middle;
    }
    return low;
  }

  /** Index of the newest element at or before `value`, -1 when there is none. */
  function newestAt(t, value) {
    let i = lowerBound(t, value);
    while (i < t.length && t[i] === value) i++;
    return i - 1;
  }

  /** What is visible of a series between `from` and `to`, one point beyond on each side, in at most about four points for
   *  each pixel column: its first, lowest, highest and last. A gap (null) stays a gap. */
  function decimate(t, v, from, to, columns) {
    const start = Math.max(0, lowerBound(t, from) - 1), end = Math.min(t.length, newestAt(t, to) + 2);
    if (end - start <= POINTS_PER_COLUMN * columns) return {t: t.slice(start, end), v: v.slice(start, end)};
    const out = {t: [], v: []}, width = (to - from) / columns || 1;
    let column = NaN, first = -1, low = -1, high = -1, last = -1, gapIn = NaN;
    const flush = () => {
      if (first < 0) return;
      for (const i of [...new Set([first, low, high, last])].sort((a, b) => a - b)) { out.t.push(t[i]); out.v.push(v[i]); }
      first = -1;
    };
    for (let i = start; i < end; i++) {
      const value = v[i], at = Math.floor((t[i] - from) / width);
      if (at !== column) { flush(); column = at; }
      if (value === null || value === undefined) {
        if (gapIn !== at) { flush(); out.t.push(t[i]); out.v.push(null); gapIn = at; }
        continue;
      }
      if (first < 0) { first = low = high = i; }
      if (value < v[low]) low = i;
      if (value > v[high]) high = i;
      last = i;
    }
    flush();
    return out;
  }

  /** The same for a band: the lowest `low` and the highest `high` of each column. */
  function decimateBand(t, low, high, from, to, columns) {
    const a = decimate(t, low, from, to, columns), b = decimate(t, high, from, to, columns);
    return {low: a, high: b};
  }

  /** Round values between low and high, about `count` of them, and the step between them. */
  function niceTicks(low, high, count) {
    const rough = (high - low) / Math.max(1, count) || 1, power = 10 ** Math.floor(Math.log10(rough)), share = rough / power;
    const step = (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10) * power, values = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) values.push(k * step);
    return {values, step};
  }

  const formats = new Map();
  /** A number with thousands separators and a fixed number of digits, so that columns align; a dash for what is unknown. */
  function number(value, digits) {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (!formats.has(digits)) {
      formats.set(digits, new Intl.NumberFormat("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits}));
    }
    const text = formats.get(digits).format(value);
    return text.startsWith("-") ? (/[1-9]/.test(text) ? "−" : "") + text.slice(1) : text;
  }

  const two = value => String(value).padStart(2, "0");
  const clock = (ms, seconds) => {
    const at = new Date(ms), text = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
    return seconds ? `${text}:${two(at.getUTCSeconds())}` : text;
  };
  const day = ms => `${two(new Date(ms).getUTCDate())} ${["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
    "Nov", "Dec"][new Date(ms).getUTCMonth()]}`;
  /** A moment in UTC, for people. */
  const moment = ms => `${day(ms)} ${clock(ms, true)} UTC`;

  // ----------------------------------------------------------------------------------------------------------- elements

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  const colourOf = (style, name) => style.getPropertyValue(`--chart-${name || "line"}`).trim() || "#888";

  /** A canvas drawn in device pixels. */
  function prepare(canvas, width, height) {
    const ratio = globalThis.devicePixelRatio || 1, w = Math.round(width * ratio), h = Math.round(height * ratio);
    if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  // ---------------------------------------------------------------------------------------------------------- time view

  /** What part of time is shown, and where the crosshair stands. Charts that share one move together. */
  class TimeView {
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

  // --------------------------------------------------------------------------------------------------------- time chart

  class TimeChart {
    /** Fill `host` with a chart of `spec`. Charts with the same `view` show the same time. */
    constructor(host, spec, view = new TimeView()) {
      this.host = host; this.spec = spec; this.view = view; this.hidden = new Set(); this.frame = 0; this.cursorFrame = 0;
      this.build();
      view.charts.add(this);
      this.observer = new ResizeObserver(() => this.schedule());
      this.observer.observe(this.plot);
      this.listen();
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

    // ------------------------------------------------------------------------------------------------------- drawing

    get left() { return this.spec.lanes ? Math.min(LANE_LABEL_PX, this.plot.clientWidth * 0.38) : 6; }
    x(ms) { return this.left + (ms - this.from) / (this.to - this.from) * this.width; }
    ms(x) { return this.from + (x - this.left) / this.width * (this.to - this.from); }
    y(value) { return TOP_PX + (this.high - value) / (this.high - this.low) * this.height; }

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

    /** The visible part of each series, not more than the pixels can show. */
    reduce() {
      const columns = Math.max(1, Math.floor(this.width));
      return (this.spec.series || []).filter(series => !this.hidden.has(series.name)).map(series => {
        if (series.kind === "band") return {series, ...decimateBand(series.t, series.low, series.high, this.from, this.to, columns)};
        if (series.kind === "markers") return {series, marks: this.marks(series, columns)};
        return {series, points: decimate(series.t, series.v, this.from, this.to, columns)};
      });
    }

    marks(series, columns) {
      const marks = [], width = (this.to - this.from) / columns * 3;
      let column = NaN, count = 0;
      for (let i = lowerBound(series.t, this.from); i < series.t.length && series.t[i] <= this.to; i++) {
        const at = Math.floor((series.t[i] - this.from) / width);
        if (at !== column) { column = at; count = 0; }
        if (series.v[i] !== null && count++ < MARKERS_PER_COLUMN) marks.push(i);
      }
      return marks;
    }

    range(visible) {
      let low = Infinity, high = -Infinity;
      const see = value => { if (value !== null && value !== undefined) { if (value < low) low = value; if (value > high) high = value; } };
      for (const one of visible) {
        if (one.points) one.points.v.forEach(see);
        else if (one.marks) one.marks.forEach(i => see(one.series.v[i]));
        else { one.low.v.forEach(see); one.high.v.forEach(see); }
      }
      for (const limit of this.spec.limits || []) if (limit.inside) see(limit.v);
      if (this.spec.zero) see(0);
      if (low > high) { low = 0; high = 1; }
      const pad = (high - low) * 0.07 || Math.abs(high) * 1e-4 || 1;
      this.low = low - (this.spec.zero && low === 0 ? 0 : pad);
      this.high = high + pad;
    }

    axes(context, style) {
      const grid = colourOf(style, "grid"), dim = colourOf(style, "dim"), right = this.left + this.width;
      context.lineWidth = 1;
      if (!this.spec.lanes) {
        const {values, step} = niceTicks(this.low, this.high, this.height / 44);
        const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9)));
        context.textAlign = "left";
        for (const value of values) {
          const y = Math.round(this.y(value)) + 0.5;
          context.strokeStyle = grid; context.beginPath(); context.moveTo(this.left, y); context.lineTo(right, y); context.stroke();
          context.fillStyle = dim; context.fillText(number(value, digits), right + 6, y);
        }
      }
      const span = this.to - this.from, step = TIME_STEPS.find(one => this.width / (span / one) > 76) || 90 * DAY;
      context.textAlign = "center";
      for (let at = Math.ceil(this.from / step) * step; at <= this.to; at += step) {
        const x = Math.round(this.x(at)) + 0.5;
        context.strokeStyle = grid; context.beginPath(); context.moveTo(x, TOP_PX); context.lineTo(x, TOP_PX + this.height); context.stroke();
        if (x < this.left + 20 || x > right - 14) continue;
        context.fillStyle = dim;
        context.fillText(at % DAY === 0 ? day(at) : clock(at, step < MINUTE), x, TOP_PX + this.height + 12);
      }
      if (!this.spec.lanes) { context.fillStyle = dim; context.textAlign = "left"; context.fillText("UTC", right + 6, TOP_PX + this.height + 12); }
    }

    /** Times behind everything, e.g. halts. */
    spans(context, style) {
      for (const span of this.spec.spans || []) {
        const a = Math.max(this.x(span.from), this.left), b = Math.min(this.x(span.to ?? this.to), this.left + this.width);
        if (b < this.left || a > this.left + this.width) continue;
        context.globalAlpha = 0.16; context.fillStyle = colourOf(style, span.colour || "halt");
        context.fillRect(a, TOP_PX, Math.max(2, b - a), this.height);
        context.globalAlpha = 1;
      }
    }

    lanes(context, style) {
      this.spec.lanes.forEach((lane, row) => {
        const top = TOP_PX + row * LANE_PX;
        context.strokeStyle = colourOf(style, "grid");
        context.beginPath(); context.moveTo(this.left, top + LANE_PX - 0.5); context.lineTo(this.left + this.width, top + LANE_PX - 0.5); context.stroke();
        for (const span of lane.spans) {
          const a = Math.max(this.x(span.from), this.left), b = Math.min(this.x(span.to ?? this.to), this.left + this.width);
          if (b < this.left || a > this.left + this.width) continue;
          context.fillStyle = colourOf(style, span.colour || lane.colour || "halt");
          context.beginPath(); context.roundRect(a, top + 4, Math.max(4, b - a), LANE_PX - 9, 3); context.fill();
        }
      });
    }

    laneNames(context, style) {
      context.textAlign = "left"; context.fillStyle = colourOf(style, "text");
      this.spec.lanes.forEach((lane, row) => context.fillText(lane.name, 2, TOP_PX + row * LANE_PX + LANE_PX / 2, this.left - 8));
    }

    series(context, style, one) {
      const {series} = one, colour = colourOf(style, series.colour);
      context.strokeStyle = context.fillStyle = colour;
      context.lineWidth = series.width || 1.5;
      context.setLineDash(series.dash ? [5, 4] : []);
      if (one.marks) this.drawMarks(context, style, one);
      else if (one.low) this.drawBand(context, one);
      else this.drawLine(context, one);
      context.setLineDash([]);
    }

    drawLine(context, {series, points}) {
      const {t, v} = points, base = this.y(Math.max(this.low, Math.min(this.high, 0)));
      const path = new Path2D(), area = series.kind === "area" ? new Path2D() : null;
      let on = false, lastX = 0, lastY = 0;
      const pause = series.gap_ms ? Math.max(series.gap_ms, 3 * (this.to - this.from) / this.width) : Infinity;
      const end = () => { if (on && area) { area.lineTo(lastX, base); area.closePath(); } on = false; };
      for (let i = 0; i < t.length; i++) {
        if (on && t[i] - t[i - 1] > pause) end();
        if (v[i] === null || v[i] === undefined) {
          if (on && series.kind === "step") path.lineTo(this.x(t[i]), lastY);
          end();
          continue;
        }
        const x = this.x(t[i]), y = this.y(v[i]);
        if (!on) { path.moveTo(x, y); area?.moveTo(x, base); area?.lineTo(x, y); on = true; }
        else { if (series.kind === "step") path.lineTo(x, lastY); path.lineTo(x, y); area?.lineTo(x, y); }
        lastX = x; lastY = y;
      }
      const open = on && series.kind === "step" && this.spec.until && this.spec.until - t[t.length - 1] <= pause;
      if (open) path.lineTo(this.x(Math.min(this.spec.until, this.to)), lastY);
      end();
      if (area) { context.globalAlpha = 0.15; context.fill(area); context.globalAlpha = 1; }
      context.stroke(path);
    }

    drawBand(context, {low, high}) {
      const path = new Path2D();
      const run = (from, to, points) => { for (let i = from; i !== to; i += Math.sign(to - from)) if (points.v[i] !== null) path.lineTo(this.x(points.t[i]), this.y(points.v[i])); };
      run(0, high.t.length, high);
      run(low.t.length - 1, -1, low);
      context.globalAlpha = 0.14; context.fill(path); context.globalAlpha = 1;
    }

    drawMarks(context, style, {series, marks}) {
      context.lineWidth = 1.5; context.strokeStyle = colourOf(style, "ground");
      for (const i of marks) {
        const x = this.x(series.t[i]), y = this.y(series.v[i]);
        context.beginPath();
        if (series.shape === "dot") context.arc(x, y, 4, 0, 7);
        else {
          const down = series.shape === "down" ? -1 : 1;
          context.moveTo(x, y); context.lineTo(x - 5.5, y + down * 10); context.lineTo(x + 5.5, y + down * 10); context.closePath();
        }
        context.stroke(); context.fill();
      }
    }

    limits(context, style) {
      for (const limit of this.spec.limits || []) {
        const y = this.y(limit.v);
        if (y < TOP_PX - 1 || y > TOP_PX + this.height + 1) continue;
        context.strokeStyle = context.fillStyle = colourOf(style, limit.colour || "limit");
        context.setLineDash([2, 3]); context.lineWidth = 1.2;
        context.beginPath(); context.moveTo(this.left, y); context.lineTo(this.left + this.width, y); context.stroke();
        context.setLineDash([]); context.textAlign = "left";
        context.fillText(limit.name, this.left + 4, y + (y < TOP_PX + 16 ? 8 : -8));
      }
    }

    /** The newest value of tagged series at the right edge, moved apart where they would cover each other. */
    tags(context, style) {
      const tags = [];
      for (const series of this.spec.series || []) {
        if (!series.tag || this.hidden.has(series.name) || !series.v) continue;
        const value = series.v[newestAt(series.t, this.to)];
        if (value === null || value === undefined) continue;
        tags.push({y: Math.max(TOP_PX + 8, Math.min(TOP_PX + this.height - 8, this.y(value))), colour: colourOf(style, series.colour), text: number(value, this.spec.digits ?? 2)});
      }
      tags.sort((a, b) => a.y - b.y);
      for (let i = 1; i < tags.length; i++) tags[i].y = Math.max(tags[i].y, tags[i - 1].y + 17);
      const over = tags.length ? tags[tags.length - 1].y - (TOP_PX + this.height - 8) : 0;
      if (over > 0) for (const tag of tags) tag.y -= over;
      context.textAlign = "left";
      for (const tag of tags) {
        context.fillStyle = tag.colour;
        context.beginPath(); context.roundRect(this.left + this.width + 2, tag.y - 8, AXIS_RIGHT_PX - 4, 16, 3); context.fill();
        context.fillStyle = colourOf(style, "ground"); context.fillText(tag.text, this.left + this.width + 6, tag.y + 0.5, AXIS_RIGHT_PX - 12);
      }
    }

    // ------------------------------------------------------------------------------------------------------ crosshair

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

    // -------------------------------------------------------------------------------------------------------- listening

    listen() {
      const over = this.over, xOf = event => event.clientX - over.getBoundingClientRect().left;
      let drag = null;
      const point = event => { this.active = true; this.view.point(Math.max(this.from, Math.min(this.to, this.ms(xOf(event))))); };
      over.addEventListener("pointerdown", event => {
        if (event.pointerType === "mouse" && this.width) { drag = {x: xOf(event)}; over.setPointerCapture(event.pointerId); }
      });
      over.addEventListener("pointermove", event => {
        if (!this.width) return;
        if (drag) {
          const x = xOf(event);
          this.view.pan((drag.x - x) / this.width * (this.to - this.from));
          drag.x = x;
        }
        point(event);
      });
      over.addEventListener("pointerup", () => { drag = null; });
      over.addEventListener("pointerleave", () => { drag = null; this.active = false; this.view.point(null); });
      over.addEventListener("dblclick", () => this.view.follow(this.view.spanMs));
      over.addEventListener("wheel", event => {
        if (!event.ctrlKey && !event.metaKey) return;  // the page scrolls; with Ctrl the chart zooms
        event.preventDefault();
        this.view.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.ms(xOf(event)));
      }, {passive: false});
      over.addEventListener("focus", () => { this.active = true; });
      over.addEventListener("blur", () => { this.active = false; this.view.point(null); });
      over.addEventListener("keydown", event => this.key(event));
    }

    key(event) {
      if (!this.width || event.ctrlKey || event.metaKey || event.altKey) return;
      const span = this.to - this.from, step = span / 100 * (event.shiftKey ? 10 : 1), at = this.view.cursor ?? this.to;
      const move = ms => {
        if (ms > this.to) this.view.pan(span / 4);
        if (ms < this.from) this.view.pan(-span / 4);
        const [from, to] = this.view.window();
        this.active = true;
        this.view.point(Math.max(from, Math.min(to, ms)));
      };
      const keys = {
        ArrowLeft: () => move(at - step), ArrowRight: () => move(at + step), Home: () => move(this.from), End: () => move(this.to),
        "+": () => this.view.zoom(0.5, at), "=": () => this.view.zoom(0.5, at), "-": () => this.view.zoom(2, at),
        Escape: () => { this.view.point(null); this.view.follow(this.view.spanMs); },
      };
      if (!keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    }
  }

  // ----------------------------------------------------------------------------------------------------------- histogram

  /** Counts by class, one group of bars for each class, one bar in it for each series. */
  class Histogram {
    constructor(host, spec) {
      this.host = host; this.spec = spec; this.frame = 0;
      const figure = element("figure", "nc"), head = element("figcaption", "nc-head"), title = element(spec.heading || "h3", "nc-title", spec.title);
      if (spec.unit) title.append(" ", element("small", "nc-unit", spec.unit));
      const list = element("ul", "nc-legend");
      for (const series of spec.series) {
        const item = element("li", "nc-key"), swatch = element("span", "nc-swatch");
        swatch.style.setProperty("--swatch", `var(--chart-${series.colour || "line"})`);
        item.append(swatch, element("span", "", series.name));
        list.append(item);
      }
      head.append(title, list);
      this.plot = element("div", "nc-plot");
      this.base = element("canvas", "nc-base");
      this.base.setAttribute("role", "img");
      this.empty = element("p", "nc-empty", spec.empty || "No data yet.");
      this.plot.append(this.base, this.empty);
      figure.append(head, this.plot);
      host.replaceChildren(figure);
      this.observer = new ResizeObserver(() => this.schedule());
      this.observer.observe(this.plot);
      this.schedule();
    }

    update(spec) { this.spec = spec; this.schedule(); }
    destroy() { this.observer.disconnect(); this.host.replaceChildren(); }
    schedule() { this.frame ||= requestAnimationFrame(() => { this.frame = 0; this.draw(); }); }

    draw() {
      const width = this.plot.clientWidth, height = this.plot.clientHeight, {classes, series} = this.spec;
      if (!width || !height) return;
      const context = prepare(this.base, width, height), style = getComputedStyle(this.host);
      const most = Math.max(0, ...series.flatMap(one => one.values));
      const classUnit = this.spec.class_unit ? ` ${this.spec.class_unit}` : "";
      this.empty.hidden = most > 0;
      this.base.setAttribute("aria-label", `${this.spec.title}: ` + (most > 0
        ? classes.map((name, i) => `${name}${classUnit}: ` + series.map(one => `${one.name} ${one.values[i]}`).join(", ")).join("; ")
        : this.spec.empty || "no data yet"));
      if (most <= 0) return;
      const bottom = height - AXIS_BOTTOM_PX, top = TOP_PX + 14, group = width / classes.length, bar = Math.min(48, group * 0.8 / series.length);
      context.font = `11px ${style.fontFamily}`; context.textAlign = "center"; context.textBaseline = "middle";
      classes.forEach((name, i) => {
        const middle = group * (i + 0.5);
        series.forEach((one, k) => {
          const x = middle + (k - series.length / 2) * bar, h = one.values[i] / most * (bottom - top);
          context.fillStyle = colourOf(style, one.colour);
          context.fillRect(x + 1, bottom - h, bar - 2, h);
          context.fillStyle = colourOf(style, "text");
          context.fillText(number(one.values[i], this.spec.digits ?? 0), x + bar / 2, bottom - h - 8, bar + 8);
        });
        context.fillStyle = colourOf(style, "dim");
        context.fillText(`${name}${classUnit}`, middle, bottom + 12, group - 2);
      });
      context.strokeStyle = colourOf(style, "grid");
      context.beginPath(); context.moveTo(0, bottom + 0.5); context.lineTo(width, bottom + 0.5); context.stroke();
    }
  }

  /** Draw everything anew when the colours change with the scheme of the page. */
  function repaintOnScheme(charts) {
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { for (const chart of charts) chart.schedule(); });
  }

  return {TimeView, TimeChart, Histogram, decimate, niceTicks, number, moment, clock, repaintOnScheme};
})();
