'use strict';
require('../house/node-version');
require('../house/test').main(process.argv.slice(2));
