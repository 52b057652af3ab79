/** One `vnetlint server` for all folders that are open: started, stopped, and told of when it will not start. */

import { once } from "node:events";
import { homedir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as passed } from "node:timers/promises";

import { commands, window, workspace, type LogOutputChannel } from "vscode";
import { CloseAction, ErrorAction, LanguageClient, type LanguageClientOptions } from "vscode-languageclient/node";

import { expand, find } from "./program";

export const SECTION = "vnetlint";

/** Settings that name files: they may be said relative to the folder that is open. */
const PATHS = ["config", "host"];
const MAX_RESTARTS = 3;
/** Milliseconds: for the last words of a server that ended, and for the first of one that starts. */
const PATIENCE = 2_000;
const SLOW = 30_000;
const TEMPLATES = "**/*.xml.{j2,erb,tmpl,tpl,in,template}";

function folder(): string | undefined {
  return workspace.workspaceFolders?.[0]?.uri.fsPath;
}

function settingsForServer(): Record<string, unknown> {
  const own = { ...workspace.getConfiguration().get<Record<string, unknown>>(SECTION) };
  for (const name of PATHS) {
    const value = own[name];
    if (typeof value === "string" && value !== "") {
      own[name] = path.resolve(folder() ?? homedir(), expand(value, folder()));
    }
  }
  return own;
}

/** What the server wrote on its standard error, which goes to the output too. */
class Said {
  private line: string | undefined;
  private ended: Promise<unknown> = Promise.resolve();

  constructor(private readonly output: LogOutputChannel) {}

  listen(stream: Readable): void {
    const lines = createInterface(stream);
    lines.on("line", (line) => {
      this.line = line || this.line;
      this.output.info(line);
    });
    this.ended = once(lines, "close");
  }

  /** The last line of a server that ended; what it said may arrive after the news of its end. */
  async last(): Promise<string | undefined> {
    await Promise.race([this.ended, passed(PATIENCE)]);
    return this.line;
  }
}

/** Why the server does not start is said by us, once, with what to do. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

export class Server {
  private client: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly output: LogOutputChannel) {}

  /** Start, or start anew; one thing after the other, however fast the settings change. */
  restart(): Promise<void> {
    return this.then(async () => {
      await this.halt();
      await this.launch();
    });
  }

  stop(): Promise<void> {
    return this.then(() => this.halt());
  }

  private then(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step).catch((error: unknown) => this.output.error(String(error)));
    return this.queue;
  }

  private async halt(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    if (client?.isRunning()) {
      await client.dispose();
    } else {
      // It cannot be asked to end before it has answered.
      client?.serverProcess?.kill();
    }
  }

  private async launch(): Promise<void> {
    const program = expand(workspace.getConfiguration(SECTION).get("path", "vnetlint"), folder());
    const command = await find(program, folder());
    if (command === undefined) {
      this.explain(
        `vnetlint was not found: '${program}' is no program${/[/\\]/.test(program) ? "" : " on PATH"}. ` +
          "Install it with `pipx install 'vnetlint[server]'`, or say in the setting vnetlint.path where it is.",
      );
      return;
    }
    this.output.info(`starting ${command} server`);
    const said = new Said(this.output);
    const options = this.options(said, () => client.isRunning());
    const client = new QuietClient(SECTION, "vnetlint", { command, args: ["server"] }, options);
    this.client = client;
    // Not waited for: a program that never answers must not keep another from being started.
    void this.start(client, `'${command} server'`, said);
  }

  private async start(client: LanguageClient, name: string, said: Said): Promise<void> {
    const slow = setTimeout(() => this.explain(`${name} has not answered for ${SLOW / 1000} seconds`), SLOW);
    try {
      await client.start();
    } catch {
      const why = (await said.last()) ?? `${name} ended without a word`;
      if (this.client === client) {
        this.explain(`vnetlint did not start: ${why}`);
      }
    } finally {
      clearTimeout(slow);
    }
  }

  private options(said: Said, isRunning: () => boolean): LanguageClientOptions {
    let closed = 0;
    return {
      documentSelector: [
        { scheme: "file", language: "xml" },
        { scheme: "untitled", language: "xml" },
        { scheme: "file", pattern: TEMPLATES },
      ],
      outputChannel: this.output,
      diagnosticCollectionName: SECTION,
      synchronize: { configurationSection: SECTION },
      initializationOptions: settingsForServer(),
      middleware: {
        workspace: {
          configuration: (params) =>
            params.items.map((item) => (item.section === SECTION ? settingsForServer() : null)),
        },
      },
      stdioOptions: { stdout: () => undefined, stderr: (stream) => said.listen(stream) },
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: async () => {
          const running = isRunning();
          if (running && ++closed <= MAX_RESTARTS) {
            return { action: CloseAction.Restart, handled: true };
          }
          if (running) {
            const why = (await said.last()) ?? "it did not say why";
            this.explain(`vnetlint ended ${closed} times and is not started again: ${why}`);
          }
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    };
  }

  private explain(message: string): void {
    this.output.error(message);
    const settings = "Open settings";
    const restart = "Try again";
    const output = "Show output";
    void window.showErrorMessage(message, settings, restart, output).then((chosen) => {
      if (chosen === settings) {
        void commands.executeCommand("workbench.action.openSettings", `${SECTION}.path`);
      } else if (chosen === restart) {
        void this.restart();
      } else if (chosen === output) {
        this.output.show();
      }
    });
  }
}
