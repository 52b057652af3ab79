"use strict";

/** Offer the versions that are beside this one. `versions.js` lists them, and every version reads the same one. */
function offerVersions(box) {
  const { version, top } = box.dataset;
  const choice = box.querySelector("select");
  const names = window.VERSIONS ?? [version];
  choice.replaceChildren(...names.map((name) => new Option(name, name, name === version, name === version)));
  choice.disabled = names.length < 2;
  choice.addEventListener("change", () => { location.href = `${top}${choice.value}/index.html`; });
}

/** Add a field that hides the rules that do not have all of its words. */
function offerFilter(box) {
  const rows = [...document.querySelectorAll("article table tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
  const sections = [...document.querySelectorAll("article section section")];
  const [field, count] = [box.querySelector("input"), box.querySelector("output")];
  const update = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const [row, text] of rows) {
      row.hidden = !words.every((word) => text.includes(word));
    }
    for (const each of sections) {
      each.hidden = !each.querySelector("tbody tr:not([hidden])");
    }
    count.textContent = words.length ? `${rows.filter(([row]) => !row.hidden).length} of ${rows.length} rows` : "";
  };
  field.addEventListener("input", update);
  box.hidden = false;
  update();
}

/** Let the keyboard scroll what is wider than the page. */
function reachScrollable() {
  for (const each of document.querySelectorAll(".table-wrapper, .highlight pre, .picture")) {
    if (each.scrollWidth > each.clientWidth) {
      each.tabIndex = 0;
    } else {
      each.removeAttribute("tabindex");
    }
  }
}

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll(".site-versions").forEach(offerVersions);
  document.querySelectorAll(".rule-filter").forEach(offerFilter);
  reachScrollable();
  addEventListener("resize", reachScrollable);
});
