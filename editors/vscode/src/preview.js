// The preview of a text beside it: a panel with the page, whose questions go to the language server.
import * as vscode from "vscode";
import { randomBytes } from "node:crypto";

// The previews, by the text that each shows.
export class Previews {
  constructor(extensionUri, ask) {
    this.root = vscode.Uri.joinPath(extensionUri, "preview");
    this.ask = ask;  // (uri, question) → reply; rejects if there is no server
    this.panels = new Map();
    this.listening = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length) this.#changed(document);
      }),
      vscode.workspace.onDidSaveTextDocument((document) => this.#changed(document)),
      vscode.workspace.onDidCloseTextDocument((document) => this.#tell(document, { event: "text" })),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, selections }) => this.#moved(textEditor.document, selections[0].active)),
      vscode.window.onDidChangeActiveColorTheme(() => {
        for (const panel of this.panels.values()) panel.webview.postMessage({ event: "theme" });
      }));
  }

  dispose() {
    this.listening.dispose();
    for (const panel of [...this.panels.values()]) panel.dispose();
  }

  // Show the preview of a text; the one that there is, if there is one.
  open(document) {
    const key = document.uri.toString();
    const known = this.panels.get(key);
    if (known) {
      known.reveal(undefined, true);
      return known;
    }
    const name = document.uri.path.split("/").pop();
    const panel = vscode.window.createWebviewPanel(
      "archspec.preview", `Preview ${name}`, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, enableFindWidget: true, retainContextWhenHidden: true, localResourceRoots: [this.root] });
    this.panels.set(key, panel);
    panel.onDidDispose(() => this.panels.delete(key));
    panel.webview.onDidReceiveMessage((message) => this.#received(panel, document.uri, message));
    panel.webview.html = this.#html(panel.webview);
    return panel;
  }

  #html(webview) {
    const nonce = randomBytes(16).toString("base64");
    const at = (name) => webview.asWebviewUri(vscode.Uri.joinPath(this.root, name));
    const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource} 'unsafe-inline'; img-src ${webview.cspSource} data: blob:; font-src ${webview.cspSource}`;
    return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${at("page.css")}">
<link rel="stylesheet" href="${at("preview.css")}">
</head>
<body>
<script nonce="${nonce}" src="${at("preview.js")}"></script>
</body>
</html>
`;
  }

  async #received(panel, uri, message) {
    if (message.event === "ready") {
      const editor = vscode.window.visibleTextEditors.find((each) => each.document.uri.toString() === uri.toString());
      if (editor) this.#moved(editor.document, editor.selection.active);
    } else if (message.event === "goto") {
      await goTo(uri, message);
    } else if (message.event === "edits") {
      await edit(uri, message.edits);
    } else if (message.question) {
      panel.webview.postMessage({ id: message.id, ...await this.#answer(uri, message.question) });
    }
  }

  async #answer(uri, question) {
    try {
      return { reply: await this.ask(uri, question) };
    } catch (error) {
      return { error: error.message };
    }
  }

  #changed(document) {
    this.#tell(document, { event: "text", version: document.version });
    // Another text may use this one.
    for (const [key, panel] of this.panels) if (key !== document.uri.toString() && isOurs(document)) panel.webview.postMessage({ event: "text" });
  }

  #moved(document, { line }) {
    this.#tell(document, { event: "cursor", line: line + 1 });
  }

  #tell(document, message) {
    this.panels.get(document.uri.toString())?.webview.postMessage(message);
  }
}

// Whether a text may be a spec or a recipe; the server knows it for certain.
export function isOurs(document) {
  if (!["yaml", "json"].includes(document.languageId) || !["file", "untitled"].includes(document.uri.scheme)) return false;
  return /\barchspec["']?\s*:|^\s*["']?(layers|blocks|spec)["']?\s*:/m.test(document.getText());
}

// A range of VS Code, from lines and columns that count from 1, columns in code points.
export function rangeOf(document, { line, column, end_line: endLine = line, end_column: endColumn = column }) {
  return new vscode.Range(positionOf(document, line, column), positionOf(document, endLine, endColumn));
}

function positionOf(document, line, column) {
  const number = Math.min(Math.max(line - 1, 0), document.lineCount - 1);
  const { text } = document.lineAt(number);
  return new vscode.Position(number, [...text].slice(0, Math.max(column - 1, 0)).join("").length);
}

// Show a place; its file lies relative to that of the preview.
async function goTo(uri, place) {
  const name = uri.path.split("/").pop();
  const other = place.file && place.file !== name && uri.scheme === "file";
  const target = other ? vscode.Uri.joinPath(uri, "..", place.file) : uri;
  const document = await vscode.workspace.openTextDocument(target);
  const shown = vscode.window.visibleTextEditors.find((each) => each.document.uri.toString() === target.toString());
  const editor = await vscode.window.showTextDocument(document, { viewColumn: shown?.viewColumn ?? vscode.ViewColumn.One, preview: true });
  const range = rangeOf(document, place);
  editor.selection = new vscode.Selection(range.start, range.start);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

async function edit(uri, edits) {
  const document = await vscode.workspace.openTextDocument(uri);
  const change = new vscode.WorkspaceEdit();
  for (const each of edits) change.replace(uri, rangeOf(document, each), each.text);
  await vscode.workspace.applyEdit(change);
}
