'use strict';
const { compile } = require('../house/build');

module.exports = () => compile();
