/**
 * Runs vnetlint in a worker, so that the page does not freeze. Everything comes from the page, and nothing from a
 * network: requests of Pyodide for its own parts are answered here.
 */

const FOLDER = "/vnetlint";
const SITE = "/site";
/** An address that leads nowhere, for the parts that Pyodide asks for. */
const NOWHERE = "https://parts.invalid/";
const TYPES = { wasm: "application/wasm", json: "application/json" };

let playground;
/** The number of the newest request: work for older ones ends early. */
let newest = 0;

async function unpacked(text) {
  const packed = Uint8Array.from(atob(text), (each) => each.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function script(bytes) {
  const address = URL.createObjectURL(new Blob([bytes], { type: "text/javascript" }));
  try {
    return await import(address);
  } finally {
    URL.revokeObjectURL(address);
  }
}

async function start(texts) {
  const parts = {};
  await Promise.all(Object.entries(texts).map(async ([name, text]) => { parts[name] = await unpacked(text); }));
  globalThis.fetch = async (asked) => {
    const name = String(asked.url ?? asked).replace(NOWHERE, "");
    if (!(name in parts)) throw new TypeError("nothing is fetched from a network");
    return new Response(parts[name], { headers: { "content-type": TYPES[name.split(".").pop()] ?? "" } });
  };
  const { loadPyodide } = await script(parts["pyodide.mjs"]);
  const { default: createPyodideModule } = await script(parts["pyodide.asm.mjs"]);
  const env = { HOME: "/home/pyodide", XDG_CACHE_HOME: `${FOLDER}/cache` };
  const python = await loadPyodide({ indexURL: NOWHERE, createPyodideModule, env });
  postMessage({ kind: "progress", text: "Loading vnetlint…" });
  for (const name of Object.keys(parts).filter((each) => each.endsWith(".whl"))) {
    python.unpackArchive(parts[name], "wheel", { extractDir: FOLDER });
  }
  python.unpackArchive(parts["vnetlint.zip"], "zip", { extractDir: FOLDER });
  const viz = await (await script(parts["viz.js"])).instance();
  // The files of the page are in the current folder, from which Python must import nothing.
  const module = python.runPython(`
    import sys
    sys.path[:] = [${JSON.stringify(FOLDER)}, *filter(None, sys.path)]
    import playground
    playground
  `);
  playground = module.Playground(SITE, (graph) => viz.renderString(graph, { format: "json0" }));
}

// Pyodide wants a module as worker, which a page that is opened as a file may not start; this is how it recognizes one.
globalThis.importScripts = () => { throw new TypeError("nothing is loaded from elsewhere"); };

/** Lets messages that came in the meantime be handled. */
const pause = () => new Promise((done) => setTimeout(done));

async function check({ id, request }) {
  const answers = { check: () => playground.check(request), diff: () => playground.diff(),
                    reach: () => playground.reach(), picture: () => playground.picture() };
  for (const [part, ask] of Object.entries(answers)) {
    await pause();
    if (id !== newest) return;
    const answer = JSON.parse(ask());
    postMessage({ kind: "answer", id, part, answer });
    if (answer.error && part === "check") break;
  }
  postMessage({ kind: "done", id });
}

onmessage = async ({ data }) => {
  try {
    if (data.kind === "start") {
      await start(data.parts);
      postMessage({ kind: "ready" });
    } else if (data.kind === "check") {
      newest = data.id;
      await check(data);
    } else if (data.kind === "fix") {
      postMessage({ kind: "fix", id: data.id, answer: JSON.parse(playground.fix(data.finding, data.number)) });
    }
  } catch (error) {
    postMessage({ kind: "failed", text: String(error?.message ?? error).trim().split("\n").pop() });
  }
};
