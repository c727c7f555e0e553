'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { inRoot, filesUnder, runNode } = require('../house/repository');

const decisions = 'docs/decisions';

/** What docs/generated/ says is what the code says, links lead somewhere, and every decision is in the list. */
module.exports = async () => [...brokenLinks(), ...unlistedDecisions(), ...(await staleDocs())];

async function staleDocs() {
  const { code, output } = await runNode('infra/scripts/generate.js', ['--check']);
  return code === 0 ? [] : output.trim().split('\n');
}

const linksOf = (file) =>
  [...fs.readFileSync(inRoot(file), 'utf8').matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)].map(([, target]) => target);

function brokenLinks() {
  return filesUnder(['.'], (file) => file.endsWith('.md')).flatMap((file) =>
    linksOf(file)
      .filter((target) => !fs.existsSync(inRoot(path.dirname(file), decodeURI(target))))
      .map((target) => `${file} links to ${target}, which is not there`),
  );
}

function unlistedDecisions() {
  const list = `${decisions}/README.md`;
  const listed = new Set(fs.existsSync(inRoot(list)) ? linksOf(list) : []);
  return filesUnder([decisions], (file) => file !== list && !listed.has(path.basename(file))).map(
    (file) => `${list} does not list ${file}`,
  );
}
