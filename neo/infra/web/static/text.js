// Elements, texts and numbers of the dashboard. Text only ever becomes text nodes.

import {clock, moment, number} from "./charts.js";

export {clock, moment, number};

export const $ = id => document.getElementById(id);

/** An element with attributes and children; `text` and `class` are what they say. */
export function h(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") made.textContent = value;
    else if (name === "class") made.className = value;
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

/** Set a text only when it differs, so that nothing flickers and no screen reader repeats itself. */
export function say(node, text) { if (node.textContent !== text) node.textContent = text; }

export const known = value => value !== null && value !== undefined && value !== "";
/** A number out of JSON, where amounts are texts so that no digit is lost; null when it is not known. */
export const num = value => known(value) && Number.isFinite(Number(value)) ? Number(value) : null;

/** As many digits as a price needs: five significant ones, two at least. */
export function priceDigits(price) {
  if (!price) return 5;
  return Math.max(1, Math.min(10, 4 - Math.floor(Math.log10(Math.abs(price)))));
}

export const price = value => num(value) === null ? "–" : number(num(value), priceDigits(num(value)));
export const amount = (value, digits = 2) => number(num(value), digits);
export const signed = (value, digits = 2) => num(value) === null ? "–" : (num(value) > 0 ? "+" : "") + number(num(value), digits);
export const tone = value => num(value) === null || num(value) === 0 ? "" : num(value) > 0 ? "good" : "bad";
export const time = ms => clock(ms, true);

/** A length of time, in the two largest units. */
export function span(ms) {
  if (ms === null || ms === undefined) return "–";
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  if (s < 172_800) return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
  return `${Math.floor(s / 86_400)} d ${Math.floor(s % 86_400 / 3600)} h`;
}

/** Milliseconds for people: 340 ms, 2.1 s. */
export const ms = value => num(value) === null ? "–" : num(value) < 1000 ? `${number(num(value), 0)} ms` : `${number(num(value) / 1000, 1)} s`;

/** Make a table body show `rows`, each a list of cells {text, class}; cells that are as before are left alone. */
export function fill(body, rows, none) {
  while (body.rows.length > rows.length) body.deleteRow(-1);
  rows.forEach((cells, place) => {
    const row = body.rows[place] || body.insertRow();
    while (row.cells.length > cells.length) row.deleteCell(-1);
    cells.forEach((cell, column) => {
      const at = row.cells[column] || row.insertCell();
      const {text = "", class: name = "", node} = typeof cell === "string" ? {text: cell} : cell;
      if (node) { at.replaceChildren(node); } else say(at, text);
      if (at.className !== name) at.className = name;
    });
  });
  if (none) none.hidden = rows.length > 0;
  const box = body.closest(".scroll");
  if (box) box.hidden = rows.length === 0;
}
