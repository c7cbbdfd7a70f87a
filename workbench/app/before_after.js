// Before and after under one divider, with one zoom for both. The photo is laid over the delivered picture by the
// recorded 3x3 geometry (source pixels -> delivered pixels, pixel centres at integers), so both show the same spot.
const ZOOMS = [0, 1, 2, 4]; // 0 is the whole picture; the others are screen pixels per picture pixel
const ZOOM_NAMES = ["Whole", "100%", "200%", "400%"];
const SIDES = [["before", "Before"], ["split", "Both"], ["after", "After"]];
const GROUNDS = [["checker", "Checkerboard"], ["white", "White"], ["grey", "Grey"], ["black", "Black"]];
const MAP_PX = 110;

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".ba");
  const one = (selector) => root.querySelector(selector);
  const role = (name) => one(`[data-role="${name}"]`);
  const stage = one(".ba-stage");
  const picture = one(".ba-picture");
  const photo = one(".ba-photo");
  const ground = one(".ba-ground");
  const frame = one(".ba-frame");
  const before = one(".ba-before");
  const divider = one(".ba-divider");
  const worst = one(".ba-worst");
  const map = one(".ba-map");
  const wait = one(".ba-wait");
  root.end?.(); // Streamlit calls this again with new data, and what is returned below only when the widget goes
  const stop = new AbortController();
  const on = (target, type, listener, more = {}) => target.addEventListener(type, listener, { signal: stop.signal, ...more });
  const recall = (name, fallback) => { try { return sessionStorage.getItem(`ba-${name}`) ?? fallback; } catch { return fallback; } };
  const remember = (name, value) => { try { sessionStorage.setItem(`ba-${name}`, value); } catch { /* private window */ } };

  const wide = data.width, high = data.height;
  root.classList.toggle("ba-loupe", data.form === "loupe");
  const has = (key) => data.layers.some((layer) => layer.key === key);
  const kept = root.state && root.state.id === data.id ? root.state : null; // a rerun must not throw the view away
  const state = kept ?? {
    id: data.id,
    layer: has(recall("layer", "")) ? recall("layer", "") : data.layers[0]?.key ?? null,
    ground: recall("ground", "checker"),
    side: data.before && data.layers.length ? recall("side", "split") : data.before ? "before" : "after",
    spot: 0,
    zoom: data.spots.length ? 2 : 0, // index into ZOOMS: it opens at the worst edge, not at the whole photo
    divide: 0.5,
    x: data.spots.length ? data.spots[0].x : wide / 2,
    y: data.spots.length ? data.spots[0].y : high / 2,
  };
  root.state = state;

  const size = () => ({ w: stage.clientWidth || 1, h: stage.clientHeight || 1 });
  const dpr = () => window.devicePixelRatio || 1;
  function scale() {
    const { w, h } = size();
    const whole = Math.min((w - 24) / wide, (h - 24) / high);
    return state.zoom === 0 ? Math.min(whole, 2) : ZOOMS[state.zoom] / dpr();
  }

  function draw() {
    const { w, h } = size();
    const s = scale();
    if (state.zoom === 0) { state.x = wide / 2; state.y = high / 2; }
    state.x = Math.min(Math.max(state.x, 0), wide);
    state.y = Math.min(Math.max(state.y, 0), high);
    const left = Math.round(w / 2 - state.x * s), top = Math.round(h / 2 - state.y * s);
    stage.classList.toggle("ba-pixels", s * dpr() >= 2);

    for (const box of [picture, ground, frame]) {
      box.style.width = `${wide}px`; box.style.height = `${high}px`;
      box.style.transform = `translate(${left}px, ${top}px) scale(${s})`;
    }
    frame.style.width = `${wide * s}px`; frame.style.height = `${high * s}px`;
    frame.style.transform = `translate(${left}px, ${top}px)`;
    const layer = data.layers.find((entry) => entry.key === state.layer);
    const clear = layer && layer.clear;
    // squares of the ground keep their size on screen at every zoom
    ground.className = `ba-ground ${clear ? `ba-${state.ground}` : "ba-white"}`;
    ground.style.width = `${wide * s}px`; ground.style.height = `${high * s}px`;
    ground.style.transform = `translate(${left}px, ${top}px)`;
    ground.hidden = !layer;

    if (data.before) {
      const [a, b, c, d, e, f] = data.before.matrix; // x' = a x + c y + e, y' = b x + d y + f, corner-based pixels
      photo.style.width = `${data.before.width}px`; photo.style.height = `${data.before.height}px`;
      photo.style.transform = `translate(${left}px, ${top}px) scale(${s}) matrix(${a}, ${b}, ${c}, ${d}, ${e}, ${f})`;
    }
    const both = state.side === "split";
    const edge = state.side === "before" ? w : both ? Math.round(state.divide * w) : 0;
    before.hidden = edge === 0 || !data.before;
    // beside the result the photo is cut to the result's frame; alone, all of it is seen with the frame drawn
    const cutTop = Math.max(0, top), cutBottom = Math.max(0, h - (top + high * s));
    const cutLeft = Math.max(0, left), cutRight = Math.max(w - edge, w - (left + wide * s), 0);
    before.style.clipPath = both ? `inset(${cutTop}px ${cutRight}px ${cutBottom}px ${cutLeft}px)` : "none";
    before.style.background = both ? "none" : "";
    frame.hidden = both || !data.before || !data.layers.length;
    one(".ba-after").hidden = state.side === "before";
    one(".ba-after").style.clipPath = both ? `inset(0 0 0 ${edge}px)` : "none";
    divider.hidden = !both;
    divider.style.left = `${edge}px`;
    divider.setAttribute("aria-valuenow", String(Math.round(state.divide * 100)));
    one(".ba-tag-before").hidden = before.hidden;
    one(".ba-tag-after").hidden = state.side === "before" || !layer;
    one(".ba-tag-after").textContent = layer ? layer.tag ?? layer.label : "";
    const spot = data.spots[state.spot];
    worst.hidden = !spot;
    if (spot) { worst.style.left = `${left + spot.x * s}px`; worst.style.top = `${top + spot.y * s}px`; }
    worst.classList.toggle("ba-small", s * dpr() < 1);

    const part = { w: w / (wide * s), h: h / (high * s) };
    map.hidden = !data.map || (part.w >= 1 && part.h >= 1);
    if (!map.hidden) {
      const m = MAP_PX / Math.max(wide, high), mw = wide * m, mh = high * m;
      map.style.width = `${mw}px`; map.style.height = `${mh}px`;
      const x0 = Math.max(0, -left / s) * m, y0 = Math.max(0, -top / s) * m;
      const x1 = Math.min(wide, (w - left) / s) * m, y1 = Math.min(high, (h - top) / s) * m;
      Object.assign(map.querySelector("i").style, { left: `${x0}px`, top: `${y0}px`, width: `${x1 - x0}px`, height: `${y1 - y0}px` });
    }
    for (const [name, value] of [["layers", state.layer], ["grounds", state.ground], ["sides", state.side], ["zooms", String(state.zoom)]]) {
      for (const button of role(name).querySelectorAll("button")) button.setAttribute("aria-checked", String(button.value === value));
    }
    role("grounds").hidden = !clear || state.side === "before";
    root.dataset.zoom = ZOOM_NAMES[state.zoom];
    root.dataset.side = state.side;
    root.dataset.layer = state.layer ?? "";
    root.dataset.divide = state.divide.toFixed(3);
    root.dataset.centre = `${Math.round(state.x)},${Math.round(state.y)}`;
  }

  const busy = new Set();
  // who judges must have seen: others on the page may ask which image is on the screen, and hear when it is
  function painted() {
    if (busy.size || stop.signal.aborted) return;
    requestAnimationFrame(() => requestAnimationFrame(() => {
      if (busy.size || stop.signal.aborted || root.dataset.shown === data.id) return;
      root.dataset.shown = document.documentElement.dataset.baShown = data.id;
      window.dispatchEvent(new CustomEvent("ba-shown", { detail: data.id }));
    }));
  }
  function show(image, url) {
    if (!url || image.dataset.url === url) return;
    image.dataset.url = url;
    busy.add(image);
    image.style.visibility = "hidden";
    wait.hidden = false; wait.classList.remove("ba-missing"); wait.textContent = "Loading";
    image.onload = () => { image.style.visibility = ""; busy.delete(image); if (!busy.size) { wait.hidden = true; painted(); } };
    image.onerror = () => { busy.delete(image); painted(); wait.hidden = false; wait.classList.add("ba-missing"); wait.textContent = "This picture's file cannot be shown"; };
    image.src = url;
  }
  function pick() {
    const layer = data.layers.find((entry) => entry.key === state.layer);
    if (layer) show(picture, layer.url);
    if (data.before) show(photo, data.before.url);
    if (!layer && !data.before) { wait.hidden = false; wait.classList.add("ba-missing"); wait.textContent = "There is no picture to show"; }
    draw();
    painted();
  }

  function buttons(name, entries, choose) {
    const group = role(name);
    group.replaceChildren(...entries.map(([value, label, key, swatch]) => {
      const button = document.createElement("button");
      button.type = "button"; button.value = value; button.setAttribute("role", "radio");
      if (swatch) {
        button.className = "ba-swatch"; button.title = label; button.setAttribute("aria-label", label);
        const colour = document.createElement("i"); colour.className = `ba-${value}`; button.append(colour);
      } else button.textContent = label;
      if (key) { const kbd = document.createElement("kbd"); kbd.textContent = key; button.append(kbd); }
      button.onclick = () => { choose(value); button.blur(); };
      return button;
    }));
    group.hidden = entries.length < 2;
  }
  const setLayer = (key) => { state.layer = key; remember("layer", key); if (state.side === "before") setSide("split"); pick(); };
  const setGround = (key) => { state.ground = key; remember("ground", key); draw(); };
  const setSide = (key) => { state.side = key; remember("side", key); draw(); };
  function setZoom(index, at) {
    index = Math.min(Math.max(index, 0), ZOOMS.length - 1);
    if (index === state.zoom) return;
    const { w, h } = size(), s0 = scale();
    const focus = at ?? { x: w / 2, y: h / 2 };
    const px = state.x + (focus.x - w / 2) / s0, py = state.y + (focus.y - h / 2) / s0;
    const fromWhole = state.zoom === 0;
    state.zoom = index;
    const spot = data.spots[state.spot];
    if (fromWhole && !at && spot) { state.x = spot.x; state.y = spot.y; } // the edge that matters
    else { const s1 = scale(); state.x = px - (focus.x - w / 2) / s1; state.y = py - (focus.y - h / 2) / s1; }
    draw();
  }

  buttons("layers", data.layers.map((layer) => [layer.key, layer.label]), setLayer);
  buttons("grounds", GROUNDS.map(([value, label]) => [value, label, null, true]), setGround);
  buttons("sides", data.before && data.layers.length ? SIDES : [], setSide);
  buttons("zooms", ZOOMS.map((_, i) => [String(i), ZOOM_NAMES[i]]), (value) => setZoom(Number(value)));
  role("note").textContent = data.note ?? "";
  const keys = role("keys");
  keys.replaceChildren();
  const both = data.before && data.layers.length;
  one(".ba-bar").hidden = data.layers.length < 2 && !both;
  for (const [key, words] of [...(both ? [["space", "before / after"]] : []), ["+", ""], ["−", "zoom"], ["←", ""], ["→", "image"]]) {
    const kbd = document.createElement("kbd"); kbd.textContent = key; keys.append(kbd, words);
  }
  const look = role("spots");
  look.replaceChildren(...data.spots.map((spot, i) => {
    const option = document.createElement("option");
    option.value = String(i); option.textContent = `${spot.flagged ? "! " : ""}${spot.label}`;
    return option;
  }));
  look.parentElement.hidden = !data.spots.length;
  look.value = String(state.spot);
  look.onchange = () => {
    state.spot = Number(look.value);
    const spot = data.spots[state.spot];
    state.x = spot.x; state.y = spot.y; state.zoom = Math.max(state.zoom, 2);
    look.blur(); draw();
  };
  if (data.map) map.querySelector("img").src = data.map;

  const place = (event) => { const box = stage.getBoundingClientRect(); return { x: event.clientX - box.left, y: event.clientY - box.top }; };
  let drag = null;
  on(stage, "pointerdown", (event) => {
    if (event.button !== 0) return;
    const at = place(event);
    const path = event.composedPath();
    drag = { kind: path.includes(divider) ? "divide" : path.includes(map) ? "map" : "pan", at, x: state.x, y: state.y };
    stage.setPointerCapture(event.pointerId);
    stage.focus({ preventScroll: true });
    if (drag.kind === "map") jump(event);
    else if (drag.kind === "pan") stage.classList.add("ba-panning");
    event.preventDefault();
  });
  on(stage, "pointermove", (event) => {
    if (!drag) return;
    const at = place(event);
    if (drag.kind === "divide") state.divide = Math.min(Math.max(at.x / size().w, 0.02), 0.98);
    else if (drag.kind === "map") return jump(event);
    else if (state.zoom === 0) return;
    else { const s = scale(); state.x = drag.x - (at.x - drag.at.x) / s; state.y = drag.y - (at.y - drag.at.y) / s; }
    draw();
  });
  const drop = () => { drag = null; stage.classList.remove("ba-panning"); };
  on(stage, "pointerup", drop); on(stage, "pointercancel", drop);
  function jump(event) {
    const box = map.getBoundingClientRect();
    state.x = (event.clientX - box.left) / box.width * wide; state.y = (event.clientY - box.top) / box.height * high;
    draw();
  }
  on(stage, "dblclick", (event) => { if (!event.composedPath().includes(divider)) setZoom(state.zoom === 0 ? 2 : 0, place(event)); });
  on(stage, "wheel", (event) => { // a plain wheel scrolls the page
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    setZoom(state.zoom + (event.deltaY < 0 ? 1 : -1), place(event));
  }, { passive: false });
  on(window, "keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=combobox], [role=dialog], [role=listbox]")) return;
    const pressable = target instanceof Element && target.closest("button, a, [role=radio], summary") && !root.contains(target);
    if (event.key === " " && !pressable) setSide(state.side === "before" ? "after" : "before");
    else if (event.key === "+" || event.key === "=") setZoom(state.zoom + 1);
    else if (event.key === "-" || event.key === "_") setZoom(state.zoom - 1);
    else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && target === divider) {
      state.divide = Math.min(Math.max(state.divide + (event.key === "ArrowLeft" ? -0.02 : 0.02), 0.02), 0.98); draw();
    } else if (event.key === "ArrowLeft" && !pressable) setTriggerValue("move", "previous");
    else if (event.key === "ArrowRight" && !pressable) setTriggerValue("move", "next");
    else return;
    event.preventDefault();
  });
  const watch = new ResizeObserver(draw);
  watch.observe(stage);

  pick();
  // the next images are already loaded and decoded; they are held, or the browser might let go of them
  const held = root.held ?? new Map();
  root.held = new Map((data.ahead ?? []).map((url) => {
    const image = held.get(url) ?? new Image();
    if (!image.src) { image.src = url; image.decode().catch(() => {}); } // one that cannot be shown is told when its turn comes
    return [url, image];
  }));
  root.end = () => { stop.abort(); watch.disconnect(); };
  return root.end;
}
