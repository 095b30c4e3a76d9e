// The extension: it starts `archspec lsp` with the first text that is ours, and shows previews.
import * as vscode from "vscode";
import { LanguageClient, State } from "vscode-languageclient/node";
import { candidates, complaint, find } from "./find.js";
import { isOurs, Previews } from "./preview.js";

const ASK = "archspec/ask";
const PAGE = "archspec-page";
const SELECTOR = ["file", "untitled"].flatMap((scheme) => ["yaml", "json"].map((language) => ({ scheme, language })));

export async function activate(context) {
  const extension = new Extension(context);
  await extension.begin();
  return extension;
}

export function deactivate() {}

class Extension {
  constructor(context) {
    this.context = context;
    this.client = null;
    this.starting = null;
    this.output = vscode.window.createOutputChannel("archspec", { log: true });
    this.previews = new Previews(context.extensionUri, (uri, question) => this.ask(uri, question));
  }

  async begin() {
    const commands = { preview: this.preview, mend: this.mend, explain: this.explain, export: this.export, restart: this.restart };
    this.context.subscriptions.push(
      this.output, this.previews, { dispose: () => this.stop() },
      ...Object.entries(commands).map(([name, act]) => vscode.commands.registerCommand(`archspec.${name}`, (...given) => act.apply(this, given))),
      vscode.workspace.registerTextDocumentContentProvider(PAGE, { provideTextDocumentContent: (uri) => this.page(uri) }),
      vscode.workspace.onDidOpenTextDocument((document) => this.look(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.look(document)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.mark(editor?.document)),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("archspec.command")) this.restart();
      }));
    this.mark(vscode.window.activeTextEditor?.document);
    await Promise.all(vscode.workspace.textDocuments.map((document) => this.look(document)));
  }

  // Start the server with the first text that is ours.
  async look(document) {
    if (document === vscode.window.activeTextEditor?.document) this.mark(document);
    if (!this.client && !this.starting && !this.failed && isOurs(document)) await this.start();
  }

  mark(document) {
    const ours = Boolean(document && isOurs(document));
    if (ours !== this.marked) vscode.commands.executeCommand("setContext", "archspec.ours", ours);
    this.marked = ours;
  }

  // ---- the server
  start() {
    this.starting ??= this.#start().finally(() => { this.starting = null; });
    return this.starting;
  }

  async #start() {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => uri.fsPath);
    const setting = vscode.workspace.getConfiguration("archspec").get("command");
    const { command, tried } = await find(candidates({ setting, interpreter: await this.interpreter(), folders }), folders[0]);
    for (const { command: each, reason } of tried) this.output.info(`${each.join(" ")}: ${reason}`);
    if (!command) {
      this.failed = true;
      this.complain(complaint(tried));
      return;
    }
    this.output.info(`started: ${command.join(" ")} lsp`);
    const server = { command: command[0], args: [...command.slice(1), "lsp"], options: { cwd: folders[0] } };
    const watched = vscode.workspace.createFileSystemWatcher("**/*.{yaml,yml,json}");
    const client = new LanguageClient("archspec", "archspec", server, {
      documentSelector: SELECTOR, outputChannel: this.output, synchronize: { fileEvents: watched },
    });
    this.watched = watched;
    this.client = client;
    try {
      await client.start();
    } catch (error) {
      this.failed = true;
      this.complain(`\`${command.join(" ")} lsp\` does not start: ${error.message}`);
    }
  }

  async stop() {
    const { client } = this;
    this.client = null;
    this.watched?.dispose();
    if (client && client.state !== State.Stopped) await client.stop();
  }

  async restart() {
    await this.starting;
    await this.stop();
    this.failed = false;
    await this.start();
  }

  // The interpreter that the Python extension has selected.
  async interpreter() {
    const python = vscode.extensions.getExtension("ms-python.python");
    if (!python) return null;
    try {
      const { environments } = await python.activate();
      this.listening ??= environments.onDidChangeActiveEnvironmentPath(() => this.restart());
      this.context.subscriptions.push(this.listening);
      const resource = vscode.workspace.workspaceFolders?.[0];
      const found = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource?.uri));
      return found?.executable.uri?.fsPath ?? null;
    } catch (error) {
      this.output.warn(`the Python extension does not tell its interpreter: ${error.message}`);
      return null;
    }
  }

  async complain(message) {
    this.output.error(message);
    const how = "How it is installed", set = "Open the setting", again = "Try again";
    const chosen = await vscode.window.showErrorMessage(message, how, set, again);
    if (chosen === how) await vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.joinPath(this.context.extensionUri, "README.md"));
    if (chosen === set) await vscode.commands.executeCommand("workbench.action.openSettings", "archspec.command");
    if (chosen === again) await this.restart();
  }

  async ask(uri, question) {
    if (!this.client && !this.failed) await this.start();
    if (this.client?.state !== State.Running) throw new Error("the language server is not running");
    try {
      return await this.client.sendRequest(ASK, { uri: this.client.code2ProtocolConverter.asUri(uri), question });
    } catch (error) {
      if (this.client?.state !== State.Running) throw error;
      return { error: error.message, bug: true };
    }
  }

  // ---- commands
  // The text that is meant; says so if there is none.
  document() {
    const document = vscode.window.activeTextEditor?.document;
    if (document && SELECTOR.some(({ scheme, language }) => document.uri.scheme === scheme && document.languageId === language)) return document;
    vscode.window.showInformationMessage("Open a spec or a recipe first: a YAML or JSON file.");
    return null;
  }

  preview() {
    const document = this.document();
    return document && this.previews.open(document);
  }

  async mend() {
    const document = this.document();
    if (!document) return;
    const reply = await this.#asked(document.uri, { ask: "mend" });
    if (!reply) return;
    if (!reply.done) {
      vscode.window.showInformationMessage("There is nothing whose mend is certain.");
      return;
    }
    const { client } = this;
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const found = await client.sendRequest("textDocument/codeAction", {
      textDocument: client.code2ProtocolConverter.asTextDocumentIdentifier(document),
      range: client.code2ProtocolConverter.asRange(whole),
      context: { diagnostics: [], only: ["source.fixAll"] },
    });
    const edit = found?.[0]?.edit && await client.protocol2CodeConverter.asWorkspaceEdit(found[0].edit);
    if (edit && await vscode.workspace.applyEdit(edit)) vscode.window.setStatusBarMessage(`archspec: ${reply.done} mended`, 5000);
  }

  // The explanation of an error: of those on the line of the cursor, of all in the text, or any.
  async explain(given) {
    let code = typeof given === "string" ? given : null;
    const editor = vscode.window.activeTextEditor;
    if (!code && editor) {
      const line = editor.selection.active.line;
      const found = vscode.languages.getDiagnostics(editor.document.uri).filter((each) => each.source === "archspec");
      const here = found.filter(({ range }) => range.start.line <= line && line <= range.end.line);
      const items = (here.length ? here : found).map((each) => ({ label: String(each.code?.value ?? each.code), description: each.message.split("\n")[0] }));
      const different = [...new Map(items.map((item) => [item.label, item])).values()];
      if (different.length === 1) code = different[0].label;
      else if (different.length) code = (await vscode.window.showQuickPick(different, { title: "Which error?" }))?.label;
      if (different.length && !code) return;
    }
    code ??= await vscode.window.showInputBox({ title: "Explain an error", prompt: "Its code, such as AS201", validateInput: (text) => (/^AS\d{3}$/i.test(text) ? null : "AS and three digits") });
    if (!code) return;
    const uri = vscode.Uri.from({ scheme: PAGE, path: `${code.toUpperCase()}.md` });
    const document = await vscode.workspace.openTextDocument(uri);
    try {
      await vscode.commands.executeCommand("markdown.showPreviewToSide", uri);
    } catch {
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preview: true });
    }
  }

  async page(uri) {
    const code = uri.path.replace(/^.*\//, "").replace(/\.md$/, "");
    const { markdown } = await this.ask(uri, { ask: "explain", code });
    return markdown || `There is no explanation of ${code}.`;
  }

  // A file of any format that archspec writes.
  async export(format) {
    const document = this.document();
    const hello = document && await this.#asked(document.uri, { ask: "hello" });
    if (!hello) return;
    const chosen = typeof format === "string" ? format : await vscode.window.showQuickPick(hello.formats, { title: "Export as" });
    if (!chosen) return;
    const reply = await this.#asked(document.uri, { ask: "download", format: chosen });
    if (!reply) return;
    const folder = document.uri.scheme === "file" ? vscode.Uri.joinPath(document.uri, "..") : vscode.workspace.workspaceFolders?.[0]?.uri;
    const target = await vscode.window.showSaveDialog({ defaultUri: folder && vscode.Uri.joinPath(folder, reply.name), filters: { [chosen]: [chosen] } });
    if (!target) return;
    await vscode.workspace.fs.writeFile(target, Buffer.from(reply.data, "base64"));
    if (reply.warnings.length) vscode.window.showWarningMessage(`${reply.name}: ${reply.warnings.join("; ")}`);
    else vscode.window.setStatusBarMessage(`archspec: ${target.path.split("/").pop()} is written`, 5000);
  }

  // A reply without an error; the error is shown.
  async #asked(uri, question) {
    let reply;
    try {
      reply = await this.ask(uri, question);
    } catch (error) {
      reply = { error: error.message };
    }
    if (!reply.error) return reply;
    vscode.window.showErrorMessage(`archspec: ${reply.error}`);
    return null;
  }
}
