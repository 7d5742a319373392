// The verbs of the command that are started from the editor, each in a terminal.

import { dirname } from "node:path";
import * as vscode from "vscode";
import { findCommand, tellNotFound } from "./command";

/** `cnn run FILE` or `cnn plan FILE`, on the file of a code lens or that of the editor. */
export async function onFile(verb: "run" | "plan", target?: unknown): Promise<void> {
  const uri = uriOf(target) ?? vscode.window.activeTextEditor?.document.uri;
  if (!uri) {
    void vscode.window.showErrorMessage(`There is no .cnn file open to ${verb}.`);
    return;
  }
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  if (uri.scheme !== "file") {
    void vscode.window.showErrorMessage(`Save the spec as a file first: \`cnn ${verb}\` reads it from the disk.`);
    return;
  }
  if (document?.isDirty && !(await document.save())) {
    void vscode.window.showErrorMessage(`${uri.fsPath} could not be saved, so \`cnn ${verb}\` was not started.`);
    return;
  }
  const folder = vscode.workspace.getWorkspaceFolder(uri)?.uri.fsPath ?? dirname(uri.fsPath);
  await start([verb, uri.fsPath], folder);
}

/** `cnn explain TOPIC`: of the given one, of the problem or the word at the cursor, or of what the person types. */
export async function explain(topic?: unknown): Promise<void> {
  const asked = typeof topic === "string" && topic ? topic : (topicAtCursor() ?? (await askForTopic()));
  if (asked) {
    await start(["explain", asked], vscode.workspace.workspaceFolders?.[0]?.uri.fsPath);
  }
}

async function start(words: string[], cwd: string | undefined): Promise<void> {
  const command = findCommand();
  if (!command) {
    await tellNotFound();
    return;
  }
  // A process of its own, not a line for a shell: a file's name is never read as anything else.
  const execution = new vscode.ProcessExecution(command, words, cwd ? { cwd } : {});
  const name = `cnn ${words.join(" ")}`;
  const task = new vscode.Task({ type: "cnn" }, vscode.TaskScope.Workspace, name, "cnn", execution, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Shared, clear: true };
  await vscode.tasks.executeTask(task);
}

function uriOf(target: unknown): vscode.Uri | undefined {
  if (target instanceof vscode.Uri) {
    return target;
  }
  if (typeof target === "string" && target) {
    return target.includes("://") ? vscode.Uri.parse(target, true) : vscode.Uri.file(target);
  }
  return undefined;
}

function topicAtCursor(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "cnn") {
    return undefined;
  }
  const cursor = editor.selection.active;
  const problem = vscode.languages.getDiagnostics(editor.document.uri).find((each) => each.range.contains(cursor));
  const code = typeof problem?.code === "object" ? problem.code.value : problem?.code;
  if (code !== undefined) {
    return String(code);
  }
  const word = editor.document.getWordRangeAtPosition(cursor, /[A-Za-z_]\w*/);
  return word && editor.document.getText(word);
}

function askForTopic(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "Explain",
    prompt: "A rule such as E301, or a layer, section or setting such as conv, train or stop",
  });
}
