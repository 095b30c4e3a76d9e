// Asks a playground that was built, in node: node ask_playground.mjs FOLDER QUESTIONS REPLIES (both JSON lists).
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { boot } from "../../editors/page/src/python.js";

const [folder, questions, replies] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(path.resolve(folder, "pyodide", "pyodide.mjs")));
const archive = fs.readFileSync(path.join(folder, "archspec.bin"));
const python = await boot({ loadPyodide, options: {}, archive });
const found = JSON.parse(fs.readFileSync(questions, "utf8")).map((question) => python.ask(question));
fs.writeFileSync(replies, JSON.stringify(found));
process.exit(0);
