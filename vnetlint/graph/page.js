"use strict";
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const svg = document.querySelector(".topology");
  const facts = document.getElementById("facts");
  const hint = [...facts.childNodes];
  const grid = document.getElementById("matrix");
  const nodes = new Map([...svg.querySelectorAll("[data-node]")].map((each) => [each.dataset.node, each]));
  const edges = [...svg.querySelectorAll("[data-edge]")];
  const near = new Map([...nodes.keys()].map((id) => [id, []]));
  data.edges.forEach(({ tail, head }, number) => {
    near.get(tail).push([head, number]);
    near.get(head).push([tail, number]);
  });
  const groups = data.groups || [];
  let kept = null;
  let view = [];

  /** An element with text or children. All text of files is set as text and never as markup. */
  function make(tag, content, name) {
    const made = document.createElement(tag);
    made.append(...[content ?? ""].flat());
    if (name) {
      made.className = name;
    }
    return made;
  }

  function place(text) {
    return text ? [" ", make("code", text)] : [];
  }

  /** The shortest connection of two sets of nodes that leads through no other guest. */
  function path(from, to) {
    const before = new Map(from.map((id) => [id, null]));
    const waiting = [...from];
    while (waiting.length) {
      const id = waiting.shift();
      if (to.includes(id) && before.get(id) !== null) {
        return follow(before, id);
      }
      if (data.nodes[id].kind === "guest" && before.get(id) !== null) {
        continue;
      }
      for (const [other, number] of near.get(id)) {
        if (!before.has(other)) {
          before.set(other, [id, number]);
          waiting.push(other);
        }
      }
    }
    return { on: new Set([...from, ...to]), lines: new Set() };
  }

  function follow(before, last) {
    const on = new Set([last]);
    const lines = new Set();
    for (let step = before.get(last); step; step = before.get(step[0])) {
      on.add(step[0]);
      lines.add(step[1]);
    }
    return { on, lines };
  }

  /** Members of a group reach each other over what they share. */
  function within(ids) {
    const lines = new Set(ids.flatMap((id) => near.get(id).map(([, number]) => number)));
    return { on: new Set([...ids, ...ids.flatMap((id) => near.get(id).map(([other]) => other))]), lines };
  }

  function light(on, lines, here) {
    svg.classList.add("focus");
    nodes.forEach((each, id) => {
      each.classList.toggle("on", on.has(id));
      each.classList.toggle("here", here.includes(id));
    });
    edges.forEach((each, number) => each.classList.toggle("on", lines.has(number)));
  }

  function mark(rows, columns, cell) {
    if (!grid) {
      return;
    }
    for (const each of grid.querySelectorAll("[data-row], [data-column]")) {
      const row = each.dataset.row === undefined ? -1 : Number(each.dataset.row);
      const column = each.dataset.column === undefined ? -1 : Number(each.dataset.column);
      each.classList.toggle("on", cell ? each.tagName === "TH" && (row === cell[0] || column === cell[1])
        : rows.includes(row) || columns.includes(column));
      each.classList.toggle("here", Boolean(cell) && row === cell[0] && column === cell[1]);
    }
  }

  function clear() {
    svg.classList.remove("focus");
    for (const each of document.querySelectorAll(".on, .here")) {
      each.classList.remove("on", "here");
    }
    facts.replaceChildren(...hint);
  }

  function show(what) {
    if (!what) {
      clear();
      return;
    }
    ({ node: showNode, edge: showEdge, cell: showCell, group: showGroup })[what[0]](...what.slice(1));
  }

  function showNode(id) {
    const { on, lines } = within([id]);
    light(on, lines, [id]);
    const own = groups.flatMap((group, number) => (group.nodes.includes(id) ? [number] : []));
    mark(own, own);
    const node = data.nodes[id];
    const parts = [make("h3", node.name), make("p", [node.what, ...place(node.place)])];
    if (node.details.length) {
      parts.push(make("ul", node.details.map((each) => make("li", each))));
    }
    parts.push(make("ul", near.get(id).map(([other, number]) => connection(other, data.edges[number]))));
    if (node.members.length > 1) {
      parts.push(make("ul", node.members.map(member), "members"));
    }
    facts.replaceChildren(...parts);
  }

  function connection(other, edge) {
    return make("li", [`${data.nodes[other].name}${edge.words ? `: ${edge.words}` : ""}`, ...place(edge.place)]);
  }

  function member([name, addresses, where]) {
    return make("li", [wanted(name) ? make("mark", name) : name, ` ${addresses}`, ...place(where)]);
  }

  function showEdge(number) {
    const edge = data.edges[number];
    light(new Set([edge.tail, edge.head]), new Set([number]), []);
    mark([], []);
    const names = [edge.tail, edge.head].map((id) => data.nodes[id].name);
    facts.replaceChildren(make("h3", names.join(" \u2013 ")), make("p", [edge.words, ...place(edge.place)]));
  }

  function showGroup(number, direction) {
    const { on, lines } = within(groups[number].nodes);
    light(on, lines, groups[number].nodes);
    mark(direction === "row" ? [number] : [], direction === "row" ? [] : [number]);
    const counts = new Map();
    groups.forEach((_, other) => {
      const index = direction === "row" ? view[number][other] : view[other][number];
      if (index >= 0) {
        const verdict = data.cells[index].verdict;
        counts.set(verdict, [...(counts.get(verdict) || []), groups[other].name]);
      }
    });
    const list = [...counts].map(([verdict, names]) =>
      make("li", [make("span", data.verdicts[verdict], `verdict v-${verdict}`), ` ${names.join(", ")}`]));
    const head = direction === "row" ? `From ${groups[number].name}` : `To ${groups[number].name}`;
    facts.replaceChildren(make("h3", head), make("ul", list));
  }

  function showCell(row, column) {
    const [from, to] = [groups[row].nodes, groups[column].nodes];
    const way = row === column ? within(from) : path(from, to);
    light(way.on, way.lines, [...from, ...to]);
    mark([], [], [row, column]);
    const cell = data.cells[view[row][column]];
    const parts = [make("h3", `${groups[row].name} \u2192 ${groups[column].name}`)];
    if (!cell) {
      facts.replaceChildren(...parts, make("p", "Nothing to ask.", "hint"));
      return;
    }
    for (const each of cell.cases) {
      const said = [make("span", data.verdicts[each.verdict], `verdict v-${each.verdict}`)];
      const source = each.source ? [` seen as ${each.source}`] : [];
      parts.push(make("p", [...(each.if ? [`if ${each.if}: `] : []), ...said, ...source]));
      parts.push(make("ol", each.reasons.map(([text, where]) => make("li", [text, ...place(where)]))));
    }
    if (cell.depends.length) {
      parts.push(make("p", `Not in the inventory: ${cell.depends.join(", ")}`, "hint"));
    }
    facts.replaceChildren(...parts);
  }

  function offer(element, what) {
    element.addEventListener("pointerenter", () => kept || show(what));
    element.addEventListener("pointerleave", () => kept || show(null));
    element.addEventListener("focus", () => element.matches(":focus-visible") && keep(null, what));
    element.addEventListener("blur", () => kept || show(null));
    element.addEventListener("click", () => keep(what, what));
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        keep(what, what);
      }
    });
  }

  function keep(what, shown) {
    const same = what && kept && what.join() === kept.join();
    kept = same ? null : what;
    nodes.forEach((each, id) => each.setAttribute("aria-pressed", String(Boolean(kept) && kept[0] === "node" && kept[1] === id)));
    show(shown);
  }

  function build() {
    const chosen = (name) => document.querySelector(`input[name="${name}"]:checked`).value;
    view = data.views[`${chosen("version")}/${chosen("protocol")}`] || [];
    const corner = make("td", "from \u2193 to \u2192", "corner");
    const heads = groups.map((group, number) => header(make("span", group.name), group.name, "column", number));
    const rows = view.map((row, number) => make("tr", [
      header(groups[number].name, groups[number].name, "row", number),
      ...row.map((index, column) => cellOf(index, number, column)),
    ]));
    grid.replaceChildren(make("thead", make("tr", [corner, ...heads])), make("tbody", rows));
    const first = grid.querySelector("tbody td");
    if (first) {
      first.tabIndex = 0;
    }
    filter();
    show(kept);
  }

  function header(content, name, direction, number) {
    const made = make("th", content);
    made.scope = direction === "row" ? "row" : "col";
    made.title = name;
    made.dataset[direction] = number;
    made.tabIndex = -1;
    offer(made, ["group", number, direction]);
    return made;
  }

  function cellOf(index, row, column) {
    const cell = data.cells[index];
    const words = cell ? data.verdicts[cell.verdict] : "nothing to ask";
    const made = make("td", cell ? cell.letter : "", cell ? `cell v-${cell.verdict}` : "cell none");
    made.dataset.row = row;
    made.dataset.column = column;
    made.tabIndex = -1;
    made.setAttribute("aria-label", `${groups[row].name} to ${groups[column].name}: ${words}`);
    offer(made, ["cell", row, column]);
    return made;
  }

  /** Arrow keys move in the grid, of which one cell at a time is in the order of the Tab key. */
  function move(event) {
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const here = event.target.closest("th, td");
    if (!here || !(event.key in steps)) {
      return;
    }
    const rows = [...grid.rows].map((row) => [...row.cells]);
    const row = here.parentElement.rowIndex + steps[event.key][0];
    const next = (rows[row] || [])[here.cellIndex + steps[event.key][1]];
    if (next && !next.classList.contains("corner")) {
      event.preventDefault();
      for (const each of grid.querySelectorAll('[tabindex="0"]')) {
        each.tabIndex = -1;
      }
      next.tabIndex = 0;
      next.focus();
    }
  }

  function wanted(text) {
    const words = document.getElementById("filter").value.trim().toLowerCase();
    return words !== "" && text.toLowerCase().includes(words);
  }

  function matches(id) {
    const node = data.nodes[id];
    return [node.name, ...node.details, ...node.members.flatMap(([name, addresses]) => [name, addresses])].some(wanted)
      || near.get(id).some(([, number]) => data.edges[number].tail === id && wanted(data.edges[number].words));
  }

  function filter() {
    const active = document.getElementById("filter").value.trim() !== "";
    const found = new Set([...nodes.keys()].filter((id) => !active || matches(id)));
    nodes.forEach((each, id) => each.classList.toggle("far", !found.has(id)));
    edges.forEach((each, number) => {
      const { tail, head } = data.edges[number];
      each.classList.toggle("far", !found.has(tail) && !found.has(head));
    });
    const meant = groups.map((group) => !active || wanted(group.name) || group.nodes.some((id) => found.has(id)));
    for (const each of grid ? grid.querySelectorAll("[data-row], [data-column]") : []) {
      const keys = [each.dataset.row, each.dataset.column].filter((key) => key !== undefined);
      each.classList.toggle("far", !keys.some((key) => meant[key]));
    }
    const count = document.getElementById("count");
    count.textContent = active ? `${found.size} of ${nodes.size} boxes` : "";
  }

  nodes.forEach((each, id) => {
    each.setAttribute("role", "button");
    each.setAttribute("tabindex", "0");
    offer(each, ["node", id]);
  });
  edges.forEach((each, number) => {
    const wide = each.querySelector("path").cloneNode();
    wide.classList.add("hit");
    each.append(wide);
    // Browsers put what listens to keys into the order of the Tab key. A box tells of its lines too.
    each.setAttribute("tabindex", "-1");
    offer(each, ["edge", number]);
  });
  document.getElementById("filter").addEventListener("input", () => { filter(); show(kept); });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      keep(null, null);
    }
  });
  if (grid) {
    grid.addEventListener("keydown", move);
    for (const each of document.querySelectorAll(".switch input")) {
      each.addEventListener("change", build);
    }
    for (const each of document.querySelectorAll('input[name="matrix"]')) {
      each.addEventListener("change", () => document.querySelector("main").classList.toggle("below", each.value === "below"));
    }
    build();
  }
})();
