// Bars by class.

import {AXIS_BOTTOM_PX, TOP_PX, colourOf, element, prepare} from "./chart-canvas.js";
import {number} from "./chart-numbers.js";

/** Counts by class, one group of bars for each class, one bar in it for each series. */
export class Histogram {
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
