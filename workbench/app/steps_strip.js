// One card a step; a click opens its pictures large, the arrow keys go to the step before and after.
export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".ss");
  const list = root.querySelector("ol");
  const large = root.querySelector("dialog");
  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text; // outside text never becomes markup
    return element;
  };
  const picture = (url, words) => {
    const frame = make("div", "ss-frame", url ? undefined : words);
    if (url) {
      const image = make("img");
      image.alt = words; image.draggable = false;
      image.onerror = () => { frame.replaceChildren("cannot be shown"); };
      image.src = url;
      frame.append(image);
    }
    return frame;
  };

  const cards = data.cards.map((card, n) => {
    const open = Boolean(card.after_large);
    const box = make(open ? "button" : "div", `ss-card ss-${card.state}`);
    if (open) { box.type = "button"; box.onclick = () => show(n); box.setAttribute("aria-label", `${card.name}, large`); }
    const head = make("div", "ss-head");
    head.append(make("i", "", `${n + 1}`), make("b", "", card.name), make("span", "", card.seconds));
    box.append(head);
    if (card.after_small) {
      const pair = make("div", "ss-pair");
      pair.append(picture(card.before_small, "the file"), make("span", "", "→"), picture(card.after_small, card.after_label));
      box.append(pair);
    }
    box.append(make("div", "ss-words", card.words));
    const item = make("li");
    item.append(box);
    return item;
  });
  const drawn = JSON.stringify(data.cards);
  if (root.drawn !== drawn) { root.drawn = drawn; list.replaceChildren(...cards); } // a rerun must not blink

  const shown = data.cards.map((card, n) => n).filter((n) => data.cards[n].after_large);
  function show(n) {
    const card = data.cards[n], at = shown.indexOf(n);
    const bar = make("div", "ss-bar");
    const go = (label, to, key) => {
      const button = make("button", "", label);
      button.type = "button"; button.disabled = to === undefined; button.dataset.key = key;
      button.onclick = () => show(to);
      return button;
    };
    const close = make("button", "", "Close");
    close.type = "button"; close.onclick = () => large.close();
    bar.append(make("b", "", `${n + 1} ${card.name}`), make("span", "ss-words", `${card.seconds} · ${card.words}`),
      make("span", "ss-grow"), go("←", shown[at - 1], "ArrowLeft"), go("→", shown[at + 1], "ArrowRight"), close);
    const both = make("div", `ss-both${card.before_large ? "" : " ss-one"}`);
    for (const [url, words] of [[card.before_large, "before"], [card.after_large, card.after_label]]) {
      if (!url) continue;
      const figure = make("figure"), image = make("img");
      image.src = url; image.alt = words;
      figure.append(image, make("figcaption", "", words));
      both.append(figure);
    }
    large.replaceChildren(bar, both);
    large.dataset.step = card.name;
    if (!large.open) large.showModal();
  }
  large.onkeydown = (event) => {
    const button = large.querySelector(`button[data-key="${event.key}"]`);
    if (button && !button.disabled) { event.preventDefault(); event.stopPropagation(); button.click(); }
  };
  large.onclick = (event) => { if (event.target === large) large.close(); };
}
