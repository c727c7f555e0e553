'use strict';
require('../house/node-version');
require('../house/check').main(process.argv.slice(2));
