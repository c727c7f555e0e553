'use strict';
require('../house/node-version');
require('../house/test-servers').main(process.argv.slice(2));
