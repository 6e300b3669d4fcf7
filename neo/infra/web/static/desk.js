// One exchange that drops are bought on: tiers and data age, top drops, budget, positions, guards.

import {$, amount, fill, h, ms, num, number, price, say, signed, span, time, tone} from "./text.js";

const table = (id, heads) => h("div", {class: "scroll", tabindex: "0", role: "region", "aria-labelledby": `${id}-title`}, h("table", {},
  h("thead", {}, h("tr", {}, ...heads.map(head => h("th", {scope: "col", text: head.replace("#", ""), class: head.startsWith("#") ? "n" : ""})))), h("tbody", {id: `${id}-rows`})));
const panel = (id, title, small, none, heads, ...more) => h("section", {class: "panel", "aria-labelledby": `${id}-title`},
  h("h3", {id: `${id}-title`, text: `${title} `}, h("small", {text: small})), table(id, heads), h("p", {class: "none", id: `${id}-none`, text: none}), ...more);

const chart = (name, id) => h("section", {class: "panel", "aria-label": name}, h("div", {id}));

function build(desk) {
  const v = desk.venue, q = desk.quote;
  return h("div", {class: "desk", id: `desk-${v}`}, h("h2", {text: `Drop buyer on ${v}`}),
    h("div", {class: "pair"}, chart("Equity", `chart-equity-${v}`), chart("Drawdown", `chart-drawdown-${v}`)),
    h("div", {class: "pair"}, chart("Budget over time", `chart-budget-${v}`), chart("Data age", `chart-age-${v}`)),
    h("div", {class: "pair"},
      panel(`drops-${v}`, "Top drops", "nearest to its trigger first; below 0 % it has dropped", "No symbol is near its trigger.", ["symbol", "#price", "#anchor", "#to trigger, %", "blocked by"]),
      panel(`positions-${v}`, "Positions and trades under way", `amounts in ${q}`, "Nothing is held and nothing is under way.", ["symbol", "what", "#quantity", "#entry", "#mark", "#unrealised", "since"])),
    h("div", {class: "trio"},
      panel(`tiers-${v}`, "Polling tiers", "", "No tier polls.", ["tier", "#every", "#symbols", "#cycle", "#overruns", "#success, %"], h("details", {}, h("summary", {text: "Data age of each symbol"}), h("ul", {class: "symbols", id: `symbols-${v}`}))),
      h("section", {class: "panel", "aria-labelledby": `budget-${v}-title`}, h("h3", {id: `budget-${v}-title`, text: "Budget "}, h("small", {text: q})),
        h("div", {class: "meterline", id: `budget-${v}`, role: "img"}), h("ul", {class: "keys", id: `budget-keys-${v}`}), h("ul", {class: "keys", id: `counts-${v}`})),
      panel(`guards-${v}`, "Drops that guards refused", "one drop may count for several", "No guard has refused a drop.", ["guard", "#drops"])));
}

export function desks(list, limits) {
  const box = $("exchange");
  for (const desk of list) {
    if (!$(`desk-${desk.venue}`)) box.append(build(desk));
    show(desk, limits);
  }
}

function show(desk, limits) {
  const v = desk.venue;
  fill($(`drops-${v}-rows`), desk.top_drops.map(drop => {
    const near = h("span", {text: signed(drop.distance_percent, 2)}), bar = h("span", {class: "near", "aria-hidden": "true"}, h("i"));
    bar.firstChild.style.width = `${Math.max(0, Math.min(100, 100 - 50 * num(drop.distance_percent)))}%`;
    return [drop.symbol, {text: price(drop.price), class: "n"}, {text: price(drop.anchor), class: "n"}, {node: h("span", {}, near, bar), class: "n"}, {text: drop.blocked_by.join(", ") || "nothing", class: drop.blocked_by.length ? "wrap dim" : "wrap good"}];
  }), $(`drops-${v}-none`));
  fill($(`positions-${v}-rows`), [
    ...desk.positions.map(one => [one.symbol, one.is_stale ? "held, not quoted" : "held", {text: amount(one.quantity, 4), class: "n"}, {text: price(one.entry_price), class: "n"}, {text: price(one.mark), class: "n"}, {text: signed(one.unrealised_quote), class: `n ${tone(one.unrealised_quote)}`}, time(num(one.opened_at_ns) / 1e6)]),
    ...desk.working.map(one => [one.symbol, one.purpose ? `${one.purpose} under way` : "under way", {text: amount(one.quantity, 4), class: "n"}, {text: price(one.limit), class: "n"}, "", "", one.since_ns ? time(num(one.since_ns) / 1e6) : "–"]),
  ], $(`positions-${v}-none`));
  fill($(`tiers-${v}-rows`), desk.tiers.map(tier => [tier.tier, {text: ms(tier.interval_ms), class: "n"}, {text: number(tier.symbols.length, 0), class: "n"}, {text: ms(tier.last_cycle_ms), class: "n"},
    {text: number(tier.overruns, 0), class: tier.overruns ? "n warn" : "n"}, {text: tier.success_rate === null ? "–" : number(100 * num(tier.success_rate), 1), class: num(tier.success_rate) !== null && num(tier.success_rate) < 0.95 ? "n warn" : "n"}]), $(`tiers-${v}-none`));
  symbols($(`symbols-${v}`), desk, limits);
  fill($(`guards-${v}-rows`), desk.blocked_by.map(guard => [guard.guard, {text: number(guard.drops, 0), class: "n"}]), $(`guards-${v}-none`));
  budget(desk);
}

/** Every symbol with its tier, price and age; only while somebody looks. */
function symbols(list, desk, limits) {
  if (!list.closest("details").open) return;
  const rows = desk.tiers.flatMap(tier => tier.symbols.map(symbol => [symbol, tier.tier])).sort((a, b) => (num(b[0].age_ms) ?? 1e12) - (num(a[0].age_ms) ?? 1e12));
  while (list.children.length > rows.length) list.lastChild.remove();
  rows.forEach(([symbol, tier], place) => {
    const item = list.children[place] || list.appendChild(h("li", {}, h("span"), h("span", {class: "dim"}), h("span")));
    const old = limits.quote_max_age_s && num(symbol.age_ms) > limits.quote_max_age_s * 1000;
    say(item.children[0], symbol.symbol); say(item.children[1], tier); say(item.children[2], `${ms(symbol.age_ms)}${old ? " ⚠" : ""}`);
    item.children[2].className = old ? "warn" : "";
  });
}

function budget(desk) {
  const v = desk.venue, sums = desk.budget, parts = [["committed", "a"], ["reserved", "b"], ["free", "d"]];
  const line = $(`budget-${v}`), keys = $(`budget-keys-${v}`);
  if (!line.children.length) {
    for (const [name, colour] of parts) {
      const part = h("i"), swatch = h("span", {class: "nc-swatch"});
      part.style.background = `var(--chart-${colour})`;
      swatch.style.setProperty("--swatch", `var(--chart-${colour})`);
      line.append(part);
      keys.append(h("li", {}, swatch, h("span", {text: name}), h("b")));
    }
  }
  parts.forEach(([name], place) => {
    const share = sums && num(sums.total) ? 100 * num(sums[name]) / num(sums.total) : 0;
    line.children[place].style.width = `${share}%`;
    say(keys.children[place].lastChild, sums ? amount(sums[name]) : "–");
  });
  line.setAttribute("aria-label", sums ? parts.map(([name]) => `${name} ${amount(sums[name])}`).join(", ") + ` ${desk.quote}` : "not known yet");
  const counts = [["bought", `${amount(desk.bought_quote)} ${desk.quote}`], ["sold", `${amount(desk.sold_quote)} ${desk.quote}`], ["refused by risk", desk.refused_by_risk], ["losses in a row", desk.losses_in_a_row],
    ["symbols skipped", desk.skipped], ["symbols resting after failures", desk.degraded], ["breakers", desk.breakers.join(", ") || "none tripped"]];
  const list = $(`counts-${v}`);
  if (!list.children.length) list.append(...counts.map(([name]) => h("li", {}, h("span", {text: name, class: "dim"}), h("b"))));
  counts.forEach(([, value], place) => say(list.children[place].lastChild, String(value)));
}
