// The extension: starts the language server `cnn lsp` and offers the verbs of the command.

import * as vscode from "vscode";
import { LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";
import { findCommand, tellNotFound } from "./command";
import { explain, onFile } from "./verbs";

let client: LanguageClient | undefined;
// One start at a time: a setting may change while the server is starting.
let starting: Promise<void> = Promise.resolve();

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  context.subscriptions.push(
    vscode.commands.registerCommand("cnn.run", (target?: unknown) => onFile("run", target)),
    vscode.commands.registerCommand("cnn.plan", (target?: unknown) => onFile("plan", target)),
    vscode.commands.registerCommand("cnn.explain", (topic?: unknown) => explain(topic)),
    vscode.commands.registerCommand("cnn.restart", restart),
    vscode.workspace.onDidGrantWorkspaceTrust(restart),
    vscode.workspace.onDidChangeConfiguration((change) =>
      change.affectsConfiguration("cnn.path") ? restart() : undefined,
    ),
  );
  await restart();
}

export async function deactivate(): Promise<void> {
  await stop();
}

function restart(): Promise<void> {
  starting = starting.then(stop).then(start);
  return starting;
}

async function stop(): Promise<void> {
  const stopped = client;
  client = undefined;
  // A server that has died already cannot be asked to stop.
  await stopped?.stop().catch(() => undefined);
}

async function start(): Promise<void> {
  const command = findCommand();
  if (!command) {
    void tellNotFound();
    return;
  }
  client = new LanguageClient(
    "cnn",
    "dotcnn",
    { command, args: ["lsp", "--stdio"] },
    {
      documentSelector: [
        { scheme: "file", language: "cnn" },
        { scheme: "untitled", language: "cnn" },
      ],
      synchronize: {
        configurationSection: "dotcnn",
        fileEvents: vscode.workspace.createFileSystemWatcher("**/{pyproject.toml,*.cnn}"),
      },
      revealOutputChannelOn: RevealOutputChannelOn.Never,
    },
  );
  try {
    await client.start();
  } catch (error) {
    client = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    void vscode.window.showErrorMessage(
      `The language server \`${command} lsp\` did not start: ${reason}. ` +
        "`cnn --version` must be a dotcnn that has the verb lsp: `pip install --upgrade dotcnn`.",
    );
  }
}
