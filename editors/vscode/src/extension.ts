/** Where VS Code begins and ends: the commands, the settings that need a new start, the server. */

import { commands, window, workspace, type ExtensionContext } from "vscode";

import { SECTION, Server } from "./server";

let server: Server | undefined;

export async function activate(context: ExtensionContext): Promise<void> {
  const output = window.createOutputChannel("vnetlint", { log: true });
  const started = (server = new Server(output));
  context.subscriptions.push(
    output,
    commands.registerCommand("vnetlint.restart", () => started.restart()),
    commands.registerCommand("vnetlint.showOutput", () => output.show()),
    workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(`${SECTION}.path`)) {
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
