/** What the client does and leaves to others: it shows places for a code lens, and does nothing twice. */

import { extensions, workspace, type CompletionItem, type CompletionList } from "vscode";
import type { ClientCapabilities } from "vscode-languageclient/node";

/** The command by which the server's code lens shows the guests of a network. */
export const SHOW_REFERENCES = "vnetlint.showReferences";

/** Extensions that format any XML, fold it, and write its end tags. */
const OTHERS = ["redhat.vscode-xml", "dotjoshjohnson.xml"];

/** What works for any XML, so that another extension may do it already. */
const GENERAL: ReadonlySet<string> = new Set([
  "textDocument/formatting",
  "textDocument/rangeFormatting",
  "textDocument/foldingRange",
  "textDocument/selectionRange",
  "textDocument/linkedEditingRange",
]);

/** Whether the work that is the same for all XML is left to another extension, or wanted from nobody. */
export function leavesGeneralXml(): boolean {
  const setting = workspace.getConfiguration("vnetlint").get<string>("generalXml", "auto");
  return setting === "off" || (setting === "auto" && OTHERS.some((each) => extensions.getExtension(each) !== undefined));
}

export function isLeft(feature: object): boolean {
  const method = "registrationType" in feature ? (feature.registrationType as { method?: string }).method : undefined;
  return method !== undefined && GENERAL.has(method) && leavesGeneralXml();
}

/** Return completions without end tags if another extension offers those. */
export function withoutEndTags(
  found: CompletionItem[] | CompletionList | null | undefined,
): CompletionItem[] | CompletionList | null | undefined {
  if (!found || !leavesGeneralXml()) {
    return found;
  }
  const isKept = ({ label }: CompletionItem): boolean => !(typeof label === "string" ? label : label.label).startsWith("</");
  if (Array.isArray(found)) {
    return found.filter(isKept);
  }
  found.items = found.items.filter(isKept);
  return found;
}

/** Announces the command of the code lens, which is not part of the protocol. */
export const announcing = {
  fillClientCapabilities(capabilities: ClientCapabilities): void {
    capabilities.experimental = { ...capabilities.experimental, commands: { commands: [SHOW_REFERENCES] } };
  },
  initialize(): void {},
  getState(): { kind: "static" } {
    return { kind: "static" };
  },
  clear(): void {},
};
