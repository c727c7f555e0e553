'use strict';
const fs = require('node:fs');
const { inRoot } = require('../house/repository');
const { complaintsOf } = require('./tool');

const folders = ['apps', 'libs', 'test'];

module.exports = () =>
  complaintsOf('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', [
    '--config',
    '.dependency-cruiser.cjs',
    ...folders.filter((folder) => fs.existsSync(inRoot(folder))),
  ]);
