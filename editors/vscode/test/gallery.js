// Every spec of the gallery in the colours of the grammar: nothing invalid, nothing without a scope of its own, and
// every keyword that is no block of the file known. The broken specs must be read to their end, too.

"use strict";

const { readFileSync, readdirSync } = require("node:fs");
const { dirname, join } = require("node:path");
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const ROOT = join(__dirname, "..", "..", "..");
const GRAMMAR = join(__dirname, "..", "syntaxes", "cnn.tmLanguage.json");
const SECONDS_PER_FILE = 1;

async function main() {
  const wasm = join(dirname(require.resolve("vscode-oniguruma")), "onig.wasm");
  await oniguruma.loadWASM(readFileSync(wasm).buffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(GRAMMAR, "utf8"), GRAMMAR),
  });
  const grammar = await registry.loadGrammar("source.cnn");
  const specs = filesIn(join(ROOT, "specs"));
  const broken = filesIn(join(ROOT, "tests", "goldens"));
  const wrong = specs.flatMap((path) => complaints(path, tokens(grammar, path)));
  for (const path of broken) {
    tokens(grammar, path);
  }
  if (wrong.length || specs.length < 10 || broken.length < 100) {
    console.error([...wrong, `${specs.length} specs, ${broken.length} broken ones`].join("\n"));
    process.exit(1);
  }
  console.log(`${specs.length} specs of the gallery are coloured throughout, ${broken.length} broken ones to their end`);
}

function filesIn(folder) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".cnn"));
  return names.sort().map((name) => join(folder, name));
}

function tokens(grammar, path) {
  const begun = process.hrtime.bigint();
  let state = textmate.INITIAL;
  const found = readFileSync(path, "utf8").split("\n").flatMap((line, number) => {
    const read = grammar.tokenizeLine(line, state);
    state = read.ruleStack;
    return read.tokens.map((token) => ({
      line: number + 1,
      text: line.slice(token.startIndex, token.endIndex),
      scopes: token.scopes,
    }));
  });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  if (seconds > SECONDS_PER_FILE) {
    throw new Error(`${path} took ${seconds.toFixed(1)} s to colour`);
  }
  return found;
}

function complaints(path, found) {
  const blocks = found.filter((each) => each.scopes.at(-1).startsWith("entity.name.function.definition"));
  const declared = new Set(blocks.map((each) => each.text));
  return found.flatMap(({ line, text, scopes }) => {
    const scope = scopes.at(-1);
    const place = `${path}:${line}: '${text}'`;
    if (!text.trim()) {
      return [];
    }
    if (scopes.some((each) => each.startsWith("invalid."))) {
      return [`${place} is ${scope}`];
    }
    if (scope === "source.cnn" || scope.startsWith("meta.")) {
      return [`${place} has no scope of its own`];
    }
    return scope === "entity.name.function.cnn" && !declared.has(text) ? [`${place} is no known keyword`] : [];
  });
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
