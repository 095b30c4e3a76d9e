// Where archspec is: candidates in order, each tried before it is taken.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";

const WAIT = 20000;  // milliseconds until a try has failed

// Commands that may be archspec; `setting` alone, if there is one.
export function candidates({ setting, interpreter, folders, windows = process.platform === "win32" }) {
  if (setting?.length) return [setting];
  const found = [];
  if (interpreter) found.push([interpreter, "-m", "archspec"]);
  for (const folder of folders) {
    for (const name of [".venv", "venv"]) {
      const file = windows ? path.join(folder, name, "Scripts", "python.exe") : path.join(folder, name, "bin", "python");
      if (existsSync(file)) found.push([file, "-m", "archspec"]);
    }
  }
  found.push(["archspec"]);
  return found;
}

// Whether a command is a language server: null, or why it is none. It is started without anything to read, and ends.
export function why(command, cwd, wait = WAIT) {
  return new Promise((resolve) => {
    let told = "";
    const child = spawn(command[0], [...command.slice(1), "lsp"], { cwd, stdio: ["ignore", "ignore", "pipe"], windowsHide: true });
    const end = setTimeout(() => {
      child.kill();
      resolve(`it does not end after ${wait / 1000} seconds`);
    }, wait);
    child.stderr.on("data", (data) => { told = (told + data).slice(-4000); });
    child.on("error", (error) => {
      clearTimeout(end);
      resolve(error.code === "ENOENT" ? "there is no such command" : error.message);
    });
    child.on("close", (status) => {
      clearTimeout(end);
      resolve(status === 0 ? null : told.trim().split("\n").pop() || `it ends with status ${status}`);
    });
  });
}

// The first command that is a language server; or `tried`, what became of each.
export async function find(found, cwd) {
  const tried = [];
  for (const command of found) {
    const reason = await why(command, cwd);
    if (reason === null) return { command, tried };
    tried.push({ command, reason });
  }
  return { command: null, tried };
}

// What is said if there is none: of the one that came nearest.
export function complaint(tried) {
  const lacks = tried.find(({ reason }) => reason.includes("needs pygls"));
  if (lacks) return `archspec is there (${lacks.command.join(" ")}), but its language server is not: pip install 'pygls>=2' 'lsprotocol>=2025'`;
  const broken = tried.find(({ reason }) => !/no such command|No module named/.test(reason));
  if (broken) return `\`${broken.command.join(" ")}\` does not start: ${broken.reason}`;
  if (tried.length === 1 && tried[0].command[0] !== "archspec") return `\`${tried[0].command.join(" ")}\` is not archspec: ${tried[0].reason}`;
  return "archspec is not found. Select a Python interpreter that has it, or set `archspec.command`.";
}
