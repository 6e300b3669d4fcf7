// The charts of the dashboard: what of the course goes into which.

import {Histogram, TimeChart, TimeView} from "./charts.js";
import {$, h, number, priceDigits, signed} from "./text.js";

const GAP_MIN_MS = 30_000, MINUTE = 60_000, HOUR = 60 * MINUTE;
export const RANGES = [["15 min", 15 * MINUTE], ["1 h", HOUR], ["6 h", 6 * HOUR], ["24 h", 24 * HOUR], ["all", null]];
const CLASSES = [["0–2", 2], ["2–5", 5], ["5–10", 10], ["10+", Infinity]];
const LEDGER = "xrpl";  // where the market maker trades (LEDGER_VENUE in neo/domain/market/instrument.py)

export class Panels {
  constructor(onRange) {
    this.view = new TimeView(HOUR);
    this.charts = {};
    this.desk = {};
    this.onRange = onRange;
    this.buttons = RANGES.map(([name, spanMs]) => {
      const button = h("button", {type: "button", class: "plain", text: name, "aria-pressed": String(spanMs === HOUR)});
      button.addEventListener("click", () => { this.view.follow(spanMs); onRange(spanMs); });
      return button;
    });
    document.querySelector(".ranges").append(...this.buttons);
    this.view.listeners.push(view => this.buttons.forEach((button, place) =>
      button.setAttribute("aria-pressed", String(view.following && view.spanMs === RANGES[place][1]))));
    const repaint = () => { for (const chart of Object.values(this.charts)) chart.schedule(); };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
    this.repaint = repaint;
  }

  show(id, spec, Kind = TimeChart) {
    const host = $(id);
    if (!host) return;
    const chart = this.charts[id];
    if (chart && chart.host === host) chart.update(spec);
    else { chart?.destroy(); this.charts[id] = Kind === TimeChart ? new TimeChart(host, spec, this.view) : new Histogram(host, spec); }
  }

  /** Everything anew from the course; drawing itself waits for the next frame. */
  draw(course, context) {
    const {base = "XRP", quote = "RLUSD", limits = {}, live = true, market = true} = context;
    const spansAt = venue => course.halts.filter(halt => !halt.venue || halt.venue === venue).map(halt => ({...spanOf(course, halt), name: `halt: ${halt.reason}`}));
    const until = live ? course.until ?? undefined : course.ended ?? undefined;
    if (market) this.drawMarket(course, {base, quote, limits, spans: spansAt(LEDGER), until});
    this.show("chart-halts", {title: "Halts", until, from: course.started ?? undefined, empty: "No halt in this session.", lanes: lanesOf(course)});
    for (const venue of Object.keys(this.desk)) this.drawDesk(course, venue, this.desk[venue], {spans: spansAt(venue), until, limits});
  }

  drawMarket(course, {base, quote, limits, spans, until}) {
    const tick = course.ticks, t = tick.at_ms, digits = priceDigits(course.last("clob"));
    // Without ticks (a halt, a pause) nothing is quoted: five times the usual distance between ticks breaks the line.
    const gap_ms = Math.max(GAP_MIN_MS, t.length > 1 ? 5 * (t[t.length - 1] - t[0]) / t.length : 0);
    const side = name => course.fills.filter(fill => fill.side === name && fill.price !== null);
    const marks = (name, shape) => ({name: name === "buy" ? "bought" : "sold", kind: "markers", shape, colour: name === "buy" ? "bid" : "ask",
      t: side(name).map(fill => fill.at_ms), v: side(name).map(fill => fill.price),
      labels: side(name).map(fill => `${number(fill.quantity, 2)} ${base} at ${number(fill.price, digits)}`)});
    this.show("chart-price", {
      title: "Price, quotes and fills", unit: `${quote} per ${base}`, digits, spans, until, empty: "No tick yet.",
      series: [
        {name: "CLOB touch", kind: "band", colour: "band", gap_ms, t, low: tick.best_bid, high: tick.best_ask},
        {name: "CLOB mid", kind: "line", colour: "clob", gap_ms, t, v: tick.clob, tag: true},
        {name: "AMM mid", kind: "line", colour: "amm", gap_ms, t, v: tick.amm, dash: true},
        {name: "our bid", kind: "step", colour: "bid", gap_ms, t, v: tick.bid, width: 2, tag: true},
        {name: "our ask", kind: "step", colour: "ask", gap_ms, t, v: tick.ask, width: 2, tag: true},
        marks("buy", "up"), marks("sell", "down"),
      ],
    });
    this.show("chart-distance", {
      title: "Distance to touch", unit: "bps of mid, below 0 is behind the touch", digits: 2, spans, until, empty: "No quote yet.",
      limits: [{name: "2 bps behind", v: -2, colour: "dim"}, {name: "2 bps inside", v: 2, colour: "dim"}],
      series: [{name: "our bid", kind: "step", colour: "bid", gap_ms, t, v: tick.distance_bid, tag: true}, {name: "our ask", kind: "step", colour: "ask", gap_ms, t, v: tick.distance_ask, tag: true}],
    });
    this.show("chart-near", {
      title: "Ticks by distance to touch", unit: "% of ticks that are loaded", class_unit: "bps", digits: 1, classes: CLASSES.map(([name]) => name), empty: "No quote yet.",
      series: [{name: "bid", colour: "bid", values: shares(tick.distance_bid)}, {name: "ask", colour: "ask", values: shares(tick.distance_ask)}],
    }, Histogram);
    const value = tick.base.map((amount, i) => amount === null || tick.clob[i] === null ? null : amount * tick.clob[i]);
    const limit = (name, v, colour) => v === undefined ? [] : [{name: `limit ${name} ${number(v, 0)}`, v, inside: true, colour}];
    this.show("chart-inventory", {
      title: "Inventory against limits", unit: `value in ${quote}`, digits: 0, zero: true, spans, until, empty: "No balance yet.",
      limits: limits.base_exposure === limits.quote_exposure ? limit("of each", limits.base_exposure, "limit") : [...limit(base, limits.base_exposure, "a"), ...limit(quote, limits.quote_exposure, "b")],
      series: [{name: base, kind: "step", colour: "a", t, v: value, tag: true}, {name: quote, kind: "step", colour: "b", t, v: tick.quote, tag: true}],
    });
    const profit = course.profit, net = profit.at_ms.map((_, i) => profit.realised[i] === null ? null : profit.realised[i] + (profit.unrealised[i] ?? 0) - (profit.fees[i] ?? 0));
    this.show("chart-profit", {
      title: "Profit and loss", unit: `${quote}, this session, deposits never count`, digits: 2, zero: true, spans, until, empty: "Nothing traded yet.",
      series: [
        {name: "net", kind: "area", colour: "mid", t: profit.at_ms, v: net, width: 2, tag: true},
        {name: "realised", kind: "step", colour: "d", t: profit.at_ms, v: profit.realised},
        {name: "unrealised", kind: "line", colour: "a", t: profit.at_ms, v: profit.unrealised},
        {name: "fees", kind: "step", colour: "e", t: profit.at_ms, v: profit.fees.map(fee => fee === null ? null : -fee)},
      ],
    });
  }

  drawDesk(course, venue, desk, {spans, until, limits}) {
    const money = course.desks[venue], ages = course.ages[venue], from = course.started ?? undefined;
    const [t, age] = [money?.at_ms ?? [], ages?.at_ms ?? []], column = name => money?.[name] ?? [];
    const net = t.map((_, i) => money.realised[i] === null ? null : money.realised[i] + (money.unrealised[i] ?? 0));
    this.show(`chart-equity-${venue}`, {
      title: "Equity, marked at quotes", unit: `${desk.quote}, this session, deposits never count`, digits: 2, zero: true, spans, until, from, empty: "Nothing noted yet.",
      series: [
        {name: "profit at quotes", kind: "area", colour: "mid", t, v: net, width: 2, tag: true},
        {name: "realised", kind: "step", colour: "d", t, v: column("realised")},
        {name: "unrealised, at the bid", kind: "line", colour: "a", t, v: column("unrealised")},
        {name: "sale", kind: "markers", shape: "dot", colour: "b", t: course.results.map(row => row[0]), v: course.results.map(row => row[1]),
          labels: course.results.map(row => `${row[3]} ${signed(row[2])} ${desk.quote}`)},
      ],
    });
    this.show(`chart-drawdown-${venue}`, {
      title: "Drawdown", unit: `${desk.quote} below the highest profit shown before`, digits: 2, zero: true, spans, until, from, empty: "Nothing noted yet.",
      series: [{name: "below the highest", kind: "area", colour: "ask", t, v: belowHighest(net), tag: true}],
    });
    this.show(`chart-budget-${venue}`, {
      title: "Budget over time", unit: desk.quote, digits: 0, zero: true, spans, until, from, empty: "Nothing noted yet.",
      series: [["committed", "a"], ["reserved", "b"], ["free", "d"]].map(([name, colour]) => ({name, kind: "step", colour, t, v: column(name), tag: name !== "reserved"})),
    });
    this.show(`chart-age-${venue}`, {
      title: "Data age", unit: "s", digits: 1, zero: true, spans, until, from, empty: "No quote yet.",
      limits: limits.quote_max_age_s === undefined ? [] : [{name: `older is not traded: ${number(limits.quote_max_age_s, 1)} s`, v: limits.quote_max_age_s, inside: true}],
      series: [
        {name: "median", kind: "line", colour: "a", t: age, v: (ages?.p50 ?? []).map(seconds)},
        {name: "99 of 100 symbols are younger", kind: "line", colour: "b", t: age, v: (ages?.p99 ?? []).map(seconds), tag: true},
      ],
    });
  }
}

const spanOf = (course, halt) => ({from: halt.at_ms, to: halt.to_ms ?? course.ended, detail: halt.detail});

/** A lane for each reason, and for each venue that it concerned alone. */
function lanesOf(course) {
  const lanes = new Map();
  for (const halt of course.halts) {
    const name = halt.venue ? `${halt.reason}, ${halt.venue}` : halt.reason;
    if (!lanes.has(name)) lanes.set(name, {name, colour: halt.reason === "duration_elapsed" || halt.reason.startsWith("interrupted") ? "line" : "halt", spans: []});
    lanes.get(name).spans.push(spanOf(course, halt));
  }
  return [...lanes.values()];
}

/** How far each value is below the highest before it. */
function belowHighest(values) {
  let highest = -Infinity;
  return values.map(value => {
    if (value === null) return null;
    highest = Math.max(highest, value);
    return value - highest;
  });
}

const seconds = ms => ms === null ? null : ms / 1000;

function shares(column) {
  const counts = CLASSES.map(() => 0);
  let all = 0;
  for (const value of column) {
    if (value === null || value === undefined) continue;
    all++;
    counts[CLASSES.findIndex(([, below]) => Math.abs(value) < below || below === Infinity)]++;
  }
  return counts.map(count => all ? 100 * count / all : 0);
}
