// A spec in the fragment of an address, where no server sees it: #file=net.yaml&text=<deflated, base64url>.
const MOST_PACKED = 30_000;  // characters: longer addresses are cut by mail programs and chats
const MOST_TEXT = 1_000_000;  // bytes

const through = (bytes, stream) => new Blob([bytes]).stream().pipeThrough(stream);

// The fragment, with its #; empty for a text that is too long.
export async function packed(file, text) {
  const stream = through(new TextEncoder().encode(text), new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  if (bytes.length * 4 / 3 > MOST_PACKED) return "";
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const coded = btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `#file=${encodeURIComponent(file).replaceAll("%2F", "/")}&text=${coded}`;
}

// {file, text}, or null if the fragment is of something else. Throws if it is damaged.
export async function unpacked(fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, "").replaceAll("+", "%2B"));
  const coded = given.get("text");
  if (coded === null) return null;
  const damaged = new Error("the link is damaged: no text can be read from it");
  if (coded.length > 4 * MOST_PACKED) throw new Error("the link holds more than a spec");
  const read = [];
  let size = 0;
  try {
    const binary = atob(coded.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    for await (const part of parts(through(bytes, new DecompressionStream("deflate-raw")))) {
      size += part.length;
      if (size > MOST_TEXT) break;
      read.push(part);
    }
  } catch {
    throw damaged;
  }
  if (size > MOST_TEXT) throw new Error("the link holds more than a spec");
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await new Blob(read).arrayBuffer());
    return { file: given.get("file") ?? "", text };
  } catch {
    throw damaged;
  }
}

async function* parts(stream) {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
