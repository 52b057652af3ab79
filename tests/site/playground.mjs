/**
 * A visitor of the playground in Chromium: `node playground.mjs TOOLS AXE PAGE PICTURES SCENARIO`. PAGE is an address.
 *
 * Whatever the scenario finds is printed as JSON. When something is wrong, the screen is saved as PICTURES/failed.png
 * and stderr says what. A request to any other host is wrong.
 */

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { join } from "node:path";

const [tools, axe, address, pictures, scenario] = process.argv.slice(2);
const { chromium } = createRequire(join(tools, "package.json"))("playwright-core");
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"],
});
const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: "reduce" });
context.setDefaultTimeout(240_000);
const isFile = address.startsWith("file:");
if (isFile) await context.setOffline(true);
const own = isFile ? "file:" : new URL(address).origin;
const page = await context.newPage();
const complaints = [];
context.on("request", (each) => {
  if (!each.url().startsWith(own) && !each.url().startsWith("blob:")) complaints.push(`asks for ${each.url()}`);
});
page.on("pageerror", (each) => complaints.push(each.message));
page.on("console", (each) => {
  if (/Content Security Policy|Content-Security-Policy/i.test(each.text())) complaints.push(each.text());
});

const at = (id) => page.locator(`#${id}`);
const numberAsked = () => page.evaluate(() => asked);
/** Does something, and waits until its whole result is shown. */
async function checked(action, before) {
  before ??= await numberAsked();
  await action();
  await page.waitForFunction(
    (number) => asked > number && document.getElementById("output").getAttribute("aria-busy") === "false", before);
}
const open = (fragment = "") => checked(() => page.goto(address + fragment), 0);
const heads = () => page.locator(".finding h3").allTextContents();
const tab = (name) => page.getByRole("tab", { name });
const choose = (title) => checked(() => at("example").selectOption({ label: title }));
const typeText = (text) => checked(() => at("text").fill(text));
const error = async () => (await at("error").isVisible() ? at("error").innerText() : "");

const HOSTILE = `<network>
  <name>&lt;img src=x onerror=alert(1)&gt;</name>
  <forward mode='&lt;script>alert(1)&lt;/script>'/>
  <bridge name='">&lt;img src=x onerror=alert(1)>'/>
  <ip address='10.0.0.1' prefix='24'/>
</network>
`;

async function serious(name, options = {}) {
  const { violations } = await page.evaluate((given) => axe.run(given), { resultTypes: ["violations"], preload: false, ...options });
  return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).map(({ id, nodes }) =>
    `${name}: ${id}: ${nodes.length} × ${nodes[0].html.slice(0, 150)}: ${nodes[0].failureSummary}`);
}

const scenarios = {
  /** Each example, as the page has it from vnetlint and as it shows it. */
  async examples() {
    await open();
    await page.evaluate(() => {
      const { check } = SHOW;
      SHOW.check = (answer) => { globalThis.seen = answer; check(answer); };
    });
    const found = {};
    for (const title of await at("example").locator("option").allTextContents()) {
      // The first one is chosen already.
      await checked(() => at("example").evaluate((list, label) => {
        list.selectedIndex = [...list.options].findIndex((each) => each.text === label);
        list.dispatchEvent(new Event("change"));
      }, title));
      const { json, text } = await page.evaluate(() => globalThis.seen);
      const cells = await page.locator("#reach td").count();
      const boxes = await page.locator("#picture svg .node").count();
      found[title] = { json, text, heads: await heads(), error: await error(), cells, boxes };
    }
    return found;
  },
  /** Fixes are made, taken back and made at once; a link restores the files; what is hostile stays text. */
  async visit() {
    await open();
    const before = await at("text").inputValue();
    assert.equal((await heads()).length, 1);
    await checked(() => page.getByRole("button", { name: /^Make this fix: Move the range/ }).click());
    assert.deepEqual(await heads(), []);
    const fixed = await at("text").inputValue();
    assert.match(fixed, /192\.168\.20\.100/);
    await checked(() => at("undo").click());
    assert.equal(await at("text").inputValue(), before);
    await tab(/^Diff/).click();
    assert.match(await at("diff").innerText(), /No safe fix/);
    await checked(() => at("unsafe").check());
    assert.match(await at("diff").innerText(), /^\+ {6}<range start='192\.168\.20\.100'/m);
    await checked(() => at("diff").getByRole("button", { name: "Make 1 fix" }).click());
    assert.equal(await at("text").inputValue(), fixed);

    // A place leads to its file, with an emoji before it, which counts as two.
    await choose("A rack: ten networks, five guests and their host");
    await tab(/^Findings/).click();
    await page.locator(".place", { hasText: "networks/storage.xml:3" }).first().click();
    assert.equal(await at("name").inputValue(), "networks/storage.xml");
    const marked = () => at("text").evaluate((area) => area.value.slice(area.selectionStart, area.selectionEnd));
    assert.equal(await marked(), "name='virbr-storage-backend'");
    await typeText("<!-- 😀😀 --><network><name>n</name><forwad/></network>");
    await page.locator(".place", { hasText: "networks/storage.xml:1:35" }).click();
    assert.equal(await marked(), "<forwad");

    // The link.
    await at("target").fill("9.0.0");
    await checked(() => at("rules").fill("all"));
    const [state, shownBefore] = [await page.evaluate(() => state), await heads()];
    await at("link").click();
    await page.waitForFunction(() => location.hash.length > 10);
    const fragment = await page.evaluate(() => location.hash);
    await page.goto("about:blank");
    await open(fragment);
    assert.deepEqual(await page.evaluate(() => state), state);
    assert.deepEqual(await heads(), shownBefore);
    for (const bad of ["#v1.AAAA", "#v1.%", `${fragment.slice(0, -9)}`]) {
      await page.evaluate((each) => { location.hash = each; }, bad);
      await page.waitForFunction(() => document.getElementById("error").textContent.includes("damaged"));
    }

    // What is hostile.
    await checked(() => at("target").fill(""));
    await choose("DHCP outside of the subnet");
    await typeText(HOSTILE);
    assert.ok((await heads()).some((each) => each.includes("'<script>alert(1)</scrip…'")));
    assert.ok((await page.locator("#picture text").allTextContents()).some((each) => each.startsWith("<img src=x")));
    assert.equal(await page.locator("#output img, #output script").count(), 0);
    await checked(() => at("name").fill("../x.xml").then(() => at("name").blur()));
    assert.equal(await error(), "'../x.xml' cannot be the name of a file here");
    await checked(() => at("name").fill("<b>.xml").then(() => at("name").blur()));
    assert.ok((await heads())[0].startsWith("<b>.xml:"));

    // Errors in plain words.
    await tab("Inventory").click();
    await typeText('{"version": 1, "interfaces": [{"nam": "eth0"}]}');
    assert.match(await error(), /^host\.json:1:\d+: interfaces\[0\]: unknown key 'nam'; did you mean 'name'\?/);
    await typeText("version = 1\nname = 'rack'\n");
    assert.equal(await error(), "");
    await checked(() => at("rules").fill("nonsense"));
    assert.match(await error(), /^unknown rule 'nonsense'/);
    await checked(() => at("rules").fill(""));
    return {};
  },
  /** Deep and long files, an end of Python, and a stop: the page goes on afterwards. */
  async hostile() {
    // Python must not take a file of a link for one of its modules.
    const program = { name: "pydantic.py", text: "import js\njs.postMessage('taken')\nraise SystemExit" };
    const files = [{ name: "lan.xml", text: "<network><name>n</name><forwad/></network>" }, program];
    await page.goto(address);
    const given = { files, inventory: '{"version": 1}', configuration: "", target: "", rules: "", unsafe: false };
    const link = await page.evaluate((each) => packed(each), given);
    await page.goto("about:blank");
    await open(link);
    assert.deepEqual([await error(), (await heads()).length], ["", 2]);
    await choose("DHCP outside of the subnet");
    const deep = 3000;
    await typeText(`<network><name>n</name>${"<a>".repeat(deep)}${"</a>".repeat(deep)}</network>`);
    const said = { deep: [await error(), ...(await heads())] };
    for (const [around, closing] of [["", ""], ["<metadata>", "</metadata>"]]) {
      await typeText(`<network><name>n</name>${around}${"<a>".repeat(250)}${"</a>".repeat(250)}${closing}</network>`);
      said.deep.push(await error(), ...(await heads()));
    }
    await typeText(`<network><name>n</name>${"<ip address='10.0.0.1'/>".repeat(3000)}</network>`);
    said.long = [await error(), (await heads()).length];
    await page.evaluate(() => HANDLERS.failed({ text: "as if it had no memory left" }));
    assert.match(await error(), /^Python ended: as if/);
    await typeText("<network><name>n</name><forwad/></network>");
    assert.equal((await heads()).length, 1);
    // A check that is stopped does not begin again by itself.
    await page.evaluate(() => document.getElementById("stop").click());
    await page.waitForFunction(() => document.getElementById("status").textContent.startsWith("Stopped"));
    await typeText("<network><name>n</name></network>");
    assert.equal((await heads()).length, 0);
    return said;
  },
  /** Light and dark, wide and narrow: axe finds nothing serious, nothing is wider than the window, and pictures. */
  async looks() {
    // The page's policy lets no script of others run.
    await context.addInitScript({ path: axe });
    await open();
    await choose("A rack: ten networks, five guests and their host");
    const found = [];
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      for (const [size, width] of Object.entries({ wide: 1400, narrow: 380 })) {
        await page.setViewportSize({ width, height: 900 });
        for (const view of ["Findings", "Diff", "Who reaches whom", "Picture"]) {
          await tab(new RegExp(`^${view}`)).click();
          found.push(...await serious(`${view}, ${colorScheme}, ${size}`));
          await page.screenshot({ path: join(pictures, `${view.split(" ").pop()}-${size}-${colorScheme}.png`) });
          const wide = await page.evaluate(() => document.documentElement.scrollWidth);
          if (wide > width) found.push(`${view} is ${wide} pixels wide in a window of ${width}`);
        }
      }
    }
    assert.equal(found.join("\n"), "");
    // The keyboard alone: tabs by arrows, then the panel.
    await page.setViewportSize({ width: 1400, height: 900 });
    await tab(/^Picture/).focus();
    await page.keyboard.press("Home");
    assert.equal(await tab(/^Findings/).getAttribute("aria-selected"), "true");
    await page.keyboard.press("ArrowRight");
    assert.equal(await tab(/^Diff/).getAttribute("aria-selected"), "true");
    assert.ok(await at("diff").isVisible());
    return {};
  },
  /** The page of a server. */
  async served() {
    await open();
    return { heads: await heads() };
  },
};

let failed = 0;
try {
  const found = await scenarios[scenario]();
  assert.deepEqual(complaints, []);
  console.log(JSON.stringify(found));
} catch (problem) {
  failed = 1;
  await page.screenshot({ path: join(pictures, "failed.png") });
  console.error(problem.stack, complaints, await at("status").innerText().catch(() => ""), await error().catch(() => ""));
} finally {
  await browser.close();
}
process.exitCode = failed;
