// Where the command `cnn` is.

import { constants, accessSync, statSync } from "node:fs";
import { delimiter, isAbsolute, join, sep } from "node:path";
import * as vscode from "vscode";

const DEFAULT = "cnn";
const ENDINGS = process.platform === "win32" ? [".exe", ".cmd", ".bat", ""] : [""];
const IN_ENVIRONMENT = process.platform === "win32" ? "Scripts" : "bin";

/** The path of the command, or undefined where there is none. */
export function findCommand(): string | undefined {
  const given = givenCommand();
  const folders = (vscode.workspace.workspaceFolders ?? []).filter((each) => each.uri.scheme === "file");
  if (isAbsolute(given) || given.includes("/") || given.includes(sep)) {
    const bases = isAbsolute(given) ? [""] : folders.map((each) => each.uri.fsPath);
    return firstExecutable(bases.map((base) => join(base, given)));
  }
  // What an untrusted workspace brings along is not executed.
  const environments =
    given === DEFAULT && vscode.workspace.isTrusted
      ? folders.map((each) => join(each.uri.fsPath, ".venv", IN_ENVIRONMENT))
      : [];
  const onPath = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return firstExecutable([...environments, ...onPath].map((folder) => join(folder, given)));
}

/** The command as the settings name it. */
export function givenCommand(): string {
  return vscode.workspace.getConfiguration("cnn").get<string>("path")?.trim() || DEFAULT;
}

/** Say that there is no such command, and what to do about it. */
export async function tellNotFound(): Promise<void> {
  const settings = "Open the Setting";
  const again = "Try Again";
  const chosen = await vscode.window.showErrorMessage(
    `The command '${givenCommand()}' was not found, so .cnn files are coloured and not checked. ` +
      "Install it with `pip install .` in the clone of dotcnn, or say where it is in the setting cnn.path.",
    settings,
    again,
  );
  if (chosen === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "cnn.path");
  } else if (chosen === again) {
    await vscode.commands.executeCommand("cnn.restart");
  }
}

function firstExecutable(paths: string[]): string | undefined {
  return paths.flatMap((path) => ENDINGS.map((ending) => path + ending)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
