/** From the setting `vnetlint.path` to a file that can be run. */

import { constants } from "node:fs";
import { access, realpath, stat } from "node:fs/promises";
import { homedir } from "node:os";
import * as path from "node:path";

/** Replace what a path in the settings may hold: `~`, `${workspaceFolder}`, `${userHome}` and `${env:NAME}`. */
export function expand(setting: string, folder: string | undefined): string {
  const home = homedir();
  return setting
    .replace(/^~(?=[/\\]|$)/, () => home)
    .replace(/\$\{userHome\}/g, () => home)
    .replace(/\$\{workspaceFolder\}/g, (whole) => folder ?? whole)
    .replace(/\$\{env:([^}]*)\}/g, (_, name: string) => process.env[name] ?? "");
}

/**
 * Find the file that is meant, or nothing where there is none that can be run. A name alone is looked for on PATH,
 * never in the folder that is open: what lies there may be anybody's.
 */
export async function find(program: string, folder: string | undefined): Promise<string | undefined> {
  const places = /[/\\]/.test(program)
    ? [path.resolve(folder ?? homedir(), program)]
    : (process.env.PATH ?? "")
        .split(path.delimiter)
        .filter((each) => path.isAbsolute(each))
        .map((each) => path.join(each, program));
  const endings = process.platform === "win32" ? ["", ".exe"] : [""];
  for (const place of places) {
    for (const ending of endings) {
      if (await canRun(place + ending)) {
        return place + ending;
      }
    }
  }
  return undefined;
}

/** Whether a file is in one of some folders, as it is named or where its links lead. */
export async function isWithin(file: string, folders: readonly string[]): Promise<boolean> {
  const named = [file, await realpath(file)];
  const roots = [...folders, ...(await Promise.all(folders.map((each) => realpath(each).catch(() => each))))];
  return named.some((each) =>
    roots.some((root) => {
      const relative = path.relative(root, each);
      return relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
    }),
  );
}

async function canRun(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
