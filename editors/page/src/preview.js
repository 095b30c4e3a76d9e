// The page beside a text in VS Code: questions and places go to the extension, which knows the text.
import { start } from "./page.js";

const program = acquireVsCodeApi();
const waiting = new Map();
const heard = new Map();
let count = 0;

// VS Code says by a class of the body what its colours are.
const paint = () => {
  const { classList } = document.body;
  const dark = classList.contains("vscode-dark") || (classList.contains("vscode-high-contrast") && !classList.contains("vscode-high-contrast-light"));
  document.documentElement.dataset.theme = dark ? "dark" : "light";
};

addEventListener("message", ({ data }) => {
  if (data.event) {
    if (data.event === "theme") paint();
    for (const act of heard.get(data.event) ?? []) act(data);
    return;
  }
  const asked = waiting.get(data.id);
  waiting.delete(data.id);
  if (data.reply) asked?.resolve(data.reply);
  else asked?.reject(new Error(data.error));
});

paint();
const transport = {
  kind: "editor",
  ask: (question) => new Promise((resolve, reject) => {
    count += 1;
    waiting.set(count, { resolve, reject });
    program.postMessage({ id: count, question });
  }),
  on: (event, act) => heard.set(event, [...heard.get(event) ?? [], act]),
  post: (message) => program.postMessage(message),
};
window.archspec = start(transport).then((page) => {
  program.postMessage({ event: "ready" });
  return page;
});
