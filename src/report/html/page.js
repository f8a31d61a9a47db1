"use strict";
// One page for any list: rows with facets (to count and filter by), texts (to read and search) and details (to open).
// Nothing is loaded, and text becomes nodes of text only.
(() => {
  const root = document.documentElement;
  addEventListener("error", (event) => { root.dataset.error = event.message; });
  const $ = (id) => document.getElementById(id);
  const data = JSON.parse($("data").textContent);
  const { facets, columns, rows } = data;
  const FACETS = facets.length, TEXTS = data.texts.length;
  const BARS = 60, PRINTED = 2000, TALLEST = 15_000_000, BEYOND = 8;
  const number = (count) => count.toLocaleString("en").replaceAll(",", "\u202f");

  // ---- what is shown: the address bar is the state ----
  const state = { q: "", only: facets.map(() => -1), sort: -1, down: false, theme: "" };
  let shown = [];
  const open = new Map(); // number of a row -> height of its details
  let focused = 0;

  const make = (name, attributes = {}, ...content) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value === true) element.setAttribute(key, "");
      else if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...content);
    return element;
  };
  const SVG = "http://www.w3.org/2000/svg";
  const draw = (name, attributes = {}, ...content) => {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...content);
    return element;
  };
  // values stand in backquotes
  const prose = (text) => {
    const parts = text.split("`");
    return parts.map((part, at) => (at % 2 && at < parts.length - 1 ? make("code", {}, part) : (at % 2 ? "`" : "") + part));
  };
  const tone = (row) => data.tones[row[0]];

  const readHash = () => {
    const hash = new URLSearchParams(location.hash.slice(1));
    state.q = hash.get("q") ?? "";
    facets.forEach((facet, at) => { state.only[at] = hash.has(facet.key) ? facet.values.indexOf(hash.get(facet.key)) : -1; });
    state.sort = columns.findIndex((column) => column.key === hash.get("sort"));
    state.down = hash.get("order") === "down";
    state.theme = hash.get("theme") ?? "";
    open.clear();
    for (const text of (hash.get("open") ?? "").split(",")) if (/^\d+$/.test(text) && rows[text]) open.set(Number(text), 0);
  };
  const writeHash = () => {
    const hash = new URLSearchParams();
    if (state.q) hash.set("q", state.q);
    facets.forEach((facet, at) => { if (state.only[at] >= 0) hash.set(facet.key, facet.values[state.only[at]]); });
    if (state.sort >= 0) hash.set("sort", columns[state.sort].key);
    if (state.down) hash.set("order", "down");
    if (state.theme) hash.set("theme", state.theme);
    if (open.size) hash.set("open", [...open.keys()].slice(0, 20).join(","));
    const text = hash.toString();
    history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
  };

  // ---- filter, count, sort ----
  let haystack = null;
  const textsOf = (row) => {
    let text = "";
    for (let at = 0; at < TEXTS; at++) text += row[FACETS + at] + "\n";
    for (let at = 0; at < FACETS; at++) text += facets[at].values[row[at]] + "\n";
    return text.toLowerCase();
  };
  let counts = [];
  const select = () => {
    const words = state.q.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length && !haystack) haystack = rows.map(textsOf);
    counts = facets.map((facet) => new Uint32Array(facet.values.length));
    shown = [];
    for (let at = 0; at < rows.length; at++) {
      const row = rows[at];
      if (words.length && !words.every((word) => haystack[at].includes(word))) continue;
      let missed = -1, misses = 0;
      for (let facet = 0; facet < FACETS && misses < 2; facet++) {
        if (state.only[facet] >= 0 && state.only[facet] !== row[facet]) { missed = facet; misses++; }
      }
      // the bars of a facet count as if it did not filter, so that one can see what else there is
      if (misses === 0) { shown.push(at); for (let facet = 0; facet < FACETS; facet++) counts[facet][row[facet]]++; }
      else if (misses === 1) counts[missed][row[missed]]++;
    }
    if (state.sort >= 0) sort();
    else if (state.down) shown.reverse();
  };
  const keyOf = (column) => {
    if (column.facet === undefined) return (row) => String(row[FACETS + column.text]).toLowerCase();
    const facet = facets[column.facet];
    // severities have an order of their own
    if (facet.ordered) return (row) => row[column.facet];
    const keys = facet.values.map((value) => value.toLowerCase());
    return (row) => keys[row[column.facet]];
  };
  const sort = () => {
    const key = keyOf(columns[state.sort]);
    const keys = new Map(shown.map((at) => [at, key(rows[at])]));
    const sign = state.down ? -1 : 1;
    shown.sort((one, other) => {
      const a = keys.get(one), b = keys.get(other);
      return a < b ? -sign : a > b ? sign : one - other;
    });
  };

  // ---- the list: only what can be seen is there ----
  const view = $("view"), list = $("rows");
  let height = 38, offsets = null, printing = false;
  const made = new Map(); // position -> element
  const measure = () => {
    height = parseFloat(getComputedStyle(root).getPropertyValue("--row")) + 1;
    offsets = null;
  };
  // positions of the open rows in the list, with the height of all details up to them
  const opened = () => {
    if (offsets) return offsets;
    offsets = [];
    if (!open.size) return offsets;
    let sum = 0;
    for (let position = 0; position < shown.length; position++) {
      const more = open.get(shown[position]);
      if (more === undefined) continue;
      sum += more;
      offsets.push([position, sum]);
    }
    return offsets;
  };
  const top = (position) => {
    let more = 0;
    for (const [at, sum] of opened()) { if (at >= position) break; more = sum; }
    return position * height + more;
  };
  const positionAt = (y) => {
    let low = 0, high = Math.max(0, limit() - 1);
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (top(middle) <= y) low = middle; else high = middle - 1;
    }
    return low;
  };
  const limit = () => Math.min(shown.length, Math.floor(TALLEST / height));

  const is_tone = (column) => column.facet === 0 || column.tone;
  const cell = (row, column) => {
    const text = column.facet === undefined ? row[FACETS + column.text] : facets[column.facet].values[row[column.facet]];
    const classes = ["cell", is_tone(column) ? "tone" : "", column.mono ? "mono" : "", column.wide ? "wide" : "", column.extra ? "extra" : ""];
    const element = make("div", { class: classes.filter(Boolean).join(" "), role: "cell", title: text.length > 24 ? text : null });
    if (is_tone(column)) element.append(make("span", { class: "dot", "aria-hidden": "true" }));
    element.append(...(column.prose ? prose(text) : [text]));
    return element;
  };
  const excerpt = (part) => {
    const pre = make("pre");
    part.lines.forEach((pieces, at) => {
      const line = make("span");
      line.append(make("span", { class: "n", "aria-hidden": "true" }, String(part.line + at)));
      pieces.forEach((piece, odd) => line.append(odd % 2 ? make("mark", {}, piece) : piece));
      pre.append(line, "\n");
      if (pieces.length > 1 && part.label) {
        const gap = " ".repeat([...pieces[0]].length);
        pre.append(make("span", { class: "n" }), gap, make("span", { class: "label" }, "╰── " + part.label), "\n");
      }
    });
    return make("figure", { class: "excerpt" }, make("figcaption", {}, part.place), pre);
  };
  const details = (row) => {
    const [more] = row.slice(FACETS + TEXTS);
    const element = make("div", { class: "detail" }, make("h3", {}, ...prose(row[FACETS])));
    if (more.fields) {
      const fields = make("dl");
      for (const [name, value] of more.fields) fields.append(make("dt", {}, name), make("dd", {}, ...prose(value)));
      element.append(fields);
    }
    for (const part of more.excerpts ?? []) element.append(excerpt(part));
    if (more.help) element.append(make("p", {}, ...prose(more.help)));
    facets.forEach((facet, at) => {
      const about = facet.about?.[row[at]];
      if (about) element.append(make("details", {}, make("summary", {}, "why"), make("p", {}, ...prose(about))));
    });
    return element;
  };
  const build = (position) => {
    const at = shown[position], row = rows[at], is_open = open.has(at);
    const element = make("div", { class: "row", role: "row", "data-tone": tone(row), "data-at": at, "aria-rowindex": position + 2, "aria-expanded": String(is_open), tabindex: position === focused ? "0" : "-1" });
    const line = make("div", { class: "line" });
    columns.forEach((column) => line.append(cell(row, column)));
    element.append(line);
    if (is_open) { element.dataset.open = ""; element.append(details(row)); }
    element.dataset.position = position;
    return element;
  };
  const render = () => {
    if (printing) return;
    list.style.height = top(limit()) + "px";
    const first = Math.max(0, positionAt(view.scrollTop) - BEYOND);
    const last = Math.min(limit(), positionAt(view.scrollTop + view.clientHeight) + 1 + BEYOND);
    for (const [position, element] of made) {
      if (position < first || position >= last) { element.remove(); made.delete(position); }
    }
    let grown = false;
    for (let position = first; position < last; position++) {
      let element = made.get(position);
      if (!element) {
        element = build(position);
        // in the order of the list, for whoever reads it aloud
        const next = [...made.keys()].filter((known) => known > position).sort((a, b) => a - b)[0];
        list.insertBefore(element, next === undefined ? null : made.get(next));
        made.set(position, element);
      }
      element.style.top = top(position) + "px";
      if ("open" in element.dataset) {
        const more = element.lastChild.offsetHeight;
        if (more !== open.get(shown[position])) { open.set(shown[position], more); offsets = null; grown = true; }
      }
    }
    if (grown) render();
  };
  const refresh = () => {
    for (const element of made.values()) element.remove();
    made.clear();
    offsets = null;
    focused = Math.min(focused, Math.max(0, limit() - 1));
    render();
  };
  const replace = (position) => {
    const had = made.get(position);
    const is_focused = had === document.activeElement;
    had?.remove();
    made.delete(position);
    offsets = null;
    render();
    if (is_focused) made.get(position)?.focus({ preventScroll: true });
  };
  const toggle = (position) => {
    const at = shown[position];
    if (open.has(at)) open.delete(at); else open.set(at, 0);
    replace(position);
    writeHash();
  };
  const focus = (position) => {
    const wanted = Math.max(0, Math.min(limit() - 1, position));
    const begin = top(wanted), end = begin + height;
    if (begin < view.scrollTop) view.scrollTop = begin;
    else if (end > view.scrollTop + view.clientHeight) view.scrollTop = end - view.clientHeight;
    made.get(focused)?.setAttribute("tabindex", "-1");
    focused = wanted;
    render();
    const element = made.get(focused);
    element?.setAttribute("tabindex", "0");
    element?.focus({ preventScroll: true });
  };

  // ---- numbers and filters ----
  const pick = (facet, value) => {
    state.only[facet] = state.only[facet] === value ? -1 : value;
    update();
  };
  const bar = (facet, value, count, most) => {
    const name = facets[facet].values[value];
    const element = make("button", { class: "bar", type: "button", "aria-pressed": String(state.only[facet] === value), "data-none": count === 0, title: facets[facet].titles?.[value] ?? name });
    if (facet === 0) element.dataset.tone = data.tones[value];
    element.append(make("span", { class: "name" }, ...(facet === 0 ? [make("span", { class: "dot" })] : []), name || "—"), make("span", { class: "number" }, number(count)));
    const width = most ? Math.max(count ? 0.6 : 0, (100 * count) / most) : 0;
    element.append(draw("svg", { viewBox: "0 0 100 5", preserveAspectRatio: "none", "aria-hidden": "true" }, draw("rect", { class: "track", width: 100, height: 5 }), draw("rect", { width, height: 5 })));
    element.addEventListener("click", () => pick(facet, value));
    return element;
  };
  const ring = (facet, panel) => {
    const all = counts[facet].reduce((sum, count) => sum + count, 0);
    const length = 2 * Math.PI * 52;
    const svg = draw("svg", { viewBox: "0 0 132 132", role: "img", "aria-label": facets[facet].values.map((name, at) => `${name}: ${counts[facet][at]}`).join(", ") });
    svg.append(draw("circle", { class: "track", cx: 66, cy: 66, r: 52 }));
    let begun = 0;
    counts[facet].forEach((count, at) => {
      if (!count) return;
      const part = (count / all) * length;
      const circle = draw("circle", { class: "part", cx: 66, cy: 66, r: 52, "stroke-dasharray": `${Math.max(1, part - 2)} ${length}`, "stroke-dashoffset": -begun, transform: "rotate(-90 66 66)" });
      circle.dataset.tone = data.tones[at];
      svg.append(circle);
      begun += part;
    });
    svg.append(draw("text", { x: 66, y: 70 }, number(all)), draw("text", { class: "small", x: 66, y: 87 }, all === 1 ? data.one : data.many));
    const bars = make("div", { class: "bars" });
    facets[facet].values.forEach((_, value) => bars.append(bar(facet, value, counts[facet][value], all)));
    panel.append(make("div", { class: "ring" }, svg, bars));
  };
  const charts = () => {
    const panels = facets.map((facet, at) => {
      const panel = make("section", { class: "chart", "data-facet": facet.key }, make("h2", {}, "by " + facet.name));
      if (at === 0) { ring(at, panel); return panel; }
      const order = [...counts[at].keys()].filter((value) => counts[at][value] || state.only[at] === value);
      order.sort((one, other) => counts[at][other] - counts[at][one] || one - other);
      const most = counts[at][order[0]] ?? 0;
      const bars = make("div", { class: "bars" }, ...order.slice(0, BARS).map((value) => bar(at, value, counts[at][value], most)));
      if (order.length > BARS) bars.append(make("p", { class: "quiet" }, `and ${number(order.length - BARS)} more: search for them`));
      panel.append(bars);
      return panel;
    });
    const held = document.activeElement?.closest?.(".chart")?.dataset.facet;
    const title = document.activeElement?.title;
    $("charts").replaceChildren(...panels);
    if (held) [...document.querySelectorAll(`[data-facet="${held}"] .bar`)].find((one) => one.title === title)?.focus({ preventScroll: true });
  };
  const chips = () => {
    const all = facets.flatMap((facet, at) => {
      if (state.only[at] < 0) return [];
      const chip = make("button", { class: "chip", type: "button", "aria-label": `remove the filter ${facet.name} ${facet.values[state.only[at]]}` }, `${facet.name}: ${facet.values[state.only[at]] || "—"}`);
      chip.addEventListener("click", () => pick(at, state.only[at]));
      return [chip];
    });
    $("chips").replaceChildren(...all);
  };
  const head = () => {
    $("head").replaceChildren(...columns.map((column, at) => {
      const is_sorted = state.sort === at;
      const button = make("button", { type: "button", "data-arrow": is_sorted ? (state.down ? "↓" : "↑") : "" }, column.name);
      button.addEventListener("click", () => {
        if (!is_sorted) { state.sort = at; state.down = false; }
        else if (!state.down) state.down = true;
        else { state.sort = -1; state.down = false; }
        update();
        $("head").children[at].firstChild.focus();
      });
      return make("div", { role: "columnheader", class: "cell", "aria-sort": is_sorted ? (state.down ? "descending" : "ascending") : "none" }, button);
    }));
  };
  const update = (write = true) => {
    select();
    charts(); chips(); head();
    $("table").setAttribute("aria-rowcount", shown.length + 1);
    const cut = limit() < shown.length ? `, the first ${number(limit())} are listed` : "";
    $("count").value = (shown.length === rows.length ? number(rows.length) : `${number(shown.length)} of ${number(rows.length)}`) + ` ${rows.length === 1 ? data.one : data.many}${cut}`;
    $("empty").hidden = shown.length > 0 || rows.length === 0;
    view.scrollTop = 0;
    focused = 0;
    refresh();
    if (write) writeHash();
  };

  // ---- the frame ----
  const frame = () => {
    document.title = `presync: ${data.verdict}`;
    $("title").textContent = data.title;
    $("verdict").textContent = data.verdict;
    $("facts").replaceChildren(...data.facts.map((fact) => make("li", {}, ...prose(fact))));
    root.style.setProperty("--columns", columns.map((column) => column.width).join(" "));
    $("table").setAttribute("aria-label", data.title);
    for (const [summary, lines] of data.notes) {
      const items = lines.map((line) => make("li", {}, ...prose(line)));
      $("facts").append(make("li", {}, make("details", {}, make("summary", {}, summary), make("ul", {}, ...items))));
    }
    if (!data.problems.length) return;
    const items = data.problems.map((problem) => make("li", { "data-tone": problem.severity },
      make("b", { class: "tone" }, problem.severity + ": "), ...prose(problem.message), " ", make("span", { class: "quiet" }, [problem.place, problem.help].filter(Boolean).join(" · "))));
    const summary = `${number(data.problems.length)} ${data.problems.length === 1 ? "note" : "notes"} on the input`;
    $("problems").append(make("details", { open: data.problems.some((problem) => problem.severity === "error") }, make("summary", {}, summary), make("ul", {}, ...items)));
    $("problems").hidden = false;
  };
  const theme = () => {
    if (state.theme) root.dataset.theme = state.theme; else delete root.dataset.theme;
  };

  // ---- what people do ----
  let waiting = 0;
  $("search").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => { state.q = $("search").value.trim(); update(); }, 90);
  });
  $("theme").addEventListener("click", () => {
    const dark = state.theme ? state.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    state.theme = dark ? "light" : "dark";
    theme(); writeHash();
  });
  list.addEventListener("click", (event) => {
    const line = event.target.closest(".line");
    if (!line || String(getSelection())) return;
    const position = Number(line.parentElement.dataset.position);
    focus(position);
    toggle(position);
  });
  list.addEventListener("toggle", () => { offsets = null; render(); }, true);
  list.addEventListener("keydown", (event) => {
    if (!event.target.classList.contains("row")) return;
    const page = Math.max(1, Math.floor(view.clientHeight / height) - 1);
    const moves = { ArrowDown: focused + 1, ArrowUp: focused - 1, PageDown: focused + page, PageUp: focused - page, Home: 0, End: limit() - 1 };
    if (event.key in moves) { event.preventDefault(); focus(moves[event.key]); }
    else if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(focused); }
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && event.target !== $("search")) { event.preventDefault(); $("search").focus(); $("search").select(); }
    if (event.key === "ArrowDown" && event.target === $("search")) { event.preventDefault(); focus(0); }
    if (event.key === "Escape") { state.q = ""; state.only.fill(-1); $("search").value = ""; update(); }
  });
  $("skip").addEventListener("click", (event) => { event.preventDefault(); focus(0); });
  let asked = false;
  view.addEventListener("scroll", () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => { asked = false; render(); });
  }, { passive: true });
  addEventListener("resize", () => { measure(); refresh(); });
  addEventListener("hashchange", () => { readHash(); $("search").value = state.q; theme(); update(false); });
  // on paper everything is there, up to a length that somebody might read
  addEventListener("beforeprint", () => {
    printing = true;
    for (const element of made.values()) element.remove();
    made.clear();
    for (let position = 0; position < Math.min(shown.length, PRINTED); position++) list.append(build(position));
    if (shown.length > PRINTED) list.append(make("p", { class: "quiet", id: "cut" }, `${number(shown.length - PRINTED)} more are not printed; filter the list to print others`));
  });
  addEventListener("afterprint", () => { printing = false; list.replaceChildren(); refresh(); });

  readHash();
  $("search").value = state.q;
  frame(); theme(); measure(); update(false);
  root.dataset.ready = "true";
})();
