// The verdict bar: keys and buttons, ticks kept in this tab, active seconds, and one message that carries them all.
// Ticks and seconds lie in sessionStorage under the image's id: a rerun, a reload and a restarted server find them again.
const NO_ANSWER_MS = 12_000; // longer than the server waits for the lake (10 s) before it says that it is busy
const TICK_MS = 250;

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".vb");
  const role = (name) => root.querySelector(`[data-role="${name}"]`);
  root.end?.(); // Streamlit calls this again with new data, and what is returned below only when the widget goes
  const stop = new AbortController();
  const on = (target, type, listener, more = {}) => target.addEventListener(type, listener, { signal: stop.signal, ...more });
  const make = (tag, text, name) => { const node = document.createElement(tag); if (name) node.className = name; if (text !== undefined) node.textContent = text; return node; };

  const slot = `vb-draft-${data.id}`;
  const blank = () => ({ reasons: [], actions: [], usable: null, seconds: 0, token: crypto.randomUUID(), taken: null });
  function load() { try { return { ...blank(), ...JSON.parse(sessionStorage.getItem(slot) ?? "{}") }; } catch { return blank(); } }
  function save() { try { sessionStorage.setItem(slot, JSON.stringify(state.draft)); } catch { /* private window: kept until the reload */ } }
  function forget(id) { try { sessionStorage.removeItem(`vb-draft-${id}`); } catch { /* nothing was kept */ } }

  // ---- what this call brought ----------------------------------------------------------------------------------
  const before = root.state;
  const same = before && before.id === data.id;
  const state = same ? before : { id: data.id, draft: load(), sent: before?.sent ?? null, asked: null, said: null };
  root.state = state;
  const given = data.draft; // the ticks of a verdict that was taken back
  if (given && state.draft.taken !== given.token) state.draft = { ...blank(), ...given, token: crypto.randomUUID(), taken: given.token };
  if (!same) { state.asked = null; state.said = null; state.input = performance.now(); }
  if (state.sent) {
    const answered = data.answered === state.sent.token, moved = state.sent.id !== data.id, lost = state.sent.session !== data.session;
    if (answered || moved || lost) {
      if (moved && state.sent.kind === "verdict") forget(state.sent.id); // stored, or not one's own any more
      if (lost && !moved) state.said = { words: "The connection was interrupted before this verdict was stored. What was ticked is still here: press the key again.", bad: true };
      state.sent = null;
    }
  }
  if (data.problem && data.problem.token !== state.told) {
    state.told = data.problem.token;
    state.said = { words: data.problem.words, bad: true };
    if (data.problem.fresh) state.draft.token = crypto.randomUUID(); // it was refused, not lost: the next try is another verdict
  }
  const draft = state.draft;
  const open = data.state === "open";
  save();

  // ---- drawing -------------------------------------------------------------------------------------------------
  const seen = () => !data.picture || document.documentElement.dataset.baShown === data.picture;
  function chips(name, entries, pressed, choose, kind) {
    const row = role(name);
    row.hidden = !entries.length;
    row.replaceChildren(row.querySelector("b"), ...entries.map((entry) => {
      const button = make("button");
      button.type = "button"; button.dataset.value = entry.value; button.title = entry.words ?? "";
      if (kind === "radio") { button.setAttribute("role", "radio"); button.setAttribute("aria-checked", String(pressed(entry.value))); }
      else button.setAttribute("aria-pressed", String(pressed(entry.value)));
      if (entry.key) button.append(make("kbd", entry.key.toUpperCase()));
      button.append(entry.label);
      button.disabled = !open;
      button.onclick = () => { choose(entry.value); button.blur(); };
      return button;
    }));
  }
  const toggle = (list, value) => { const at = list.indexOf(value); if (at < 0) list.push(value); else list.splice(at, 1); };
  function tick(kind, value) {
    if (!open || state.sent) return;
    if (kind === "usable") draft.usable = draft.usable === value ? null : value;
    else toggle(draft[kind], value);
    if (state.asked === kind) { state.asked = null; state.said = null; }
    save(); draw();
  }
  function draw() {
    chips("reasons", data.reasons, (v) => draft.reasons.includes(v), (v) => tick("reasons", v));
    chips("actions", data.actions, (v) => draft.actions.includes(v), (v) => tick("actions", v));
    chips("usable", data.asks_usable ? data.usable : [], (v) => draft.usable === v, (v) => tick("usable", v), "radio");
    for (const name of ["reasons", "usable"]) role(name).classList.toggle("vb-asked", state.asked === name);
    const chosen = state.sent?.verdict ?? data.verdict ?? null;
    role("verdicts").replaceChildren(...data.verdicts.map((verdict) => {
      const button = make("button", verdict.label);
      button.type = "button"; button.dataset.value = verdict.value;
      button.style.setProperty("--vb-colour", verdict.colour); button.style.setProperty("--vb-ink", verdict.ink);
      button.setAttribute("aria-pressed", String(chosen === verdict.value));
      button.append(make("kbd", verdict.key.toUpperCase()));
      button.disabled = !open || Boolean(state.sent);
      button.onclick = () => { send(verdict.value); button.blur(); };
      return button;
    }));
    role("undo").disabled = !data.undo || Boolean(state.sent);
    role("undo").title = data.undo ?? "Nothing to take back";
    role("previous").disabled = !data.previous; role("next").disabled = !data.next;
    for (const name of ["look", "nearer", "further"]) role(name).disabled = !data.picture;
    const say = role("say");
    say.hidden = !state.said;
    say.textContent = state.said?.words ?? "";
    say.classList.toggle("vb-bad", Boolean(state.said?.bad));
    const counts = data.verdicts.filter((v) => data.tally[v.value]).map((v) => {
      const one = make("i"); one.style.setProperty("--vb-colour", v.colour); one.append(make("b", String(data.tally[v.value])), ` ${v.done}`); return one;
    });
    if (data.tally.median_s !== null) counts.push(make("i", `median ${Math.round(data.tally.median_s)} s`, "vb-plain"));
    role("tally").replaceChildren(...(counts.length ? counts : [make("i", "no verdict yet in this session", "vb-plain")]));
    role("tally").title = "Your verdicts since you opened this page; only you see this.";
    clock();
    Object.assign(root.dataset, { id: data.id, state: data.state, sending: state.sent ? state.sent.kind : "", token: draft.token });
  }
  function clock() {
    const time = role("time");
    time.replaceChildren(make("b", `${Math.floor(draft.seconds)} s`), " on this image");
    time.title = `Active time: counted while this tab is seen and a hand moved in the last ${data.idle_s} s.`;
    time.classList.toggle("vb-paused", !active());
    time.hidden = !open;
    root.dataset.seconds = draft.seconds.toFixed(1);
  }

  // ---- active seconds ------------------------------------------------------------------------------------------
  const active = () => open && document.visibilityState === "visible" && performance.now() - (state.input ?? 0) < data.idle_s * 1000;
  const touched = () => { state.input = performance.now(); };
  for (const type of ["pointermove", "pointerdown", "keydown", "wheel"]) on(window, type, touched, { capture: true, passive: true });
  let last = performance.now();
  const beat = setInterval(() => {
    const now = performance.now();
    if (active() && !state.sent) { draft.seconds += Math.min(now - last, 4 * TICK_MS) / 1000; save(); } // a timer that slept counts as little
    last = now;
    clock();
  }, TICK_MS);

  // ---- what goes out -------------------------------------------------------------------------------------------
  function tell(words, bad = false) { state.said = { words, bad }; draw(); }
  function lock(kind, message) {
    state.sent = { kind, id: data.id, session: data.session, token: message.token, verdict: message.verdict };
    state.said = null; state.asked = null;
    draw();
    setTriggerValue(kind, message);
    const token = message.token;
    setTimeout(() => {
      if (root.state.sent?.token !== token) return;
      root.state.sent = null;
      root.state.said = { words: "No answer yet. What was ticked is still here: press the key again, it cannot be stored twice.", bad: true };
      root.redraw?.();
    }, NO_ANSWER_MS);
  }
  function send(verdict) {
    if (state.sent || !open) return open ? undefined : tell(data.closed ?? "There is nothing to judge here.");
    if (!seen()) return tell("The picture is still loading.");
    if (verdict !== "approved" && !draft.reasons.length) { state.asked = "reasons"; return tell(`Tick why first: keys 1 to ${data.reasons.length}, then the verdict again.`); }
    if (data.asks_usable && !draft.usable) { state.asked = "usable"; return tell("Say first how the automatic cutout was: usable as it is, a start, or useless."); }
    lock("verdict", { token: draft.token, id: data.id, verdict, reasons: [...draft.reasons], actions: [...draft.actions], usable: data.asks_usable ? draft.usable : null, seconds: Number(draft.seconds.toFixed(1)) });
  }
  const undo = () => { if (data.undo && !state.sent) lock("undo", { token: crypto.randomUUID() }); };
  const move = (where) => { if (!state.sent && data[where]) setTriggerValue("move", where); };
  const press = (key) => window.dispatchEvent(new KeyboardEvent("keydown", { key }));

  role("undo").onclick = (event) => { undo(); event.currentTarget.blur(); };
  for (const [name, act] of [["previous", () => move("previous")], ["next", () => move("next")], ["look", () => press(" ")], ["nearer", () => press("+")], ["further", () => press("-")]]) {
    role(name).onclick = (event) => { act(); event.currentTarget.blur(); };
  }

  const keys = new Map([
    ...data.reasons.map((entry) => [entry.key, () => tick("reasons", entry.value)]),
    ...data.actions.map((entry) => [entry.key, () => tick("actions", entry.value)]),
    ...(data.asks_usable ? data.usable.map((entry) => [entry.key, () => tick("usable", entry.value)]) : []),
    ...data.verdicts.map((verdict) => [verdict.key, () => send(verdict.value)]),
    ["z", undo],
    ...(data.picture ? [] : [["arrowleft", () => move("previous")], ["arrowright", () => move("next")]]), // else the viewer's
  ]);
  const typing = (target) => target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=combobox], [role=dialog], [role=listbox]");
  // before anyone else: R and C are Streamlit's own shortcuts
  for (const type of ["keydown", "keypress", "keyup"]) on(window, type, (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.composedPath()[0])) return;
    const act = keys.get(event.key.toLowerCase());
    if (!act) return;
    event.preventDefault(); event.stopImmediatePropagation(); touched();
    if (type === "keydown" && !event.repeat) act(); // a key held down is one verdict
  }, { capture: true });

  // ---- the room the bar takes, and leaving ---------------------------------------------------------------------
  const measure = () => document.documentElement.style.setProperty("--board-bar", `${Math.ceil(root.getBoundingClientRect().height)}px`);
  const watch = new ResizeObserver(measure);
  watch.observe(root);
  const leave = () => navigator.sendBeacon(data.leave);
  if (data.leave) on(window, "pagehide", leave);
  root.redraw = draw;
  draw(); measure();
  root.end = () => { stop.abort(); watch.disconnect(); clearInterval(beat); };
  return () => { root.end(); if (data.leave) leave(); }; // another page of the app
}
