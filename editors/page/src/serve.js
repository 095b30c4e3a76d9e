// The page of `archspec serve`: questions go to the program that showed the address.
import { start } from "./page.js";

const KEY = "archspec.token";
let used = false;  // whether somebody else has taken the code that was for this page

async function token() {
  const given = new URLSearchParams(location.hash.slice(1));
  let found = given.get("t");
  const once = given.get("once");
  if (once) {
    const reply = await fetch("token", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ once }) });
    if (reply.ok) found = (await reply.json()).token;
    else used = true;
  }
  if (found) {
    sessionStorage.setItem(KEY, found);
    history.replaceState(null, "", location.pathname);
  }
  return found ?? sessionStorage.getItem(KEY);
}

const known = await token();
const transport = {
  kind: "server",
  async ask(question) {
    let reply;
    try {
      reply = await fetch("ask", { method: "POST", headers: { "Content-Type": "application/json", "X-Archspec-Token": known ?? "" }, body: JSON.stringify(question) });
    } catch {
      throw new Error("the connection is lost");
    }
    if (reply.status === 403 && used) throw new Error("its address was used already, or is too old: open the one that `archspec serve` printed");
    if (reply.status === 403) throw new Error("this page has no key: open the address that `archspec serve` printed");
    if (reply.status === 503) return { error: "too much is asked at once" };
    const text = await reply.text();
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(`status ${reply.status}`);
    }
  },
};
window.archspec = start(transport);
