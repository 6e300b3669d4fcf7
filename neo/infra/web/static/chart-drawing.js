// What stands on the canvas of a time chart: axes, spans, lanes, series, limits and the newest values.

import {AXIS_RIGHT_PX, LANE_LABEL_PX, LANE_PX, TOP_PX, colourOf} from "./chart-canvas.js";
import {clock, day, decimate, decimateBand, lowerBound, newestAt, niceTicks, number} from "./chart-numbers.js";

const MARKERS_PER_COLUMN = 4;
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const TIME_STEPS = [1000, 2000, 5000, 10_000, 15_000, 30_000, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE,
  30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 30 * DAY];

/** Draws `spec` between `from` and `to`, `low` and `high`, into `width` by `height` pixels. TimeChart says when. */
export class Drawing {
  get left() { return this.spec.lanes ? Math.min(LANE_LABEL_PX, this.plot.clientWidth * 0.38) : 6; }
  x(ms) { return this.left + (ms - this.from) / (this.to - this.from) * this.width; }
  ms(x) { return this.from + (x - this.left) / this.width * (this.to - this.from); }
  y(value) { return TOP_PX + (this.high - value) / (this.high - this.low) * this.height; }

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
    const pause = this.pause(series);
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

  /** How long nothing may come before what is drawn breaks, ms. */
  pause(series) { return series.gap_ms ? Math.max(series.gap_ms, 3 * (this.to - this.from) / this.width) : Infinity; }

  drawBand(context, {series, low, high}) {
    const pause = this.pause(series), {t} = low;
    context.globalAlpha = 0.14;
    for (let start = 0, i = 1; i <= t.length; i++) {
      if (i < t.length && t[i] - t[i - 1] <= pause) continue;
      const path = new Path2D();
      const add = (points, k) => { if (points.v[k] !== null && points.v[k] !== undefined) path.lineTo(this.x(points.t[k]), this.y(points.v[k])); };
      for (let k = lowerBound(high.t, t[start]); k <= newestAt(high.t, t[i - 1]); k++) add(high, k);
      for (let k = i - 1; k >= start; k--) add(low, k);
      context.fill(path);
      start = i;
    }
    context.globalAlpha = 1;
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
}
