/**
 * A person at the page of `vnetlint graph`: `node page.mjs TOOLS PAGE PICTURES` plays all that it offers in Chromium.
 *
 * When something is wrong, the screen is saved as PICTURES/failed.png and stderr says what.
 */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, file, pictures, scenario] = process.argv.slice(2);
const { chromium } = createRequire(join(tools, "package.json"))("playwright-core");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-lcd-text"],
});
const looks = { colorScheme: "light", reducedMotion: "reduce" };
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...looks });
context.setDefaultTimeout(10_000);
const page = await context.newPage();
const address = pathToFileURL(file).href;
const requests = [];
const complaints = [];
context.on("request", (each) => each.url() === address || requests.push(each.url()));
page.on("console", (each) => complaints.push(each.text()));
page.on("pageerror", (each) => complaints.push(each.message));
page.on("dialog", (each) => { complaints.push(`dialog: ${each.message()}`); each.dismiss(); });

const facts = () => page.locator("#facts").innerText();
const node = (name) => page.locator(".node", { has: page.locator(`text.name:text-is("${name}")`) });
const lit = () => page.locator(".topology .node.on").evaluateAll((all) =>
  all.map((each) => each.querySelector(".name").textContent).sort());
const cell = (from, to) => page.locator(`#matrix td[aria-label^="${from} to ${to}:"]`);
const marked = () => page.locator("#matrix th.on").evaluateAll((all) => all.map((each) => each.textContent));
const isLit = async () => (await page.locator(".topology.focus").count()) === 1;
const pick = (name, value) => page.locator(`input[name="${name}"][value="${value}"]`).check({ force: true });
const away = () => page.mouse.move(1, 1);

const WEB = "web-01 … web-20";
const scenarios = {
  /** A box shows its neighbours, its row and column, and the guests that it stands for. */
  async hover() {
    await node(WEB).hover();
    assert.deepEqual(await lit(), ["dmz", WEB]);
    assert.deepEqual(await marked(), [WEB, WEB]);
    assert.match(await facts(), /20 guests/);
    assert.match(await facts(), /web-07 10\.45\.0\.17 guests\/web-07\.xml:2/);
    await page.screenshot({ path: join(pictures, "hover.png") });
    await away();
    assert.equal(await isLit(), false);
    assert.match(await facts(), /Point at a box/);
  },
  /** A cell shows the verdict, the reasons with their places, and the way through the picture. */
  async cell() {
    await cell(WEB, "Internet").hover();
    assert.match(await facts(), /web-01 … web-20 → Internet\s+allowed seen as 192\.0\.2\.10/);
    assert.match(await facts(), /the network translates its address networks\/default\.xml:3/);
    const way = ["Internet", "LAN of bond0", "bond0", "br0", "dmz", "rack7", WEB];
    assert.deepEqual(await lit(), way.sort());
    assert.deepEqual(await marked(), ["Internet", WEB]);
    assert.ok((await page.locator(".edge.on").count()) >= 6);
    await page.screenshot({ path: join(pictures, "cell.png") });
  },
  /** A line is wide enough to point at, and says how it connects. */
  async edge() {
    const [x, y] = await page.locator('.edge[aria-label^="probe"] path').first().evaluate((path) => {
      const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
      return [x, y];
    });
    await page.mouse.move(x, y + 3);
    assert.match(await facts(), /probe – eno3\s+macvtap private/);
  },
  /** Everything that the pointer does, the keyboard does: Tab to boxes and the grid, arrows in it, Enter, Escape. */
  async keyboard() {
    await page.locator("#filter").focus();
    for (let left = 8; left > 0 && !(await isLit()); left--) {
      await page.keyboard.press("Tab");
    }
    assert.equal(await isLit(), true);
    const first = await lit();
    await page.keyboard.press("Tab");
    assert.notDeepEqual(await lit(), first);
    await page.keyboard.press("Enter");
    assert.equal(await page.locator('.node[aria-pressed="true"]').count(), 1);
    const kept = await lit();
    await node("Internet").hover();
    assert.deepEqual(await lit(), kept);
    await page.keyboard.press("Escape");
    assert.equal(await isLit(), false);
    assert.equal(await page.locator('#matrix [tabindex="0"]').count(), 1);
    await page.locator('#matrix [tabindex="0"]').focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    const here = await page.evaluate(() => [document.activeElement.dataset.row, document.activeElement.dataset.column]);
    assert.deepEqual(here, ["1", "1"]);
    assert.equal(await page.locator('#matrix [tabindex="0"]').count(), 1);
    for (let left = 2; left > 0; left--) {
      await page.keyboard.press("ArrowUp");
    }
    assert.match(await facts(), /^To ci-1 … ci-6/);
  },
  /** The filter knows names and addresses of guests that are drawn as one. */
  async filter() {
    await page.locator("#filter").fill("WEB-13");
    assert.equal(await page.locator(".node:not(.far)").count(), 1);
    assert.match(await page.locator("#count").innerText(), /^1 of \d+ boxes$/);
    assert.equal(await page.locator("#matrix tbody th:not(.far)").innerText(), WEB);
    await node(WEB).hover();
    assert.equal(await page.locator("#facts mark").innerText(), "web-13");
    await page.locator("#filter").fill("10.45.0.13");
    assert.equal(await page.locator(".node:not(.far)").count(), 1);
    await page.locator("#filter").fill("no such thing");
    assert.match(await page.locator("#count").innerText(), /^0 of/);
    await page.locator("#filter").fill("");
    assert.equal(await page.locator(".far").count(), 0);
    assert.equal(await page.locator("#count").innerText(), "");
  },
  /** The switches change the matrix, and an unknown fact is named with both outcomes. */
  async switches() {
    assert.equal(await cell(WEB, "Internet").innerText(), "Y~");
    const before = await page.locator("#matrix").innerText();
    await pick("protocol", "udp");
    assert.notEqual(await page.locator("#matrix").innerText(), before);
    await pick("version", "6");
    assert.equal(await cell(WEB, "Internet").innerText(), "?");
    await cell(WEB, "Internet").hover();
    assert.match(await facts(), /if the upstream router has a route back: allowed/);
    assert.match(await facts(), /if it has none: one way/);
    assert.match(await facts(), /Not in the inventory: upstream\.routes/);
    await cell(WEB, "Internet").click();
    await pick("version", "4");
    assert.match(await facts(), /allowed seen as/);
    await pick("matrix", "below");
    const [picture, matrix] = [await page.locator("#picture").boundingBox(), await page.locator("#reach").boundingBox()];
    assert.ok(matrix.y >= picture.y + picture.height);
  },
  /** Names that look like markup are shown as they are, wherever they come. */
  async hostile() {
    for (const each of await page.locator(".node").all()) {
      await each.hover({ force: true });
    }
    assert.match(await page.locator("body").innerText(), /<\/script><script>alert\(1\)<\/script>/);
    assert.equal(await page.locator("img").count(), 0);
  },
  /** In the dark and on paper the text has other colours, and paper has neither filter nor hints. */
  async looks() {
    const ground = () => page.evaluate(() => getComputedStyle(document.querySelector(".topology .page")).fill);
    const body = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.deepEqual([await ground(), await body()], ["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
    await page.emulateMedia({ colorScheme: "dark" });
    assert.deepEqual([await ground(), await body()], ["rgb(18, 22, 28)", "rgb(18, 22, 28)"]);
    await page.screenshot({ path: join(pictures, "dark.png") });
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    assert.deepEqual([await ground(), await body()], ["rgb(255, 255, 255)", "rgb(255, 255, 255)"]);
    assert.equal(await page.locator("#filter").isVisible(), false);
    assert.equal(await page.locator("#about").isVisible(), false);
    assert.match(await page.locator("#groups").innerText(), /web-01, web-02, web-03/);
    await page.emulateMedia({ media: "screen" });
    for (const width of [1440, 1100, 420]) {
      await page.setViewportSize({ width, height: 900 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(wide <= width, `the page is ${wide} pixels wide in a window of ${width}`);
    }
  },
  /** Boxes hold their text, and do not overlap. */
  async fits() {
    const faults = await page.evaluate(() => {
      const found = [];
      const boxes = [...document.querySelectorAll(".topology .node")].map((each) => [each, each.querySelector(".box").getBBox()]);
      for (const [each, box] of boxes) {
        for (const text of each.querySelectorAll("text")) {
          const line = text.getBBox();
          if (line.x + line.width > box.x + box.width || line.y + line.height > box.y + box.height + 2) {
            found.push(`${text.textContent} leaves its box`);
          }
        }
        for (const [other, its] of boxes) {
          if (other !== each && box.x < its.x + its.width && its.x < box.x + box.width
              && box.y < its.y + its.height && its.y < box.y + box.height) {
            found.push(`${each.textContent} overlaps ${other.textContent}`);
          }
        }
      }
      return found;
    });
    assert.deepEqual(faults, []);
  },
  async smallPictures() {
    await page.setViewportSize({ width: 1280, height: 560 });
    await cell("web", "Internet").hover();
    await page.screenshot({ path: join(pictures, "graph-page.png") });
  },
  async largePictures() {
    await page.setViewportSize({ width: 1500, height: 800 });
    await cell(WEB, "db-1 … db-8").hover();
    await page.screenshot({ path: join(pictures, "graph-page-large.png") });
    await page.emulateMedia({ colorScheme: "dark" });
    await node("app-01 … app-16").hover();
    await page.screenshot({ path: join(pictures, "graph-page-dark.png") });
    await away();
    // An A4 page in landscape, without its margins.
    await page.emulateMedia({ colorScheme: "dark", media: "print" });
    await page.setViewportSize({ width: 1047, height: 718 });
    await page.screenshot({ path: join(pictures, "graph-page-print.png") });
  },
};

let failed = 0;
try {
  await page.goto(address);
  await scenarios[scenario]();
  assert.deepEqual(complaints, []);
  assert.deepEqual(requests, []);
} catch (error) {
  failed = 1;
  await page.screenshot({ path: join(pictures, "failed.png") });
  console.error(error.stack);
} finally {
  await browser.close();
}
process.exitCode = failed;
