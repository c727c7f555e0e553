'use strict';
const fs = require('node:fs');
const ts = require('typescript');
const { inRoot, filesUnder } = require('../house/repository');

const list = 'docs/capabilities.md';
const rowId = /(?<![\w.])(?:[A-Z]\.\d{1,2}|[FTV]\d\.\d{1,2}|S\d{1,2})(?![\w.]*\d)/g;
const listed = /^\| *([A-Z][\d.]+) *\| *(.+?) *\| *(\S+) *\|$/;
const titled = new Set(['describe', 'it', 'test']);

/** docs/capabilities.md names for every capability row the tests that prove it; each of them exists, and no test claims another row. */
module.exports = () => {
  if (!fs.existsSync(inRoot(list))) return [`${list} is missing`];
  const rows = fs
    .readFileSync(inRoot(list), 'utf8')
    .split('\n')
    .map((line) => listed.exec(line))
    .filter((match) => match !== null)
    .map(([, id, title, file]) => ({ id, title, file }));
  const specs = new Map(
    filesUnder(['apps', 'libs', 'test'], (file) => file.endsWith('.spec.ts')).map((file) => [file, titlesOf(file)]),
  );
  const known = new Set(rows.map(({ id }) => id));
  return [
    ...rows
      .filter(({ title, file }) => !specs.get(file)?.includes(title))
      .map(({ id, title, file }) => `${list}: ${id} names the test "${title}", which ${file} does not hold`),
    ...[...specs].flatMap(([file, titles]) =>
      titles.flatMap((title) =>
        (title.match(rowId) ?? [])
          .filter((id) => !known.has(id))
          .map((id) => `${list} lacks the row that a test claims: | ${id} | ${title} | ${file} |`),
      ),
    ),
  ];
};

/** Titles of describe, it, test and their variants (`it.each(…)('…')`), as written. */
function titlesOf(file) {
  const titles = [];
  const visit = (node) => {
    if (ts.isCallExpression(node) && titled.has(rootName(node.expression))) {
      const [title] = node.arguments;
      if (title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
      if (title !== undefined && ts.isTemplateExpression(title)) titles.push(title.getText().slice(1, -1));
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, fs.readFileSync(inRoot(file), 'utf8'), ts.ScriptTarget.ES2023, true));
  return titles;
}

/** `it` of `it.each(rows)`. */
function rootName(node) {
  if (ts.isIdentifier(node)) return node.text;
  return ts.isPropertyAccessExpression(node) || ts.isCallExpression(node) ? rootName(node.expression) : undefined;
}
