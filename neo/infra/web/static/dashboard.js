// The page: what it knows, the stream that it listens to, and when it asks again.

import {$, moment, num, say, span} from "./text.js";
import {Course, tickOf} from "./series.js";
import {Panels} from "./panels.js";
import * as views from "./views.js";
import {desks} from "./desk.js";
import {sessions} from "./sessions.js";
import {listen as listenToOperator} from "./operate.js";

const DRAW_EVERY_MS = 500, TABLES_EVERY_MS = 2000, SESSIONS_EVERY_MS = 30_000, STALE_AFTER_MS = 6_000, LOADED_AHEAD = 1.25;
// The books get ticks and marks by the minute of the engine's clock: the last ones before a page came are in them after this time.
const BOOKED_AFTER_MS = 70_000;
const course = new Course();
const page = {sighting: null, overview: {limits: {}}, link: {lostAt: null, error: null, heardAt: 0}, chosen: null, ticks: 0, frames: 0, resumes: 0, drawn: 0};
globalThis.neoPage = {page, course};  // for whoever looks from the console, and for tests
const recent = [], RECENT_MAX = 600;  // events, for what the books do not have yet when history is read
let newestSeq = {session: "", seq: 0};
let panels, spanMs = 3_600_000, drawing = null, tables = null, loads = 0, loadAgainAt = null;

const live = () => page.chosen === null || page.chosen === page.sighting?.session;
const session = () => page.chosen ?? page.sighting?.session ?? "";
const heldVenues = () => (page.sighting?.status?.venues || []).filter(one => one.phase === "held").map(one => one.venue);

async function ask(path) {
  const response = await fetch(path, {credentials: "omit"});
  const answer = await response.json();
  if (!response.ok) throw Object.assign(new Error(answer.error || `status ${response.status}`), {advice: answer.advice});
  return answer;
}

/** Read what a page needs to begin with, or to begin anew. */
async function load() {
  const mine = ++loads;
  try {
    const overview = await ask("/api/overview");
    page.overview = overview;
    page.link.error = null;
    take(overview);
    const actions = overview.actions;
    $("halt").hidden = !actions; $("readonly").hidden = actions;
    say($("foot"), `neo ${overview.version} · ${overview.database}`);
    if (session()) {
      const history = await ask(`/api/charts?session=${encodeURIComponent(session())}&from_ms=${from()}`);
      if (mine !== loads) return;  // somebody asked again meanwhile
      course.load(history);
      recent.forEach(onto);
      if (live() && page.sighting.status) course.addStatus(page.sighting.status);
    }
    await Promise.all([loadTables(), loadSessions()]);
  } catch (error) {
    if (!page.link.lostAt) { page.link.error = `Cannot read the session: ${error.message}`; page.link.advice = error.advice; }
  }
  show();
}

/** Now, and once more when the books have what they did not have yet. */
async function begin() {
  await load();
  const now = num(page.sighting?.status?.now_ns);
  loadAgainAt = now === null ? null : now / 1e6 + BOOKED_AFTER_MS;
}

/** The range's beginning, with some room to move; everything for "all" and for sessions that have ended. */
function from() {
  const now = num(page.sighting?.status?.now_ns);
  return spanMs === null || !live() || now === null || !page.sighting?.alive ? 0 : Math.max(0, Math.round(now / 1e6 - spanMs * LOADED_AHEAD));
}

async function loadTables() { if (session()) views.orders((await ask(`/api/orders?session=${encodeURIComponent(session())}`)).orders); }
async function loadSessions() { sessions((await ask("/api/sessions")).sessions, page.sighting?.alive ? page.sighting.session : null, choose); }

function choose(name) {
  page.chosen = name === page.sighting?.session && page.sighting.alive ? null : name;
  if (page.chosen !== null) { spanMs = null; panels.view.follow(null); }
  load();
  $("main").focus();
}

/** A new sighting of the engine. */
function take(sighting) {
  const before = page.sighting?.session;
  page.sighting = sighting;
  page.link.heardAt = Date.now();
  const now = num(sighting.status?.now_ns) / 1e6;
  if (loadAgainAt !== null && now >= loadAgainAt) { loadAgainAt = null; load(); }
  if (sighting.status && live() && course.session === sighting.session) course.addStatus(sighting.status);
  if (before !== undefined && before !== sighting.session && live()) load();
}

function show() {
  const {sighting, overview, link} = page, status = sighting?.status;
  if (sighting) {
    views.header(sighting);
    views.tiles(status, course, overview.limits);
    views.actors(sighting.alive ? status?.actors : []);
    desks(status?.desks || [], overview.limits);
    panels.desk = Object.fromEntries((status?.desks || []).map(desk => [desk.venue, desk]));
    const held = status?.phase === "held" && sighting.alive;
    $("resume").hidden = !(overview.actions && sighting.alive && (held || heldVenues().length));
    $("halt").disabled = !sighting.alive || held || status?.phase === "halting" || status?.phase === "stopping";
  }
  const market = status?.market;
  views.fills(course, market?.base || "XRP", market?.quote || "RLUSD");
  views.banner(sighting, link);
  $("viewing").hidden = page.chosen === null;
  say($("viewing").firstElementChild, `Charts, orders and fills are those of ${page.chosen}; figures and actors are the engine's.`);
  if (panels.view.following || page.drawn === 0) panels.draw(course, {base: market?.base, quote: market?.quote, limits: overview.limits, live: live() && Boolean(sighting?.alive), market: !status || Boolean(market)});
  page.drawn++;
  connection();
}

function connection() {
  const {link, sighting} = page, quietMs = Date.now() - link.heardAt, age = num(sighting?.age_s);
  const [tone, text] = link.lostAt ? ["bad", "✕ disconnected"] : !sighting ? ["dim", "… connecting"]
    : quietMs > STALE_AFTER_MS ? ["warn", `⚠ nothing heard for ${span(quietMs)}`] : sighting.alive && age > 6 ? ["warn", `⚠ status ${span(age * 1000)} old`]
    : sighting.alive ? ["good", "● connected"] : ["dim", "● connected, no engine"];
  $("link").dataset.tone = tone;
  say($("link"), text);
  $("main").classList.toggle("old", Boolean(link.lostAt) || quietMs > STALE_AFTER_MS);
}

const soon = () => { drawing ||= setTimeout(() => { drawing = null; show(); }, DRAW_EVERY_MS); };
const tablesSoon = () => { tables ||= setTimeout(() => { tables = null; loadTables().catch(() => {}); }, TABLES_EVERY_MS); };

/** Put an event onto the course; what it has already is left out. */
function onto(event) {
  if (event.session !== course.session || !live()) return;
  const kind = event.event;
  if (kind === "QUOTE_TICK" || kind === "TICK_SUSPENDED") { if (course.addTick(tickOf(event, page.sighting?.status))) page.ticks++; }
  else if (kind === "FILL") { if (event.fields.symbol === page.sighting?.status?.market?.symbol) course.addFill(event); }  // others are in other currencies
  else if (kind === "HALT") course.addHalt(event);
  else if (kind === "HALT_CLEARED") course.endHalts(event);
  else if (kind === "TRADE_ENDED") course.addResult(event);
}

function happened(event) {
  page.frames++;
  if (event.session === newestSeq.session && event.seq <= newestSeq.seq) return;  // sent again after a lost connection
  newestSeq = {session: event.session, seq: event.seq};
  recent.push(event);
  if (recent.length > RECENT_MAX) recent.splice(0, RECENT_MAX / 2);
  onto(event);
  if (live() && (event.event.startsWith("ORDER_") || event.event === "FILL")) tablesSoon();
  if (event.event === "SESSION_END" || event.event === "SESSION_START") loadSessions().catch(() => {});
  views.event(event);
  soon();
}

function connect() {
  const stream = new EventSource("/api/stream");
  stream.addEventListener("hello", message => {
    const {resumed} = JSON.parse(message.data);
    page.link.lostAt = null; page.link.heardAt = Date.now();
    if (resumed) page.resumes++; else begin();
    soon();
  });
  stream.addEventListener("event", message => { page.link.heardAt = Date.now(); happened(JSON.parse(message.data)); });
  stream.addEventListener("status", message => { take(JSON.parse(message.data)); soon(); });
  stream.addEventListener("error", () => {
    page.link.lostAt ??= Date.now();
    soon();
    if (stream.readyState === EventSource.CLOSED) { stream.close(); setTimeout(connect, 2000); }  // refused, not lost: it does not try again by itself
  });
}

function themes() {
  const names = ["system", "dark", "light"];
  const set = name => {
    if (name === "system") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = name;
    $("theme").textContent = `Theme: ${name}`;
    try { localStorage.setItem("neo-theme", name); } catch { /* a browser that keeps nothing forgets the theme */ }
    panels.repaint();
  };
  let now = "system";
  try { now = localStorage.getItem("neo-theme") || now; } catch { /* as above */ }
  set(names.includes(now) ? now : "system");
  $("theme").addEventListener("click", () => { now = names[(names.indexOf(now) + 1) % names.length]; set(now); });
}

panels = globalThis.neoPage.panels = new Panels(chosen => { spanMs = chosen; load(); });
themes();
listenToOperator(() => page.sighting?.session ?? "", heldVenues);
$("back").addEventListener("click", () => { page.chosen = null; spanMs = 3_600_000; panels.view.follow(spanMs); load(); });
connect();
setInterval(connection, 1000);
setInterval(() => { if (!page.link.lostAt) loadSessions().catch(() => {}); }, SESSIONS_EVERY_MS);
