// What a chart does with numbers: find, thin out, round, and put into words.

const POINTS_PER_COLUMN = 4;

/** Index of the first element of the sorted array `t` that is not below `value`. */
export function lowerBound(t, value) {
  let low = 0, high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle] < value) low = middle + 1; else high = middle;
  }
  return low;
}

/** Index of the newest element at or before `value`, -1 when there is none. */
export function newestAt(t, value) {
  let i = lowerBound(t, value);
  while (i < t.length && t[i] === value) i++;
  return i - 1;
}

/** What is visible of a series between `from` and `to`, one point beyond on each side, in at most about four points for
 *  each pixel column: its first, lowest, highest and last. A gap (null) stays a gap. */
export function decimate(t, v, from, to, columns) {
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
export function decimateBand(t, low, high, from, to, columns) {
  const a = decimate(t, low, from, to, columns), b = decimate(t, high, from, to, columns);
  return {low: a, high: b};
}

/** Round values between low and high, about `count` of them, and the step between them. */
export function niceTicks(low, high, count) {
  const rough = (high - low) / Math.max(1, count) || 1, power = 10 ** Math.floor(Math.log10(rough)), share = rough / power;
  const step = (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10) * power, values = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) values.push(k * step);
  return {values, step};
}

const formats = new Map();
/** A number with thousands separators and a fixed number of digits, so that columns align; a dash for what is unknown. */
export function number(value, digits) {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!formats.has(digits)) {
    formats.set(digits, new Intl.NumberFormat("en-US", {minimumFractionDigits: digits, maximumFractionDigits: digits}));
  }
  const text = formats.get(digits).format(value);
  return text.startsWith("-") ? (/[1-9]/.test(text) ? "−" : "") + text.slice(1) : text;
}

const two = value => String(value).padStart(2, "0");
export const clock = (ms, seconds) => {
  const at = new Date(ms), text = `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
  return seconds ? `${text}:${two(at.getUTCSeconds())}` : text;
};
export const day = ms => `${two(new Date(ms).getUTCDate())} ${["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
  "Nov", "Dec"][new Date(ms).getUTCMonth()]}`;
/** A moment in UTC, for people. */
export const moment = ms => `${day(ms)} ${clock(ms, true)} UTC`;
