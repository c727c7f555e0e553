'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { inRoot, filesUnder } = require('../house/repository');

const longest = 400;
const sayNothing = new Set(['common', 'shared', 'utils', 'util', 'helpers', 'helper', 'core', 'base']);
const isCode = (file) => /\.([cm]?js|tsx?)$/.test(file);

/** What names one machine or one network instead of the product. */
const placeNames = [
  { what: 'a folder of one machine', form: /(?<![\w.:/-])\/(?:home|root|Users|work|workspace|mnt)\/[\w.-]+/ },
  { what: 'a package registry', form: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}\b|\/-\/[\w.-]+\.tgz/ },
  {
    what: 'a private network address',
    form: /\b(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}\b/,
  },
];

module.exports = () => {
  const files = filesUnder().filter((file) => file !== 'LICENSE');
  return [
    ...files.filter(saysNothing).map((file) => `${file}: the name says nothing`),
    ...files.filter(isCode).flatMap(tooLong),
    ...files.flatMap(namesAPlace),
  ];
};

function saysNothing(file) {
  const parts = file.split('/');
  return [...parts.slice(0, -1), path.basename(file).split('.')[0]].some((part) => sayNothing.has(part));
}

function tooLong(file) {
  const lines = fs.readFileSync(inRoot(file), 'utf8').split('\n').length - 1;
  return lines > longest ? [`${file}: ${lines} lines, more than ${longest}`] : [];
}

function namesAPlace(file) {
  const bytes = fs.readFileSync(inRoot(file));
  if (bytes.includes(0)) return [];
  return bytes
    .toString('utf8')
    .split('\n')
    .flatMap((line, index) =>
      placeNames.filter(({ form }) => form.test(line)).map(({ what }) => `${file}:${index + 1}: names ${what}`),
    );
}
