// Tiles, tables and lists: what the status says, in words and numbers.

import {$, amount, fill, h, known, moment, ms, num, number, price, priceDigits, say, signed, span, time, tone} from "./text.js";

const MODES = {sim: "SIM · simulated market", replay: "REPLAY · recorded market", paper: "PAPER · imagined account", live: "LIVE · real money"};
const PHASES = {starting: ["…", "dim", "starting"], reconciling: ["…", "dim", "reconciling"], trading: ["▶", "good", "trading"], paused: ["❚❚", "warn", "paused"],
  halting: ["■", "bad", "halting"], held: ["■", "bad", "halted, held"], stopping: ["■", "warn", "stopping"]};
const STATES = {starting: ["◐", "warn"], ok: ["✓", "good"], late: ["⚠", "warn"], blocked: ["✕", "bad"], restarting: ["↻", "warn"], down: ["✕", "bad"]};

export function header(sighting) {
  const status = sighting.status, mode = status?.mode || "unknown";
  $("mode").dataset.mode = mode;
  say($("mode"), MODES[mode] || "mode unknown");
  const [sign, tone_, words] = sighting.alive && status ? PHASES[status.phase] || ["?", "dim", status.phase] : ["■", "dim", sighting.state];
  $("phase").dataset.tone = tone_;
  say($("phase"), `${sign} ${words}`);
  const markets = [status?.market?.symbol && `${status.market.symbol} on ${status.market.venue}`, ...(status?.desks || []).map(desk => `${desk.watched} ${desk.quote} pairs on ${desk.venue}`)].filter(Boolean);
  say($("market"), markets.join(" · "));
  const speed = num(status?.speed);
  say($("session"), [sighting.session, status && `up ${span((num(status.now_ns) - num(status.started_at_ns)) / 1e6)}`, speed && speed !== 1 && `${number(speed, 0)} × speed`].filter(Boolean).join(" · "));
  document.title = `${mode === "unknown" ? "" : mode.toUpperCase() + " "}${words} · neo`;
  for (const node of document.querySelectorAll("[data-needs]")) {
    node.hidden = node.dataset.needs === "market" ? Boolean(status) && !status.market : !(status?.desks || []).length;
  }
}

const SIGHTED = {
  stale: ["warn", "The engine's process lives but has not reported for a while.", "It hangs, or the disk of its control directory does. What is shown is its last word."],
  starting: ["warn", "The engine is starting.", "It holds the database and has not reported yet."],
  stopped: ["warn", "No engine runs.", "The newest session ended in order; its figures are below."],
  crashed: ["bad", "No engine runs: its process died without giving the database back.", "The next start recovers the session and reconciles its orders with the venue. Open offers expire by themselves."],
  absent: ["warn", "No engine has run on this database yet.", "Start one with neo run config/sim.toml: it needs no account and no network."],
};

/** What stands above everything: the connection, the engine, a halt; the most important one only. */
export function banner(sighting, link) {
  const box = $("banner");
  let shown = null;
  const halt = (sighting?.status?.halts || []).find(one => one.first) || (sighting?.status?.halts || [])[0];
  if (link.lostAt) shown = ["bad", `Connection to the dashboard lost at ${time(link.lostAt)} UTC.`, "What is shown is from then, and the engine may have gone on. Trying again every second."];
  else if (link.error) shown = ["bad", link.error, link.advice || ""];
  else if (sighting && SIGHTED[sighting.state]) shown = SIGHTED[sighting.state];
  else if (halt) {
    const pending = sighting.status.pending?.length ? ` Still to cancel: ${sighting.status.pending.join(", ")}.` : "";
    shown = ["bad", `Halted: ${halt.reason}`, `${halt.detail || "no detail"} · since ${moment(num(halt.at_ns) / 1e6)}.${pending}`];
  }
  box.hidden = !shown;
  if (!shown) { box.replaceChildren(); return; }
  if (box.dataset.text === shown.join("|")) return;
  box.dataset.text = shown.join("|");
  box.dataset.tone = shown[0];
  box.replaceChildren(h("b", {text: shown[1]}), h("span", {text: shown[2]}));
}

function tile(name, value, unit, under, mood = "") { return {name, value, unit, under, mood}; }

export function tiles(status, course, limits) {
  const list = [];
  const market = status?.market, money = status?.money;
  if (market) {
    const bid = status.quotes.filter(quote => quote.side === "buy"), ask = status.quotes.filter(quote => quote.side === "sell");
    const best = quotes => quotes.length ? num(quotes.reduce((a, b) => a.level <= b.level ? a : b).price) : null;
    const [ours, theirs] = [best(bid), best(ask)], mid = (num(market.best_bid) + num(market.best_ask)) / 2;
    list.push(tile("Mid of the book", known(market.best_bid) && known(market.best_ask) ? price(mid) : "–", market.quote, known(market.anchor) ? `anchor ${price(market.anchor)} from ${String(market.anchor_source).toUpperCase()}` : "no anchor yet"));
    list.push(tile("Our bid / ask", `${price(ours)} / ${price(theirs)}`, "", market.suspended ? `not quoting: ${market.suspended}` : ours && theirs ? `${number((theirs - ours) / mid * 1e4, 1)} bps apart` : "one side or none rests", market.suspended ? "warn" : ""));
    list.push(tile("To touch, bid / ask", `${ours ? signed(market.distance_bid_bps, 1) : "–"} / ${theirs ? signed(market.distance_ask_bps, 1) : "–"}`, "bps", known(market.within_2bps_bid_percent) ? `within 2 bps ${amount(market.within_2bps_bid_percent, 0)} % / ${amount(market.within_2bps_ask_percent, 0)} % of ticks` : ""));
    list.push(tile("AMM from CLOB", signed(market.divergence_bps, 1), "bps", "quoting stops when they are too far apart"));
  }
  if (money) {
    list.push(tile("Inventory", amount(money.base_balance, 1), market.base, `${amount(money.quote_balance, 1)} ${market.quote}, together ${amount(money.equity, 0)} ${market.quote}`));
    const net = num(money.realised) === null ? null : num(money.realised) + (num(money.unrealised) ?? 0) - (num(money.fees) ?? 0);
    list.push(tile("Profit and loss", signed(net), market.quote, `realised ${signed(money.realised)}, unrealised ${signed(money.unrealised)}, fees ${amount(money.fees)}`, tone(net)));
    list.push(tile("Fills", number(money.fills, 0), "", `${amount(money.volume, 0)} ${market.quote} traded, ${number(money.orders_placed, 0)} orders`));
  }
  for (const desk of status?.desks || []) {
    list.push(tile("Result of drops", signed(desk.result_quote), desk.quote, `today ${signed(desk.result_today_quote)} in ${desk.trades_today} trades`, tone(desk.result_quote)));
    list.push(tile("Positions", `${desk.positions.length}${limits.positions ? ` of ${limits.positions}` : ""}`, "", `unrealised ${signed(desk.unrealised_quote)} ${desk.quote}`, tone(desk.unrealised_quote)));
    list.push(tile("Budget free", amount(desk.budget?.free, 0), desk.quote, desk.budget ? `of ${amount(desk.budget.total, 0)}, reserved ${amount(desk.budget.reserved, 0)}, committed ${amount(desk.budget.committed, 0)}` : "not known yet"));
    list.push(tile("Drops", number(desk.drops, 0), "", `${desk.drops_blocked} blocked by guards, ${desk.entries_filled} bought, ${desk.exits_filled} sold`));
    list.push(tile("Data age", ms(desk.age_p99_ms), "at most, 99 %", `median ${ms(desk.age_p50_ms)}, ${desk.polled} of ${desk.watched} symbols polled`, limits.quote_max_age_s && num(desk.age_p99_ms) > limits.quote_max_age_s * 1000 ? "warn" : ""));
  }
  const box = $("tiles");
  if (box.children.length !== list.length) {
    box.replaceChildren(...list.map(() => h("div", {class: "tile"}, h("dt"), h("dd", {}, h("span"), h("small")), h("dd", {class: "under"}))));
  }
  list.forEach((one, place) => {
    const [name, value, under] = box.children[place].children;
    say(name, one.name); say(value.children[0], one.value); say(value.children[1], one.unit); say(under, one.under);
    value.children[0].className = one.mood;
  });
}

export function actors(list) {
  fill($("actors-rows"), (list || []).map(actor => {
    const [sign, mood] = STATES[actor.state] || ["?", "warn"];
    return [actor.name, {text: `${sign} ${actor.state}`, class: mood}, {text: number(actor.queued, 0), class: actor.queued > 100 ? "n warn" : "n"}, {text: number(actor.restarts, 0), class: actor.restarts ? "n warn" : "n"}];
  }), $("actors-none"));
}

export function fills(course, base, quote) {
  say($("fills-unit"), `quantity in ${base}, price in ${quote} per ${base}`);
  fill($("fills-rows"), course.fills.slice(-40).reverse().map(one => {
    const mid = course.midAt(one.at_ms), edge = mid && one.price ? (one.side === "buy" ? mid - one.price : one.price - mid) / mid * 1e4 : null;
    return [time(one.at_ms), {text: one.side === "buy" ? "▲ buy" : "▼ sell", class: one.side === "buy" ? "good" : "bad"}, {text: number(one.quantity, 2), class: "n"}, {text: price(one.price), class: "n"}, {text: signed(edge, 1), class: `n ${tone(edge)}`}];
  }), $("fills-none"));
}

let ordersShown = "";
const open = new Set();
/** Orders, each with a button that shows its life. */
export function orders(list) {
  const now = JSON.stringify(list.map(order => [order.order_id, order.state, order.filled]));
  if (now === ordersShown) return;
  ordersShown = now;
  const body = $("orders-rows");
  body.replaceChildren(...list.flatMap(order => {
    const life = h("tr", {class: "life", hidden: !open.has(order.order_id), id: `life-${order.order_id}`}, h("td", {colspan: 8}, h("ol", {}, ...order.life.map(step =>
      h("li", {text: `${time(step.at_ms)} ${step.event} → ${step.state}${step.reason ? `: ${step.reason}` : ""}`})))));
    const button = h("button", {type: "button", class: "plain small", text: `${order.life.length} steps`, "aria-expanded": String(open.has(order.order_id)), "aria-controls": life.id});
    button.addEventListener("click", () => {
      life.hidden = !life.hidden;
      button.setAttribute("aria-expanded", String(!life.hidden));
      if (life.hidden) open.delete(order.order_id); else open.add(order.order_id);
    });
    const mood = order.state === "UNKNOWN" || order.state === "FAILED" ? "warn" : order.state === "FILLED" ? "good" : "";
    const digits = priceDigits(order.quantity);
    return [h("tr", {}, h("td", {text: time(order.created_ms)}), h("td", {text: order.symbol}), h("td", {text: order.side === "buy" ? "▲ buy" : "▼ sell", class: order.side === "buy" ? "good" : "bad"}), h("td", {text: price(order.price), class: "n"}),
      h("td", {text: number(order.quantity, digits), class: "n"}), h("td", {text: number(order.filled, digits), class: "n"}), h("td", {text: order.state.toLowerCase(), class: mood}), h("td", {}, button)), life];
  }));
  $("orders-none").hidden = list.length > 0;
  body.closest(".scroll").hidden = !list.length;
}

const SIGNS = {debug: ["·", "dim"], info: ["·", "dim"], warning: ["⚠ warning", "warn"], error: ["✕ error", "bad"]};
export const EVENTS_MAX = 80;
const WORTH = new Set(["SESSION_START", "SESSION_END", "PHASE", "HALT", "HALT_CLEARED", "FILL", "CAPITAL_EVENT", "DROP_TRIGGERED", "TRADE_ENDED", "ACTOR_BACK", "GATEWAY_UP", "BACKUP"]);

const shorter = value => Array.isArray(value) ? value.map(shorter).join(", ") : typeof value === "string" && /^-?\d+\.\d{9,}$/.test(value) ? String(+Number(value).toPrecision(8)) : String(value);
const everything = fields => Object.entries(fields).filter(([, value]) => known(value) && value !== false).map(([name, value]) => value === true ? name : `${name} ${shorter(value)}`).join(" · ");
/** Frequent events in a few words; the rest says all it has. */
const SAID = {
  FILL: f => `${f.side} ${amount(f.base_quantity)} ${f.symbol} at ${price(f.price)}`,
  PHASE: f => `${f.phase}: ${f.why}`,
  HALT: f => `${f.reason}${f.venue ? ` on ${f.venue}` : ""}: ${f.detail}`,
  HALT_CLEARED: f => `${f.reason}, by ${f.cleared_by}`,
  CAPITAL_EVENT: f => `${signed(f.amount)} ${f.asset} on ${f.venue}, ${f.kind}${f.note ? `: ${f.note}` : ""}`,
  SESSION_START: f => `${f.session_id}, ${f.mode}, code ${f.code_version}`,
  SESSION_END: f => `${f.halt_reason}${f.halt_detail ? `: ${f.halt_detail}` : ""}`,
  DROP_TRIGGERED: f => `${f.symbol} at ${price(f.price)}, ${amount(f.depth_bps, 0)} bps below ${price(f.anchor)}${f.blocked_by ? `, refused by ${f.blocked_by}` : ", to be bought"}`,
  TRADE_ENDED: f => `${f.purpose} of ${amount(f.quantity, 4)} ${f.symbol}: ${f.outcome}${known(f.result) ? `, result ${signed(f.result)}` : ""}`,
  TICK_SUSPENDED: f => `${f.reason}: ${f.detail}`,
};

/** One line for what is worth one. */
export function event(one) {
  if (!WORTH.has(one.event) && one.severity !== "warning" && one.severity !== "error") return;
  const [sign, mood] = SIGNS[one.severity] || SIGNS.info;
  const detail = (SAID[one.event] || everything)(one.fields);
  const list = $("events-rows");
  list.prepend(h("li", {}, h("span", {text: time(one.at_ms)}), h("span", {text: sign, class: mood}), h("span", {}, h("b", {text: one.event}), ` ${detail}`)));
  while (list.children.length > EVENTS_MAX) list.lastChild.remove();
  $("events-none").hidden = true;
}
