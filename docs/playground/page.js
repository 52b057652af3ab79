/** The page: it shows what the worker answers about the files, and knows nothing of libvirt itself. */

const WAIT = 350;
/** After this many milliseconds a check can be stopped. */
const LONG = 5000;
const RULES = "../rules/";
const LEVELS = { safe: "safe", unsafe: "unsafe", choice: "choice", display: "by hand" };
const HINTS = {
  inventory: "What vnetlint knows of the host: JSON or TOML, such as “vnetlint host” prints. It may be empty.",
  configuration: "A vnetlint.toml. It may be empty.",
};

const at = (id) => document.getElementById(id);

/** Returns an element with attributes and content; text is always text and never markup. */
function made(tag, attributes = {}, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...content);
  return element;
}

let state = { files: [], inventory: "", configuration: "", target: "", rules: "", unsafe: false };
/** What the text area shows: the number of a file, "inventory" or "configuration". */
let shown = 0;
/** The states before each fix. */
const earlier = [];

// The worker

let worker;
let isReady = false;
/** Whether the last check was stopped, so that it does not begin again by itself. */
let isStopped = false;
/** The numbers of the newest request, and of the one whose answers are shown. */
let asked = 0;
let answered = 0;
let began = 0;
let typing;
let patience;
let parts;

async function load() {
  if (!parts) {
    for (const [number, name] of NAMES.entries()) {
      say(`Loading Python, part ${number + 1} of ${NAMES.length}…`);
      await new Promise((done, failed) => {
        const script = made("script", { src: `parts/${name}.js`, onload: done });
        script.addEventListener("error", () => failed(new Error(`parts/${name}.js cannot be loaded`)));
        document.head.append(script);
      });
    }
    parts = PARTS;
  }
  say("Starting Python…");
  // A page that is opened as a file may start no worker from another file, and no module, but a script of its own.
  const bytes = Uint8Array.from(atob(parts["worker.js"]), (each) => each.charCodeAt(0));
  const source = await piped(bytes, new DecompressionStream("gzip"));
  const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  worker = new Worker(address);
  worker.onmessage = ({ data }) => HANDLERS[data.kind](data);
  worker.onerror = (event) => fail(event.message || "Python could not be started");
  const { "worker.js": _, ...others } = parts;
  worker.postMessage({ kind: "start", parts: others });
}

function end() {
  worker?.terminate();
  worker = undefined;
  isReady = false;
  at("stop").hidden = true;
  at("output").setAttribute("aria-busy", "false");
  clearTimeout(patience);
}

function restart() {
  end();
  load().catch((error) => fail(error.message));
}

const HANDLERS = {
  progress: ({ text }) => say(text),
  ready() {
    isReady = true;
    if (isStopped) say("Stopped. Change something to check again.");
    else check();
  },
  answer({ id, part, answer }) {
    if (id !== asked) return;
    if (part === "check") {
      answered = id;
      SHOW.check(answer);
    } else if (answer.error) at(part).replaceChildren(made("p", { class: "error" }, answer.error));
    else SHOW[part](answer);
    reachable();
  },
  done({ id }) {
    if (id !== asked) return;
    clearTimeout(patience);
    at("stop").hidden = true;
    at("output").setAttribute("aria-busy", "false");
    say(`${summary} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  },
  fix({ id, answer }) {
    if (id !== asked) return;
    if (answer.error) fail(answer.error);
    else change(answer.files);
  },
  failed({ text }) {
    fail(`Python ended: ${text}`);
    say("Not running. Change something to start it again.");
    end();
  },
};

const say = (text) => { at("status").textContent = text; };
let summary = "";

function fail(text) {
  at("error").textContent = text;
  at("error").hidden = false;
}

/** Checks the files soon, and makes what is shown old at once. */
function checkSoon() {
  for (const each of document.querySelectorAll(".apply")) each.disabled = true;
  clearTimeout(typing);
  typing = setTimeout(check, WAIT);
}

function check() {
  isStopped = false;
  clearTimeout(typing);
  if (!worker && parts) return restart();
  if (!isReady) return undefined;
  asked += 1;
  began = performance.now();
  at("error").hidden = true;
  at("output").setAttribute("aria-busy", "true");
  say("Checking…");
  clearTimeout(patience);
  patience = setTimeout(() => { at("stop").hidden = false; }, LONG);
  const files = {};
  for (const { name, text } of state.files) {
    if (name in files) return fail(`Two files have the name ${name}.`);
    files[name] = text;
  }
  const { inventory, configuration, target, rules, unsafe } = state;
  const request = JSON.stringify({ files, inventory, configuration, target, rules, unsafe });
  worker.postMessage({ kind: "check", id: asked, request });
  return undefined;
}

// What is shown

const SHOW = {
  check(answer) {
    for (const each of ["findings", "diff", "reach", "picture"]) at(each).replaceChildren();
    const findings = answer.findings ?? [];
    if (answer.error) {
      fail(answer.error);
      summary = "Not checked";
      return;
    }
    let number = 0;
    const list = findings.map((each) => made("li", {}, each.fold ? made("p", {}, each.fold) : finding(each, number++)));
    const lines = answer.text.trimEnd().split("\n");
    summary = lines.findLast((each) => each.startsWith("Checked ")) ?? "Checked";
    at("tab-findings").textContent = `Findings (${number})`;
    const last = lines.slice(lines.findLastIndex((each) => each === "") + 1);
    at("findings").append(
      made("ol", { class: "findings" }, ...list),
      ...last.map((each) => made("p", { class: "summary" }, each)),
      ...notes(answer.notes),
    );
  },
  diff({ diff, files, fixed }) {
    const count = fixed === 1 ? "1 fix" : `${fixed} fixes`;
    const kind = state.unsafe ? "safe or unsafe" : "safe";
    at("tab-diff").textContent = `Diff (${fixed ?? 0})`;
    if (!diff) return at("diff").append(made("p", {}, `No ${kind} fix. A choice is made with its button.`));
    const apply = made("button", { type: "button", class: "apply", onclick: () => change(files) }, `Make ${count}`);
    return at("diff").append(made("p", {}, apply, ` All that “--fix” does: every ${kind} fix.`), made("pre", {}, ...marked(diff)));
  },
  reach({ tables, legend, why, notes: noted }) {
    if (!tables.length) at("reach").append(made("p", {}, "No guest and no network among these files has an address."));
    else {
      at("reach").append(...tables.map(table), made("pre", { class: "legend" }, legend));
      at("reach").append(made("details", {}, made("summary", {}, "Why"), made("pre", {}, why)));
    }
    at("reach").append(...notes(noted));
  },
  picture({ svg }) {
    if (!svg) return at("picture").append(made("p", {}, "No libvirt network or guest among these files."));
    const parsed = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
    return at("picture").append(document.importNode(parsed, true));
  },
};

const notes = (text) => (text ?? "").split("\n").filter(Boolean).map((each) => made("p", { class: "note" }, each));

/** Returns the element of a finding. Its text is what the command line prints. */
function finding(each, number) {
  const rest = each.head.lastIndexOf(` [${each.rule}]`);
  const end = each.head.indexOf(`: ${each.severity}: `);
  const place = each.head.slice(0, end);
  const message = each.head.slice(end + each.severity.length + 4, rest);
  const head = made("h3", {},
    made("button", { type: "button", class: "place", onclick: () => goTo(each) }, place), ": ",
    made("span", { class: "severity" }, each.severity), `: ${message} [`,
    made("a", { href: `${RULES}${encodeURIComponent(each.rule)}.html` }, each.rule), "]");
  const fixes = each.fixes.map((fix, order) => {
    const title = fix.lines[0].replace(/^.*? = fix[^:]*: /, "");
    const apply = () => worker?.postMessage({ kind: "fix", id: answered, finding: number, number: order });
    const level = made("span", { class: `level ${fix.level}` }, LEVELS[fix.level]);
    const button = made("button", { type: "button", class: "apply", onclick: apply, "aria-label": `Make this fix: ${title}` }, "Make this fix");
    return made("div", { class: "fix" }, made("p", {}, level, ...(fix.edits ? [" ", button] : [])), made("pre", {}, ...marked(fix.lines.join("\n"))));
  });
  const body = each.body.length ? [made("pre", {}, ...marked(each.body.join("\n")))] : [];
  return made("article", { class: `finding ${each.severity}` }, head, ...body, ...fixes);
}

/** Returns lines of a report or a diff, each as what it is: sentences wrap, and code does not. */
function marked(text) {
  const kinds = [["sentence", /^ *=( |$)/], ["same", /^(\+\+\+|---) /], ["added", /^ *\+/], ["removed", /^ *-/], ["same", /^/]];
  return text.trimEnd().split("\n").map((line) => {
    const [kind] = kinds.find(([, pattern]) => pattern.test(line));
    return made("span", { class: kind }, `${line}\n`);
  });
}

function table({ title, heads, rows }) {
  const head = made("tr", {}, made("th", { scope: "col" }, "from \\ to"), ...heads.map((each) => made("th", { scope: "col" }, each)));
  const body = rows.map(([name, ...cells]) => made("tr", {}, made("th", { scope: "row" }, name),
    ...cells.map((each) => made("td", { class: `sign ${SIGNS[each[0]] ?? "mixed"}` }, each))));
  return made("div", { class: "wide" }, made("table", {}, made("caption", {}, title), made("thead", {}, head), made("tbody", {}, ...body)));
}

const SIGNS = { Y: "yes", ">": "one-way", R: "no", ".": "no", "-": "no" };

/** Shows the place of a finding in its file. */
function goTo({ path, start, end }) {
  const number = state.files.findIndex((each) => each.name === path);
  if (number < 0) return;
  select(number);
  const area = at("text");
  area.focus();
  area.setSelectionRange(start, Math.max(end, start + 1));
  const before = area.value.slice(0, start).split("\n").length;
  area.scrollTop = Math.max(0, (before - 4) * parseFloat(getComputedStyle(area).lineHeight));
}

/** Replaces the texts of files, as a fix does. */
function change(files) {
  earlier.push(structuredClone(state));
  for (const each of state.files) if (Object.hasOwn(files, each.name)) each.text = files[each.name];
  show();
  check();
}

// The files

const FIELDS = ["target", "rules"];
const textOf = () => (typeof shown === "number" ? state.files[shown].text : state[shown]);

function tabs() {
  const names = [...state.files.map(({ name }, number) => [number, name]), ["inventory", "Inventory"], ["configuration", "Configuration"]];
  at("files").replaceChildren(...names.map(([key, name]) => made("button", {
    type: "button", role: "tab", id: `tab-${key}`, "aria-controls": "file", "aria-selected": String(key === shown),
    tabindex: key === shown ? "0" : "-1", class: typeof key === "string" && !state[key] ? "empty" : "",
    onclick: () => select(key),
  }, name)));
}

function select(key) {
  shown = key;
  tabs();
  const isFile = typeof key === "number";
  at("file").setAttribute("aria-labelledby", `tab-${key}`);
  at("file-bar").hidden = !isFile;
  at("hint").hidden = isFile;
  at("hint").textContent = HINTS[key] ?? "";
  if (isFile) at("name").value = state.files[key].name;
  at("remove").disabled = state.files.length < 2;
  at("text").value = textOf();
}

/** Shows the state after it was replaced or changed other than by typing. */
function show() {
  if (typeof shown === "number") shown = Math.min(shown, state.files.length - 1);
  for (const each of FIELDS) at(each).value = state[each];
  at("unsafe").checked = state.unsafe;
  at("undo").disabled = !earlier.length;
  select(shown);
}

function take(next) {
  earlier.length = 0;
  state = next;
  shown = 0;
  if (!state.files.length) state.files.push({ name: "lan.xml", text: "" });
  show();
  checkSoon();
}

function fromExample({ files, inventory, configuration }) {
  const list = Object.entries(files).map(([name, text]) => ({ name, text }));
  return { files: list, inventory, configuration, target: "", rules: "", unsafe: false };
}

function listen() {
  at("example").append(...EXAMPLES.map(({ title }, number) => made("option", { value: String(number) }, title)));
  at("example").addEventListener("change", ({ target }) => {
    if (target.value) take(fromExample(EXAMPLES[Number(target.value)]));
  });
  at("text").addEventListener("input", ({ target }) => {
    if (typeof shown === "number") state.files[shown].text = target.value;
    else state[shown] = target.value;
    checkSoon();
  });
  at("name").addEventListener("change", ({ target }) => {
    state.files[shown].name = target.value.trim() || "lan.xml";
    select(shown);
    check();
  });
  at("add").addEventListener("click", () => {
    let number = state.files.length + 1;
    while (state.files.some(({ name }) => name === `file${number}.xml`)) number += 1;
    state.files.push({ name: `file${number}.xml`, text: "" });
    select(state.files.length - 1);
    at("text").focus();
    check();
  });
  at("remove").addEventListener("click", () => {
    earlier.push(structuredClone(state));
    state.files.splice(shown, 1);
    show();
    check();
  });
  at("undo").addEventListener("click", () => {
    state = earlier.pop();
    show();
    check();
  });
  for (const each of FIELDS) {
    at(each).addEventListener("input", ({ target }) => {
      state[each] = target.value;
      checkSoon();
    });
  }
  at("unsafe").addEventListener("change", ({ target }) => {
    state.unsafe = target.checked;
    check();
  });
  at("stop").addEventListener("click", () => {
    isStopped = true;
    restart();
  });
  at("link").addEventListener("click", copyLink);
  addEventListener("hashchange", fromLink);
  addEventListener("resize", reachable);
  for (const each of ["files", "views"]) at(each).addEventListener("keydown", moveTab);
  for (const tab of at("views").children) tab.addEventListener("click", () => view(tab));
}

/** Lets the keyboard reach what scrolls, and nothing else: few lines are too long for a wide window. */
function reachable() {
  for (const each of document.querySelectorAll("#output pre, #output .wide")) {
    if (each.scrollWidth > each.clientWidth) each.tabIndex = 0;
    else each.removeAttribute("tabindex");
  }
}

/** Moves between tabs with the arrow keys. */
function moveTab(event) {
  const all = [...event.currentTarget.children];
  const from = all.indexOf(document.activeElement);
  const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  const list = event.currentTarget;
  list.children[(to + all.length) % all.length].click();
  list.children[(to + all.length) % all.length].focus();
}

function view(tab) {
  for (const each of at("views").children) {
    const isChosen = each === tab;
    each.setAttribute("aria-selected", String(isChosen));
    each.tabIndex = isChosen ? 0 : -1;
    at(each.getAttribute("aria-controls")).hidden = !isChosen;
  }
  reachable();
}

// The link

async function copyLink() {
  const link = await packed(state);
  history.replaceState(null, "", link);
  const size = `${Math.ceil(link.length / 1000)} kB`;
  try {
    await navigator.clipboard.writeText(location.href);
    say(`The link is copied (${size}). It carries the files themselves.`);
  } catch {
    say(`The address of this page is the link now (${size}). It carries the files themselves.`);
  }
}

async function fromLink() {
  try {
    const found = await unpacked(location.hash);
    if (found) {
      const { files, inventory, configuration, target, rules, unsafe } = found;
      take({ files: files.map(({ name, text }) => ({ name, text })), inventory, configuration, target, rules, unsafe });
    }
    return found !== null;
  } catch {
    fail("The link is damaged: its files cannot be read.");
    return false;
  }
}

listen();
view(at("tab-findings"));
fromLink().then((isFound) => {
  at("example").selectedIndex = isFound ? -1 : 0;
  if (!isFound) take(fromExample(EXAMPLES[0]));
});
load().catch((error) => fail(`${error.message}.`));
