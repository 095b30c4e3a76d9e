// What the extension needs of VS Code: texts, places, events, commands; and what it did with them.
const { Module } = require("node:module");
const path = require("node:path");
const url = require("node:url");

class Disposable {
  constructor(act = () => {}) { this.act = act; }
  static from(...all) { return new Disposable(() => all.forEach((each) => each.dispose())); }
  dispose() { this.act(); }
}

class EventEmitter {
  constructor() {
    this.acts = new Set();
    this.event = (act, self) => {
      const bound = self ? act.bind(self) : act;
      this.acts.add(bound);
      return new Disposable(() => this.acts.delete(bound));
    };
  }
  fire(value) { return Promise.all([...this.acts].map((act) => act(value))); }
  dispose() { this.acts.clear(); }
}

class Uri {
  constructor(scheme, place) { Object.assign(this, { scheme, authority: "", path: place, query: "", fragment: "" }); }
  static file(name) { return new Uri("file", url.pathToFileURL(name).pathname && name.replaceAll("\\", "/")); }
  static parse(text) {
    const [, scheme, place] = /^([\w-]+):(?:\/\/)?(.*)$/.exec(text);
    return new Uri(scheme, decodeURIComponent(place));
  }
  static from({ scheme, path: place }) { return new Uri(scheme, place); }
  static joinPath(uri, ...parts) { return new Uri(uri.scheme, path.posix.join(uri.path, ...parts)); }
  get fsPath() { return this.path; }
  with(change) { return new Uri(change.scheme ?? this.scheme, change.path ?? this.path); }
  toString() { return this.scheme === "file" ? url.pathToFileURL(this.path).href : `${this.scheme}:${this.path}`; }
  toJSON() { return this.toString(); }
}

class Position {
  constructor(line, character) { Object.assign(this, { line, character }); }
  compareTo(other) { return this.line - other.line || this.character - other.character; }
  isBefore(other) { return this.compareTo(other) < 0; }
}

class Range {
  constructor(a, b, c, d) {
    this.start = typeof a === "number" ? new Position(a, b) : a;
    this.end = typeof a === "number" ? new Position(c, d) : b;
  }
}

class Selection extends Range {
  get active() { return this.end; }
}

class Diagnostic {
  constructor(range, message, severity) { Object.assign(this, { range, message, severity }); }
}

class WorkspaceEdit {
  constructor() { this.all = []; }
  replace(uri, range, text) { this.all.push({ uri: String(uri), range, text }); }
  set(uri, edits) { for (const each of edits) this.replace(uri, each.range, each.newText); }
}

class TextEdit {
  constructor(range, newText) { Object.assign(this, { range, newText }); }
}

class Document {
  constructor(uri, text, languageId = "yaml") { Object.assign(this, { uri, languageId, version: 1, text, eol: 1, isClosed: false }); }
  get fileName() { return this.uri.fsPath; }
  get lineCount() { return this.text.split("\n").length; }
  getText() { return this.text; }
  lineAt(line) { return { text: this.text.split("\n")[line] }; }
  offsetAt({ line, character }) { return this.text.split("\n").slice(0, line).reduce((sum, each) => sum + each.length + 1, 0) + character; }
}

class CodeActionKind {
  constructor(value) { this.value = value; }
  append(part) { return new CodeActionKind(this.value ? `${this.value}.${part}` : part); }
}
CodeActionKind.Empty = new CodeActionKind("");

const events = {};
const event = (name) => (events[name] ??= new EventEmitter()).event;
const did = { errors: [], information: [], status: [], edits: [], written: {}, shown: [], commands: [], panels: [], diagnostics: {} };
const commands = {}, providers = {};
const settings = { command: [] };

const window_ = {
  activeTextEditor: undefined,
  visibleTextEditors: [],
  createOutputChannel: () => new Proxy({}, { get: (_, name) => (name === "logLevel" ? 1 : name === "onDidChangeLogLevel" ? new EventEmitter().event : () => {}) }),
  showErrorMessage: async (text) => { did.errors.push(text); },
  showInformationMessage: async (text) => { did.information.push(text); },
  showWarningMessage: async (text) => { did.errors.push(text); },
  setStatusBarMessage: (text) => { did.status.push(text); },
  showQuickPick: async (items) => items[0],
  showSaveDialog: async ({ defaultUri }) => defaultUri,
  showTextDocument: async (document) => {
    const editor = { document, selection: null, revealRange: (range) => did.shown.push({ uri: String(document.uri), range }) };
    return editor;
  },
  createWebviewPanel: (type, title, column, options) => {
    const received = new EventEmitter(), gone = new EventEmitter(), posted = [];
    const webview = {
      cspSource: "https://webview.test", html: "", onDidReceiveMessage: received.event,
      asWebviewUri: (uri) => `https://webview.test${uri.path}`, postMessage: (message) => { posted.push(message); },
    };
    const panel = { title, options, webview, posted, receive: (message) => received.fire(message), onDidDispose: gone.event, dispose: () => gone.fire(), reveal: () => {} };
    did.panels.push(panel);
    return panel;
  },
};

const workspace = {
  textDocuments: [], notebookDocuments: [], workspaceFolders: undefined,
  getConfiguration: () => ({ get: (name, otherwise) => settings[name] ?? otherwise, inspect: () => undefined }),
  createFileSystemWatcher: () => ({ onDidCreate: event("created"), onDidChange: event("changed"), onDidDelete: event("deleted"), dispose: () => {} }),
  registerTextDocumentContentProvider: (scheme, provider) => { providers[scheme] = provider; return new Disposable(); },
  openTextDocument: async (uri) => {
    const known = workspace.textDocuments.find((each) => String(each.uri) === String(uri));
    return known ?? new Document(uri, await providers[uri.scheme].provideTextDocumentContent(uri));
  },
  applyEdit: async (edit) => { did.edits.push(edit.all); return true; },
  fs: { writeFile: async (uri, bytes) => { did.written[path.posix.basename(uri.path)] = Buffer.from(bytes); } },
};

const known = {
  version: "1.96.0", Disposable, EventEmitter, Uri, Position, Range, Selection, Diagnostic, WorkspaceEdit, TextEdit, CodeActionKind,
  window: window_, workspace,
  env: { language: "en", appName: "test", openExternal: () => {} },
  extensions: { getExtension: () => undefined },
  commands: {
    registerCommand: (name, act) => { commands[name] = act; return new Disposable(() => delete commands[name]); },
    executeCommand: async (...given) => { did.commands.push(given); },
  },
  languages: {
    match: (selector, document) => ([selector].flat().some((each) => each.language === document.languageId && each.scheme === document.uri.scheme) ? 10 : 0),
    getDiagnostics: (uri) => did.diagnostics[String(uri)] ?? [],
    createDiagnosticCollection: () => ({
      set: (uri, found) => { did.diagnostics[String(uri)] = [...found ?? []]; (events.told ??= new EventEmitter()).fire(); },
      delete: () => {}, clear: () => {}, dispose: () => {}, has: () => false, get: () => [],
    }),
  },
  CancellationTokenSource: class { constructor() { this.token = { isCancellationRequested: false, onCancellationRequested: new EventEmitter().event }; } cancel() {} dispose() {} },
};

// Events, registrations, classes and numbers that are asked for and used no further.
const filled = (given) => new Proxy(given, {
  get: (target, name) => {
    if (name in target || typeof name === "symbol") return target[name];
    if (/^on(Did|Will)/.test(name)) return event(name);
    if (/^register/.test(name)) return () => new Disposable();
    if (/^[A-Z]/.test(name)) return (target[name] = filled(class {}));
    return undefined;
  },
});
for (const name of ["window", "workspace", "languages"]) known[name] = filled(known[name]);
const CLASSES = [
  "CallHierarchyItem", "CancellationError", "CodeAction", "CodeLens", "CompletionItem", "CompletionItemKind", "CompletionItemTag",
  "CompletionTriggerKind", "DiagnosticSeverity", "DiagnosticTag", "DocumentLink", "DocumentSymbol", "FoldingRange", "InlayHint", "Location", "LogLevel",
  "MarkdownString", "ProgressLocation", "RelativePattern", "SnippetString", "SymbolInformation", "SymbolKind", "SymbolTag", "TabInputCustom",
  "TabInputNotebook", "TabInputText", "TabInputTextDiff", "TextDocumentSaveReason", "TypeHierarchyItem", "ViewColumn", "TextEditorRevealType", "FileType",
];
for (const name of CLASSES) known[name] = filled(class {});  // the names are copied before they are asked for
const vscode = filled(known);
vscode.window.tabGroups = { all: [], onDidChangeTabs: event("tabs") };

const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? vscode : load(name, ...rest));

module.exports = { vscode, did, commands, providers, settings, Document, fire: (name, value) => { event(name); return events[name].fire(value); }, event };
