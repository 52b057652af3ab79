/** The item of the status bar: what the server judges here, what it found, and what to do if it does not run. */

import * as path from "node:path";

import {
  commands,
  DiagnosticSeverity,
  languages,
  MarkdownString,
  StatusBarAlignment,
  ThemeColor,
  Uri,
  window,
  workspace,
  type Disposable,
  type QuickPickItem,
  type StatusBarItem,
  type TextDocument,
} from "vscode";

import { isShown, SECTION, type Server } from "./server";

/** The answer to `vnetlint/status`. */
interface Judged {
  readonly kind: "libvirt" | "other" | "excluded" | "broken";
  readonly configuration: string | null;
  readonly folder: string | null;
  readonly beside: number;
  readonly hasHost: boolean;
  readonly error: string;
}

interface Action extends QuickPickItem {
  readonly run?: readonly [command: string, ...rest: unknown[]];
}

/** Milliseconds without a change before the server is asked again. */
const CALM = 150;

export class Status implements Disposable {
  private readonly item: StatusBarItem;
  private readonly listeners: Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private judged: Judged | undefined;
  private asked = 0;

  constructor(private readonly server: Server) {
    this.item = window.createStatusBarItem("status", StatusBarAlignment.Right, 50);
    this.item.name = "vnetlint";
    this.item.command = `${SECTION}.showActions`;
    this.listeners = [
      this.item,
      server.onDidChangeState(() => this.soon()),
      window.onDidChangeActiveTextEditor(() => this.soon()),
      workspace.onDidSaveTextDocument(() => this.soon()),
      languages.onDidChangeDiagnostics(() => this.soon()),
    ];
    this.soon();
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const each of this.listeners) {
      each.dispose();
    }
  }

  /** Show what can be done now; the first is what is most likely wanted. */
  async showActions(): Promise<void> {
    const { state } = this.server;
    const actions: Action[] =
      state.kind === "failed"
        ? state.advice.map(([label, ...run], place): Action => ({ label, run, ...(place ? {} : { detail: state.message }) }))
        : this.actions();
    const [title, placeHolder] =
      state.kind === "failed" ? ["vnetlint does not run", "What to do"] : ["vnetlint", this.words().join(" · ")];
    const chosen = await window.showQuickPick(actions, { title, placeHolder });
    if (chosen?.run) {
      const [command, ...rest] = chosen.run;
      await commands.executeCommand(command, ...rest);
    }
  }

  private actions(): Action[] {
    const own = (name: string, label: string): Action => ({ label, run: [`${SECTION}.${name}`] });
    const configuration = this.judged?.configuration;
    const configure: Action = configuration
      ? { label: "Open configuration", detail: configuration, run: ["vscode.open", Uri.file(configuration)] }
      : own("init", "Create configuration");
    return [
      { label: "Show findings", run: ["workbench.actions.view.problems"] },
      own("fixAll", "Make all safe fixes"),
      own("showTopology", "Show topology"),
      own("convert", "Convert network to another mode"),
      own("showRule", "Show rule's page"),
      configure,
      own("restart", "Restart server"),
      own("showOutput", "Show output"),
    ];
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.update(), CALM);
  }

  private async update(): Promise<void> {
    const document = window.activeTextEditor?.document;
    const number = ++this.asked;
    const uri = document && isShown(document) ? document.uri : undefined;
    const judged = uri && (await this.server.ask<Judged>("vnetlint/status", { textDocument: { uri: uri.toString() } }));
    if (number !== this.asked) {
      return;
    }
    this.judged = judged;
    void commands.executeCommand("setContext", `${SECTION}.isLibvirt`, judged?.kind === "libvirt");
    if (!document || !uri || (this.server.state.kind === "running" && (!judged || judged.kind === "other"))) {
      this.item.hide();
      return;
    }
    this.draw(document);
  }

  private draw(document: TextDocument): void {
    const { state } = this.server;
    const found = counted(document);
    const total = found.reduce((sum, [count]) => sum + count, 0);
    const [icon, text, colour] =
      state.kind === "failed"
        ? ["error", "vnetlint: not running", "statusBarItem.errorBackground"]
        : state.kind !== "running"
          ? ["loading~spin", "vnetlint: starting"]
          : this.judged?.kind === "broken"
            ? ["warning", "vnetlint: configuration", "statusBarItem.warningBackground"]
            : this.judged?.kind === "excluded"
              ? ["circle-slash", "vnetlint: excluded"]
              : total
                ? [found.find(([count]) => count > 0)?.[1] ?? "info", `vnetlint: ${plural(total, "finding")}`]
                : ["check", "vnetlint"];
    this.item.text = `$(${icon}) ${text}`;
    this.item.backgroundColor = colour === undefined ? undefined : new ThemeColor(colour);
    const lines = [...(state.kind === "running" ? [findings(found)] : []), ...this.words()];
    // Paths and errors are text and never markup.
    const tooltip = new MarkdownString();
    lines.forEach((line) => tooltip.appendText(line).appendMarkdown("\n\n"));
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: [text, ...lines].join(". "), role: "button" };
    this.item.show();
  }

  private words(): string[] {
    const { state } = this.server;
    if (state.kind === "failed") {
      return [state.message, "Click for what to do."];
    }
    if (state.kind !== "running") {
      return ["The server is starting."];
    }
    const { judged } = this;
    if (!judged || judged.kind === "other") {
      return [];
    }
    if (judged.kind === "broken") {
      return [judged.error];
    }
    const lines = [
      judged.configuration
        ? `Configuration: ${workspace.asRelativePath(judged.configuration)}`
        : judged.folder
          ? `No configuration; judged with the folder ${path.basename(judged.folder)}`
          : "Judged alone: it is in no opened folder",
    ];
    if (judged.kind === "excluded") {
      return [...lines, "The configuration excludes this file."];
    }
    lines.push(`With ${plural(judged.beside, "other file")} of libvirt${judged.hasHost ? " and the host's inventory" : ""}`);
    return judged.error ? [...lines, judged.error] : lines;
  }
}

/** How many findings of vnetlint a document has, by severity, the worst first. */
function counted(document: TextDocument): [number, string][] {
  const own = languages.getDiagnostics(document.uri).filter((each) => each.source === SECTION);
  const kinds: [DiagnosticSeverity, string][] = [
    [DiagnosticSeverity.Error, "error"],
    [DiagnosticSeverity.Warning, "warning"],
    [DiagnosticSeverity.Information, "info"],
  ];
  return kinds.map(([severity, word]) => [own.filter((each) => each.severity === severity).length, word]);
}

function findings(found: [number, string][]): string {
  const words = found.filter(([count]) => count > 0).map(([count, word]) => plural(count, word));
  return words.length ? `This file has ${words.join(", ")}.` : "Nothing is wrong in this file.";
}

function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
