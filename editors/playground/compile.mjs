// Compiles what the first picture needs, so that no browser has to: node compile.mjs FOLDER.
// In FOLDER lie archspec.zip and python_stdlib.zip as source; both are written anew there.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { loadPyodide } from "pyodide";
import { boot } from "../page/src/python.js";

const folder = process.argv[2];
const here = path.dirname(fileURLToPath(import.meta.url));
const read = (file) => new Uint8Array(fs.readFileSync(file));
const archives = ["archspec.zip", "python_stdlib.zip"].map((name) => path.join(folder, name));

const python = await boot({ loadPyodide, options: { stdLibURL: archives[1] }, archive: gzipSync(read(archives[0])) });
const { text } = python.ask({ ask: "open", file: "specs/resnet50.yaml" });
const about = (word, more = {}) => {
  const reply = python.ask({ ask: word, file: "specs/resnet50.yaml", text, ...more });
  if (reply.error) throw new Error(`${word}: ${reply.error}`);
};
for (const word of ["hello", "answer", "picture", "table", "worksheet"]) about(word);
about("answer", { text: text.replace("archspec: 1", "archspec: 1\nnome: x") });

const { pyodide } = python;
pyodide.runPython(fs.readFileSync(path.join(here, "compile.py"), "utf8"));
for (const archive of archives) {
  pyodide.FS.writeFile("/archive.zip", read(archive));
  pyodide.globals.get("compile_loaded")("/archive.zip", archive === archives[0]);
  fs.writeFileSync(archive, pyodide.FS.readFile("/archive.zip"));
}
