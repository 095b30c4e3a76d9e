// Python beside the page, so that no keystroke waits for it. One question at a time; of pictures that wait, the newest.
import { loadPyodide } from "./pyodide/pyodide.mjs";
import { boot } from "./python.js";

const NEWEST = new Set(["picture"]);  // what nobody looks at once a newer one is asked for
const waiting = [];  // {id, question}, or {write: {file, text}}
let python = null;
let drains = false;

onmessage = ({ data }) => {
  if (data.start) return begin(data.start);
  const word = data.question?.ask;
  if (NEWEST.has(word)) {
    const overtaken = waiting.findIndex((each) => each.question?.ask === word);
    if (overtaken >= 0) postMessage({ id: waiting.splice(overtaken, 1)[0].id, reply: { overtaken: true } });
  }
  waiting.push(data);
  return drain();
};

async function begin({ kept, linked }) {
  try {
    const archive = fetch("archspec.bin").then((response) => {
      if (!response.ok) throw new Error(`archspec.bin: status ${response.status}`);
      return response.arrayBuffer();
    });
    const options = { indexURL: new URL("pyodide/", location.href).href };
    python = await boot({ loadPyodide, options, archive, kept, linked }, (stage) => postMessage({ stage }));
    postMessage({ ready: true });
    drain();
  } catch (error) {
    postMessage({ failed: String(error?.message ?? error) });
  }
}

// A task for each, so that what has come meanwhile is known before the next.
function drain() {
  if (drains || !python || !waiting.length) return;
  drains = true;
  setTimeout(() => {
    drains = false;
    const { id, question, write } = waiting.shift();
    try {
      if (write) python.write(write.file, write.text);
      else postMessage({ id, reply: python.ask(question) });
    } catch (error) {  // Python itself has ended
      python = null;
      postMessage({ failed: String(error?.message ?? error).slice(0, 500) });
    }
    drain();
  });
}
