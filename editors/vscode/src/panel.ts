/** The panel with the topology: it asks the server for the picture, and follows the cursor. */

import { randomBytes } from "node:crypto";

import {
  CancellationTokenSource,
  languages,
  Range,
  Uri,
  ViewColumn,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type TextDocument,
  type TextEditor,
  type Webview,
  type WebviewPanel,
} from "vscode";

import { isShown, SECTION, type Server } from "./server";
import type { FromPanel, Here, ToPanel } from "./webview/messages";

export const VIEW = `${SECTION}.topology`;
/** Milliseconds without a change before the server is asked. */
const CALM = 120;

interface Place {
  readonly name: string;
  readonly uri: string;
  readonly line: number;
}

/** The answer to `vnetlint/topology`. */
interface Topology {
  readonly id: string;
  readonly here: Here | null;
  readonly error?: string;
  readonly svg?: string;
  readonly style?: { readonly shapes: string; readonly light: string; readonly dark: string };
  readonly places?: Readonly<Record<string, readonly Place[]>>;
}

export class Panel implements Disposable {
  private static current: Panel | undefined;
  private readonly listeners: Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private asking: CancellationTokenSource | undefined;
  private places: Readonly<Record<string, readonly Place[]>> = {};
  /** The picture that the panel has. */
  private shown: string | undefined;
  /** The file that is shown: the one edited last, because the panel itself may have the focus. */
  private editor: TextEditor | undefined;

  static show(context: ExtensionContext, server: Server): void {
    if (Panel.current) {
      Panel.current.panel.reveal(undefined, true);
      Panel.current.soon();
      return;
    }
    const beside = { viewColumn: ViewColumn.Beside, preserveFocus: true };
    Panel.adopt(window.createWebviewPanel(VIEW, "Topology", beside), context, server);
  }

  /** Fill a panel, a new one or one that VS Code kept over a restart. */
  static adopt(panel: WebviewPanel, context: ExtensionContext, server: Server): void {
    Panel.current?.panel.dispose();
    const made = new Panel(panel, context.extensionUri, server);
    Panel.current = made;
    panel.onDidDispose(() => {
      made.dispose();
      if (Panel.current === made) {
        Panel.current = undefined;
      }
    });
  }

  private constructor(
    private readonly panel: WebviewPanel,
    extension: Uri,
    private readonly server: Server,
  ) {
    const dist = Uri.joinPath(extension, "dist");
    panel.webview.options = { enableScripts: true, enableForms: false, localResourceRoots: [dist] };
    panel.webview.html = page(panel.webview, dist);
    this.editor = [window.activeTextEditor, ...window.visibleTextEditors].find((each) => each && isShown(each.document));
    this.listeners = [
      panel.webview.onDidReceiveMessage((message: FromPanel) => void this.receive(message)),
      window.onDidChangeActiveTextEditor((editor) => this.follow(editor)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.follow(textEditor)),
      workspace.onDidChangeTextDocument(({ document }) => this.touched(document)),
      // Other files have changed too if findings have.
      languages.onDidChangeDiagnostics(() => this.soon()),
      server.onDidChangeState(() => this.soon()),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.asking?.cancel();
    for (const each of this.listeners) {
      each.dispose();
    }
  }

  private follow(editor: TextEditor | undefined): void {
    if (editor && isShown(editor.document)) {
      this.editor = editor;
      this.soon();
    }
  }

  private touched(document: TextDocument): void {
    if (document === this.editor?.document) {
      this.soon();
    }
  }

  private soon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.update(), CALM);
  }

  private async update(): Promise<void> {
    const { editor, server } = this;
    if (server.state.kind !== "running") {
      const failed = server.state.kind === "failed" ? server.state.message : "The server is starting …";
      this.send({ kind: "error", text: failed });
      return;
    }
    if (!editor) {
      this.send({ kind: "error", text: "Open a file with a network or a guest." });
      return;
    }
    this.asking?.cancel();
    const asking = (this.asking = new CancellationTokenSource());
    const { line, character } = editor.selection.active;
    const asked = {
      textDocument: { uri: editor.document.uri.toString() },
      position: { line, character },
      previous: this.shown ?? null,
    };
    this.send({ kind: "busy" });
    const found = await server.ask<Topology>("vnetlint/topology", asked, asking.token);
    if (asking.token.isCancellationRequested) {
      return;
    }
    if (!found) {
      this.send({ kind: "error", text: "vnetlint has no picture of this file." });
      return;
    }
    this.shown = found.error === undefined ? found.id : undefined;
    if (found.error !== undefined) {
      this.send({ kind: "error", text: found.error });
    } else if (found.svg !== undefined && found.style !== undefined) {
      this.places = found.places ?? {};
      this.send({ kind: "picture", svg: found.svg, style: found.style });
    }
    this.send({ kind: "here", here: found.here, file: workspace.asRelativePath(editor.document.uri) });
  }

  private send(message: ToPanel): void {
    if (message.kind === "error") {
      this.shown = undefined;
    }
    void this.panel.webview.postMessage(message);
  }

  private async receive(message: FromPanel): Promise<void> {
    if (message.kind === "ready") {
      // It is empty again after it was hidden.
      this.shown = undefined;
      this.soon();
    } else if (message.kind === "open") {
      await this.open(message.node);
    }
  }

  /** Go to where a box is defined; one that stands for many guests lets the user choose. */
  private async open(node: string): Promise<void> {
    const places = Object.hasOwn(this.places, node) ? (this.places[node] ?? []) : [];
    const items = places.map((place) => ({ label: place.name, description: workspace.asRelativePath(Uri.parse(place.uri)), place }));
    const chosen = items.length > 1 ? await window.showQuickPick(items, { title: "Go to guest" }) : items[0];
    if (chosen) {
      const at = new Range(chosen.place.line, 0, chosen.place.line, 0);
      const viewColumn = this.editor?.viewColumn ?? ViewColumn.One;
      await window.showTextDocument(Uri.parse(chosen.place.uri), { selection: at, viewColumn });
    }
  }
}

/** The page of the panel, which may load its own script and style and nothing else. */
function page(webview: Webview, dist: Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const address = (name: string): string => webview.asWebviewUri(Uri.joinPath(dist, name)).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource}`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${address("topology.css")}">
<title>Topology</title>
</head>
<body>
<p id="message" role="status"></p>
<section id="picture" aria-label="Topology"></section>
<section id="about" aria-live="polite"></section>
<script nonce="${nonce}" src="${address("topology.js")}"></script>
</body>
</html>`;
}
