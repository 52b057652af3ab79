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

  async notified(text) {
    await this.page.locator(".notification-toast", { hasText: text }).waitFor();
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

  /** A picture of what a fault looks like under the pointer. */
  async show(editor, folder, file, severity, hover) {
    await editor.page.setViewportSize({ width: 1100, height: 520 });
    await editor.row(folder).first().click();
    await editor.open(file);
    await editor.squiggle(severity).waitFor();
    await editor.hover(severity, hover);
    await editor.page.screenshot({ path: picture });
  },

  /** The server cannot start, and VS Code says why. */
  async explain(editor, file, text) {
    await editor.open(file);
    await editor.notified(text);
  },

  /** The server cannot start, and VS Code says why; it works once the cause is gone. */
  async retry(editor, file, severity, text) {
    await editor.open(file);
    await editor.notified(text);
    await editor.page.locator(".notification-toast .monaco-button", { hasText: "Try again" }).click();
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
