/**
 * A reader of the documentation in Chromium: `node site.mjs TOOLS AXE SITE PICTURES SCENARIO`, with the site as files.
 *
 * When something is wrong, the screen is saved as PICTURES/failed.png and stderr says what.
 */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [tools, axe, site, pictures, scenario] = process.argv.slice(2);
const { chromium } = createRequire(join(tools, "package.json"))("playwright-core");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
});
const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: "reduce" });
context.setDefaultTimeout(20_000);
const page = await context.newPage();
const complaints = [];
context.on("request", (each) => each.url().startsWith("file:") || complaints.push(`asks for ${each.url()}`));
page.on("pageerror", (each) => complaints.push(each.message));

/** A page of each kind: prose with pictures, long console output, wide tables, a rule, a form, generated text. */
const PAGES = [
  "index", "modes", "configuration", "ansible", "command-line", "symptoms", "inventory", "search?q=dhcp", "changelog",
  "rules/index", "rules/bridge-without-uplink", "rules/dhcp-range-outside-subnet", "editors/vscode",
];
const WIDTHS = { wide: 1400, narrow: 380 };
const open = (name) => {
  const [path, query] = name.split("?");
  return page.goto(pathToFileURL(join(site, `${path}.html`)).href + (query ? `?${query}` : ""));
};

const scenarios = {
  /** What is looked at: wide and narrow, light and dark, and on paper. */
  async pictures() {
    for (const [size, width] of Object.entries(WIDTHS)) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        for (const name of PAGES) {
          await open(name);
          await page.screenshot({ path: join(pictures, `${name.replace(/[/?]/g, "-")}-${size}-${colorScheme}.png`) });
        }
      }
    }
    await page.emulateMedia({ media: "print", colorScheme: "light" });
    await page.setViewportSize({ width: 718, height: 1047 });
    await open("rules/dhcp-range-outside-subnet");
    await page.screenshot({ path: join(pictures, "rule-print.png") });
  },
  /** axe finds nothing serious, in either colour, wide and narrow. */
  async accessible() {
    const found = new Set();
    const judge = async (name, rules) => {
      const { violations } = await page.evaluate((options) => axe.run(options), { resultTypes: ["violations"], ...rules });
      for (const { id, impact, nodes } of violations) {
        if (["serious", "critical"].includes(impact)) {
          found.add(`${name}: ${id}: ${nodes.length} × ${nodes[0].html.slice(0, 150)}: ${nodes[0].failureSummary}`);
        }
      }
    };
    for (const name of PAGES) {
      await page.setViewportSize({ width: WIDTHS.wide, height: 900 });
      await page.emulateMedia({ colorScheme: "light" });
      await open(name);
      await page.addScriptTag({ path: axe });
      await judge(`${name}, light`, {});
      await page.emulateMedia({ colorScheme: "dark" });
      await judge(`${name}, dark`, { runOnly: ["color-contrast"] });
      await page.setViewportSize({ width: WIDTHS.narrow, height: 900 });
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      await judge(`${name}, narrow`, { rules: { "color-contrast": { enabled: false } } });
    }
    assert.equal([...found].join("\n"), "");
  },
  /** No page is wider than the window; tables and code scroll by themselves. */
  async fits() {
    for (const width of [1400, 900, 380]) {
      await page.setViewportSize({ width, height: 900 });
      for (const name of PAGES) {
        await open(name);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${name} is ${wide} pixels wide in a window of ${width}`);
      }
    }
  },
  /** The search works without a server, and a rule's name finds its page first. */
  async search() {
    for (const rule of ["bridge-without-uplink", "dhcp-range-outside-subnet", "subnet-overlap", "mac-of-hardware-vendor"]) {
      await open("index");
      await page.locator(".sidebar-search").fill(rule);
      await page.keyboard.press("Enter");
      const first = page.locator("#search-results li a").first();
      await first.waitFor();
      assert.equal((await first.innerText()).trim(), rule);
      await first.click();
      assert.match(await page.locator("h1").innerText(), new RegExp(`^${rule}`));
    }
  },
  /** The filter leaves the rules that have all words. */
  async filter() {
    await open("rules/index");
    const shown = () => page.locator("article tbody tr:visible").count();
    const all = await shown();
    assert.ok(all > 300);
    await page.locator("#rule-filter").fill("VN1030");
    assert.equal(await shown(), 1);
    assert.equal(await page.locator("article h2:visible").count(), 1);
    assert.match(await page.locator(".rule-filter output").innerText(), /^1 of \d+ rows$/);
    await page.locator("#rule-filter").fill("dhcp error choice");
    assert.ok(await shown() > 1 && await shown() < 100);
    await page.locator("#rule-filter").fill("");
    assert.equal(await shown(), all);
  },
  /** Pictures have the colour of the text, also in the dark, and fit a wide window. */
  async drawings() {
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await open("modes");
      const picture = page.locator(".picture").first();
      const colours = await picture.evaluate((each) => [
        getComputedStyle(each.querySelector("text")).fill, getComputedStyle(each.querySelector("path")).stroke,
        getComputedStyle(each).color]);
      assert.equal(new Set(colours).size, 1, colours.join(" "));
      assert.ok(await picture.evaluate((each) => each.scrollWidth <= each.clientWidth));
      await picture.screenshot({ path: join(pictures, `drawing-${colorScheme}.png`) });
    }
  },
  /** Another version that is beside this one is offered, and leads there. */
  async versions() {
    await open("rules/index");
    const choice = page.locator("#site-version");
    const names = await choice.locator("option").allInnerTexts();
    assert.equal(names.length, 2);
    const [newer, older] = names;
    assert.equal(await choice.inputValue(), newer);
    await choice.selectOption(older);
    await page.waitForURL(`**/${older}/index.html`);
  },
};

let failed = 0;
try {
  await scenarios[scenario]();
  assert.deepEqual(complaints, []);
} catch (error) {
  failed = 1;
  await page.screenshot({ path: join(pictures, "failed.png") });
  console.error(error.stack);
} finally {
  await browser.close();
}
process.exitCode = failed;
