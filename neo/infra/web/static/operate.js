// Halt and resume: a dialog that says what will happen, asks who it is, and shows the engine's answer.

import {$} from "./text.js";

const WORDS = {
  halt: {title: "Halt the engine?", go: "Halt now", what: "Cancels every order that can be reached and verifies that they are gone. What happens then is session.on_halt of the configuration: the engine ends, or holds until it is resumed."},
  resume: {title: "Resume trading?", go: "Resume now", what: "Clears the halt. The engine reconciles with the venue first and then places orders again."},
};
let verb = "halt", session = () => "", held = () => [];

export function listen(currentSession, heldVenues) {
  session = currentSession;
  held = heldVenues;
  for (const name of ["halt", "resume"]) $(name).addEventListener("click", () => open(name));
  $("operate-cancel").addEventListener("click", dismiss);
  $("operate-go").addEventListener("click", give);
  $("operate").addEventListener("keydown", event => { if (event.key === "Enter" && event.target.tagName === "INPUT") { event.preventDefault(); give(); } });
  // Escape and the browser's own gestures: the first of these events that this browser has; "close" comes a while after the dialog is gone.
  for (const name of ["beforetoggle", "cancel", "close"]) $("operate").addEventListener(name, forget);
}

function forget() {  // the token is kept nowhere
  $("operate-token").value = "";
}

function dismiss() {
  forget();
  $("operate").close();
}

function open(name) {
  verb = name;
  $("operate-title").textContent = WORDS[name].title;
  $("operate-what").textContent = WORDS[name].what;
  $("operate-go").textContent = WORDS[name].go;
  $("operate-answer").textContent = "";
  const venues = name === "resume" ? held() : [];
  $("operate-where").hidden = venues.length < 2;
  $("operate-venue").replaceChildren(new Option("every venue that is held", ""), ...venues.map(venue => new Option(venue, venue)));
  $("operate").showModal();
  $($("operate-who").value ? "operate-token" : "operate-who").focus();
}

async function give() {
  const who = $("operate-who").value.trim(), token = $("operate-token").value, answer = $("operate-answer");
  if (!who || !token) {
    answer.textContent = who ? "The token is missing." : "Your name is missing: it is recorded with the halt.";
    $(who ? "operate-token" : "operate-who").focus();
    return;
  }
  $("operate-go").disabled = true;
  answer.textContent = "Waiting for the engine…";
  try {
    const response = await fetch(`/api/${verb}`, {
      method: "POST", headers: {"content-type": "application/json", authorization: `Bearer ${token}`}, credentials: "omit",
      body: JSON.stringify({who, note: $("operate-note").value, session: session(), venue: verb === "resume" ? $("operate-venue").value : ""}),
    });
    const said = await response.json();
    if (response.ok) dismiss();
    else answer.textContent = [said.error || said.text, said.advice].filter(Boolean).join(". ");
  } catch {
    answer.textContent = "The dashboard does not answer: nothing was sent to the engine. `neo halt` on its machine does the same.";
  } finally {
    $("operate-go").disabled = false;
  }
}
