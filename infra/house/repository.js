'use strict';
const { spawn } = require('node:child_process');
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/** The repository's own folder: every path of the house is relative to it. */
const root = path.resolve(__dirname, '../..');
const inRoot = (...parts) => path.join(root, ...parts);

const notOurs = new Set(['node_modules', 'dist', '.build', '.data', '.git', 'coverage']);

/** Every file under the folders that is ours, as sorted paths with `/`, relative to the root; nothing for a folder that does not exist. */
function filesUnder(folders = ['.'], accept = () => true) {
  const found = [];
  const visit = (folder) => {
    for (const entry of fs.readdirSync(inRoot(folder), { withFileTypes: true })) {
      const name = folder === '.' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!notOurs.has(entry.name)) visit(name);
      } else if (entry.isFile() && accept(name)) found.push(name);
    }
  };
  for (const folder of folders) if (fs.existsSync(inRoot(folder))) visit(folder);
  return found.sort();
}

/** SHA-256 over names and contents, in the order given. */
function hashOf(files) {
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(fs.readFileSync(inRoot(file)))
      .update('\0');
  return hash.digest('hex');
}

function readStamp(file) {
  return fs.existsSync(inRoot(file)) ? fs.readFileSync(inRoot(file), 'utf8') : undefined;
}

/** Runs a program to its end, gathering what it prints; a program that cannot be started ends with code 127. */
function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (fault) => resolve({ code: 127, output: String(fault) }));
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 128, output: signal ? `${output}\nended by ${signal}` : output }),
    );
  });
}

/** Runs a tool of ours by its file under node_modules: no shell and no PATH in between, so it works the same everywhere. */
const runNode = (script, args = [], options = {}) => run(process.execPath, [inRoot(script), ...args], options);

/** Ends the process with one line on stderr. */
function giveUp(line, code = 1) {
  process.stderr.write(`${line}\n`);
  process.exit(code);
}

module.exports = { root, inRoot, filesUnder, hashOf, readStamp, run, runNode, giveUp };
