/** The link that carries the files: what follows the # of an address is never sent to a server. */

const LINK = "#v1.";
/** The most characters that a link may become: some bytes can hide a thousand times as many. */
const MOST = 4 * 1024 * 1024;

async function piped(bytes, stream, most = Infinity) {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  const pieces = [];
  let size = 0;
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    size += value.length;
    if (size > most) throw new RangeError("too large");
    pieces.push(value);
  }
  return new Uint8Array(await new Blob(pieces).arrayBuffer());
}

async function packed(state) {
  const bytes = await piped(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"));
  let text = "";
  for (const each of bytes) text += String.fromCharCode(each);
  return LINK + btoa(text).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** Returns what a link carries, or null if it carries nothing. Throws an error if it is damaged. */
async function unpacked(fragment) {
  if (!fragment.startsWith(LINK)) return null;
  const text = atob(fragment.slice(LINK.length).replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = await piped(Uint8Array.from(text, (each) => each.charCodeAt(0)), new DecompressionStream("deflate-raw"), MOST);
  const state = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  const isText = (each) => typeof each === "string";
  const texts = [state.inventory, state.configuration, state.target, state.rules];
  if (!Array.isArray(state.files) || !texts.every(isText) || typeof state.unsafe !== "boolean"
      || !state.files.every((each) => isText(each?.name) && isText(each?.text))) {
    throw new TypeError("not what a link carries");
  }
  return state;
}
