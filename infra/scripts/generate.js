'use strict';
require('../house/node-version');
require('../house/generate').main(process.argv.slice(2));
