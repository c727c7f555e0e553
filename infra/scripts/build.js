'use strict';
require('../house/node-version');
require('../house/install').install().then(require('../house/build').build);
