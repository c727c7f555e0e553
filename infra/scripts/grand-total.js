'use strict';
require('../house/node-version');
require('../house/results').grandTotal(process.argv.slice(2));
