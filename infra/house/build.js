'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { inRoot, filesUnder, hashOf, readStamp, runNode, giveUp } = require('./repository');
const { oneAtATime } = require('./turnstile');

const stamp = 'dist/.stamp';
const sourceFolders = ['apps', 'libs', 'test'];
const sources = () => filesUnder(sourceFolders, (file) => file.endsWith('.ts'));
const wanted = () => hashOf([...sources(), 'tsconfig.json', 'package-lock.json']);

/** Compiles into dist/ if the sources are not those it was made from. Answers the compiler's complaints, none when all is well. */
async function compile(say = () => {}) {
  if (readStamp(stamp) === wanted()) return [];
  return oneAtATime(async () => {
    const hash = wanted();
    if (readStamp(stamp) === hash) return [];
    say('Building …\n');
    fs.rmSync(inRoot(stamp), { force: true });
    const { code, output } = await runNode('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);
    if (code !== 0) return output.trim().split('\n');
    removeOrphans();
    fs.writeFileSync(inRoot(stamp), hash);
    return [];
  });
}

/** Outputs whose source is gone would still be found by the test runner. */
function removeOrphans() {
  const alive = new Set(sources().map((file) => file.slice(0, -'.ts'.length)));
  const visit = (folder) => {
    for (const entry of fs.readdirSync(inRoot('dist', folder), { withFileTypes: true })) {
      const name = path.posix.join(folder, entry.name);
      if (entry.isDirectory()) visit(name);
      else if (!alive.has(name.replace(/\.js(\.map)?$/, ''))) fs.rmSync(inRoot('dist', name));
    }
  };
  for (const folder of sourceFolders) if (fs.existsSync(inRoot('dist', folder))) visit(folder);
}

/** Builds or ends the process. */
async function build() {
  const complaints = await compile((line) => process.stderr.write(line));
  if (complaints.length > 0) giveUp(`${complaints.join('\n')}\nThe build failed.`);
}

module.exports = { build, compile };
