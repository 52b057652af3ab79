/** Bundle the extension and its panel into dist/, with the licenses of what went into the bundles. */

import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

const common = { bundle: true, minify: true, metafile: true, logLevel: "warning" };
const built = [
  await build({
    ...common,
    entryPoints: ["src/extension.ts"],
    outfile: "dist/extension.js",
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["vscode"],
  }),
  await build({
    ...common,
    entryPoints: ["src/webview/topology.ts"],
    outfile: "dist/topology.js",
    platform: "browser",
    format: "iife",
    target: "es2022",
  }),
];
copyFileSync("src/webview/topology.css", "dist/topology.css");

const packages = new Set();
for (const input of built.flatMap(({ metafile }) => Object.keys(metafile.inputs))) {
  const found = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
  if (found) {
    packages.add(found[0]);
  }
}
const notices = [...packages].sort().map((folder) => {
  const { name, version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  if (file === undefined) {
    throw new Error(`${name} has no license file`);
  }
  return `${name} ${version}\n\n${readFileSync(join(folder, file), "utf8").trim()}\n`;
});
writeFileSync("dist/third-party.txt", notices.join(`\n${"-".repeat(80)}\n\n`));
