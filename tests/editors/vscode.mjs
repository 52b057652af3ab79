/**
 * A person at VS Code: `node vscode.mjs TOOLS ADDRESS PICTURE SCENARIO [ARGUMENT…]` plays a scenario in Chromium.
 *
 * Every wait has an end. When something does not come, the screen is saved as PICTURE and stderr names what is missing.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const WAIT = 30_000;
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-default-apps",
];
const STATUS = '.statusbar-item[id="vnetlint.vnetlint.status"]';
const SQUIGGLES = ".squiggly-error, .squiggly-warning, .squiggly-info";

class Editor {
  constructor(page) {
    this.page = page;
  }

  async visit(address) {
    await this.page.goto(address);
    // On a busy machine VS Code sometimes opens a workspace as empty; a person would reload the page.
    for (let left = 3; left > 0; left--) {
      try {
        await this.row("").first().waitFor();
        return;
      } catch (error) {
        if (left === 1) {
          throw error;
        }
        await this.page.reload();
      }
    }
  }

  row(name) {
    return this.page.locator(".explorer-folders-view .monaco-list-row", { hasText: name });
  }

  async open(name) {
    await this.row(name).first().dblclick();
    await this.page.locator(".tab.active", { hasText: name }).waitFor();
    await this.page.locator(".monaco-editor .view-line").first().waitFor();
  }

  squiggle(severity) {
    return this.page.locator(`.squiggly-${severity}`).first();
  }

  /** A point on the squiggle, which cannot be clicked itself because the text covers it. */
  async place(severity) {
    let box = null;
    // VS Code sometimes redraws it, and then the old element has no position.
    for (let left = 50; box === null && left > 0; left--) {
      box = await this.squiggle(severity).boundingBox();
    }
    return [box.x + Math.min(10, box.width / 2), box.y + box.height / 2];
  }

  /** Rest the pointer on a squiggle until a hover says `text`; VS Code sometimes takes a first hover too early. */
  async hover(severity, text) {
    const hover = this.page.locator(".monaco-hover:visible", { hasText: text });
    for (let left = 6; left > 0; left--) {
      await this.page.mouse.move(0, 0);
      await this.page.mouse.move(...(await this.place(severity)));
      try {
        await hover.waitFor({ timeout: WAIT / 6 });
        return;
      } catch (error) {
        if (left === 1) {
          throw error;
        }
      }
    }
  }

  async quickFix(severity, title) {
    await this.page.keyboard.press("Escape");
    await this.page.mouse.click(...(await this.place(severity)));
    await this.page.keyboard.press("Control+.");
    // A pane above the menu swallows clicks, so it is used with the keys.
    const rows = this.page.locator(".action-widget .monaco-list-row.action");
    await rows.filter({ hasText: title }).first().waitFor();
    for (let left = await rows.count(); left > 0; left--) {
      if ((await rows.and(this.page.locator(".focused")).textContent()).includes(title)) {
        break;
      }
      await this.page.keyboard.press("ArrowDown");
    }
    await this.page.keyboard.press("Enter");
  }

  async nothingWrong() {
    await this.page.locator(SQUIGGLES).first().waitFor({ state: "detached" });
  }

  /** Replace the first occurrence of a text, by typing. */
  async replace(before, after) {
    await this.page.keyboard.press("Control+Home");
    await this.page.keyboard.press("Control+F");
    await this.page.locator(".find-widget.visible textarea").first().fill(before);
    await this.page.locator(".find-widget.visible .matchesCount", { hasText: " of " }).waitFor();
    await this.page.keyboard.press("Enter");
    await this.page.keyboard.press("Escape");
    await this.page.keyboard.type(after);
    await this.page.keyboard.press("Escape");
  }

  async save() {
    await this.page.locator(".tab.active.dirty").waitFor();
    await this.page.keyboard.press("Control+S");
    await this.page.locator(".tab.active:not(.dirty)").waitFor();
  }

  async command(title) {
    await this.page.keyboard.press("F1");
    const input = this.page.locator(".quick-input-widget input[type=text]");
    await input.fill(`>${title}`);
    await this.page.locator(".quick-input-list .monaco-list-row.focused", { hasText: title }).waitFor();
    await this.page.keyboard.press("Enter");
  }

  /** Wait until a program has noted so many starts in a file. */
  async started(notes, times) {
    for (let left = WAIT / 100; left > 0; left--) {
      if (existsSync(notes) && readFileSync(notes, "utf8").split("\n").length > times) {
        return;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`the server was not started ${times} times`);
  }

  /** The toast that says a text. */
  async notified(text) {
    const toast = this.page.locator(".notification-toast", { hasText: text });
    await toast.waitFor();
    return toast;
  }

  /** Put the cursor before the first occurrence of a text. */
  async go(text) {
    const find = this.page.locator(".find-widget.visible");
    await this.page.keyboard.press("Control+Home");
    await this.page.keyboard.press("Control+F");
    await find.locator("textarea").first().fill(text);
    // In a narrow editor the count is not visible.
    await find.locator(".matchesCount", { hasText: "1 of " }).waitFor({ state: "attached" });
    for (let left = 10; (await find.isVisible()) && left > 0; left--) {
      await this.page.keyboard.press("Escape");
      await this.page.waitForTimeout(300);
    }
    await find.waitFor({ state: "hidden" });
    await this.page.keyboard.press("ArrowLeft");
  }

  /** Choose an entry of the list that a command shows. */
  async choose(text) {
    const rows = this.page.locator(".quick-input-list .monaco-list-row", { hasText: text });
    await rows.first().waitFor();
    await rows.first().click();
  }

  /** Choose a completion, for which is asked until it comes: right after a file is opened there may be none yet. */
  async complete(label) {
    const row = this.page.locator(".suggest-widget.visible .monaco-list-row", { hasText: label }).first();
    for (let left = 6; left > 0; left--) {
      await this.page.keyboard.press("Control+Space");
      try {
        await row.waitFor({ timeout: WAIT / 6 });
        break;
      } catch (error) {
        if (left === 1) {
          throw error;
        }
        await this.page.keyboard.press("Escape");
      }
    }
    await row.click();
    await row.waitFor({ state: "hidden" });
  }

  /** What the panel shows, which is a page in a page in a page. */
  get panel() {
    return this.page.frameLocator("iframe.webview").last().frameLocator("#active-frame");
  }

  /** Wait until the panel's outlined box is the one of a name. */
  async outlined(name) {
    await this.panel.locator(`.topology .node.here[aria-label^="${name}:"]`).waitFor();
    await this.panel.locator("#about h2", { hasText: name }).waitFor();
    const seen = await this.panel.locator("#picture").evaluate((outer) => {
      const [box, room] = [outer.querySelector(".node.here"), outer].map((each) => each.getBoundingClientRect());
      return box.left >= room.left - 1 && box.right <= room.right + 1 && box.top >= room.top - 1 && box.bottom <= room.bottom + 1;
    });
    if (!seen) {
      throw new Error(`the box of ${name} is outside of the panel`);
    }
  }

  /** Wait until the server has judged the file. */
  async ready() {
    await this.page.locator(STATUS, { hasText: /^\s*vnetlint(: \d+ findings?)?$/ }).waitFor();
  }

  async status(text) {
    await this.page.locator(STATUS, { hasText: text }).waitFor();
  }
}

const scenarios = {
  /** Open files one after the other; in each, read what is wrong, take the fix, save. */
  async fix(editor, severity, hover, title, ...files) {
    for (const file of files) {
      await editor.open(file);
      await editor.squiggle(severity).waitFor();
      await editor.hover(severity, hover);
      await editor.quickFix(severity, title);
      await editor.nothingWrong();
      await editor.save();
    }
  },

  /** A fault in one file disappears as another is edited, before that is saved, and stays away. */
  async across(editor, guest, severity, hover, network, before, after) {
    await editor.open(guest);
    await editor.squiggle(severity).waitFor();
    await editor.hover(severity, hover);
    await editor.open(network);
    await editor.replace(before, after);
    await editor.open(guest);
    await editor.nothingWrong();
    await editor.open(network);
    await editor.save();
  },

  /** One file has a diagnostic and another has none. */
  async silent(editor, faulty, severity, clean) {
    await editor.open(faulty);
    await editor.squiggle(severity).waitFor();
    await editor.open(clean);
    await editor.nothingWrong();
    await editor.page.waitForTimeout(3000);
    await editor.nothingWrong();
  },

  /** A server that ends is started again and knows the open files. */
  async revive(editor, file, severity, notes) {
    await editor.open(file);
    await editor.squiggle(severity).waitFor();
    await editor.started(notes, 2);
    await editor.squiggle(severity).waitFor();
  },

  /** The command restarts the server, even one that does not answer. */
  async restart(editor, file, severity, notes) {
    await editor.open(file);
    await editor.started(notes, 1);
    await editor.command("vnetlint: Restart server");
    await editor.squiggle(severity).waitFor();
    await editor.command("vnetlint: Restart server");
    await editor.started(notes, 3);
    await editor.squiggle(severity).waitFor();
  },

  /** With the settings that the page shows, saving makes the safe fixes. */
  async saveFixes(editor, file, severity) {
    await editor.open(file);
    await editor.squiggle(severity).waitFor();
    await editor.page.keyboard.press("Control+End");
    await editor.page.keyboard.press("Enter");
    await editor.save();
    await editor.nothingWrong();
  },

  /** The panel shows the network at the cursor, then another one, then a guest and the NIC at the cursor. */
  async panel(editor, one, first, other, second, guest, name, network) {
    await editor.open(one);
    await editor.ready();
    await editor.go("<name>");
    await editor.command("vnetlint: Show topology");
    await editor.outlined(first);
    await editor.page.screenshot({ path: picture.replace(".png", "-one.png") });
    await editor.open(other);
    await editor.outlined(second);
    await editor.page.screenshot({ path: picture.replace(".png", "-other.png") });
    await editor.open(guest);
    await editor.go(`network='${network}'`);
    await editor.outlined(name);
    await editor.panel.locator(`.topology .edge.here[aria-label*="${network}"]`).waitFor();
    await editor.page.screenshot({ path: picture.replace(".png", "-nic.png") });
    await editor.panel.locator(`.topology .node[aria-label^="${first}:"]`).click();
    await editor.page.locator(".tab.active", { hasText: one }).waitFor();
    await editor.outlined(first);
    const asked = await editor.panel.locator("body").evaluate(() =>
      performance.getEntriesByType("resource").map((each) => new URL(each.name).pathname.split("/").pop()));
    if (asked.sort().join() !== "topology.css,topology.js") {
      throw new Error(`the panel loaded ${asked}`);
    }
  },

  /** Names in the picture are text, and the policy keeps a script from running that came in anyhow. */
  async hostile(editor, file) {
    await editor.open(file);
    await editor.ready();
    await editor.command("vnetlint: Show topology");
    await editor.panel.locator(".topology .node.here").waitFor();
    const found = await editor.panel.locator("body").evaluate(async (body) => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      body.append(script);
      const fetched = await fetch("https://example.org/").then(() => true, () => false);
      return { ran: window.ran === true, fetched, markup: document.querySelectorAll("#picture script, img, b").length };
    });
    if (found.ran || found.fetched || found.markup) {
      throw new Error(`the panel is open to markup: ${JSON.stringify(found)}`);
    }
  },

  /** The panel says what is missing, and describes the box at the cursor in words. */
  async noPicture(editor, file, text, words) {
    await editor.open(file);
    await editor.ready();
    await editor.command("vnetlint: Show topology");
    await editor.panel.locator("#message", { hasText: text }).waitFor();
    await editor.panel.locator("#about", { hasText: words }).waitFor();
    await editor.page.screenshot({ path: picture });
  },

  /** A NIC is completed as a whole, then its network is chosen. */
  async complete(editor, file, before, nic, network) {
    await editor.open(file);
    await editor.ready();
    await editor.go(before);
    await editor.page.keyboard.press("End");
    await editor.page.keyboard.press("Enter");
    await editor.page.keyboard.type("<interface");
    await editor.complete(nic);
    await editor.page.screenshot({ path: picture.replace(".png", "-nic.png") });
    await editor.page.keyboard.press("Escape");
    await editor.go("source network='");
    for (let left = "source network='".length; left > 0; left--) {
      await editor.page.keyboard.press("ArrowRight");
    }
    await editor.page.keyboard.press("Control+Shift+ArrowRight");
    await editor.page.keyboard.press("Delete");
    await editor.complete(network);
    await editor.page.screenshot({ path: picture });
    await editor.page.keyboard.press("Escape");
    await editor.save();
  },

  /** What a part means is shown under the pointer. */
  async means(editor, file, part, text) {
    await editor.open(file);
    await editor.ready();
    await editor.go(part);
    await editor.page.keyboard.press("ArrowRight");
    const hover = editor.page.locator(".monaco-hover:visible", { hasText: text });
    for (let left = 6; !(await hover.isVisible()) && left > 0; left--) {
      await editor.page.keyboard.press("Control+K");
      await editor.page.keyboard.press("Control+I");
      await editor.page.waitForTimeout(WAIT / 12);
    }
    await hover.waitFor({ timeout: 1000 });
    await editor.page.screenshot({ path: picture });
  },

  /** A network is renamed in all files; those that are not open are saved by VS Code. */
  async rename(editor, file, before, after) {
    await editor.open(file);
    await editor.ready();
    await editor.go(before);
    await editor.page.keyboard.press("ArrowRight");
    const box = editor.page.locator(".rename-box input");
    for (let left = 6; !(await box.isVisible()) && left > 0; left--) {
      await editor.page.keyboard.press("F2");
      await editor.page.waitForTimeout(WAIT / 12);
    }
    await box.fill(after);
    await editor.page.keyboard.press("Enter");
    await editor.page.locator(".view-line", { hasText: `<name>${after}</name>` }).first().waitFor();
    await editor.page.screenshot({ path: picture });
    await editor.command("File: Save All Files");
    await editor.page.locator(".tab.dirty").first().waitFor({ state: "detached" });
  },

  /** The command makes all safe fixes; the status counts before and after. */
  async fixAll(editor, file, before, after) {
    await editor.open(file);
    await editor.status(before);
    await editor.page.screenshot({ path: picture });
    await editor.command("vnetlint: Make all safe fixes");
    await editor.status(after);
    await editor.save();
    await editor.command("vnetlint: Make all safe fixes");
    await editor.notified("nothing to fix safely");
  },

  /** A network is converted from anywhere in it. */
  async convert(editor, file, part, mode) {
    await editor.open(file);
    await editor.ready();
    await editor.go(part);
    await editor.command("vnetlint: Convert network to another mode");
    await editor.page.locator(".quick-input-list .monaco-list-row", { hasText: mode }).first().waitFor();
    await editor.page.screenshot({ path: picture });
    await editor.choose(mode);
    await editor.save();
  },

  /** The page of the rule at the cursor is shown; without a finding there, a rule is chosen. */
  async rule(editor, file, part, rule, other, title) {
    await editor.open(file);
    await editor.squiggle("error").waitFor();
    await editor.go(part);
    await editor.command("vnetlint: Show rule's page");
    await editor.panel.locator("h1", { hasText: rule }).waitFor();
    await editor.page.screenshot({ path: picture });
    await editor.page.locator(".tab", { hasText: file }).first().click();
    await editor.page.locator(".monaco-editor .view-line").first().click();
    await editor.page.keyboard.press("Control+Home");
    await editor.command("vnetlint: Show rule's page");
    await editor.page.locator(".quick-input-widget input[type=text]").fill(other);
    await editor.choose(other);
    await editor.panel.locator("body", { hasText: title }).waitFor();
  },

  /** The lens above a network shows its guests. */
  async lens(editor, file, title, guest) {
    await editor.open(file);
    await editor.page.locator(".codelens-decoration a", { hasText: title }).click();
    await editor.page.locator(".reference-zone-widget", { hasText: guest }).waitFor();
    await editor.page.screenshot({ path: picture });
  },

  /** What is proposed is shown, and written after a question. */
  async init(editor, file, proposed) {
    await editor.open(file);
    await editor.ready();
    await editor.command("vnetlint: Create configuration");
    await editor.page.locator(".view-line", { hasText: proposed }).first().waitFor();
    await editor.page.screenshot({ path: picture });
    await editor.page.locator(".notification-toast .monaco-button", { hasText: "Write it" }).click();
    await editor.page.locator(".tab.active", { hasText: "vnetlint.toml" }).waitFor();
  },

  /** The item of the status bar says which configuration is in use, and lists what can be done. */
  async status(editor, file, about, foreign, folder, broken) {
    await editor.open(file);
    await editor.ready();
    await editor.page.locator(STATUS).click();
    await editor.page.locator(".quick-input-widget", { hasText: "Make all safe fixes" }).waitFor();
    await editor.page.locator(`.quick-input-widget input[placeholder*="${about}"]`).waitFor();
    await editor.page.screenshot({ path: picture });
    await editor.page.keyboard.press("Escape");
    await editor.open(foreign);
    await editor.page.locator(STATUS).waitFor({ state: "hidden" });
    await editor.row(folder).first().click();
    await editor.open(broken);
    await editor.status("vnetlint: configuration");
  },

  /** The item of the status bar says that the server does not run, and a click on it what to do. */
  async stopped(editor, file, text) {
    await editor.open(file);
    await editor.status("vnetlint: not running");
    await editor.page.locator(STATUS).click();
    await editor.page.locator(".quick-input-list", { hasText: text }).waitFor();
    await editor.page.locator(".quick-input-list", { hasText: "How to install" }).waitFor();
    await editor.page.screenshot({ path: picture });
    await editor.choose("How to install");
    await editor.page.getByText("Install the program", { exact: true }).first().waitFor();
    await editor.panel.locator("body", { hasText: "pipx install" }).waitFor();
    await editor.page.screenshot({ path: picture.replace(".png", "-walkthrough.png") });
  },

  /** Formatting asks nothing, and an end tag is offered once, whoever does it. */
  async once(editor, file, part, tag) {
    await editor.open(file);
    await editor.ready();
    await editor.command("Format Document");
    await editor.save();
    await editor.go(part);
    await editor.page.keyboard.press("End");
    await editor.page.keyboard.type("</");
    const rows = editor.page.locator(".suggest-widget.visible .monaco-list-row", { hasText: tag });
    await rows.first().waitFor();
    await editor.page.waitForTimeout(2000);
    await editor.page.screenshot({ path: picture });
    if ((await rows.count()) !== 1) {
      throw new Error(`the end tag is offered ${await rows.count()} times`);
    }
  },

  /** A picture of what a fault looks like under the pointer. */
  async show(editor, folder, file, severity, hover) {
    await editor.page.setViewportSize({ width: 1100, height: 520 });
    await editor.row(folder).first().click();
    await editor.open(file);
    await editor.squiggle(severity).waitFor();
    await editor.hover(severity, hover);
    await editor.page.screenshot({ path: picture });
  },

  /** A picture of the panel beside a file. */
  async topology(editor, folder, file, name) {
    await editor.page.setViewportSize({ width: 1400, height: 620 });
    await editor.row(folder).first().click();
    await editor.open(file);
    await editor.ready();
    await editor.command("vnetlint: Show topology");
    await editor.outlined(name);
    await editor.page.keyboard.press("Control+B");
    await editor.page.waitForTimeout(1000);
    await editor.page.screenshot({ path: picture });
  },

  /** The server cannot start, and VS Code says why. */
  async explain(editor, file, text) {
    await editor.open(file);
    await editor.notified(text);
  },

  /** The server cannot start, each time for another reason, and VS Code says which; it works once there is none. */
  async retry(editor, file, severity, ...texts) {
    await editor.open(file);
    for (const text of texts) {
      const toast = await editor.notified(text);
      await toast.locator(".monaco-button", { hasText: "Try again" }).click();
    }
    await editor.squiggle(severity).waitFor();
  },
};

const [tools, address, picture, scenario, ...rest] = process.argv.slice(2);
const { chromium } = createRequire(join(tools, "package.json"))("playwright-core");
const profile = mkdtempSync(join(tmpdir(), "chromium-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: "/usr/bin/chromium",
  args: FLAGS,
  viewport: { width: 1100, height: 640 },
});
context.setDefaultTimeout(WAIT);
context.setDefaultNavigationTimeout(WAIT);
const page = context.pages()[0] ?? (await context.newPage());
try {
  const editor = new Editor(page);
  await editor.visit(address);
  await scenarios[scenario](editor, ...rest);
} catch (error) {
  await page.screenshot({ path: picture });
  const message = error.message.replace(/\x1b\[\d+m/g, "");
  console.error(`${scenario}: ${message}\nThe screen at that moment: ${picture}`);
  process.exitCode = 1;
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
