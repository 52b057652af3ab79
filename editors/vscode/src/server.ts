/** One `vnetlint server` for all folders that are open: started, stopped, asked, and explained when it will not start. */

import { once } from "node:events";
import { homedir } from "node:os";
import * as path from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { setTimeout as passed } from "node:timers/promises";

import {
  commands,
  EventEmitter,
  languages,
  window,
  workspace,
  type CancellationToken,
  type DocumentSelector,
  type LogOutputChannel,
  type TextDocument,
} from "vscode";
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  State,
  type DynamicFeature,
  type LanguageClientOptions,
  type StaticFeature,
} from "vscode-languageclient/node";

import { announcing, isLeft, withoutEndTags } from "./features";
import { expand, find, isWithin } from "./program";

export const SECTION = "vnetlint";

/** Settings that name files: they may be said relative to the folder that is open. */
const PATHS = ["config", "host"];
const MAX_RESTARTS = 3;
/** Milliseconds: for the last words of a server that ended, and for the first of one that starts. */
const PATIENCE = 2_000;
const SLOW = 30_000;
const TEMPLATES = "**/*.xml.{j2,erb,tmpl,tpl,in,template}";
const DOCUMENTS = [
  { scheme: "file", language: "xml" },
  { scheme: "untitled", language: "xml" },
  { scheme: "file", pattern: TEMPLATES },
] satisfies DocumentSelector;

/** What can be done about a server that does not run. */
const ADVICE = {
  settings: ["Open settings", "workbench.action.openSettings", `${SECTION}.path`],
  install: ["How to install", "workbench.action.openWalkthrough", "vnetlint.vnetlint#vnetlint"],
  trust: ["Manage trust", "workbench.trust.manage"],
  retry: ["Try again", `${SECTION}.restart`],
  output: ["Show output", `${SECTION}.showOutput`],
} as const;
export type Advice = readonly [title: string, command: string, ...rest: string[]];

export type ServerState =
  | { readonly kind: "off" | "starting" | "running" }
  | { readonly kind: "failed"; readonly message: string; readonly advice: readonly Advice[] };

/** Whether a document is one that the server is shown: XML, or a template of XML. */
export function isShown(document: TextDocument): boolean {
  return languages.match(DOCUMENTS, document) > 0;
}

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

  override registerFeature(feature: StaticFeature | DynamicFeature<unknown>): void {
    if (!isLeft(feature)) {
      super.registerFeature(feature);
    }
  }
}

export class Server {
  private client: LanguageClient | undefined;
  private queue: Promise<void> = Promise.resolve();
  private readonly changed = new EventEmitter<void>();
  /** What the server does, which the status bar shows. */
  state: ServerState = { kind: "off" };
  readonly onDidChangeState = this.changed.event;

  constructor(private readonly output: LogOutputChannel) {}

  /** The server's answer to a request; nothing while it does not run or if it refuses. */
  async ask<Answer>(method: string, params: object, token?: CancellationToken): Promise<Answer | undefined> {
    const client = this.client;
    if (!client?.isRunning()) {
      return undefined;
    }
    try {
      // A missing token would be sent as a parameter.
      return (await client.sendRequest<Answer | null>(method, params, ...(token ? [token] : []))) ?? undefined;
    } catch (error) {
      this.output.debug(`${method}: ${String(error)}`);
      return undefined;
    }
  }

  /** What turns the protocol's places into those of VS Code; nothing while the server does not run. */
  get converter(): LanguageClient["protocol2CodeConverter"] | undefined {
    return this.client?.protocol2CodeConverter;
  }

  /** The program to run. Throws an error whose message says what to do if there is none. */
  async program(): Promise<string> {
    const written = expand(workspace.getConfiguration(SECTION).get("path", "vnetlint"), folder());
    const found = await find(written, folder());
    if (found === undefined) {
      throw new ProgramError(
        `vnetlint was not found: '${written}' is no program${/[/\\]/.test(written) ? "" : " on PATH"}. ` +
          "Install it with `pipx install 'vnetlint[server]'`, or say in the setting vnetlint.path where it is.",
        [ADVICE.install, ADVICE.settings, ADVICE.retry],
      );
    }
    const folders = (workspace.workspaceFolders ?? []).map((each) => each.uri.fsPath);
    if (!workspace.isTrusted && (await isWithin(found, folders))) {
      throw new ProgramError(
        `vnetlint was not started: '${found}' belongs to a folder that is not trusted. ` +
          "Trust the folder, or name another program in the setting vnetlint.path.",
        [ADVICE.trust, ADVICE.settings],
      );
    }
    return found;
  }

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

  private become(state: ServerState): void {
    this.state = state;
    void commands.executeCommand("setContext", `${SECTION}.running`, state.kind === "running");
    this.changed.fire();
  }

  private async halt(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    this.become({ kind: "off" });
    if (client?.isRunning()) {
      await client.dispose();
    } else {
      // It cannot be asked to end before it has answered.
      client?.serverProcess?.kill();
    }
  }

  private async launch(): Promise<void> {
    let command: string;
    try {
      command = await this.program();
    } catch (error) {
      this.explain(String((error as Error).message), error instanceof ProgramError ? error.advice : undefined);
      return;
    }
    this.output.info(`starting ${command} server`);
    const said = new Said(this.output);
    const options = this.options(said, () => client.isRunning());
    const client = new QuietClient(SECTION, "vnetlint", { command, args: ["server"] }, options);
    client.registerFeature(announcing);
    client.onDidChangeState(({ newState }) => {
      if (this.client === client && newState !== State.Stopped) {
        this.become({ kind: newState === State.Running ? "running" : "starting" });
      }
    });
    this.client = client;
    this.become({ kind: "starting" });
    // Not waited for: a program that never answers must not keep another from being started.
    void this.start(client, `'${command} server'`, said);
  }

  private async start(client: LanguageClient, name: string, said: Said): Promise<void> {
    const slow = setTimeout(() => this.explain(`${name} has not answered for ${SLOW / 1000} seconds`), SLOW);
    // When the server ends before it has answered, the client rejects or resolves, whichever comes first.
    await client.start().catch(() => undefined);
    clearTimeout(slow);
    if (client.isRunning()) {
      return;
    }
    const why = (await said.last()) ?? `${name} ended without a word`;
    if (this.client === client) {
      this.explain(`vnetlint did not start: ${why}`);
    }
  }

  private options(said: Said, isRunning: () => boolean): LanguageClientOptions {
    let closed = 0;
    return {
      documentSelector: DOCUMENTS,
      outputChannel: this.output,
      diagnosticCollectionName: SECTION,
      synchronize: { configurationSection: SECTION },
      initializationOptions: settingsForServer(),
      middleware: {
        provideCompletionItem: async (document, position, context, token, next) =>
          withoutEndTags(await next(document, position, context, token)),
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

  private explain(message: string, advice: readonly Advice[] = [ADVICE.settings, ADVICE.retry]): void {
    this.output.error(message);
    const every = [...advice, ADVICE.output];
    this.become({ kind: "failed", message, advice: every });
    void window.showErrorMessage(message, ...every.map(([title]) => title)).then((chosen) => {
      const found = every.find(([title]) => title === chosen);
      if (found !== undefined) {
        const [, command, ...rest] = found;
        void commands.executeCommand(command, ...rest);
      }
    });
  }
}

/** There is no program that may be run. */
class ProgramError extends Error {
  constructor(
    message: string,
    readonly advice: readonly Advice[],
  ) {
    super(message);
  }
}
