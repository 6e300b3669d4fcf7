// Sessions and experiments: the list, and up to four of them side by side.

import {$, fill, h, known, moment, number, signed, span} from "./text.js";

const COMPARED_MAX = 4;
const chosen = new Set();
let list = [], shown = "";

export function sessions(found, running, onShow) {
  list = found;
  const now = JSON.stringify([found.map(one => [one.session, one.ended_ms, one.maker_fills, one.bought, one.sold, one.note]), running]);
  if (now === shown) return;
  shown = now;
  fill($("sessions-rows"), found.map(one => row(one, running, onShow)), $("sessions-none"));
}

/** What a strategy traded; a dash where it did not run and traded nothing. */
const count = (one, name) => one[name] || one.strategies.includes(name === "maker_fills" ? "market_maker" : "drop_buyer") ? number(one[name], 0) : "–";

function row(one, running, onShow) {
  const box = h("input", {type: "checkbox", "aria-label": `compare ${one.session}`});
  box.checked = chosen.has(one.session);
  box.addEventListener("change", () => {
    if (box.checked) chosen.add(one.session); else chosen.delete(one.session);
    if (chosen.size > COMPARED_MAX) { chosen.delete(one.session); box.checked = false; }
    compare();
  });
  const open = h("button", {type: "button", class: "plain small", text: one.session, "aria-label": `show ${one.session}`});
  open.addEventListener("click", () => onShow(one.session));
  const end = one.session === running ? {text: "▶ running", class: "good"} : {text: one.halt_reason || "not known", class: "wrap", };
  return [{node: box}, {node: open}, one.mode, moment(one.started_ms), {text: one.ended_ms ? span(one.ended_ms - one.started_ms) : "–", class: "n"}, end, ...["maker_fills", "bought", "sold"].map(name => ({text: count(one, name), class: "n"})), {text: one.note, class: "wrap"}];
}

async function compare() {
  const box = $("comparison"), picked = list.filter(one => chosen.has(one.session));
  if (picked.length < 2) { box.replaceChildren(...(picked.length ? [h("p", {class: "none", text: "Choose another one to compare it with."})] : [])); return; }
  let differences = [], error = "";
  try {
    const answer = await (await fetch(`/api/compare?${picked.map(one => `session=${encodeURIComponent(one.session)}`).join("&")}`)).json();
    differences = answer.differences || [];
    error = answer.error || "";
  } catch { error = "The dashboard does not answer."; }
  const names = [...new Set(picked.flatMap(one => Object.keys(one.results)))].filter(name => picked.some(one => typeof one.results[name] !== "object"));
  const rows = [
    ["mode", ...picked.map(one => one.mode)], ["strategies", ...picked.map(one => one.strategies.join(", "))], ["length", ...picked.map(one => one.ended_ms ? span(one.ended_ms - one.started_ms) : "running")],
    ["ended with", ...picked.map(one => one.halt_reason || "–")], ["market maker's fills", ...picked.map(one => count(one, "maker_fills"))], ["drop buyer's fills", ...picked.map(one => count(one, "drop_fills"))],
    ["drops bought", ...picked.map(one => count(one, "bought"))], ["drops sold", ...picked.map(one => count(one, "sold"))], ["code", ...picked.map(one => one.code_version)],
    ...names.map(name => [name.replaceAll("_", " "), ...picked.map(one => value(one.results[name]))]),
    ...differences.map(one => [one.key, ...one.values.map(value)]),
  ];
  const body = h("tbody");
  box.replaceChildren(h("h3", {text: "Side by side "}, h("small", {text: error || (differences.length ? "figures, then configuration keys that differ" : "figures; the configurations are the same")})),
    h("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": "Comparison"}, h("table", {}, h("thead", {}, h("tr", {}, h("th", {scope: "col", text: ""}), ...picked.map(one => h("th", {scope: "col", text: one.session})))), body)));
  fill(body, rows.map(([name, ...values]) => [{text: name, class: "dim"}, ...values.map(text => ({text, class: "wrap"}))]));
}

const value = one => !known(one) ? "–" : typeof one === "number" ? signed(one, 2).replace(/^\+/, "") : typeof one === "object" ? JSON.stringify(one) : String(one);
