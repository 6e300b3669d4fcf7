// The session's course as the charts draw it: history from the books, and each tick that comes in after it.

import {num} from "./text.js";

// An event carries the moment of its telling, the books that of the decision: so far apart both are the same.
const SAME_TICK_MS = 400, SAME_HALT_MS = 5_000;
const POINTS_MAX = 150_000, POINTS_DROPPED = 30_000;
const DESK_NAMES = ["realised", "unrealised", "free", "reserved", "committed"], AGE_NAMES = ["p50", "p99"], PROFIT_NAMES = ["realised", "unrealised", "fees"];
const TICK_NAMES = ["at_ms", "best_bid", "best_ask", "clob", "amm", "anchor", "bid", "ask", "distance_bid", "distance_ask", "base", "quote", "suspended"];

/** What a tick's event says, with the two mids and the touch that it was decided on.
 *
 *  The event has the anchor, which of the mids it is, and how far the pool is from the book (bps of the book's mid); our quotes,
 *  and how far they are from the touch (bps of the mid). Hence both mids and the touch: nothing has to be asked for. */
export function tickOf(event, status) {
  const f = event.fields, market = status?.market || {}, money = status?.money || {};
  const tick = {at_ms: event.at_ms, bid: null, ask: null, anchor: null, clob: null, amm: null, best_bid: null, best_ask: null,
    distance_bid: null, distance_ask: null, base: num(money.base_balance), quote: num(money.quote_balance), suspended: null};
  const apart = num(f.divergence_bps);
  if (event.event === "TICK_SUSPENDED") {
    tick.suspended = f.reason;
    tick.best_bid = num(market.best_bid); tick.best_ask = num(market.best_ask);
    if (tick.best_bid !== null && tick.best_ask !== null) tick.clob = (tick.best_bid + tick.best_ask) / 2;
  } else {
    tick.anchor = num(f.anchor); tick.bid = num(f.bid); tick.ask = num(f.ask);
    tick.clob = f.source === "amm" && apart !== null ? tick.anchor / (1 + apart / 1e4) : tick.anchor;
    tick.distance_bid = num(f.distance_to_clob_bid_bps); tick.distance_ask = num(f.distance_to_clob_ask_bps);
    if (tick.bid !== null && tick.distance_bid !== null) tick.best_bid = tick.bid - tick.distance_bid * tick.clob / 1e4;
    if (tick.ask !== null && tick.distance_ask !== null) tick.best_ask = tick.ask + tick.distance_ask * tick.clob / 1e4;
  }
  if (tick.clob !== null && apart !== null) tick.amm = tick.clob * (1 + apart / 1e4);
  return tick;
}

const columns = names => Object.fromEntries(["at_ms", ...names].map(name => [name, []]));

function append(table, at, values) {
  if (table.at_ms.length && at <= table.at_ms[table.at_ms.length - 1]) return;
  table.at_ms.push(at);
  for (const [name, value] of Object.entries(values)) table[name].push(num(value));
  if (table.at_ms.length > POINTS_MAX) for (const column of Object.values(table)) column.splice(0, POINTS_DROPPED);
}

/** A table of the history, and after it what was seen since: the books get what was noted by the minute. */
function continued(history, seen, names) {
  const last = history.at_ms.length ? history.at_ms[history.at_ms.length - 1] : -Infinity, first = seen.at_ms.findIndex(at => at > last);
  return first < 0 ? history : Object.fromEntries(["at_ms", ...names].map(name => [name, history[name].concat(seen[name].slice(first))]));
}

const continuedByVenue = (history, seen, names) => Object.fromEntries([...new Set([...Object.keys(history), ...Object.keys(seen)])].map(
  venue => [venue, continued(history[venue] || columns(names), seen[venue] || columns(names), names)]));

/** Columns that grow. `profit` has its own times: it is known once a second, not once a tick. */
export class Course {
  constructor() { this.clear(); }

  clear() {
    this.session = ""; this.started = null; this.ended = null; this.halts = []; this.fills = []; this.results = [];
    this.ticks = Object.fromEntries(TICK_NAMES.map(name => [name, []]));
    this.profit = columns(PROFIT_NAMES);
    this.desks = {}; this.ages = {};  // by venue: what its money was worth, and how old its data was
    this.until = null;
  }

  load(history) {
    const seen = this.session === history.session ? this : new Course(), {profit, desks, ages} = seen;
    this.clear();
    this.session = history.session; this.started = history.started_ms; this.ended = history.ended_ms;
    this.ticks = history.ticks; this.fills = history.fills; this.halts = history.halts; this.results = history.results;
    this.profit = continued(history.profit, profit, PROFIT_NAMES);
    this.desks = continuedByVenue(history.desks, desks, DESK_NAMES); this.ages = continuedByVenue(history.ages, ages, AGE_NAMES);
  }

  get lastTick() { return this.ticks.at_ms.length ? this.ticks.at_ms[this.ticks.at_ms.length - 1] : -Infinity; }

  addTick(tick) {
    if (tick.at_ms <= this.lastTick + SAME_TICK_MS) return false;  // history had it already
    for (const name of TICK_NAMES) {
      this.ticks[name].push(tick[name]);
      if (this.ticks[name].length > POINTS_MAX) this.ticks[name].splice(0, POINTS_DROPPED);
    }
    return true;
  }

  addStatus(status) {
    const at = num(status.now_ns) / 1e6, money = status.money;
    this.until = at;
    const t = this.profit.at_ms;
    if (money && (!t.length || at > t[t.length - 1])) {
      t.push(at);
      for (const name of PROFIT_NAMES) this.profit[name].push(num(money[name]));
    }
    for (const desk of status.desks || []) {
      const {free, reserved, committed} = desk.budget || {};
      append(this.ages[desk.venue] ||= columns(AGE_NAMES), at, {p50: desk.age_p50_ms, p99: desk.age_p99_ms});
      append(this.desks[desk.venue] ||= columns(DESK_NAMES), at, {realised: desk.result_quote, unrealised: desk.unrealised_quote, free, reserved, committed});
    }
  }

  addFill(event) {
    const f = event.fields;
    if (this.fills.some(fill => fill.order_id === f.order_id && fill.fill_id === f.fill_id)) return;
    this.fills.push({at_ms: event.at_ms, symbol: f.symbol, side: f.side, price: num(f.price), quantity: num(f.base_quantity),
      value: num(f.quote_quantity), maker: f.is_maker, order_id: f.order_id, fill_id: f.fill_id});
  }

  addResult(event) {
    const result = num(event.fields.result), last = this.results[this.results.length - 1], intent = event.fields.intent_id;
    if (result === null || !num(event.fields.quantity) || this.results.some(row => row[4] === intent)) return;
    this.results.push([event.at_ms, (last ? last[1] : 0) + result, result, event.fields.symbol, intent]);
  }

  addHalt(event) {
    const {reason, detail, first, venue = ""} = event.fields;
    if (this.halts.some(halt => halt.reason === reason && halt.venue === venue && Math.abs(halt.at_ms - event.at_ms) < SAME_HALT_MS)) return;
    this.halts.push({at_ms: event.at_ms, to_ms: null, reason, detail, first, venue});
  }

  endHalts(event) {
    const {reason, cleared_by, venue = ""} = event.fields;
    for (const halt of this.halts) if (halt.to_ms === null && halt.reason === reason && halt.venue === venue) Object.assign(halt, {to_ms: event.at_ms, cleared_by});
  }

  /** The newest value of a column that is known. */
  last(name) {
    const column = this.ticks[name];
    for (let i = column.length - 1; i >= 0; i--) if (column[i] !== null && column[i] !== undefined) return column[i];
    return null;
  }

  /** The mid at a moment: of the newest tick at or before it. */
  midAt(ms) {
    const t = this.ticks.at_ms;
    let low = 0, high = t.length;
    while (low < high) { const m = (low + high) >> 1; if (t[m] <= ms) low = m + 1; else high = m; }
    return low ? this.ticks.clob[low - 1] : null;
  }
}
