/** The panel's own script: it shows the picture that it is sent, and marks what the cursor is on. */

import type { FromPanel, Here, ToPanel } from "./messages";

declare function acquireVsCodeApi(): { postMessage(message: FromPanel): void };

const DARK = "body:is(.vscode-dark,.vscode-high-contrast):not(.vscode-high-contrast-light)";
/** Milliseconds after which an answer is so late that the panel says what it waits for. */
const LATE = 700;

const host = acquireVsCodeApi();
const picture = element("picture");
const about = element("about");
const message = element("message");
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
let late: ReturnType<typeof setTimeout> | undefined;
let here: Here | null = null;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`the page has no ${id}`);
  }
  return found;
}

/** An element with text. Nothing of a file is ever set as markup. */
function made(tag: string, text: string): HTMLElement {
  const result = document.createElement(tag);
  result.textContent = text;
  return result;
}

function say(text: string): void {
  clearTimeout(late);
  message.textContent = text;
}

function draw(svg: string, style: { shapes: string; light: string; dark: string }): void {
  const drawn = new DOMParser().parseFromString(svg, "image/svg+xml").documentElement;
  if (drawn.nodeName !== "svg") {
    say("The picture cannot be shown.");
    return;
  }
  sheet.replaceSync(`${style.shapes}${style.light}${DARK}{${style.dark}}`);
  picture.replaceChildren(document.importNode(drawn, true));
  const [, , width = 0] = (drawn.getAttribute("viewBox") ?? "").split(" ").map(Number);
  const shown = picture.querySelector<SVGElement>("svg");
  if (shown) {
    // Its letters stay legible in a narrow panel, which scrolls then.
    shown.style.minWidth = `${Math.round(width * 0.7)}px`;
    shown.style.maxWidth = `${Math.round(width * 1.15)}px`;
  }
  for (const each of picture.querySelectorAll<SVGElement>("[data-node]")) {
    const open = (): void => host.postMessage({ kind: "open", node: each.dataset.node ?? "" });
    each.setAttribute("role", "button");
    each.setAttribute("tabindex", "0");
    each.addEventListener("click", open);
    each.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        open();
      }
    });
  }
}

function isVisible(each: Element): boolean {
  const [inner, outer] = [each.getBoundingClientRect(), picture.getBoundingClientRect()];
  return (
    inner.top >= outer.top && inner.bottom <= outer.bottom && inner.left >= outer.left && inner.right <= outer.right
  );
}

function mark(): void {
  const svg = picture.querySelector("svg");
  const near = new Set(here ? [here.node] : []);
  svg?.classList.toggle("focus", here !== null);
  for (const each of picture.querySelectorAll<SVGElement>("[data-edge]")) {
    const { tail = "", head = "", edge } = each.dataset;
    const touches = here !== null && (tail === here.node || head === here.node);
    if (touches) {
      near.add(tail).add(head);
    }
    each.classList.toggle("on", touches);
    each.classList.toggle("here", here?.edges.includes(Number(edge)) ?? false);
  }
  let marked: SVGElement | undefined;
  for (const each of picture.querySelectorAll<SVGElement>("[data-node]")) {
    const node = each.dataset.node ?? "";
    each.classList.toggle("on", near.has(node));
    each.classList.toggle("here", node === here?.node);
    marked = node === here?.node ? each : marked;
  }
  if (marked && !isVisible(marked)) {
    marked.scrollIntoView({ block: "center", inline: "center" });
  }
}

function describe(file: string): void {
  if (!here) {
    about.replaceChildren(made("p", `There is no network and no guest at the cursor in ${file}.`));
    return;
  }
  const facts = [...here.details, ...here.connections].map((each) => made("li", each));
  const list = document.createElement("ul");
  list.append(...facts);
  about.replaceChildren(made("h2", `${here.name}: ${here.what}`), list);
}

window.addEventListener("message", ({ data }: MessageEvent<ToPanel>) => {
  if (data.kind === "busy") {
    clearTimeout(late);
    late = setTimeout(() => say("Drawing …"), LATE);
  } else if (data.kind === "error") {
    say(data.text);
    here = null;
    picture.replaceChildren();
    about.replaceChildren();
  } else if (data.kind === "picture") {
    draw(data.svg, data.style);
  } else {
    if (picture.firstChild) {
      say("");
    }
    ({ here } = data);
    // The words come first, because they leave less room for the picture.
    describe(data.file);
    mark();
  }
});
host.postMessage({ kind: "ready" });
