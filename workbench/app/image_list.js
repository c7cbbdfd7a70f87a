// Images as cards or as rows. Every text comes from outside, so it is set as text, never as markup. A click opens the
// image inside the app; as the cards are links, a middle click opens a new tab.
export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const root = parentElement.querySelector(".il");
  const make = (tag, name, text) => { const node = document.createElement(tag); if (name) node.className = name; if (text !== undefined) node.textContent = text; return node; };

  function badge(row) {
    const node = make("span", `il-badge${row.letter ? "" : " il-bad"}`, row.letter || "!");
    if (row.letter) { node.style.background = row.colour; node.style.color = row.ink; }
    node.title = row.state;
    return node;
  }
  function image(url, name) {
    const node = make("img", name);
    node.alt = ""; node.loading = "lazy"; node.decoding = "async"; node.draggable = false;
    node.onload = () => node.classList.add("il-seen");
    node.onerror = () => node.remove();
    node.src = url;
    return node;
  }
  function cell(row, small) {
    const node = make("span", `il-cell${row.clear ? " il-checker" : ""}`);
    const missing = () => node.prepend(make("span", "il-none", row.missing));
    if (row.picture) {
      const main = image(row.picture, "il-main");
      main.onerror = () => { main.remove(); missing(); };
      node.append(main);
    } else missing();
    if (row.other && !small) node.addEventListener("pointerenter", () => node.insertBefore(image(row.other, "il-other"), node.querySelector(".il-badge")), { once: true });
    return node;
  }
  function link(row, name) {
    const node = make("a", name);
    node.href = row.href; node.target = "_self"; node.dataset.image = row.id; node.title = row.tip;
    return node;
  }
  const open = (event, id) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault(); event.stopPropagation();
    setTriggerValue("open", id);
  };

  function grid() {
    const strip = data.form === "strip", box = make("div", strip ? "il-grid il-strip" : "il-grid");
    for (const row of data.rows) {
      const card = link(row, "il-card");
      const picture = cell(row, false);
      picture.append(badge(row));
      if (row.flags.length && !strip) {
        const flags = make("span", "il-flags", `! ${row.flags.length}`);
        flags.title = `beyond the limit: ${row.flags.join(", ")}`;
        picture.append(flags);
      }
      if (row.id === data.here) { card.classList.add("il-here"); card.setAttribute("aria-current", "true"); }
      card.append(picture, make("span", "il-name", row.name), ...(strip ? [] : row.lines).map((line) => make("span", "il-line", line)));
      card.onclick = (event) => open(event, row.id);
      box.append(card);
    }
    return box;
  }
  function table() {
    const box = make("div", "il-scroll"), sheet = make("table"), head = make("tr"), body = make("tbody");
    head.append(make("th"));
    for (const column of data.columns) {
      const th = make("th", column.right ? "il-right" : "");
      if (column.sort) {
        const active = data.sort.by === column.sort;
        const button = make("button", "", column.label + (active ? (data.sort.down ? " ↓" : " ↑") : ""));
        if (active) th.setAttribute("aria-sort", data.sort.down ? "descending" : "ascending");
        button.onclick = () => setTriggerValue("sort", column.sort);
        th.append(button);
      } else th.textContent = column.label;
      head.append(th);
    }
    for (const row of data.rows) {
      const tr = make("tr"), photo = make("td", "il-photo");
      photo.append(cell(row, true)); tr.append(photo);
      data.columns.forEach((column, i) => {
        const td = make("td", column.right ? "il-right" : column.long ? "il-long" : ""), text = row.cells[i];
        if (column.lane) td.append(badge(row), text);
        else if (i === 0) { const a = link(row); a.textContent = text; a.onclick = (event) => open(event, row.id); td.append(a); }
        else td.textContent = text;
        if (column.long) td.title = text;
        tr.append(td);
      });
      tr.onclick = (event) => open(event, row.id);
      body.append(tr);
    }
    const thead = make("thead"); thead.append(head); sheet.append(thead, body); box.append(sheet);
    return box;
  }
  root.replaceChildren(data.rows.length ? (data.form === "table" ? table() : grid()) : make("span"));
}
