// node run.cjs EXTENSION FOLDER COMMAND: uses the extension as a person would; prints what came of it, as JSON.
const path = require("node:path");
const { vscode, did, commands, settings, Document, fire } = require("./stub.cjs");

const [, , extension, folder, command] = process.argv;
settings.command = JSON.parse(command);
const { Uri, Range } = vscode;
const TEXT = "archspec: 1\ntitle: \"🎉 a\"\ninput: [8, 8, 3]\nlayers:\n  - Conv2D: {filters: 8, kernel_size: 3}\n  - Flaten\n  - Dense: {units: 2}\n";
const told = {};

async function until(what, found) {
  const end = Date.now() + 30000;
  while (!found()) {
    if (did.errors.length && what !== "error") throw new Error(did.errors.join("; "));
    if (Date.now() > end) throw new Error(`there never was: ${what}`);
    await new Promise((next) => setTimeout(next, 10));
  }
  return found();
}

async function change(document, range, text) {
  const change = { range, rangeOffset: document.offsetAt(range.start), rangeLength: document.offsetAt(range.end) - document.offsetAt(range.start), text };
  document.text = document.text.slice(0, change.rangeOffset) + text + document.text.slice(change.rangeOffset + change.rangeLength);
  document.version += 1;
  await fire("onDidChangeTextDocument", { document, contentChanges: [change], reason: undefined });
}

async function main() {
  const uri = Uri.file(path.join(folder, "net.yaml"));
  const net = new Document(uri, TEXT), compose = new Document(Uri.file(path.join(folder, "compose.yaml")), "services: {web: {image: nginx}}\n");
  vscode.workspace.textDocuments.push(compose);
  const context = { subscriptions: [], extensionUri: Uri.file(path.dirname(extension)) };
  const made = await require(extension).activate(context);
  told.idle = made.client === null && did.errors.length === 0;

  vscode.workspace.textDocuments.push(net);
  vscode.window.activeTextEditor = { document: net, selection: new vscode.Selection(5, 4, 5, 4) };
  vscode.window.visibleTextEditors.push(vscode.window.activeTextEditor);
  await fire("onDidOpenTextDocument", net);
  if (did.errors.length) {
    console.log(JSON.stringify({ ...told, errors: did.errors }));
    for (const each of context.subscriptions) await each.dispose();
    return;
  }
  const wrong = () => did.diagnostics[String(uri)];
  const [mistake] = await until("a mistake", () => wrong()?.length && wrong());
  told.mistake = { code: mistake.code.value ?? mistake.code, message: mistake.message, range: mistake.range };

  await commands["archspec.mend"]();
  told.mended = did.edits.pop();

  await commands["archspec.preview"]();
  const [panel] = did.panels;
  told.panel = { title: panel.title, html: panel.webview.html, roots: panel.options.localResourceRoots.map(String) };
  let count = 0;
  const ask = async (question) => {
    const id = ++count;
    panel.receive({ id, question });
    return (await until(`an answer to ${question.ask}`, () => panel.posted.find((each) => each.id === id))).reply;
  };
  told.none = await ask({ ask: "picture", options: {} });
  await panel.receive({ event: "ready" });
  told.cursor = panel.posted.find((each) => each.event === "cursor");

  await change(net, new Range(5, 4, 5, 10), "Flatten");
  told.changed = panel.posted.find((each) => each.event === "text");
  const { svg } = await ask({ ask: "picture", options: {} });  // the change comes before it
  told.svg = svg.slice(0, 4);
  await until("no mistake", () => wrong().length === 0);
  told.line = (await ask({ ask: "answer" })).line;
  const place = await ask({ ask: "place", nodes: [3] });
  await panel.receive({ event: "goto", ...place });
  told.shown = did.shown.pop();
  await panel.receive({ event: "edits", edits: [{ line: 2, column: 11, end_line: 2, end_column: 12, text: "b" }] });
  told.edited = did.edits.pop();

  for (const format of ["svg", "csv"]) await commands["archspec.export"](format);
  told.written = Object.fromEntries(Object.entries(did.written).map(([name, data]) => [name, data.toString().slice(0, 4)]));
  await commands["archspec.explain"]("as201");
  const [name, page] = did.commands.find(([each]) => each.startsWith("markdown."));
  told.explained = [name, String(page), (await vscode.workspace.openTextDocument(page)).text.slice(0, 80)];

  await commands["archspec.restart"]();
  told.again = (await ask({ ask: "answer" })).line;
  for (const each of context.subscriptions) await each.dispose();
  told.errors = did.errors;
  console.log(JSON.stringify(told));
}

main().then(() => setTimeout(() => process.exit(0), 300).unref(), (error) => {
  console.error(error, did.errors);
  process.exit(1);
});


