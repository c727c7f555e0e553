'use strict';
require('../house/node-version');
require('../house/bench').main(process.argv.slice(2));
