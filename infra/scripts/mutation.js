'use strict';
require('../house/node-version');
require('../house/mutation').main(process.argv.slice(2));
