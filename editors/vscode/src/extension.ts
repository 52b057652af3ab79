/** Where VS Code begins and ends: the commands, the settings that need a new start, the server and what shows it. */

import { commands, extensions, window, workspace, type ExtensionContext } from "vscode";

import { convert, fixAll, init, Shown, showReferences, showRule } from "./commands";
import { leavesGeneralXml, SHOW_REFERENCES } from "./features";
import { Panel, VIEW } from "./panel";
import { SECTION, Server } from "./server";
import { Status } from "./status";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel("vnetlint", { log: true });
  const started = (server = new Server(output));
  const status = new Status(started);
  const shown = new Shown();
  let leaves = leavesGeneralXml();
  context.subscriptions.push(
    output,
    status,
    shown,
    commands.registerCommand("vnetlint.restart", () => started.restart()),
    commands.registerCommand("vnetlint.showOutput", () => output.show()),
    commands.registerCommand("vnetlint.showActions", () => status.showActions()),
    commands.registerCommand("vnetlint.fixAll", fixAll),
    commands.registerCommand("vnetlint.convert", convert),
    commands.registerCommand("vnetlint.showTopology", () => Panel.show(context, started)),
    commands.registerCommand("vnetlint.showRule", () => showRule(started, shown)),
    commands.registerCommand("vnetlint.init", () => init(started, shown)),
    commands.registerCommand(SHOW_REFERENCES, showReferences.bind(undefined, started)),
    window.registerWebviewPanelSerializer(VIEW, {
      deserializeWebviewPanel: async (panel) => Panel.adopt(panel, context, started),
    }),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.path`) || event.affectsConfiguration(`${SECTION}.generalXml`)) {
        void started.restart();
      }
    }),
    extensions.onDidChange(() => {
      if (leaves !== leavesGeneralXml()) {
        leaves = !leaves;
        void started.restart();
      }
    }),
    workspace.onDidGrantWorkspaceTrust(() => void started.restart()),
  );
  await started.restart();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
