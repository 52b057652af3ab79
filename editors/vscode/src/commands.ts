/** The commands: what they look for at the cursor, and what they say where there is nothing to do. */

import { execFile } from "node:child_process";
import * as path from "node:path";

import {
  commands,
  EventEmitter,
  languages,
  Position,
  Range,
  Uri,
  ViewColumn,
  window,
  workspace,
  type CodeAction,
  type Disposable,
  type QuickPickItem,
  type TextEditor,
} from "vscode";
import type { Location, Position as ProtocolPosition } from "vscode-languageclient/node";

import { isShown, SECTION, type Server } from "./server";

const FIX_ALL = "source.fixAll.vnetlint";
const CONVERT = "refactor.rewrite";
/** What the server's titles of conversions begin with. */
const CONVERSION = "Convert to ";
/** Documents that are shown and belong to no file. */
const SCHEME = "vnetlint";
/** The exit code of `vnetlint init` from which on it did not do its work. */
const FAILED = 2;

interface Rule {
  readonly name: string;
  readonly code: string;
  readonly title: string;
}

/** The texts that are shown as documents, by their paths. */
export class Shown implements Disposable {
  private readonly texts = new Map<string, string>();
  private readonly changed = new EventEmitter<Uri>();
  private readonly registered = workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: (uri) => this.texts.get(uri.path) ?? "",
  });

  put(name: string, text: string): Uri {
    const uri = Uri.from({ scheme: SCHEME, path: `/${name}` });
    this.texts.set(uri.path, text);
    this.changed.fire(uri);
    return uri;
  }

  dispose(): void {
    this.registered.dispose();
    this.changed.dispose();
  }
}

/** The editor that a command is about; a message if there is none. */
function edited(): TextEditor | undefined {
  const editor = window.activeTextEditor;
  if (editor && isShown(editor.document)) {
    return editor;
  }
  void window.showInformationMessage("vnetlint: open a file with libvirt's XML first.");
  return undefined;
}

async function actions(editor: TextEditor, range: Range, kind: string): Promise<CodeAction[]> {
  const { uri } = editor.document;
  const found = await commands.executeCommand<CodeAction[]>("vscode.executeCodeActionProvider", uri, range, kind);
  return (found ?? []).filter((each) => each.edit !== undefined);
}

async function make(action: CodeAction): Promise<void> {
  if (action.edit && !(await workspace.applyEdit(action.edit))) {
    void window.showWarningMessage("vnetlint: the file has changed since; try again.");
  }
}

export async function fixAll(): Promise<void> {
  const editor = edited();
  if (!editor) {
    return;
  }
  const start = new Position(0, 0);
  const found = await actions(editor, new Range(start, start), FIX_ALL);
  const own = found.find((each) => each.kind?.value === FIX_ALL);
  if (own) {
    await make(own);
  } else {
    void window.showInformationMessage("vnetlint: there is nothing to fix safely in this file.");
  }
}

export async function convert(): Promise<void> {
  const editor = edited();
  if (!editor) {
    return;
  }
  for (const position of candidates(editor)) {
    const found = await actions(editor, new Range(position, position), CONVERT);
    const own = found.filter((each) => each.title.startsWith(CONVERSION));
    if (own.length) {
      const items = own.map((action) => {
        const [label = "", description = ""] = action.title.slice(CONVERSION.length).split(/: (.*)/s);
        return { label, detail: description, action };
      });
      const chosen = await window.showQuickPick(items, {
        title: "Convert the network to",
        placeHolder: "A forward mode, and who reaches more or less with it",
      });
      if (chosen) {
        await make(chosen.action);
      }
      return;
    }
  }
  void window.showInformationMessage("vnetlint: there is no network here that can be converted.");
}

/** Where a network may be: at the cursor, at the start tag before it, and at the first one. */
function* candidates({ document, selection }: TextEditor): Iterable<Position> {
  yield selection.active;
  const text = document.getText();
  const tags = [...text.matchAll(/<network(?=[\s>])/g)].map((each) => each.index);
  const offset = document.offsetAt(selection.active);
  const before = tags.filter((each) => each <= offset).at(-1);
  for (const each of [before, tags[0]]) {
    if (each !== undefined) {
      yield document.positionAt(each + 1);
    }
  }
}

/** Show the page of the rule at the cursor, or of one that is chosen. */
export async function showRule(server: Server, shown: Shown): Promise<void> {
  const editor = window.activeTextEditor;
  const document = editor && isShown(editor.document) ? editor.document : undefined;
  const about = document ? { textDocument: { uri: document.uri.toString() } } : {};
  const rules = await server.ask<Rule[]>("vnetlint/rules", about);
  if (!rules) {
    void window.showInformationMessage("vnetlint: the server does not run.");
    return;
  }
  const found = document ? languages.getDiagnostics(document.uri).filter((each) => each.source === SECTION) : [];
  const names = (each: (typeof found)[number]): string => String(typeof each.code === "object" ? each.code.value : each.code);
  const here = found.filter((each) => editor?.selections.some((one) => each.range.intersection(one)));
  const at = new Set(here.map(names));
  const [only] = at;
  const rule = at.size === 1 && only !== undefined ? only : await chosenRule(rules, at, new Set(found.map(names)));
  const page = rule && (await server.ask<{ text: string }>("vnetlint/rule", { ...about, name: rule }));
  if (!rule || !page) {
    return;
  }
  const uri = shown.put(`${rule}.md`, page.text);
  // The page of a policy's rule is from the opened folder, and a preview may load its pictures.
  if (/^VN\d/.test(rules.find((each) => each.name === rule)?.code ?? "")) {
    try {
      await commands.executeCommand("markdown.showPreviewToSide", uri);
      return;
    } catch {
      // The extension for Markdown may be turned off.
    }
  }
  await window.showTextDocument(uri, { viewColumn: ViewColumn.Beside, preview: true });
}

async function chosenRule(rules: Rule[], at: Set<string>, inFile: Set<string>): Promise<string | undefined> {
  const rank = ({ name }: Rule): number => (at.has(name) ? 0 : inFile.has(name) ? 1 : 2);
  const wheres = ["at the cursor", "in this file", ""];
  const items = rules
    .map((each): QuickPickItem & { rank: number } => {
      const where = wheres[rank(each)];
      return { label: each.name, description: where ? `${each.code}, ${where}` : each.code, detail: each.title, rank: rank(each) };
    })
    .sort((one, other) => one.rank - other.rank);
  const options = { title: "Show rule's page", matchOnDescription: true, matchOnDetail: true };
  return (await window.showQuickPick(items, options))?.label;
}

/** Show what `vnetlint init` proposes for a folder, and let it write that if the user agrees. */
export async function init(server: Server, shown: Shown): Promise<void> {
  if (!workspace.isTrusted) {
    void window.showInformationMessage("vnetlint: trust this folder first; then a configuration can be written.");
    return;
  }
  const folders = workspace.workspaceFolders ?? [];
  const folder = folders.length > 1 ? await window.showWorkspaceFolderPick() : folders[0];
  if (!folder) {
    void window.showInformationMessage("vnetlint: open a folder first, for which a configuration can be written.");
    return;
  }
  try {
    const program = await server.program();
    const proposal = await ran(program, ["init", "--dry-run", folder.uri.fsPath]);
    const uri = shown.put("vnetlint-init.txt", proposal);
    await window.showTextDocument(uri, { preview: true });
    const write = "Write it";
    const question = `Write what is proposed for ${folder.name}? No file is overwritten.`;
    if ((await window.showInformationMessage(question, write)) === write) {
      await ran(program, ["init", "--yes", folder.uri.fsPath]);
      await window.showTextDocument(Uri.file(path.join(folder.uri.fsPath, "vnetlint.toml")));
    }
  } catch (error) {
    void window.showErrorMessage((error as Error).message);
  }
}

/** What a program prints. Throws an error with its last words if it fails. */
function ran(program: string, words: string[]): Promise<string> {
  return new Promise((done, failed) => {
    execFile(program, words, { timeout: 120_000, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error && (typeof error.code !== "number" || error.code >= FAILED)) {
        failed(new Error(stderr.trim().split("\n").at(-1) || error.message));
      } else {
        done(stdout);
      }
    });
  });
}

/** Show the places of a code lens, which come as the protocol writes them. */
export async function showReferences(
  server: Server,
  uri: string,
  position: ProtocolPosition,
  places: Location[],
): Promise<void> {
  const { converter } = server;
  if (converter) {
    const locations = places.map((each) => converter.asLocation(each));
    await commands.executeCommand("editor.action.showReferences", Uri.parse(uri), converter.asPosition(position), locations);
  }
}
